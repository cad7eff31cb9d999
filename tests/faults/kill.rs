//! kill -9 under load.

use std::time::Duration;

use crate::check;
use crate::load::{Case, Load};
use crate::party::Party;
use crate::report::{Dice, Row, Tally, rounds};
use crate::server::Place;

const WRITERS: usize = 8;

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_process_loses_nothing_that_was_acknowledged() {
    let rounds = rounds(5, 200);
    let mut dice = Dice::new("kill");
    let place = Place::new();
    let row = Row::begin("kill -9 under load", place.database.name(), rounds);
    let mut server = place.start();
    let party = Party::found(&server).await;
    let mut tally = Tally::default();
    for _ in 0..rounds {
        let people = party.at(&server.address);
        let cases = [Case::open(&people.coordinator).await, Case::open(&people.coordinator).await];
        let load = Load::start(&[people], &cases, WRITERS);
        tokio::time::sleep(Duration::from_millis(dice.within(80..600))).await;
        load.stop();
        server.kill();
        let ledger = load.end().await;
        server = place.start();
        tally.add(check::ledger(&party.at(&server.address), &cases, &ledger).await);
    }
    let (integrity, audit) = check::soundness(&place, &mut tally);
    row.end(&tally, (&integrity, &audit), "");
    tally.assert_clean();
    assert!(tally.acknowledged > rounds * 5 && tally.unanswered > 0, "it was under no load");
}
