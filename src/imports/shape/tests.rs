use super::*;

fn entry(key: &str, name: Option<&str>, at: Moment) -> Entry {
    Entry {
        ordinal: 0,
        native_id: None,
        sender: Sender { key: key.into(), name: name.map(Into::into) },
        at,
        body: String::new(),
        described: false,
        form: Form::Text,
        point: None,
        edited_at: None,
        reply_to: None,
        attachments: Vec::new(),
        forwarded_from: None,
        line: 1,
    }
}

fn utc(text: &str) -> Moment {
    Moment::Utc(text.parse().unwrap())
}

fn local(text: &str) -> Moment {
    Moment::Local(text.parse().unwrap())
}

#[test]
fn participants_are_counted_in_order_and_carry_their_last_name() {
    let at = utc("2026-02-03T04:05:06Z");
    let messages = vec![
        entry("user2", None, at),
        entry("user1", Some("Linh"), at),
        entry("user2", Some("Old"), at),
        entry("user2", Some("New"), at),
        entry("user2", None, at),
    ];
    let conversation = Conversation::new("1".into(), None, messages);
    let seen: Vec<_> = conversation
        .participants
        .iter()
        .map(|participant| (participant.key.as_str(), participant.name.as_deref(), participant.count))
        .collect();
    assert_eq!(seen, [("user2", Some("New"), 4), ("user1", Some("Linh"), 1)]);
}

#[test]
fn the_time_zone_is_asked_for_only_where_it_matters() {
    let clear = Conversation::new("1".into(), None, vec![entry("a", None, utc("2026-02-03T04:05:06Z"))]);
    let unclear = Conversation::new("2".into(), None, vec![entry("a", None, local("2026-02-03T04:05:06"))]);
    let mut export = Export {
        format: Format::TelegramJson,
        conversations: vec![clear.clone(), unclear.clone()],
        skipped: Vec::new(),
        date_order: DateOrder::Ymd,
        notes: Vec::new(),
    };
    assert_eq!(export.needs(&clear), [Need::Me]);
    assert_eq!(export.needs(&unclear), [Need::TimeZone, Need::Me]);
    export.date_order = DateOrder::Ambiguous;
    assert_eq!(export.needs(&clear), [Need::Me, Need::DateOrder]);
}

#[test]
fn first_and_last_do_not_trust_the_order_of_the_file() {
    let times = [utc("2026-02-03T00:00:00Z"), local("2026-02-01T00:00:00"), utc("2026-02-02T00:00:00Z")];
    let messages = times.iter().map(|at| entry("a", None, *at)).collect();
    let conversation = Conversation::new("1".into(), None, messages);
    assert_eq!(conversation.first(), Some(times[1]));
    assert_eq!(conversation.last(), Some(times[0]));
    assert_eq!(Conversation::new("2".into(), None, Vec::new()).first(), None);
}

#[test]
fn a_local_moment_resolves_only_with_a_zone() {
    let zone = TimeZone::fixed(jiff::tz::offset(7));
    let at: Timestamp = "2026-02-03T04:05:06Z".parse().unwrap();
    assert_eq!(Moment::Utc(at).resolve(None), Some(at));
    assert_eq!(local("2026-02-03T11:05:06").resolve(None), None);
    assert_eq!(local("2026-02-03T11:05:06").resolve(Some(&zone)), Some(at));
    assert_eq!(Moment::Utc(at).to_string(), "2026-02-03T04:05:06Z");
    assert_eq!(local("2026-02-03T11:05:06").to_string(), "2026-02-03T11:05:06");
}

#[test]
fn a_point_is_a_place_on_earth() {
    assert!(Point::new(-90.0, 180.0).is_some());
    for (lat, lon) in [(90.1, 0.0), (0.0, -180.1), (f64::NAN, 0.0), (0.0, f64::INFINITY)] {
        assert!(Point::new(lat, lon).is_none(), "{lat} {lon}");
    }
}
