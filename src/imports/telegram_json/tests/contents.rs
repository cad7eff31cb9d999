//! What a message can hold besides text.

use super::*;
use crate::imports::shape::{Attachment, Point};

#[test]
fn a_place_becomes_a_point_and_reads_well() {
    let live = entry(&json!({
        "location_information": {"latitude": 11.5, "longitude": "-104.25"},
        "live_location_period_seconds": 900,
        "text": ""
    }));
    let expected = Point { live_seconds: Some(900), ..Point::new(11.5, -104.25).unwrap() };
    assert_eq!(live.point, Some(expected));
    assert_eq!((live.body.as_str(), live.described), ("live location 11.50000, -104.25000", true));

    let venue = json!({
        "place_name": "Blue Gate",
        "address": "Road 4",
        "location_information": {"latitude": 1, "longitude": 2},
        "text": ""
    });
    let venue = entry(&venue);
    assert_eq!(venue.body, "Blue Gate, Road 4, location 1.00000, 2.00000");
    let point = venue.point.unwrap();
    assert_eq!((point.place_name.as_deref(), point.address.as_deref()), (Some("Blue Gate"), Some("Road 4")));

    let typed = entry(&json!({"location_information": {"latitude": 1, "longitude": 2}, "text": "here"}));
    assert_eq!((typed.body.as_str(), typed.described, typed.point.is_some()), ("here", false, true));
    assert_eq!(body(&json!({"place_name": "Blue Gate", "text": "here"})), "here\nBlue Gate");
}

#[test]
fn an_impossible_place_leaves_the_message() {
    let places = [
        (json!({"latitude": 95.5, "longitude": 2}), "location 95.50000, 2.00000"),
        (json!({"latitude": 1, "longitude": -180.001}), "location 1.00000, -180.00100"),
        (json!({"latitude": "NaN", "longitude": 2}), "location, no coordinates"),
        (json!({"latitude": 1}), "location, no coordinates"),
        (Value::Null, "location, no coordinates"),
    ];
    for (place, body) in places {
        let export = one(&json!({"location_information": place, "text": ""}));
        let message = &export.conversations[0].messages[0];
        assert_eq!((message.body.as_str(), message.point.as_ref()), (body, None), "{place}");
        assert_eq!(reasons(&export).1, ["message kept without its point: it has no valid coordinates"]);
    }
}

#[test]
fn files_are_named_and_missing() {
    let attachments = |fields: Value| entry(&fields).attachments;
    let file = |name: Option<&str>, media: Option<&str>| {
        let owned = |text: Option<&str>| text.map(str::to_owned);
        vec![Attachment { file_name: owned(name), media_type: owned(media), missing: true }]
    };
    let absent = "(File not included. Change data exporting settings to download.)";
    assert_eq!(attachments(json!({ "photo": absent, "text": "" })), file(None, Some("image/jpeg")));
    let photo = json!({"photo": "photos/p 1.jpg", "thumbnail": "photos/p_thumb.jpg", "text": ""});
    assert_eq!(attachments(photo), file(Some("p 1.jpg"), Some("image/jpeg")));
    let named = json!({"file": absent, "file_name": "map.pdf", "mime_type": "application/pdf", "text": ""});
    assert_eq!(attachments(named.clone()), file(Some("map.pdf"), Some("application/pdf")));
    assert_eq!(body(&named), "file map.pdf");
    assert_eq!(attachments(json!({"file": "..\\..\\a.txt", "text": "x"})), file(Some("a.txt"), None));
    assert_eq!(attachments(json!({"file": "files/..", "text": "x"})), file(None, None));

    assert_eq!(body(&json!({ "photo": absent, "text": "" })), "photo");
    assert_eq!(body(&json!({ "photo": absent, "text": "look" })), "look");
    let voice = json!({"file": absent, "media_type": "voice_message", "duration_seconds": 12, "text": ""});
    assert_eq!(body(&voice), "voice message, 12 s");
    let song =
        json!({"file": "a.mp3", "media_type": "audio_file", "performer": "Ana", "title": "Rain", "text": ""});
    assert_eq!(body(&song), "audio Ana - Rain");
    let sticker = json!({"file": "s.webp", "media_type": "sticker", "sticker_emoji": "🙏", "text": ""});
    assert_eq!(body(&sticker), "sticker 🙏");
}

#[test]
fn contacts_polls_and_buttons_are_told_in_words() {
    let contact = json!({"first_name": "Mai", "last_name": "", "phone_number": "+00 1234"});
    let card = json!({ "contact_information": contact, "contact_vcard": "contacts/c1.vcf", "text": "" });
    assert_eq!(body(&card), "contact: Mai, +00 1234");
    assert_eq!(entry(&card).attachments[0].file_name.as_deref(), Some("c1.vcf"));
    assert_eq!(
        body(&json!({ "contact_information": contact, "text": "her" })),
        "her\ncontact: Mai, +00 1234"
    );
    let poll = json!({"question": ["When", {"type": "bold", "text": "?"}], "closed": false, "answers": [
        {"text": "Dawn", "voters": 2, "chosen": true}, {"text": "Noon", "voters": 0, "chosen": false}
    ]});
    let words = "poll: When?\n- Dawn (votes: 2, chosen by the exporter)\n- Noon (votes: 0)";
    assert_eq!(body(&json!({ "poll": poll, "text": "" })), words);
    let buttons = json!([
        [{"type": "url", "text": "Apply", "data": "https://job.example"}],
        [{"type": "callback", "text": "No", "data": "{}"}]
    ]);
    let words = "Job\nbutton: Apply (https://job.example)\nbutton: No";
    assert_eq!(body(&json!({ "inline_bot_buttons": buttons, "text": "Job" })), words);
    let (kept, why) = (1, vec!["message kept without text: it holds nothing that is known here"]);
    assert_eq!(reasons(&one(&json!({"text": "", "new_kind": {"a": 1}}))), (kept, why));
}
