//! The command line; nothing else.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "this file, and no other, speaks to the terminal"
)]

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};
use farlight::config::Settings;
use farlight::start::{self, StartError};
use farlight::{demo, http, routes};

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
    /// Print a one-time link that founds an organisation with its first admin.
    SetupLink(ConfigArgs),
    /// Print the OpenAPI document.
    Openapi,
    /// Ask the service on this machine whether it lives; for container health checks.
    Health(ConfigArgs),
}

#[actix_web::main]
async fn main() -> ExitCode {
    match run(Cli::parse().command).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("farlight: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(command: Command) -> Result<(), StartError> {
    let say = |line: &str| println!("{line}");
    match command {
        Command::Demo { port, data } => demo::run(port, &data, say).await,
        Command::Serve(args) => start::serve(Settings::load(args.config.as_deref())?, say).await,
        Command::Migrate { config, create } => {
            let mut settings = Settings::load(config.config.as_deref())?;
            settings.database.create |= create;
            start::migrate(&settings, say)
        }
        Command::NewKey { file } => start::new_key(&file, say),
        Command::SetupLink(args) => start::setup_link(Settings::load(args.config.as_deref())?, say).await,
        Command::Openapi => {
            say(&http::openapi::document(routes::table()).to_pretty_json().unwrap_or_default());
            Ok(())
        }
        Command::Health(args) => start::health(&Settings::load(args.config.as_deref())?).await,
    }
}
