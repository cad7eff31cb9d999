//! What whoever is on the host can do about keys.

use std::io::BufRead;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use zeroize::Zeroizing;

use super::store;
use crate::app::Clock;
use crate::config::{Settings, Unseal};
use crate::crypto::rotation::{self, Progress};
use crate::crypto::shares::{Collected, Share, split as split_root};
use crate::crypto::{Keyring, Secret, root};
use crate::db::Database;
use crate::db::types::Id;
use crate::start::StartError;

/// Which root key is split.
#[derive(Debug, Clone)]
pub enum Root {
    /// The one that the settings name, or that old shares give.
    Configured,
    /// The one in this file.
    File(PathBuf),
    /// A new one that exists nowhere but in its shares.
    New,
}

/// A ring around the root key as an operator's command needs it: from the settings, or else from what is typed or piped in.
///
/// # Errors
/// [`StartError`] says what is wrong.
pub fn keyring(settings: &Settings, say: &impl Fn(&str)) -> Result<Keyring, StartError> {
    root_key(settings, say).map(Keyring::new)
}

fn root_key(settings: &Settings, say: &impl Fn(&str)) -> Result<Secret, StartError> {
    let keys = &settings.keys;
    match keys.unseal {
        Unseal::AtStart => Ok(root::of_settings(keys)?),
        Unseal::ByIdentity => {
            say("passphrase or identity of the root key file:");
            Ok(root::unlock(Path::new(&keys.root_file), &line()?)?)
        }
        Unseal::ByShares => {
            let mut collected = Collected::default();
            loop {
                say(&match collected.threshold() {
                    None => "a share of the root key:".to_owned(),
                    Some(threshold) => format!("{} of {threshold} shares; the next:", collected.given()),
                });
                let added = Share::read(&line()?).and_then(|share| collected.add(share));
                if let Err(error) = added {
                    say(&error.to_string());
                }
                if let Some(root) = collected.join() {
                    return Ok(root);
                }
            }
        }
    }
}

fn line() -> Result<Zeroizing<String>, StartError> {
    let mut line = Zeroizing::new(String::with_capacity(256));
    let read = std::io::stdin().lock().read_line(&mut line);
    match read {
        Ok(0) => Err(StartError::Failed("nothing more came on standard input".to_owned())),
        Ok(_) => Ok(line),
        Err(error) => Err(StartError::Failed(format!("standard input cannot be read: {error}"))),
    }
}

/// Prints shares of a root key.
///
/// # Errors
/// [`StartError`] says what is wrong.
pub fn split(
    settings: impl FnOnce() -> Result<Settings, StartError>,
    from: &Root,
    (shares, threshold): (u8, u8),
    say: impl Fn(&str),
) -> Result<(), StartError> {
    let secret = match from {
        Root::New => Secret::random()?,
        Root::File(file) => root::read(file)?,
        Root::Configured => root_key(&settings()?, &say)?,
    };
    let told = |error: crate::crypto::shares::ShareError| StartError::Failed(error.to_string());
    for share in split_root(&secret, shares, threshold).map_err(told)? {
        let (set, number) = (share.set, share.number);
        say(&format!("share {number} of {shares}, any {threshold} open, set {set}"));
        say(&share.print().map_err(told)?);
        say("");
    }
    say(
        "Give each to somebody else, on paper. They are shown this once; a lost one cannot be printed again, but the key \
         can be split anew from enough of the others.",
    );
    Ok(())
}

/// Seals the installation from the host, without a key. Servers follow within a second.
///
/// # Errors
/// [`StartError`] says what is wrong.
pub async fn seal(settings: &Settings, say: impl Fn(&str)) -> Result<(), StartError> {
    let (db, now) = (Database::open(&settings.database)?, Clock::system().now());
    db.write(move |conn| store::seal(conn, None, now)).await?;
    say("sealed: every session has ended, and every server forgets its keys within a second");
    Ok(())
}

/// Opens the installation: by itself where its root key is in the settings, through the server on this machine otherwise.
///
/// # Errors
/// [`StartError`] says what is wrong.
pub async fn unseal(settings: &Settings, say: impl Fn(&str)) -> Result<(), StartError> {
    if settings.keys.unseal != Unseal::AtStart {
        return through_server(settings, say).await;
    }
    let keyring = Keyring::from_settings(&settings.keys)?;
    let (db, now) = (Database::open(&settings.database)?, Clock::system().now());
    let changed = db.write(move |conn| {
        keyring.must_fit(conn)?;
        if store::stored(conn)?.sealed { store::open(conn, now) } else { Ok(false) }
    });
    say(if changed.await? {
        "open: servers that have the root key in their settings open within a second"
    } else {
        "it was not sealed"
    });
    Ok(())
}

