//! What the command line takes.

use std::ffi::OsString;
use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use farlight::backup::Opening;
use farlight::backup::command::Looking;
use farlight::config::Settings;
use farlight::db::types::Id;
use farlight::demo;
use farlight::imports::plan::SaidDateOrder;
use farlight::location::borders::Country;
use farlight::start::StartError;

/// Case management for organisations that free people held in online-scam compounds.
#[derive(Parser)]
#[command(name = "farlight", version)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Args)]
pub struct ConfigArgs {
    /// A TOML file; see config/default.toml. FARLIGHT__SECTION__KEY variables override it.
    #[arg(long)]
    pub config: Option<PathBuf>,
}

#[derive(Args)]
pub struct ImportArgs {
    /// The export: a file as the app wrote it, or its zip.
    pub file: PathBuf,
    /// The case: its id or its code name.
    #[arg(long)]
    pub case: String,
    /// The key of the participant who exported the chat, or - if none of them did.
    #[arg(long, allow_hyphen_values = true)]
    pub me: Option<String>,
    /// The key of the conversation, where the file has several.
    #[arg(long)]
    pub conversation: Option<String>,
    /// The zone of the clock that wrote the file's local times: Asia/Yangon, or +06:30.
    #[arg(long, allow_hyphen_values = true)]
    pub time_zone: Option<String>,
    /// The order of day, month and year in the file's dates: dmy, mdy or ymd.
    #[arg(long)]
    pub date_order: Option<SaidDateOrder>,
    /// Whose channel the messages go to: the case's only victim if not said.
    #[arg(long)]
    pub person: Option<Id>,
    /// The channel that the messages go to.
    #[arg(long)]
    pub channel: Option<Id>,
    /// The e-mail address of whoever it is done in the name of: whoever leads the case if not said.
    #[arg(long = "as")]
    pub author: Option<String>,
    #[command(flatten)]
    pub place: InstallationArgs,
}

/// Which installation: one that is configured, or a demo.
#[derive(Args)]
pub struct InstallationArgs {
    /// A folder with a demo's database and key.
    #[arg(long, conflicts_with = "config")]
    pub data: Option<PathBuf>,
    #[command(flatten)]
    pub config: ConfigArgs,
}

impl InstallationArgs {
    pub fn settings(&self) -> Result<Settings, StartError> {
        match &self.data {
            Some(data) => demo::settings(data),
            None => Ok(Settings::load(self.config.config.as_deref())?),
        }
    }

    /// The same, for another command.
    pub fn arguments(&self) -> Vec<OsString> {
        let named = [("--data", &self.data), ("--config", &self.config.config)];
        let given = named.into_iter().filter_map(|(name, path)| Some([name.into(), path.as_ref()?.into()]));
        given.flatten().collect()
    }
}

#[derive(Subcommand)]
pub enum GazetteerCommand {
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
pub enum AuditCommand {
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
pub struct BackupArgs {
    #[command(subcommand)]
    pub command: Option<BackupCommand>,
    /// The file; it must not exist. `-` is standard output; in a folder it is named by the time.
    #[arg(required = true)]
    pub file: Option<PathBuf>,
    /// A public key of age that can open it: age1... May be given several times.
    #[arg(long, required_unless_present = "passphrase_file")]
    pub recipient: Vec<String>,
    /// Seal it with the first line of this file instead.
    #[arg(long, conflicts_with = "recipient")]
    pub passphrase_file: Option<PathBuf>,
    /// Name the files instead of carrying them: for a bucket that is kept safe otherwise.
    #[arg(long)]
    pub without_files: bool,
    /// A folder with room for a copy of an SQLite database; beside it if not said.
    #[arg(long)]
    pub temporary: Option<PathBuf>,
    /// In a folder: remove all but so many of the newest, once a new one is whole.
    #[arg(long)]
    pub keep: Option<NonZeroUsize>,
    /// In a folder: take one now and then every so many hours, until it is told to stop.
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..))]
    pub every_hours: Option<u32>,
    #[command(flatten)]
    pub place: InstallationArgs,
}

#[derive(Subcommand)]
pub enum BackupCommand {
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
pub struct LookingArgs {
    /// The backup; `-` is standard input.
    pub file: PathBuf,
    /// A file with the identity of age that opens it.
    #[arg(long, required_unless_present = "passphrase_file")]
    pub identity: Option<PathBuf>,
    /// A file whose first line is the passphrase that opens it.
    #[arg(long, conflicts_with = "identity")]
    pub passphrase_file: Option<PathBuf>,
    /// Compare the audit logs with what somebody kept as well: an export, checkpoints, or digests.
    #[arg(long = "checkpoint", visible_alias = "witness")]
    pub checkpoints: Vec<PathBuf>,
    /// Take a backup that is not signed, as it was made without the root key.
    #[arg(long)]
    pub unsigned: bool,
    /// A folder with room for what has to be unpacked elsewhere than in its place.
    #[arg(long)]
    pub temporary: Option<PathBuf>,
}

impl LookingArgs {
    pub fn order(self) -> Option<Looking> {
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
pub struct RestoreArgs {
    #[command(flatten)]
    pub looking: LookingArgs,
    /// Go on without the root key: the audit logs are checked against keys that the backup itself names.
    #[arg(long)]
    pub without_key: bool,
    #[command(flatten)]
    pub place: InstallationArgs,
}

#[derive(Subcommand)]
pub enum AccountCommand {
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
pub enum KeysCommand {
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
pub enum BenchCommand {
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
    /// What requests feel of keys that are changed, exports, and messages that are read again.
    Jobs {
        /// What `bench fill` wrote.
        #[arg(long)]
        targets: PathBuf,
        /// How long each time without long work is.
        #[arg(long, default_value_t = 10)]
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
        /// Megabytes of the Telegram export; 0 for none.
        #[arg(long, default_value_t = 50)]
        telegram_mb: u64,
        /// Megabytes of the WhatsApp export; 0 for none.
        #[arg(long, default_value_t = 20)]
        whatsapp_mb: u64,
        /// An empty PostgreSQL database to use instead of a temporary SQLite file: postgres://...
        #[arg(long)]
        database: Option<String>,
    },
}

#[derive(Subcommand)]
pub enum Command {
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
