//! The streams of this node: who listens, how far they are, and what waits for them.
//!
//! Each stream has a queue of bounded length. One whose queue has no room stays where it is in the order of events,
//! which costs nothing since they are kept, and is cut off when that lasts: nobody who does not read holds memory.

use std::collections::HashMap;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use actix_web::web::Bytes;
use futures_util::Stream;
use tokio::sync::{Notify, mpsc};
use tokio::time::Instant;

use super::model::{Start, heartbeat};
use crate::config::EventSettings;
use crate::db::types::{Id, Time};
use crate::error::{Error, Result};

/// Frames that may wait for one stream.
const QUEUE: usize = 128;
/// How long a stream stays silent at most.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// All streams of this node.
pub struct Hub {
    streams: Mutex<Streams>,
    bell: Arc<Notify>,
    most: usize,
    most_per_user: usize,
    stall: Duration,
}

#[derive(Default)]
struct Streams {
    open: HashMap<u64, Open>,
    /// Places that are taken, those on their way to being open included.
    taken: usize,
    by_user: HashMap<Id, usize>,
    next: u64,
    closed: bool,
}

/// One stream, as the poller sees it.
#[derive(Debug, Clone)]
pub struct Listener {
    /// Which stream.
    pub key: u64,
    /// Whose organisation's events.
    pub organisation_id: Id,
    /// Who listens.
    pub user_id: Id,
    /// By which session.
    pub session_id: Id,
    /// When the access token ends, and the stream with it.
    pub until: Time,
    /// The number of the last event that was decided on.
    pub seq: i64,
}

struct Open {
    listener: Listener,
    sender: mpsc::Sender<Bytes>,
    cut: Arc<AtomicBool>,
    last_sent: Instant,
    /// Since when its queue has had no room.
    stuck_since: Option<Instant>,
}

/// A place among the streams, given back when dropped.
pub struct Place {
    hub: Arc<Hub>,
    user_id: Id,
    key: u64,
}

/// What is sent to one client, frame by frame.
pub struct Frames {
    receiver: mpsc::Receiver<Bytes>,
    cut: Arc<AtomicBool>,
    _place: Place,
}

/// What the poller found for one stream.
pub struct Found {
    /// Which stream.
    pub key: u64,
    /// From where.
    pub from: i64,
    /// What its reader may see of what came since.
    pub frames: Arc<[Bytes]>,
    /// How far that goes.
    pub to: i64,
}

impl Hub {
    /// Nobody listens yet.
    pub fn new(settings: &EventSettings) -> Arc<Self> {
        Arc::new(Self {
            streams: Mutex::default(),
            bell: Arc::default(),
            most: settings.streams,
            most_per_user: settings.streams_per_user,
            stall: Duration::from_secs(settings.stall_seconds),
        })
    }

    /// Looks for new events at once. For after a commit; the poller looks by itself, too.
    pub fn wake(&self) {
        self.bell.notify_one();
    }

    pub(super) fn bell(&self) -> Arc<Notify> {
        Arc::clone(&self.bell)
    }

    fn lock(&self) -> MutexGuard<'_, Streams> {
        self.streams.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many streams are open.
    pub fn count(&self) -> usize {
        self.lock().open.len()
    }

    /// Takes a place for a stream of this user.
    ///
    /// # Errors
    /// 503 when the node has no place left or is stopping; 429 `too-many-streams` when the user has too many.
    pub fn admit(self: &Arc<Self>, user_id: Id) -> Result<Place> {
        let mut streams = self.lock();
        if streams.closed || streams.taken >= self.most {
            return Err(Error::busy("no place for another stream"));
        }
        let mine = streams.by_user.entry(user_id).or_default();
        if *mine >= self.most_per_user {
            return Err(Error::too_many("too-many-streams", 60));
        }
        *mine += 1;
        streams.taken += 1;
        streams.next += 1;
        Ok(Place { hub: Arc::clone(self), user_id, key: streams.next })
    }

