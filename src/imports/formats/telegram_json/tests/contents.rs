//! What a message can hold besides text.

use super::super::super::shape::{Attachment, Bytes, Place};
use super::*;

#[test]
fn a_place_becomes_a_point_and_reads_well() {
    let live = entry(&json!({
        "location_information": {"latitude": 11.5, "longitude": "-104.25"},
        "live_location_period_seconds": 900,
        "text": ""
    }));
    let expected = Place { live_seconds: Some(900), ..Place::at(11.5, -104.25).unwrap() };
    assert_eq!(live.place, Some(expected));
    assert_eq!((live.body().as_str(), live.described.len()), ("live location 11.50000, -104.25000", 0));

    let venue = entry(&json!({
        "place_name": "Blue Gate",
        "address": "Road 4",
        "location_information": {"latitude": 1, "longitude": 2},
        "text": ""
    }));
    assert_eq!(venue.body(), "Blue Gate, Road 4, location 1.00000, 2.00000");
    let place = venue.place.unwrap();
    assert_eq!((place.name.as_deref(), place.address.as_deref()), (Some("Blue Gate"), Some("Road 4")));

    let typed = entry(&json!({"location_information": {"latitude": 1, "longitude": 2}, "text": "here"}));
    assert_eq!((typed.text.as_str(), typed.place.is_some()), ("here", true));
    assert_eq!(
        body(&json!({"place_name": "Blue Gate", "text": "here"})),
        "here\nBlue Gate, location, no coordinates"
    );
}

#[test]
fn an_impossible_place_leaves_the_message() {
    let sent = |numbers: &str| format!("location, no coordinates\nlocation as sent: {numbers}");
    let none = "location, no coordinates".to_owned();
    let places = [
        (json!({"latitude": 95.5, "longitude": 2}), sent("95.5, 2")),
        (json!({"latitude": 0, "longitude": 0}), sent("0, 0")),
        (json!({"latitude": 1, "longitude": -180.001}), sent("1, -180.001")),
        (json!({"latitude": "NaN", "longitude": 2}), none.clone()),
        (json!({"latitude": 1}), none.clone()),
        (Value::Null, none),
    ];
    for (place, body) in places {
        let export = one(&json!({"location_information": place, "text": ""}));
        let entry = &export.only()[0];
        assert_eq!((entry.body(), entry.place.as_ref().unwrap().point), (body, None), "{place}");
        assert_eq!(export.reasons(), [words::NO_POINT]);
    }
}

#[test]
fn files_are_named_and_found_where_they_came_with_the_export() {
    let file = |fields: Value| entry(&fields).attachments.remove(0);
    let made = |name: Option<&str>, media: Option<&str>, what: &str, bytes: Bytes| {
        let owned = |text: Option<&str>| text.map(str::to_owned);
        Attachment { file_name: owned(name), media_type: owned(media), what: what.to_owned(), bytes }
    };
    let absent = "(File not included. Change data exporting settings to download.)";
    let member = |path: &str| Bytes::Member(path.to_owned());
    assert_eq!(
        file(json!({ "photo": absent, "text": "" })),
        made(None, Some("image/jpeg"), "photo", Bytes::Missing)
    );
    let photo = json!({"photo": "photos/p 1.jpg", "thumbnail": "photos/p_thumb.jpg", "text": ""});
    assert_eq!(file(photo), made(Some("p 1.jpg"), Some("image/jpeg"), "photo", member("photos/p 1.jpg")));
    let named = json!({"file": absent, "file_name": "map.pdf", "mime_type": "application/pdf", "text": ""});
    assert_eq!(body(&named), "file map.pdf");
    assert_eq!(file(named), made(Some("map.pdf"), Some("application/pdf"), "file", Bytes::Missing));
    let odd = json!({"file": "..\\..\\a.txt", "text": "x"});
    assert_eq!(file(odd), made(Some("a.txt"), None, "file", member("..\\..\\a.txt")));
    assert_eq!(file(json!({"file": "files/..", "text": "x"})).file_name, None);

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
    let said = json!({ "contact_information": contact, "text": "her" });
    assert_eq!((entry(&said).text.as_str(), body(&said).as_str()), ("her", "her\ncontact: Mai, +00 1234"));
    let poll = json!({"question": ["When", {"type": "bold", "text": "?"}], "closed": false, "answers": [
        {"text": "Dawn", "voters": 2, "chosen": true}, {"text": "Noon", "voters": 0, "chosen": false}
    ]});
    let words = "poll: When?\n- Dawn (votes: 2, chosen by the exporter)\n- Noon (votes: 0)";
    assert_eq!(body(&json!({ "poll": poll, "text": "" })), words);
    let list = json!({"title": "To do", "answers": [{"text": "call"}, {"text": "run"}]});
    assert_eq!(body(&json!({ "todo_list": list, "text": "" })), "list: To do\n- call\n- run");
    let buttons = json!([
        [{"type": "url", "text": "Apply", "data": "https://job.example"}],
        [{"type": "callback", "text": "No", "data": "{}"}]
    ]);
    let words = "Job\nbutton: Apply (https://job.example)\nbutton: No";
    assert_eq!(body(&json!({ "inline_bot_buttons": buttons, "text": "Job" })), words);
    assert_eq!(body(&json!({"text": "Job", "author": "Kai"})), "Job\nsigned: Kai");
    let offer =
        json!({"invoice_information": {"title": "Visa", "amount": 5}, "game_title": "Bets", "text": ""});
    assert_eq!(body(&offer), "game: Bets\ninvoice: Visa, 5");
    assert_eq!(reasons(&one(&json!({"text": "", "new_kind": {"a": 1}}))), (1, vec![words::EMPTY]));
}
