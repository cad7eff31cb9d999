//! Which way the messages of a file run, where nothing but their times tells.

use super::shape::{Bytes, Entry, Moment};

/// Messages that are held back at most, and the bytes of files with them.
const HELD: usize = 64;
const HELD_BYTES: usize = 32 << 20;

/// Holds back the first messages of a file until two are of different times. Each goes with where it belongs.
pub(super) struct Order<T> {
    held: Vec<(T, Entry)>,
    bytes: usize,
    is_known: bool,
    /// What holds until it is known.
    newest_first: bool,
}

impl<T> Order<T> {
    /// Of a file of which nothing was read; `newest_first` is how such files run where their times do not tell.
    pub(super) const fn new(newest_first: bool) -> Self {
        Self { held: Vec::new(), bytes: 0, is_known: false, newest_first }
    }

    /// Says how such files run, once that is clear.
    pub(super) const fn presume(&mut self, newest_first: bool) {
        if !self.is_known {
            self.newest_first = newest_first;
        }
    }

    /// Takes a message and gives those that need no longer wait.
    pub(super) fn add(&mut self, place: T, entry: Entry) -> Vec<(T, Entry)> {
        if !self.is_known {
            self.bytes += entry.attachments.iter().map(|file| inline(&file.bytes)).sum::<usize>();
            let first = self.held.first().and_then(|(_, entry)| time(entry));
            if let (Some(first), Some(next)) = (first, time(&entry))
                && first != next
            {
                (self.is_known, self.newest_first) = (true, first > next);
            }
            self.is_known |= self.held.len() + 1 >= HELD || self.bytes > HELD_BYTES;
        }
        self.held.push((place, entry));
        if self.is_known { std::mem::take(&mut self.held) } else { Vec::new() }
    }

    /// What still waits at the end of the file.
    pub(super) fn rest(&mut self) -> Vec<(T, Entry)> {
        self.is_known = true;
        std::mem::take(&mut self.held)
    }

    /// Whether the newest message comes first.
    pub(super) const fn newest_first(&self) -> bool {
        self.newest_first
    }
}

fn time(entry: &Entry) -> Option<jiff::Timestamp> {
    if let Moment::Utc(at) = entry.at { Some(at) } else { None }
}

const fn inline(bytes: &Bytes) -> usize {
    if let Bytes::Inline(bytes) = bytes { bytes.len() } else { 0 }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::super::shape::Sender;
    use super::*;

    fn at(second: i64) -> Entry {
        Entry::text(Sender::named("A"), Moment::Utc(Timestamp::from_second(second).unwrap()), "x", 1)
    }

    #[test]
    fn messages_wait_until_two_differ_in_time() {
        for (times, newest_first) in [([5, 5, 4], true), ([5, 5, 6], false)] {
            let mut order = Order::new(false);
            assert!(order.add((), at(times[0])).is_empty() && order.add((), at(times[1])).is_empty());
            assert_eq!(order.add((), at(times[2])).len(), 3);
            assert_eq!(order.newest_first(), newest_first);
            assert_eq!(order.add((), at(0)).len(), 1);
            assert!(order.rest().is_empty());
        }
    }

    #[test]
    fn not_more_than_a_few_wait() {
        let mut order = Order::new(true);
        let given: Vec<usize> = (0..HELD).map(|_| order.add((), at(5)).len()).collect();
        assert_eq!((given[HELD - 2], given[HELD - 1], order.newest_first()), (0, HELD, true));
        let mut order = Order::new(true);
        assert!(order.add((), at(5)).is_empty());
        assert_eq!(order.rest().len(), 1);
    }
}