    /// Opens a stream.
    pub fn open(
        self: &Arc<Self>,
        place: Place,
        organisation_id: Id,
        (session_id, until): (Id, Time),
        start: Start,
    ) -> Frames {
        let user_id = place.user_id;
        let (sender, receiver) = mpsc::channel(QUEUE);
        let cut = Arc::new(AtomicBool::new(false));
        drop(sender.try_send(start.greeting));
        let listener =
            Listener { key: place.key, organisation_id, user_id, session_id, until, seq: start.seq };
        let open =
            Open { listener, sender, cut: Arc::clone(&cut), last_sent: Instant::now(), stuck_since: None };
        let mut streams = self.lock();
        // Stopped while it was on its way: without its sender the stream ends at once.
        if !streams.closed {
            streams.open.insert(place.key, open);
        }
        drop(streams);
        self.wake();
        Frames { receiver, cut, _place: place }
    }

    pub(super) fn listeners(&self) -> Vec<Listener> {
        self.lock().open.values().map(|open| open.listener.clone()).collect()
    }

    /// Hands over what was found. A stream without room for all of it gets none of it, and stays where it is. Says
    /// whether any got further.
    pub(super) fn deliver(&self, found: Vec<Found>, now: Instant) -> bool {
        let mut streams = self.lock();
        let mut moved = false;
        for Found { key, from, frames, to } in found {
            let Some(open) = streams.open.get_mut(&key).filter(|open| open.listener.seq == from) else {
                continue;
            };
            if open.sender.capacity() < frames.len() {
                open.stuck_since.get_or_insert(now);
                continue;
            }
            open.stuck_since = None;
            open.listener.seq = to;
            for frame in frames.iter() {
                drop(open.sender.try_send(frame.clone()));
                open.last_sent = now;
            }
            moved = true;
        }
        moved
    }

    /// Keeps quiet streams open, and cuts those off whose client does not read.
    pub(super) fn tend(&self, now: Instant) {
        let mut streams = self.lock();
        let mut stuck = Vec::new();
        for (key, open) in &mut streams.open {
            if now.saturating_duration_since(open.last_sent) >= HEARTBEAT {
                match open.sender.try_send(heartbeat()) {
                    Ok(()) => open.last_sent = now,
                    Err(_) => {
                        open.stuck_since.get_or_insert(now);
                    }
                }
            }
            if open.stuck_since.is_some_and(|since| now.saturating_duration_since(since) >= self.stall) {
                stuck.push(*key);
            }
        }
        streams.cut(&stuck);
    }

    /// Ends these streams: nothing that still waits for them is sent.
    pub(super) fn cut(&self, keys: &[u64]) {
        self.lock().cut(keys);
    }

    /// Whether the service stops: nothing that streams may go on.
    pub fn is_closed(&self) -> bool {
        self.lock().closed
    }

    /// Ends every stream and opens no other: the service stops.
    pub fn close(&self) {
        let mut streams = self.lock();
        streams.closed = true;
        let all: Vec<u64> = streams.open.keys().copied().collect();
        streams.cut(&all);
    }
}

