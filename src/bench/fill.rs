//! `farlight bench fill`: an installation with as much in it as an organisation, or a country, has after years.
//!
//! The rows are written as the slices write them, sealed under keys of their own, but many at a time and without the
//! audit rows, alerts and events that the same work by people would leave. The same numbers give the same
//! installation but for keys, ids and nonces.

mod rows;
mod store;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use super::installation::{PASSWORD, failed, found, open};
use crate::app::Services;
use crate::authz::Role;
use crate::config::Settings;
use crate::start::StartError;
use rows::{Filler, Place};

/// Cases, or messages, that are written in one transaction.
const CHUNK: u64 = 2_000;
/// Cases that one caseworker has.
const CASES_PER_CASEWORKER: u64 = 40;
/// Accounts of caseworkers at the most: beyond it each has more cases.
const MOST_CASEWORKERS: u64 = 2_000;
/// Cases that the file of targets names.
const TARGETS: u64 = 10_000;

/// What is made.
pub struct Order {
    /// Cases.
    pub cases: u64,
    /// Messages, spread over the cases evenly.
    pub messages: u64,
    /// Where to write what there is to ask for: first a line for each account, then one for each of some of the cases.
    pub targets: PathBuf,
}

/// Fills an installation that has none of it yet.
///
/// # Errors
/// [`StartError`] says what is wrong.
pub async fn run(settings: Settings, order: Order, say: impl Fn(&str)) -> Result<(), StartError> {
    if order.cases == 0 {
        return Err(failed("there must be at least one case"));
    }
    let services = open(&settings).await?;
    let accounts = accounts(order.cases);
    let mut lines: Vec<String> = accounts
        .iter()
        .map(|(role, email)| format!("account\t{role}\t{email}\t{PASSWORD}\n"))
        .take(3)
        .collect();
    let (organisation, users) = found(&services, accounts).await?;
    let filler = Arc::new(Filler::new(&services, organisation, users).await?);

    let begun = Instant::now();
    let mut places = Vec::new();
    for first in (0..order.cases).step_by(usize::try_from(CHUNK).unwrap_or(usize::MAX)) {
        let (filler, last) = (Arc::clone(&filler), order.cases.min(first + CHUNK));
        places.extend(services.db.write(move |conn| filler.cases(conn, first..last, order.cases)).await?);
        progress(&say, "cases", last, order.cases, begun);
    }
    let counting = Arc::clone(&filler);
    services.db.write(move |conn| counting.caseloads(conn)).await?;
    let begun = Instant::now();
    messages(&services, &filler, &places, order.messages, |done| {
        progress(&say, "messages", done, order.messages, begun);
    })
    .await?;

    let step = (order.cases / TARGETS).max(1);
    let named = places.iter().step_by(usize::try_from(step).unwrap_or(1)).enumerate();
    lines.extend(named.map(|(number, place)| {
        // What the ceiling writes cannot be opened, so nobody must ask for the cases that it writes to.
        let word = if number % 10 == 9 { "spare" } else { "case" };
        format!("{word}\t{}\t{}\t{organisation}\n", place.case_id, place.channel_id)
    }));
    std::fs::write(&order.targets, lines.concat()).map_err(failed)?;
    say(&format!("what to ask for: {}", order.targets.display()));
    Ok(())
}

/// A coordinator, an analyst, and caseworkers.
fn accounts(cases: u64) -> Vec<(Role, String)> {
    let caseworkers = (cases / CASES_PER_CASEWORKER).clamp(2, MOST_CASEWORKERS);
    let mut accounts = vec![
        (Role::Coordinator, "coordinator@bench.example".to_owned()),
        (Role::Analyst, "analyst@bench.example".to_owned()),
    ];
    accounts.extend((1..=caseworkers).map(|n| (Role::Caseworker, format!("caseworker{n}@bench.example"))));
    accounts
}

/// In rounds, each of which gives every case its next message: years of threads lie interleaved in a real database.
async fn messages(
    services: &Arc<Services>,
    filler: &Arc<Filler>,
    places: &[Arc<Place>],
    count: u64,
    mut done: impl FnMut(u64),
) -> Result<(), StartError> {
    let mut number = 0;
    while number < count {
        let until = count.min(number + CHUNK);
        let chunk: Vec<(u64, Arc<Place>)> = (number..until)
            .zip(places.iter().cycle().skip(usize::try_from(number % places.len() as u64).unwrap_or(0)))
            .map(|(number, place)| (number, Arc::clone(place)))
            .collect();
        let filler = Arc::clone(filler);
        let (cases, all) = (places.len() as u64, count);
        services.db.write(move |conn| filler.messages(conn, &chunk, cases, all)).await?;
        number = until;
        done(number);
    }
    Ok(())
}

/// Says how far it is, twenty times in all.
fn progress(say: &impl Fn(&str), what: &str, done: u64, all: u64, begun: Instant) {
    let part = |done: u64| done * 20 / all.max(1);
    if done == all || part(done) != part(done.saturating_sub(CHUNK)) {
        #[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
        let rate = done as f64 / begun.elapsed().as_secs_f64();
        say(&format!("{what}: {done} of {all}, {rate:.0} a second"));
    }
}
