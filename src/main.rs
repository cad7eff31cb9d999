//! The command line: what each command does. What it takes is in `args.rs`.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "this file, and no other, speaks to the terminal"
)]

mod args;

use std::io::Write;

use args::{
    AccountCommand, AuditCommand, BackupArgs, BackupCommand, BenchCommand, Cli, Command, GazetteerCommand,
    ImportArgs, KeysCommand, RestoreArgs,
};
use clap::Parser;
use farlight::backup::Sealing;
use farlight::backup::command::{Drilling, Restoring, Taking};
use farlight::bench;
use farlight::config::Settings;
use farlight::imports::command::{self, Order};
use farlight::seal::command::Root;
use farlight::start::{self, StartError};
use farlight::{audit, backup, demo, factors, http, places, routes, seal};
use indicatif::{ProgressBar, ProgressStyle};

/// Gives back what password hashing took, 19 MiB a time: the system's allocator keeps it in a heap of every thread. Without
/// pages of 2 MiB, of which a thread that needs a few KiB would hold a whole one.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[actix_web::main]
async fn main() {
    // At the exit this thread's system is dropped before those of the workers. The last one to go wakes a task, which in a
    // thread that is ending is a panic and an abort: so there is one that never goes.
    std::mem::forget(actix_web::rt::System::current());
    let command = Cli::parse().command;
    #[cfg(unix)]
    if matches!(command, Command::Serve(_) | Command::Demo { .. }) {
        begin_sparing();
    }
    let outcome = run(command).await;
    if let Err(error) = &outcome {
        eprintln!("farlight: {error}");
    }
    // Returning would wait for long work on other threads that nobody waits for any more, such as an estimate.
    std::process::exit(match outcome {
        Ok(()) => 0,
        // A monitor tells the two apart: nothing was done, or all but something.
        Err(StartError::Incomplete(_)) => 3,
        Err(_) => 1,
    })
}

/// Has the program begin once more in its own place, told to give memory back: its allocators read that before `main`. Ours
/// otherwise keeps what each thread has had for a while; the system's, which SQLite uses, has a heap for each thread.
#[cfg(unix)]
#[expect(clippy::disallowed_methods, reason = "no settings of ours: the allocators' own")]
fn begin_sparing() {
    use std::os::unix::process::CommandExt;
    const SPARING: [(&str, &str); 2] = [("MIMALLOC_PURGE_DELAY", "1"), ("MALLOC_ARENA_MAX", "2")];
    let mut arguments = std::env::args_os();
    if SPARING.iter().any(|(name, _)| std::env::var_os(name).is_some()) {
        return;
    }
    if let (Ok(program), Some(name)) = (std::env::current_exe(), arguments.next()) {
        // Comes back only where that cannot be done: then it goes on as it is.
        drop(std::process::Command::new(program).arg0(name).args(arguments).envs(SPARING).exec());
    }
}

