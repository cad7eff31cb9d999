//! The words of the outbox, and when to try again.

use crate::db::types::Time;

crate::words! {
    /// By which way something leaves.
    pub enum Medium {
        /// A signed POST to an address that an admin gave.
        Webhook = "webhook",
        /// An e-mail to a user.
        Email = "email",
    }
}

crate::words! {
    /// What became of a delivery.
    pub enum DeliveryStatus {
        /// Still to be sent, for the first time or again.
        Pending = "pending",
        /// Taken in by the other side.
        Delivered = "delivered",
        /// Given up; nothing is tried again.
        Abandoned = "abandoned",
    }
}

/// Seconds from one attempt to the next, as Standard Webhooks has them for an example.
const PAUSES: [i64; 9] =
    [5, 5 * 60, 30 * 60, 2 * 3_600, 5 * 3_600, 10 * 3_600, 14 * 3_600, 20 * 3_600, 24 * 3_600];

/// The longest that a receiver may ask to be left alone, in seconds.
const LONGEST_PAUSE: i64 = 24 * 3_600;

/// When to try again after attempt number `attempts` (from 1) failed; `None` when it was the last.
///
/// `jitter` (0 to 65,535) adds up to a fifth, so that what failed together does not come back together. A receiver
/// may ask for more time, within a day, and not for less.
pub fn next_attempt(attempts: i32, retry_after_seconds: Option<i64>, jitter: u16, now: Time) -> Option<Time> {
    let pause = *PAUSES.get(usize::try_from(attempts).unwrap_or(0).checked_sub(1)?)?;
    let asked = retry_after_seconds.unwrap_or(0).clamp(0, LONGEST_PAUSE);
    let spread_micros = pause * 200_000 * i64::from(jitter) / i64::from(u16::MAX);
    let pause_micros = (pause * 1_000_000 + spread_micros).max(asked * 1_000_000);
    Some(Time::from_micros(now.as_micros() + pause_micros))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn pauses_are_the_schedules_and_at_most_a_fifth_longer(
            attempts in 1_i32..=9, jitter in any::<u16>(), asked in proptest::option::of(-10_i64..200_000),
        ) {
            let now: Time = "2026-04-06T00:00:00Z".parse().unwrap();
            let pause = PAUSES[usize::try_from(attempts).unwrap() - 1] * 1_000_000;
            let next = next_attempt(attempts, asked, jitter, now).unwrap().as_micros() - now.as_micros();
            let asked = asked.unwrap_or(0).clamp(0, 86_400) * 1_000_000;
            prop_assert!(next >= pause.max(asked));
            prop_assert!(next <= (pause + pause / 5).max(asked));
        }

        #[test]
        fn the_tenth_attempt_is_the_last(more in 10_i32..i32::MAX, jitter in any::<u16>()) {
            prop_assert_eq!(next_attempt(more, Some(1), jitter, Time::from_micros(0)), None);
        }
    }
}
