//! The command line; nothing else.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "this file, and no other, speaks to the terminal"
)]

use std::io::Write;
use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use farlight::backup::command::{Drilling, Looking, Restoring, Taking};
use farlight::backup::{Opening, Sealing};
use farlight::bench;
use farlight::config::Settings;
use farlight::db::types::Id;
use farlight::imports::command::{self, Order};
use farlight::imports::plan::SaidDateOrder;
use farlight::location::borders::Country;
use farlight::seal::command::Root;
use farlight::start::{self, StartError};
use farlight::{audit, backup, demo, factors, http, places, routes, seal};
use indicatif::{ProgressBar, ProgressStyle};

/// Gives back what password hashing took, 19 MiB a time: the system's allocator keeps it in a heap of every thread.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Case management for organisations that free people held in online-scam compounds.
#[derive(Parser)]
#[command(name = "farlight", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Args)]
struct ConfigArgs {
    /// A TOML file; see config/default.toml. FARLIGHT__SECTION__KEY variables override it.
    #[arg(long)]
    config: Option<PathBuf>,
}

#[derive(Args)]
struct ImportArgs {
    /// The export: a file as the app wrote it, or its zip.
    file: PathBuf,
    /// The case: its id or its code name.
    #[arg(long)]
    case: String,
    /// The key of the participant who exported the chat, or - if none of them did.
    #[arg(long, allow_hyphen_values = true)]
    me: Option<String>,
    /// The key of the conversation, where the file has several.
    #[arg(long)]
    conversation: Option<String>,
    /// The zone of the clock that wrote the file's local times: Asia/Yangon, or +06:30.
    #[arg(long, allow_hyphen_values = true)]
    time_zone: Option<String>,
    /// The order of day, month and year in the file's dates: dmy, mdy or ymd.
    #[arg(long)]
    date_order: Option<SaidDateOrder>,
    /// Whose channel the messages go to: the case's only victim if not said.
    #[arg(long)]
    person: Option<Id>,
    /// The channel that the messages go to.
    #[arg(long)]
    channel: Option<Id>,
    /// The e-mail address of whoever it is done in the name of: whoever leads the case if not said.
    #[arg(long = "as")]
    author: Option<String>,
    #[command(flatten)]
    place: InstallationArgs,
}

/// Which installation: one that is configured, or a demo.
#[derive(Args)]
struct InstallationArgs {
    /// A folder with a demo's database and key.
    #[arg(long, conflicts_with = "config")]
    data: Option<PathBuf>,
    #[command(flatten)]
    config: ConfigArgs,
}

impl InstallationArgs {
    fn settings(&self) -> Result<Settings, StartError> {
        match &self.data {
            Some(data) => demo::settings(data),
            None => Ok(Settings::load(self.config.config.as_deref())?),
        }
    }
}

#[derive(Subcommand)]
enum GazetteerCommand {
    /// Add places of your own from a GeoNames country file or a CSV; docs/location.md tells its form.
    Import {
        /// The file.
        file: PathBuf,
        /// The country of lines that name none: two letters, such as MM.
        #[arg(long, value_parser = country)]
        country: Option<Country>,
        /// Where lines come from that do not say it; the file's name if not said.
        #[arg(long)]
        source: Option<String>,
        #[command(flatten)]
        place: InstallationArgs,
    },
}

fn country(code: &str) -> Result<Country, String> {
    Country::new(code).ok_or_else(|| "two letters, such as MM".to_owned())
}

#[derive(Subcommand)]
enum AuditCommand {
    /// Recompute every hash and every signature, and name the first index that is not what it was; docs/audit.md
    /// tells what that proves.
    Verify {
        /// Compare with what somebody kept as well: an export, checkpoints, or digests.
        #[arg(long)]
        witness: Vec<PathBuf>,
        /// Look at an export instead of an installation; needs no key.
        #[arg(long, conflicts_with_all = ["data", "config"])]
        file: Option<PathBuf>,
        #[command(flatten)]
        place: InstallationArgs,
    },
    /// Write what a witness needs, and no content, to a new file.
    Export {
        /// The file; it must not exist.
        file: PathBuf,
        /// Only the log of this organisation.
        #[arg(long)]
        organisation: Option<Id>,
        #[command(flatten)]
        place: InstallationArgs,
    },
}

