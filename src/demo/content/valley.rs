//! A man who cannot say where he is. Over four months what he sees by chance pins the map down from half of a
//! continent to one valley; then he is silent.

use super::DemoCase;
use super::build::{at, channel, clue, name, person, them, us};

pub(super) static DAWIT: DemoCase = DemoCase {
    organisation: 0,
    summary: "Ethiopian man who cannot say where he is, only what he sees by chance. Four months of small \
              remarks have pinned the map down to one valley of a border river. Silent since the phones were \
              searched.",
    status: "active",
    closing_reason: None,
    risk: "critical",
    country: Some("MM"),
    languages: &["en"],
    opened_days_ago: 125,
    people: &[
        person("victim", "male", &[name("Dawit Abrehale", "Latn", "given")])
            .born(1999)
            .of(&["ET"])
            .speaks(&["am", "en"])
            .looks("1.78 m, thin, curly hair, a burn scar on the left side of the neck.")
            .needs("Glasses: his were broken. Sleeps badly; asks not to be touched on the neck."),
        person("companion", "male", &[name("Biruk", "Latn", "given")]).of(&["ET"]).speaks(&["am", "en"]),
        person("informant", "male", &[name("Henok Tesfamikael", "Latn", "legal")])
            .born(1997)
            .of(&["ET"])
            .speaks(&["am", "en"])
            .needs("Left the same building in an exchange; in a shelter now. Asks that his name stay out of it."),
    ],
    channel: channel("telegram", "@invented_dawit", "Asia/Bangkok")
        .device_of("companion")
        .only(&[("21:00", "23:00")])
        .persona("A customer who asks about an order of coffee")
        .never_say(&["rescue", "police", "embassy"])
        .challenge("What is written over his father's shop? Nothing, the board fell down."),
    expected_every_hours: Some(72),
    thread: &[
        them(124, 21, 30).unverified().en(
            "Selam. A friend gave me this name. I am from Addis. I don't know the country, they took us at \
             night. The phone finds AIS sometimes, then nothing. Only write please.",
        ),
        us(124, 21, 42).en(
            "Selam Dawit. We only write, we never call. Please don't ask anybody and don't go to look. What \
             you know anyway is enough.",
        ),
        them(112, 21, 12).en(
            "We landed in Bangkok. The van drove from Bangkok until the morning prayer, eight hours with two \
             stops. Then a small boat over a river, two minutes, men with guns on both sides.",
        ),
        us(112, 21, 25).en("Thank you. That already helps. Is the phone your own?"),
        them(112, 21, 33).en("It is of Biruk. He hides it in the rice."),
        them(96, 22, 8)
            .en("The women in the kitchen are paid in kyat, I saw the notes with an elephant. They speak \
             Burmese, Biruk says."),
        us(96, 22, 15).en("Good. Are you eating enough?"),
        them(75, 21, 40).en("You asked what I see when we go for food. Today the sun went down at \
             <sunset 16.55 98.58 420> on this phone. It goes into the hills, and the river is on the other \
             side, where the sun comes up."),
        us(75, 21, 52).en("That is very good. Please not twice, once is enough."),
        them(74, 21, 5).en(
            "I was on cleaning this morning and the sun came at <sunrise 16.55 98.58 420>. I did not go for \
             it, I was there.",
        ),
        them(58, 22, 20).en(
            "A new boy says we are in Laos. He came in another car, he is sure. I don't believe him, he \
             believes everything.",
        ),
        us(58, 22, 31).en("You may be right. How long has he been there?"),
        them(41, 21, 48).en(
            "The driver who brings the water said he comes from Myawaddy, forty minutes, the road goes south \
             by the river. He was complaining of the holes.",
        ),
        us(41, 21, 56).en("Understood. Please let him complain, don't ask him."),
        them(27, 22, 2).en(
            "Over the river there is a school, in the morning they sing for the flag. Somebody can read \
             Thai, on the bus is written Mae Ku.",
        ),
        us(27, 22, 14).en("That is a gift, Dawit. Now rest from looking. How is the neck?"),
        them(19, 21, 22).en(
            "Biruk opened the map one time for me: https://maps.google.com/?q=16.56,98.58 Then he deleted. \
             He says the dot was going left and right.",
        ),
        us(19, 21, 30).en("Received. Never again, please. You both did well."),
        them(12, 21, 17).en(
            "They search all the phones tonight, someone talked. If I don't write, don't forget we are four \
             from Addis here.",
        ),
        us(12, 21, 24).en("We do not forget. Write only when it is safe. We wait."),
    ],
    clues: &[
        clue(0, "cell", 'C', 3)
            .data(r#"{"mcc":520,"mnc":3}"#)
            .quote("The phone finds AIS sometimes")
            .confirmed()
            .note("A Thai network reaches over every border."),
        clue(2, "travel_time", 'C', 3)
            .data(r#"{"from":{"name":"Bangkok"},"hours":8,"mode":"road","border_crossed":true}"#)
            .quote("The van drove from Bangkok until the morning prayer, eight hours")
            .confirmed(),
        clue(2, "border", 'C', 2)
            .data(r#"{"country":"TH","within_km":10}"#)
            .quote("a small boat over a river, two minutes")
            .confirmed()
            .note("A river that takes two minutes is a border river near its source, or in the dry months."),
        clue(5, "country", 'B', 2)
            .data(r#"{"country":"MM"}"#)
            .quote("paid in kyat, I saw the notes with an elephant")
            .confirmed(),
        clue(7, "sun", 'B', 3)
            .data(
                r#"{"event":"sunset","date":"<date>",
                "local_time":"<sunset 16.55 98.58 420>","utc_offset_minutes":420}"#,
            )
            .quote("the sun went down at <sunset 16.55 98.58 420>")
            .confirmed()
            .note("Hills in the west: the true sunset is a little later."),
        clue(9, "sun", 'B', 3)
            .data(
                r#"{"event":"sunrise","date":"<date>",
                "local_time":"<sunrise 16.55 98.58 420>","utc_offset_minutes":420}"#,
            )
            .quote("the sun came at <sunrise 16.55 98.58 420>")
            .confirmed(),
        clue(10, "country", 'E', 5)
            .data(r#"{"country":"LA"}"#)
            .quote("A new boy says we are in Laos")
            .rejected("Hearsay of somebody who came by another way; kyat and the river speak against it."),
        clue(12, "travel_time", 'B', 2)
            .data(r#"{"from":{"name":"Myawaddy"},"hours":0.65,"mode":"road","border_crossed":false}"#)
            .quote("he comes from Myawaddy, forty minutes")
            .confirmed(),
        clue(12, "bearing", 'B', 3)
            .data(r#"{"from":{"lat":16.69,"lon":98.51},"degrees":165,"sigma_degrees":25}"#)
            .quote("the road goes south by the river")
            .confirmed(),
        clue(14, "place", 'B', 2)
            .data(
                r#"{"name":"Mae Ku","relation":"opposite",
                "candidates":[{"name":"Mae Ku","lat":16.60,"lon":98.62,
                  "kind":"village","country":"TH","weight":1.0}]}"#,
            )
            .quote("on the bus is written Mae Ku")
            .confirmed()
            .note("The bus may come from elsewhere; the school is on the other bank."),
        clue(16, "point", 'B', 3)
            .data(r#"{"lat":16.56,"lon":98.58,"accuracy_m":3000,"datum":"wgs84","via":"pin"}"#)
            .quote("16.56,98.58")
            .confirmed(),
        clue(0, "point", 'B', 2)
            .data(r#"{"lat":16.55,"lon":98.57,"accuracy_m":3000,"datum":"wgs84","via":"text"}"#)
            .told_by(2, at(16, 11, 0))
            .confirmed()
            .note("Henok, who was let go, knows Dawit by the scar. On the map in our office he put his finger here."),
        clue(0, "travel_time", 'B', 2)
            .data(r#"{"from":{"name":"Myawaddy"},"hours":0.6,"mode":"road","border_crossed":false}"#)
            .told_by(2, at(16, 11, 0))
            .confirmed()
            .note("Henok: from the compound to the bridge, the day they were exchanged."),
    ],
    operation: None,
};