impl Streams {
    fn cut(&mut self, keys: &[u64]) {
        for key in keys {
            if let Some(open) = self.open.remove(key) {
                // Before the sender goes, which wakes the other end.
                open.cut.store(true, Ordering::Release);
            }
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut streams = self.hub.lock();
        streams.open.remove(&self.key);
        streams.taken = streams.taken.saturating_sub(1);
        if let Some(mine) = streams.by_user.get_mut(&self.user_id) {
            *mine = mine.saturating_sub(1);
            if *mine == 0 {
                streams.by_user.remove(&self.user_id);
            }
        }
    }
}

impl Stream for Frames {
    type Item = Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.cut.load(Ordering::Acquire) {
            return Poll::Ready(None);
        }
        match self.receiver.poll_recv(context) {
            // Cut while it waited: what was still in the queue is not sent.
            Poll::Ready(_) if self.cut.load(Ordering::Acquire) => Poll::Ready(None),
            other => other.map(|frame| frame.map(Ok)),
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::StreamExt;

    use super::*;

    fn hub(streams: usize, streams_per_user: usize, stall_seconds: u64) -> Arc<Hub> {
        Hub::new(&EventSettings { streams, streams_per_user, stall_seconds })
    }

    fn user(n: u8) -> Id {
        Id::from_slice(&[n; 16]).unwrap()
    }

    fn open(hub: &Arc<Hub>, user_id: Id) -> Frames {
        let now = Time::from_micros(0);
        let start = Start { seq: 0, greeting: Bytes::from_static(b"hello") };
        hub.open(hub.admit(user_id).unwrap(), user(0), (user_id, now), start)
    }

    fn found(hub: &Hub, count: usize) -> Vec<Found> {
        let frames: Arc<[Bytes]> = (0..count).map(|n| Bytes::from(n.to_string())).collect();
        let more = i64::try_from(count).unwrap();
        hub.listeners()
            .into_iter()
            .map(|listener| Found {
                key: listener.key,
                from: listener.seq,
                frames: Arc::clone(&frames),
                to: listener.seq + more,
            })
            .collect()
    }

    #[tokio::test]
    async fn who_does_not_read_stays_behind_and_is_cut_off() {
        let mut now = Instant::now() + Duration::from_millis(100);
        let hub = hub(10, 10, 10);
        let mut reads = open(&hub, user(1));
        let mut sleeps = open(&hub, user(2));
        reads.next().await;
        for _ in 0..4 {
            assert!(hub.deliver(found(&hub, 50), now));
            for _ in 0..50 {
                reads.next().await.unwrap().unwrap();
            }
        }
        let seqs = |hub: &Hub| {
            let mut seqs: Vec<_> = hub.listeners().iter().map(|listener| listener.seq).collect();
            seqs.sort_unstable();
            seqs
        };
        assert_eq!(seqs(&hub), [100, 200], "no more than the queue holds waits for the one that sleeps");
        now += Duration::from_secs(9);
        hub.tend(now);
        assert_eq!(hub.count(), 2);
        now += Duration::from_secs(1);
        hub.tend(now);
        assert_eq!(seqs(&hub), [200]);
        assert!(sleeps.next().await.is_none(), "nothing that waited is sent after the end");
        drop(sleeps);
        hub.admit(user(2)).unwrap();
    }

    #[tokio::test]
    async fn who_reads_again_in_time_misses_nothing() {
        let mut now = Instant::now() + Duration::from_millis(100);
        let hub = hub(10, 10, 10);
        let mut slow = open(&hub, user(1));
        slow.next().await;
        for _ in 0..3 {
            let first = hub.listeners()[0].seq == 0;
            assert_eq!(hub.deliver(found(&hub, 100), now), first);
        }
        assert_eq!(hub.listeners()[0].seq, 100);
        now += Duration::from_secs(9);
        for n in 0..100 {
            assert_eq!(slow.next().await.unwrap().unwrap(), n.to_string());
        }
        assert!(hub.deliver(found(&hub, 100), now));
        now += Duration::from_secs(9);
        hub.tend(now);
        assert_eq!((hub.count(), hub.listeners()[0].seq), (1, 200));
    }

    #[tokio::test]
    async fn a_quiet_stream_hears_a_heartbeat() {
        let mut now = Instant::now() + Duration::from_millis(100);
        let hub = hub(10, 10, 10);
        let mut stream = open(&hub, user(1));
        stream.next().await;
        now += Duration::from_secs(14);
        hub.tend(now);
        assert!(stream.receiver.try_recv().is_err());
        now += Duration::from_secs(1);
        hub.tend(now);
        assert_eq!(stream.next().await.unwrap().unwrap(), heartbeat());
    }

    #[tokio::test]
    async fn places_are_bounded_and_come_back() {
        let hub = hub(3, 2, 10);
        let first = (open(&hub, user(1)), open(&hub, user(1)));
        assert_eq!(hub.admit(user(1)).err().unwrap().code(), "too-many-streams");
        let other = open(&hub, user(2));
        assert_eq!(hub.admit(user(3)).err().unwrap().code(), "busy");
        drop(other);
        drop(hub.admit(user(3)).unwrap());
        drop(first);
        drop((hub.admit(user(1)).unwrap(), hub.admit(user(1)).unwrap()));
        assert_eq!(hub.count(), 0);
        let mut last = open(&hub, user(1));
        hub.close();
        assert!(last.next().await.is_none());
        assert_eq!(hub.admit(user(2)).err().unwrap().code(), "busy");
    }
}