#[derive(Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
struct BackupArgs {
    #[command(subcommand)]
    command: Option<BackupCommand>,
    /// The file; it must not exist. `-` is standard output; in a folder it is named by the time.
    #[arg(required = true)]
    file: Option<PathBuf>,
    /// A public key of age that can open it: age1... May be given several times.
    #[arg(long, required_unless_present = "passphrase_file")]
    recipient: Vec<String>,
    /// Seal it with the first line of this file instead.
    #[arg(long, conflicts_with = "recipient")]
    passphrase_file: Option<PathBuf>,
    /// Name the files instead of carrying them: for a bucket that is kept safe otherwise.
    #[arg(long)]
    without_files: bool,
    /// A folder with room for a copy of an SQLite database; beside it if not said.
    #[arg(long)]
    temporary: Option<PathBuf>,
    /// In a folder: remove all but so many of the newest, once a new one is whole.
    #[arg(long)]
    keep: Option<NonZeroUsize>,
    /// In a folder: take one now and then every so many hours, until it is told to stop.
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..))]
    every_hours: Option<u32>,
    #[command(flatten)]
    place: InstallationArgs,
}

#[derive(Subcommand)]
enum BackupCommand {
    /// Do all that a restoration would, leave nothing, and print one line: for a monitor.
    Verify {
        #[command(flatten)]
        looking: LookingArgs,
        /// An empty PostgreSQL database to try a backup of one in: postgres://... It is left empty.
        #[arg(long)]
        scratch: Option<String>,
        /// Fail with exit code 3 when it is older.
        #[arg(long)]
        max_age_hours: Option<i64>,
        /// Take the root key from here: a settings file.
        #[command(flatten)]
        place: InstallationArgs,
    },
    /// End what a restoration ends, in a database that was put back by other means than `farlight restore`.
    Aftermath(InstallationArgs),
    /// Write a new identity of age to a file, and print the recipient to seal backups for.
    NewIdentity {
        /// The file; it must not exist.
        file: PathBuf,
    },
}

#[derive(Args)]
struct LookingArgs {
    /// The backup; `-` is standard input.
    file: PathBuf,
    /// A file with the identity of age that opens it.
    #[arg(long, required_unless_present = "passphrase_file")]
    identity: Option<PathBuf>,
    /// A file whose first line is the passphrase that opens it.
    #[arg(long, conflicts_with = "identity")]
    passphrase_file: Option<PathBuf>,
    /// Compare the audit logs with what somebody kept as well: an export, checkpoints, or digests.
    #[arg(long = "checkpoint", visible_alias = "witness")]
    checkpoints: Vec<PathBuf>,
    /// Take a backup that is not signed, as it was made without the root key.
    #[arg(long)]
    unsigned: bool,
    /// A folder with room for what has to be unpacked elsewhere than in its place.
    #[arg(long)]
    temporary: Option<PathBuf>,
}

impl LookingArgs {
    fn order(self) -> Option<Looking> {
        let opening = match (self.identity, self.passphrase_file) {
            (Some(file), _) => Opening::Identity(file),
            (None, file) => Opening::Passphrase(file?),
        };
        Some(Looking {
            file: self.file,
            opening,
            witnesses: self.checkpoints,
            unsigned: self.unsigned,
            temporary: self.temporary,
        })
    }
}

#[derive(Args)]
struct RestoreArgs {
    #[command(flatten)]
    looking: LookingArgs,
    /// Go on without the root key: the audit logs are checked against keys that the backup itself names.
    #[arg(long)]
    without_key: bool,
    #[command(flatten)]
    place: InstallationArgs,
}

#[derive(Subcommand)]
enum AccountCommand {
    /// Remove the second factor of an account and end its sessions, where no admin can; docs/accounts.md.
    Reset {
        /// The e-mail address of the account.
        email: String,
        /// Remove its password as well, and print a one-time link to set another.
        #[arg(long)]
        new_password: bool,
        #[command(flatten)]
        place: InstallationArgs,
    },
}

#[derive(Subcommand)]
enum KeysCommand {
    /// Print shares of the root key, any `threshold` of which give it back: of the one in the settings, or, where it lies
    /// nowhere, of the one that enough old shares give.
    Split {
        /// How many.
        #[arg(long)]
        shares: u8,
        /// How many of them it takes.
        #[arg(long)]
        threshold: u8,
        /// Split the key in this file instead.
        #[arg(long, conflicts_with = "new")]
        root_file: Option<PathBuf>,
        /// Split a new key, which then lies nowhere else.
        #[arg(long)]
        new: bool,
        #[command(flatten)]
        place: InstallationArgs,
    },
    /// Give each organisation a new key while the service is used. Interrupted, run it again.
    Rotate {
        /// Only this one.
        #[arg(long)]
        organisation: Option<Id>,
        #[command(flatten)]
        place: InstallationArgs,
    },
    /// Put another root key in the place of the one there is.
    RotateRoot {
        /// A file that `farlight new-key` has written.
        #[arg(long)]
        new_root_file: PathBuf,
        /// Leave nothing in the database by which running servers could take it over: they must be stopped.
        #[arg(long)]
        no_handover: bool,
        #[command(flatten)]
        place: InstallationArgs,
    },
}

