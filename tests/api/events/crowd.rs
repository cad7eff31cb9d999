//! Many who listen at once.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use futures_util::future::join_all;

use super::listener::Listener;
use crate::support::TestApp;
use crate::support::contact::{raise, watched_case};

const CROWD: usize = 500;

/// Memory of this process that is in use, in KiB; `None` where the system does not tell.
fn resident_kib() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.trim().strip_suffix(" kB")?.trim().parse().ok()
}

#[tokio::test(flavor = "multi_thread")]
async fn five_hundred_hear_it_once_each() {
    let app = TestApp::spawn_with(|settings| settings.events.streams_per_user = CROWD).await;
    let case = watched_case(&app, &app.caseworker).await;
    let listeners = [&app.coordinator, &app.coordinator2, &app.analyst, &app.caseworker];
    for actor in listeners {
        actor.token().await;
    }
    let before = resident_kib();
    let opened = join_all((0..CROWD).map(|n| Listener::open(listeners[n % listeners.len()], None))).await;
    assert_eq!(app.services.events.count(), CROWD);
    let since = Instant::now();
    raise(&app).await;
    let mut told = opened;
    let heard =
        join_all(told.iter_mut().map(|one| tokio::time::timeout(Duration::from_secs(10), one.next()))).await;
    let events: Vec<_> = heard.into_iter().flatten().collect();
    let (open, alerts) = (app.services.events.count(), app.coordinator.get("/v1/alerts").await.items().len());
    assert_eq!(events.len(), CROWD, "{open} streams open, {alerts} alerts to see");
    let took = since.elapsed();
    let mut ids = HashMap::new();
    for event in &events {
        assert_eq!((event.name.as_str(), event.case()), ("overdue", case.clone()));
        *ids.entry(event.id.clone()).or_insert(0) += 1;
    }
    assert_eq!(ids.into_values().collect::<Vec<_>>(), [CROWD]);
    let after = resident_kib();
    join_all(told.iter_mut().map(Listener::hears_nothing)).await;
    if let (Some(before), Some(after)) = (before, after) {
        let grown = after.saturating_sub(before);
        println!("{CROWD} streams, both ends: {grown} KiB more resident; all had heard after {took:?}");
        assert!(grown < 200 * 1_024, "{grown} KiB for {CROWD} streams");
    }
    assert!(took < Duration::from_secs(10), "{took:?}");
}