async fn run(command: Command) -> Result<(), StartError> {
    // Whoever listened may have gone: no reason to stop, and least of all to panic.
    let say = |line: &str| drop(writeln!(std::io::stdout(), "{line}"));
    match command {
        Command::Demo { port, data } => demo::run(port, &data, say).await,
        Command::Serve(args) => start::serve(Settings::load(args.config.as_deref())?, say).await,
        Command::Migrate { config, create } => {
            let mut settings = Settings::load(config.config.as_deref())?;
            settings.database.create |= create;
            start::migrate(&settings, say)
        }
        Command::NewKey { file } => start::new_key(&file, say),
        Command::Keys(KeysCommand::Split { shares, threshold, root_file, new, place }) => {
            let from = match root_file {
                Some(file) => Root::File(file),
                None if new => Root::New,
                None => Root::Configured,
            };
            seal::command::split(|| place.settings(), &from, (shares, threshold), say)
        }
        Command::Keys(KeysCommand::Rotate { organisation, place }) => {
            seal::command::rotate(&place.settings()?, organisation, say).await
        }
        Command::Keys(KeysCommand::RotateRoot { new_root_file, no_handover, place }) => {
            seal::command::rotate_root(&place.settings()?, &new_root_file, !no_handover, say).await
        }
        Command::Seal(place) => seal::command::seal(&place.settings()?, say).await,
        Command::Unseal(place) => seal::command::unseal(&place.settings()?, say).await,
        Command::SetupLink(args) => start::setup_link(Settings::load(args.config.as_deref())?, say).await,
        Command::Import(args) => import(*args, say).await,
        Command::Account(AccountCommand::Reset { email, new_password, place }) => {
            factors::command::reset(place.settings()?, &email, new_password, say).await
        }
        Command::Audit(AuditCommand::Verify { witness, file: Some(file), .. }) => {
            audit::command::verify_file(&file, &witness, say)
        }
        Command::Audit(AuditCommand::Verify { witness, file: None, place }) => {
            audit::command::verify(place.settings()?, &witness, say).await
        }
        Command::Audit(AuditCommand::Export { file, organisation, place }) => {
            audit::command::export(place.settings()?, &file, organisation, say).await
        }
        Command::Backup(args) => take_backup(*args).await,
        Command::Restore(args) => {
            let RestoreArgs { looking, without_key, place } = *args;
            let Some(looking) = looking.order() else { return Ok(()) };
            backup::command::restore(place.settings()?, Restoring { looking, without_key }, say).await
        }
        Command::Gazetteer(GazetteerCommand::Import { file, country, source, place }) => {
            places::import(&place.settings()?, places::Order { file, country, source }, say)
        }
        Command::Bench(BenchCommand::Accounts) => bench::accounts::run(say).await,
        Command::Bench(BenchCommand::Location { seed, cases, toy }) => {
            bench::location::run(bench::location::Order { seed, cases, toy }, say);
            Ok(())
        }
        Command::Bench(BenchCommand::Extraction) => bench::extraction::run(say),
        Command::Bench(BenchCommand::Import { telegram_mb, whatsapp_mb, database }) => {
            bench::imports::run(bench::imports::Order { telegram_mb, whatsapp_mb, database }, say).await
        }
        Command::Bench(BenchCommand::Fill { cases, messages, targets, place }) => {
            bench::fill::run(place.settings()?, bench::fill::Order { cases, messages, targets }, say).await
        }
        Command::Bench(BenchCommand::Ceiling { targets, seconds, place }) => {
            bench::ceiling::run(place.settings()?, bench::ceiling::Order { targets, seconds }, say).await
        }
        Command::Bench(BenchCommand::Jobs { targets, seconds, place }) => {
            let order = bench::jobs::Order { targets, seconds, place: place.arguments() };
            bench::jobs::run(place.settings()?, order, say).await
        }
        Command::Bench(BenchCommand::Bare { targets, port, place }) => {
            bench::ceiling::serve_bare(place.settings()?, &targets, port).await
        }
        Command::Openapi => {
            say(&http::openapi::document(routes::table()).to_pretty_json().unwrap_or_default());
            Ok(())
        }
        Command::Health(args) => start::health(&Settings::load(args.config.as_deref())?).await,
    }
}

async fn take_backup(args: BackupArgs) -> Result<(), StartError> {
    let say = |line: &str| println!("{line}");
    match (args.command, args.file) {
        (Some(BackupCommand::Aftermath(place)), _) => backup::command::aftermath(&place.settings()?, say),
        (Some(BackupCommand::NewIdentity { file }), _) => backup::command::new_identity(&file, say),
        (Some(BackupCommand::Verify { looking, scratch, max_age_hours, place }), _) => {
            let Some(looking) = looking.order() else { return Ok(()) };
            backup::command::verify(place.settings()?, Drilling { looking, scratch, max_age_hours }, say)
                .await
        }
        (None, Some(file)) => {
            let is_stdout = file.as_os_str() == "-";
            let sealing = match args.passphrase_file {
                Some(file) => Sealing::Passphrase(file),
                None => Sealing::Recipients(args.recipient),
            };
            let order = Taking {
                file,
                sealing,
                without_files: args.without_files,
                temporary: args.temporary,
                keep: args.keep,
                every_hours: args.every_hours,
            };
            let say = move |line: &str| if is_stdout { eprintln!("{line}") } else { println!("{line}") };
            backup::command::take(args.place.settings()?, order, say).await
        }
        // clap has asked for the file.
        (None, None) => Ok(()),
    }
}

async fn import(args: ImportArgs, say: impl Fn(&str)) -> Result<(), StartError> {
    let settings = args.place.settings()?;
    start::log(&settings.log);
    let order = Order {
        file: args.file,
        case: args.case,
        author: args.author,
        conversation: args.conversation,
        me: args.me,
        time_zone: args.time_zone,
        date_order: args.date_order,
        person_id: args.person,
        channel_id: args.channel,
    };
    let style = ProgressStyle::with_template("{bar:40} {bytes}/{total_bytes} {bytes_per_sec} {eta}")
        .unwrap_or_else(|_| ProgressStyle::default_bar());
    let bar = ProgressBar::new(0).with_style(style);
    let watch = |read: u64, size: u64| {
        bar.set_length(size);
        bar.set_position(read);
    };
    let done = command::run(settings, order, |line| bar.suspend(|| say(line)), watch).await;
    bar.finish_and_clear();
    done
}