#[derive(Subcommand)]
enum BenchCommand {
    /// Whether signing in tells by its time what it does not say, and what a crowd that signs in costs the others.
    Accounts,
    /// Whether estimates of invented cases keep their word, and what they cost. Takes minutes.
    Location {
        /// The same seed makes the same cases.
        #[arg(long, default_value_t = 301)]
        seed: u64,
        /// How many cases of each kind.
        #[arg(long, default_value_t = 250)]
        cases: usize,
        /// On a small made-up earth, which is quicker, instead of the real borders.
        #[arg(long)]
        toy: bool,
    },
    /// What is found in messages of which it is known what they say.
    Extraction,
    /// Fill an installation that has no bench in it with made-up cases and messages.
    Fill {
        /// How many cases.
        #[arg(long, default_value_t = 10_000)]
        cases: u64,
        /// How many messages, spread over the cases.
        #[arg(long, default_value_t = 100_000)]
        messages: u64,
        /// Where to write accounts and cases to ask for.
        #[arg(long)]
        targets: PathBuf,
        #[command(flatten)]
        place: InstallationArgs,
    },
    /// What the embedded engine does with the rows of a request, without anything around it.
    Ceiling {
        /// What `bench fill` wrote.
        #[arg(long)]
        targets: PathBuf,
        /// How long for each kind of work.
        #[arg(long, default_value_t = 5)]
        seconds: u64,
        #[command(flatten)]
        place: InstallationArgs,
    },
    /// Serve a handler that does one query and nothing else.
    Bare {
        /// What `bench fill` wrote.
        #[arg(long)]
        targets: PathBuf,
        /// The port on 127.0.0.1.
        #[arg(long)]
        port: u16,
        #[command(flatten)]
        place: InstallationArgs,
    },
    /// How fast chat exports come in, against the same rows written bare, and in how much memory.
    Import {
        /// Megabytes of the Telegram export.
        #[arg(long, default_value_t = 50)]
        telegram_mb: u64,
        /// Megabytes of the WhatsApp export.
        #[arg(long, default_value_t = 20)]
        whatsapp_mb: u64,
        /// An empty PostgreSQL database to use instead of a temporary SQLite file: postgres://...
        #[arg(long)]
        database: Option<String>,
    },
}

#[derive(Subcommand)]
enum Command {
    /// Run with invented data on SQLite, and print accounts to sign in with.
    Demo {
        /// The port on 127.0.0.1; 0 takes a free one.
        #[arg(long, default_value_t = 8080)]
        port: u16,
        /// Where the demo's database and key are kept.
        #[arg(long, default_value = "demo-data")]
        data: PathBuf,
    },
    /// Run the service.
    Serve(ConfigArgs),
    /// Bring the database's schema up to date.
    Migrate {
        #[command(flatten)]
        config: ConfigArgs,
        /// Create the SQLite file if there is none.
        #[arg(long)]
        create: bool,
    },
    /// Write a new root key to a file, readable by its owner only.
    NewKey {
        /// The file; it must not exist.
        file: PathBuf,
    },
    /// The root key and those of organisations; docs/keys.md tells how to keep them.
    #[command(subcommand)]
    Keys(KeysCommand),
    /// Seal the installation at once: every session ends, and every server forgets its keys within a second.
    Seal(InstallationArgs),
    /// Open a sealed installation: with the root key of the settings, or else with shares or a passphrase, one a line.
    Unseal(InstallationArgs),
    /// Print a one-time link that founds an organisation with its first admin.
    SetupLink(ConfigArgs),
    /// Add a chat export to a case. Without --me it only tells what is in the file.
    Import(Box<ImportArgs>),
    /// What an admin would do for an account, where there is none who can.
    #[command(subcommand)]
    Account(AccountCommand),
    /// The audit log: whether it is what it was, and what a witness keeps of it.
    #[command(subcommand)]
    Audit(AuditCommand),
    /// Write everything into one sealed file, while the service runs; docs/backup.md tells how to live with it.
    Backup(Box<BackupArgs>),
    /// Put a backup into an empty place, whole or not at all.
    Restore(Box<RestoreArgs>),
    /// Places that messages may name.
    #[command(subcommand)]
    Gazetteer(GazetteerCommand),
    /// Measure how good and how fast parts of it are, on this machine.
    #[command(subcommand)]
    Bench(BenchCommand),
    /// Print the OpenAPI document.
    Openapi,
    /// Ask the service on this machine whether it lives; for container health checks.
    Health(ConfigArgs),
}

#[actix_web::main]
async fn main() {
    let outcome = run(Cli::parse().command).await;
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
