use proptest::prelude::*;

use super::*;

fn id(n: u8) -> Id {
    Id::from_slice(&[n; 16]).unwrap()
}

/// Records as a map from a number to a state; what a record is shown as does not matter to the difference.
fn held(records: &BTreeMap<u8, u8>) -> Vec<Held> {
    let one = |(n, state): (&u8, &u8)| Held {
        record: Record {
            kind: RecordKind::ALL[usize::from(n % 6)],
            id: id(*n),
            change: Change::Gone(Gone { kind: RecordKind::Case, id: id(*n) }),
        },
        digest: [*state; DIGEST],
        bytes: usize::from(*state) * 1_000,
    };
    records.iter().map(one).collect()
}

fn point(records: &BTreeMap<u8, u8>) -> Point {
    let entry = |held: Held| ((held.record.kind, held.record.id), held.digest);
    Point(held(records).into_iter().map(entry).collect())
}

fn records() -> impl Strategy<Value = BTreeMap<u8, u8>> {
    proptest::collection::btree_map(any::<u8>(), any::<u8>(), 0..60)
}

proptest! {
    #[test]
    fn page_by_page_a_device_comes_to_hold_what_there_is(before in records(), now in records(), limit in 1_usize..20) {
        let mut at = point(&before);
        let mut sent = 0;
        loop {
            let Difference { items, after, more, .. } = difference(&at, held(&now), limit);
            prop_assert!(items.len() <= limit);
            prop_assert!(!more || !items.is_empty(), "it gets on");
            sent += items.len();
            at = after;
            if !more {
                break;
            }
        }
        prop_assert_eq!(&at, &point(&now));
        let (from, to) = (point(&before), point(&now));
        let changed = to.0.iter().filter(|(key, digest)| from.0.get(*key) != Some(*digest)).count();
        let gone = from.0.keys().filter(|key| !to.0.contains_key(*key)).count();
        prop_assert_eq!(sent, changed + gone, "nothing is sent twice, and nothing that is as it was");
        prop_assert!(difference(&at, held(&now), limit).items.is_empty());
    }

    #[test]
    fn a_point_is_read_as_it_was_written(records in records()) {
        let point = point(&records);
        prop_assert_eq!(Point::from_bytes(&point.to_bytes()), Some(point));
    }

    #[test]
    fn junk_is_no_point_or_one(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        drop(Point::from_bytes(&bytes));
    }

    #[test]
    fn a_cursor_is_read_as_it_was_written(bytes in any::<[u8; 16]>(), text in ".{0,40}") {
        let point = Id::from_slice(&bytes).unwrap();
        prop_assert_eq!(read_cursor(&write_cursor(point)), Some(point));
        prop_assert!(read_cursor(&text).is_none() || text.len() == 22);
    }
}

#[test]
fn a_point_has_another_name_in_another_session() {
    let key = Secret::from_slice(&[7; 32]).unwrap();
    let point = Point::default();
    assert_eq!(point.id(&key, id(1)).unwrap(), point.id(&key, id(1)).unwrap());
    assert_ne!(point.id(&key, id(1)).unwrap(), point.id(&key, id(2)).unwrap());
}