/// Sends what is typed or piped in, line by line, until it is open.
async fn through_server(settings: &Settings, say: impl Fn(&str)) -> Result<(), StartError> {
    let failed = |error: reqwest::Error| StartError::Failed(format!("the server does not answer: {error}"));
    let url = format!("{}/v1/system/unseal", local_url(settings));
    // Loopback, as `health`: the certificate is made out to the name that others call.
    let client = reqwest::Client::builder().no_proxy().danger_accept_invalid_certs(true);
    let client = client.timeout(Duration::from_secs(60)).build();
    let client = client.map_err(failed)?;
    let kind = if settings.keys.unseal == Unseal::ByShares { "share" } else { "passphrase" };
    loop {
        say(&format!("{kind}:"));
        let given = line()?;
        let answer = client.post(&url).json(&json!({ kind: given.trim() })).send().await.map_err(failed)?;
        let body: Value = answer.json().await.map_err(failed)?;
        match (body["sealed"].as_bool(), body["detail"].as_str()) {
            (Some(false), _) => {
                say("open");
                return Ok(());
            }
            (Some(true), _) => say(&format!("{} of {} given", body["given"], body["threshold"])),
            (None, Some(detail)) if kind == "share" => say(detail),
            (None, detail) => return Err(StartError::Failed(detail.unwrap_or("refused").to_owned())),
        }
    }
}

/// Where the server of these settings answers on this machine.
pub fn local_url(settings: &Settings) -> String {
    let unspecified = settings.server.address.parse::<IpAddr>().is_ok_and(|address| address.is_unspecified());
    let host = if unspecified { "127.0.0.1" } else { &settings.server.address };
    format!("{}://{host}:{}", settings.server.scheme(), settings.server.port)
}

/// Gives one organisation, or each, a new key.
///
/// # Errors
/// [`StartError`] says what is wrong; run it again to go on.
pub async fn rotate(
    settings: &Settings,
    organisation: Option<Id>,
    say: impl Fn(&str),
) -> Result<(), StartError> {
    let keyring = Arc::new(keyring(settings, &say)?);
    let (db, clock) = (Database::open(&settings.database)?, Clock::system());
    let inner = Arc::clone(&keyring);
    let all = db.write(move |conn| {
        store::opened(conn, &inner)?;
        store::organisations(conn)
    });
    let all = all.await?;
    let chosen: Vec<Id> =
        all.into_iter().filter(|id| organisation.is_none_or(|organisation| organisation == *id)).collect();
    if chosen.is_empty() {
        return Err(StartError::Failed("there is no such organisation".to_owned()));
    }
    for id in chosen {
        let tell = |progress: Progress| {
            say(&match progress {
                Progress::Stored(epoch) => format!("{id}: key {epoch} is made; servers learn of it"),
                Progress::Resumed(epoch) => format!("{id}: going on with key {epoch}"),
                Progress::Used => format!("{id}: it is used from now on"),
                Progress::Wrapped(count) => format!("{id}: {count} keys wrapped under it"),
            });
        };
        let count = rotation::organisation((&db, &keyring, &clock), id, tell).await?;
        say(&format!("{id}: done, {count} keys of cases and operations"));
    }
    Ok(())
}

/// Wraps all that the root key wraps under another one.
///
/// # Errors
/// [`StartError`] says what is wrong.
pub async fn rotate_root(
    settings: &Settings,
    new: &Path,
    hand_over: bool,
    say: impl Fn(&str),
) -> Result<(), StartError> {
    let new = root::read(new)?;
    let keyring = Arc::new(keyring(settings, &say)?);
    let db = Database::open(&settings.database)?;
    let count = rotation::root(&db, &keyring, new, hand_over).await?;
    say(&format!("{count} keys of organisations are under the new root key"));
    if hand_over {
        say("servers that are running take it over");
        tokio::time::sleep(rotation::LEARNING).await;
        rotation::end_handover(&db).await?;
    }
    say(
        "put the new root key where the old one was before anything is started again; then split it, and destroy the old \
         one and its shares",
    );
    Ok(())
}
