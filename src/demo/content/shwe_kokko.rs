//! Shwe Kokko, on the Thai–Myanmar river border.

use super::DemoCase;
use super::build::{channel, clue, name, person, them, us};

pub(super) static NEKESA: DemoCase = DemoCase {
    organisation: 0,
    summary: "Kenyan woman, promised reception work in Bangkok, writes at night from a compound by a border \
              river. Two others want to leave with her. The company talks of selling teams before the end of \
              the month.",
    status: "located",
    closing_reason: None,
    risk: "high",
    country: Some("MM"),
    languages: &["en"],
    opened_days_ago: 64,
    people: &[
        person(
            "victim",
            "female",
            &[name("Nekesa Atieno Barasa", "Latn", "legal"), name("Neki", "Latn", "nickname")],
        )
        .born(1999)
        .of(&["KE"])
        .speaks(&["sw", "en"])
        .looks(
            "Tall, about 1.75 m. Hair in short braids. Small scar through the left eyebrow, gap between the \
             front teeth. Usually a yellow hair band.",
        )
        .needs("Asthma inhaler, the blue kind. Her passport is with the company. Wants a woman to meet her."),
        person("companion", "female", &[name("Apiyo", "Latn", "given")])
            .of(&["KE"])
            .speaks(&["sw", "en"])
            .looks("Short, round glasses with one cracked lens."),
        person("companion", "male", &[name("Ssali", "Latn", "given")]).of(&["UG"]).speaks(&["en"]),
    ],
    channel: channel("whatsapp", "+44 7700 900101", "Asia/Yangon")
        .device_of("captors")
        .only(&[("21:15", "23:00")])
        .persona("Her cousin Mercy, who asks about the church choir")
        .never_say(&["rescue", "police", "embassy"])
        .duress(&["mandazi"])
        .challenge("What did her grandmother sell at the bus stage? Groundnuts in paper cones."),
    expected_every_hours: Some(120),
    thread: &[
        them(63, 22, 14).unverified().en(
            "Hello please. I got this number from a girl who left here. I am from Kenya, my name is Neki. \
             Don't call, only text, sawa?",
        ),
        us(63, 22, 31).en(
            "Hello Neki, we only write, we never call. Delete this whenever you need to. Is now a safe time?",
        ),
        them(63, 22, 38).en(
            "Now is okay till eleven. The phone is for the work, after that they lock it in the cupboard.",
        ),
        us(63, 22, 41)
            .en("Understood. You write first, we answer only in that time. Do you know how you came there?"),
        them(63, 22, 52).en(
            "We landed in Bangkok then a van, more than seven hours from the airport, all night. At the end \
             a small boat across a river, two minutes only, and they said welcome, no more Thailand.",
        ),
        us(63, 22, 58).en("That helps. Keep your head down and do nothing tonight. Tomorrow is fine."),
        them(62, 22, 20).en(
            "Before the boat the driver was telling his boss Mae Sot, Mae Sot. I saw it also on a signboard.",
        ),
        them(58, 22, 47).en(
            "From fourth floor I see the river and after it a road, there is a petrol station with Thai \
             writing. It is very near, like 500 metres.",
        ),
        us(58, 22, 55)
            .en("Good eyes. Please do not stand at the window for us. What you see by chance is enough."),
        them(52, 22, 9).en(
            "Pole for being quiet. The big boss was shouting in the yard about Shwe Kokko, so we think that \
             is this side. There is a gate with two lions.",
        ),
        us(52, 22, 18).en("Thank you Neki. How is your breathing? Do you still have the inhaler?"),
        them(45, 22, 33).en(
            "Inhaler is finishing, I only use it when it is bad. You asked about the sun. Today it went \
             behind the hill at <sunset 16.83 98.52 390>, this phone is on Myanmar time so that the shifts \
             match.",
        ),
        them(44, 22, 40).en("I sent you the location but I don't trust it, the dot is jumping. \
             https://maps.google.com/?q=16.84,98.53"),
        us(44, 22, 49)
            .en("Received. Please do not try again, once is enough and it leaves traces. You did well."),
        them(30, 22, 15).en(
            "They moved us to another building, same compound, we walked there with the mattresses. New \
             window faces the mountain, no river. At night one red light on top of it, blinking slowly.",
        ),
        us(30, 22, 24)
            .en("Thank you. Same time, same rules. Nothing has changed on our side, we are still here."),
        them(17, 22, 51).en(
            "Three of us want to come out now: me, Apiyo and a boy from Uganda called Ssali. I told nobody \
             else, even my roommate.",
        ),
        us(17, 23, 2)
            .en("Good. Tell nobody else. We count three and we plan for three. How is everyone's health?"),
        them(3, 22, 12).en(
            "I am still here. They talk of selling two teams to another company before month end. Please \
             don't be slow with us.",
        ),
        us(3, 22, 20).en(
            "We hear you. We are not slow, we are careful. If they move you, write one word when you can: \
             the name of the place.",
        ),
    ],
    clues: &[
        clue(4, "travel_time", 'C', 3)
            .data(r#"{"from":{"name":"Bangkok"},"hours":7.5,"mode":"road","border_crossed":true}"#)
            .quote("more than seven hours from the airport")
            .confirmed(),
        clue(4, "border", 'C', 2)
            .data(r#"{"country":"TH","within_km":2}"#)
            .quote("a small boat across a river, two minutes only")
            .confirmed()
            .note("A river that takes two minutes: the Moei fits, the Mekong does not."),
        clue(6, "place", 'C', 3)
            .data(r#"{"name":"Mae Sot","relation":"near"}"#)
            .quote("Mae Sot")
            .confirmed()
            .note("On the way, not where she is."),
        clue(9, "place", 'C', 2)
            .data(r#"{"name":"Shwe Kokko","relation":"in"}"#)
            .quote("Shwe Kokko")
            .confirmed(),
        clue(11, "sun", 'C', 3)
            .data(
                r#"{"event":"sunset","date":"<date>",
                "local_time":"<sunset 16.83 98.52 390>","utc_offset_minutes":390}"#,
            )
            .quote("it went behind the hill at <sunset 16.83 98.52 390>")
            .note("A hill: the true sunset is later."),
        clue(12, "point", 'C', 3)
            .data(r#"{"lat":16.84,"lon":98.53,"accuracy_m":3000,"datum":"wgs84","via":"pin"}"#)
            .quote("16.84,98.53")
            .confirmed(),
        clue(12, "site", 'B', 3)
            .site(0)
            .note("Analyst's link: the town, the near river bank and the pin agree."),
    ],
    operation: Some(5),
};

pub(super) static BARAKA: DemoCase = DemoCase {
    organisation: 0,
    summary: "Tanzanian man, phone-shop worker, held by the river for five months. Left with a released \
              group and reached the Thai side on his own; met at the checkpoint and flown home by his \
              embassy.",
    status: "closed",
    closing_reason: Some("self_exited"),
    risk: "medium",
    country: Some("MM"),
    languages: &["en"],
    opened_days_ago: 171,
    people: &[
        person(
            "victim",
            "male",
            &[name("Baraka Mwinyikondo", "Latn", "legal"), name("Baraka", "Latn", "given")],
        )
        .born(1996)
        .of(&["TZ"])
        .speaks(&["sw", "en"])
        .looks(
            "Medium build, shaved head, walks with a slight limp on the right. Tattoo of a small anchor on \
             the forearm.",
        )
        .needs("Knee injury, cannot walk far. Vegetarian on Fridays."),
        person("family", "female", &[name("Zawadi Mwinyikondo", "Latn", "legal")])
            .of(&["TZ"])
            .speaks(&["sw"]),
    ],
    channel: channel("signal", "+44 7700 900102", "Asia/Yangon")
        .only(&[("05:00", "06:00"), ("20:30", "21:45")])
        .challenge("Which team did his uncle play for? None, he was the driver of the bus."),
    expected_every_hours: None,
    thread: &[
        them(170, 21, 8).unverified().en(
            "Habari. My name is Baraka from Tanga. I came for a job of selling phones and now I am the one \
             who is sold. Can you people help?",
        ),
        us(170, 21, 20)
            .en("Habari Baraka. We can try, and we will be honest with you. No calls. Is it your own phone?"),
        them(170, 21, 26)
            .en("My own, small one, I hide it in the rice. Morning before six or night at nine."),
        them(169, 21, 3).en(
            "First I thought this is Laos because the boss says Lao-something. But my friend says no, the \
             money here is kyat.",
        ),
        us(169, 21, 15).en("Good that you wrote it. What do you see outside when you go for food?"),
        them(166, 21, 30).en(
            "A brown river. Other side is a temple with gold roof and when there is festival we hear Thai \
             music. Our guards have green uniform.",
        ),
        them(161, 5, 44).en(
            "They took us in a pickup from a market town, the guard called it Myawaddy, to here it was maybe \
             forty minutes, going with the river on the right hand.",
        ),
        us(161, 5, 58).en("Very useful. Take care of the knee, and do not carry the phone when they search."),
        them(150, 21, 11).en(
            "A man from accounts says we are about 15 km from Myawaddy and nobody can walk it because of \
             checkpoints.",
        ),
        us(150, 21, 19).en("He is right about walking. Please do not try it."),
        them(139, 5, 40).en(
            "Today many cars came. They are asking who has a passport, they write lists. Some say we will be \
             let go, some say sold. I don't know what to believe.",
        ),
        us(139, 5, 52).en(
            "If you are put on a list with your true name, that is a good sign. Stay with the group. Keep \
             water.",
        ),
        them(137, 21, 49).en(
            "We are 60 people sleeping in a hall near the bridge. They gave us back passports, wallahi I am \
             holding mine.",
        ),
        us(137, 21, 55).en(
            "Stay with the group until a Thai officer writes your name down. We have told your embassy that \
             you may come.",
        ),
        them(136, 21, 20).en(
            "I am in Thailand. They gave me a blanket and a number. My mother does not know yet, please call \
             her now now.",
        ),
        us(136, 21, 31).en("Calling Mama Zawadi this minute. Karibu, Baraka."),
    ],
    clues: &[
        clue(3, "country", 'D', 5)
            .data(r#"{"country":"LA"}"#)
            .quote("First I thought this is Laos")
            .rejected("He takes it back in the same message: the money is kyat."),
        clue(3, "country", 'C', 2).data(r#"{"country":"MM"}"#).quote("the money here is kyat").confirmed(),
        clue(5, "border", 'C', 2)
            .data(r#"{"country":"TH","within_km":3}"#)
            .quote("Other side is a temple with gold roof")
            .confirmed(),
        clue(6, "travel_time", 'C', 3)
            .data(r#"{"from":{"lat":16.69,"lon":98.51},"hours":0.67,"mode":"road","border_crossed":false}"#)
            .quote("to here it was maybe forty minutes")
            .confirmed(),
        clue(6, "bearing", 'D', 3)
            .data(r#"{"from":{"name":"Myawaddy"},"degrees":0,"sigma_degrees":35}"#)
            .quote("going with the river on the right hand")
            .note("Thailand lies east of the river, so a river on the right means that they drove north."),
        clue(8, "distance_from", 'D', 3)
            .data(r#"{"from":{"lat":16.69,"lon":98.51},"km":15,"sigma_km":4}"#)
            .quote("about 15 km from Myawaddy")
            .confirmed(),
    ],
    operation: None,
};
