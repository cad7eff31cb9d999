//! Shorter cases from the Myanmar side of the border.

use super::DemoCase;
use super::build::{channel, clue, name, person, them, us};

pub(super) static SUJAN: DemoCase = DemoCase {
    organisation: 0,
    summary: "Nepali man in Shwe Kokko, driver by trade. Writes clear English, rarely, and has described the \
              place well.",
    status: "located",
    closing_reason: None,
    risk: "medium",
    country: Some("MM"),
    languages: &["en"],
    opened_days_ago: 29,
    people: &[person(
        "victim",
        "male",
        &[name("Sujan Khadgi Rawal", "Latn", "legal"), name("Kanchha", "Latn", "nickname")],
    )
    .born(1992)
    .of(&["NP"])
    .speaks(&["ne", "hi", "en"])
    .looks("1.63 m, strong forearms, grey at the temples, one ear pierced.")
    .needs("Hears badly on the left side; speak to his right.")],
    channel: channel("signal", "+44 7700 900144", "Asia/Yangon")
        .only(&[("19:00", "20:30")])
        .persona("A spare-parts dealer")
        .duress(&["momo"]),
    expected_every_hours: Some(240),
    thread: &[
        them(28, 19, 40).unverified().en(
            "Namaste. I am Nepali, driver. They took my licence and my passport and gave me a computer. Text \
             only please.",
        ),
        us(28, 19, 52).en("Namaste. Text only, always. Do you know the name of the town?"),
        them(28, 19, 58).en(
            "They write Yatai on the bills, the drivers say Shwe Kokko. From Myawaddy I counted 17 km on the \
             road, I count always, it is my job.",
        ),
        us(28, 20, 6).en("That is the best kind of information. Please stop counting now and stay safe."),
        them(8, 19, 33).en(
            "Still same building. It is number three from the fountain. I am okay, only bored and angry.",
        ),
    ],
    clues: &[
        clue(2, "place", 'B', 2)
            .data(r#"{"name":"Shwe Kokko","relation":"in"}"#)
            .quote("Shwe Kokko")
            .confirmed(),
        clue(2, "distance_from", 'B', 2)
            .data(r#"{"from":{"name":"Myawaddy"},"km":17,"sigma_km":2}"#)
            .quote("From Myawaddy I counted 17 km on the road")
            .confirmed(),
        clue(4, "site", 'B', 2).site(0).quote("Still same building").confirmed(),
    ],
    operation: Some(5),
};

pub(super) static NAKATO: DemoCase = DemoCase {
    organisation: 0,
    summary: "Ugandan woman near Myawaddy. Twin sister at home is the other end of the line. Moves between \
              two buildings.",
    status: "active",
    closing_reason: None,
    risk: "high",
    country: Some("MM"),
    languages: &["en"],
    opened_days_ago: 23,
    people: &[
        person("victim", "female", &[name("Nakato Kirabira", "Latn", "legal")])
            .born(2000)
            .of(&["UG"])
            .speaks(&["lg", "sw", "en"])
            .looks("1.70 m, very short hair, a line of three small scars on the right shoulder."),
        person("family", "female", &[name("Babirye Kirabira", "Latn", "legal")])
            .born(2000)
            .of(&["UG"])
            .speaks(&["lg", "en"])
            .looks("Her twin: the photo of one serves for both."),
    ],
    channel: channel("whatsapp", "+1 202 555 0123", "Asia/Yangon")
        .device_of("companion")
        .only(&[("23:00", "23:59")])
        .duress(&["rolex stall"]),
    expected_every_hours: Some(96),
    thread: &[
        them(22, 23, 40).unverified().en(
            "Hallo, is it you who help people? I am Nakato. Please you don't ring. Me I am sharing this \
             phone with two girls.",
        ),
        us(22, 23, 51).en("It is us. We never ring. Are the two girls friends of yours?"),
        them(22, 23, 55).en(
            "They are. We work where they say KK but we sleep in another house, the bus takes five minutes, \
             kati one bridge in between over a dry stream.",
        ),
        them(16, 23, 38).en(
            "The owner of the phone is called up for the office tomorrow, so maybe no message. We see the \
             Thai hills from the bus, they are on the right when we go to work.",
        ),
        us(16, 23, 46).en(
            "Thank you Nakato. If the phone is gone, we wait. Your sister sends greetings and says the goat \
             had twins as well.",
        ),
        them(9, 23, 44).en("Haha that goat. We are okay. The phone came back."),
    ],
    clues: &[
        clue(2, "place", 'C', 3)
            .data(r#"{"name":"KK Park","relation":"near"}"#)
            .quote("We work where they say KK")
            .confirmed(),
        clue(2, "travel_time", 'C', 3)
            .data(r#"{"from":{"lat":16.64,"lon":98.52},"hours":0.08,"mode":"road","border_crossed":false}"#)
            .quote("the bus takes five minutes")
            .note("From the working place to the sleeping place."),
        clue(3, "border", 'D', 3)
            .data(r#"{"country":"TH","within_km":10}"#)
            .quote("We see the Thai hills from the bus"),
    ],
    operation: None,
};

pub(super) static DAQING: DemoCase = DemoCase {
    organisation: 0,
    summary: "Chinese electrician from Daqing south of Myawaddy, kept to repair the generators. Three short \
              messages, then none for over five weeks.",
    status: "active",
    closing_reason: None,
    risk: "high",
    country: Some("MM"),
    languages: &["zh"],
    opened_days_ago: 62,
    people: &[person(
        "victim",
        "male",
        &[name("佟守川", "Hans", "legal"), name("Tong Shouchuan", "Latn", "legal")],
    )
    .born(1984)
    .of(&["CN"])
    .speaks(&["zh"])
    .looks(
        "1.78 m, north-eastern accent, missing tip of the right ring finger, work trousers with many \
         pockets.",
    )],
    channel: channel("telegram", "@invented_dianlu", "Asia/Yangon")
        .only(&[("04:30", "05:30")])
        .never_say(&["警察"]),
    expected_every_hours: Some(336),
    thread: &[
        them(61, 5, 12)
            .unverified()
            .zh("我是修发电机的，大庆人。来的时候说在曼谷，下车发现不是。只打字。")
            .meaning(
                "I repair generators, from Daqing. They said Bangkok, when I got off it was not. Typing \
                 only.",
            ),
        us(61, 5, 24)
            .zh("收到。只打字。你能自己在院子里走动吗？")
            .meaning("Received. Typing only. Can you move about the yard by yourself?"),
        them(54, 5, 6).zh("能，有人跟着。油罐车从妙瓦底来，每两天一趟，说路上二十分钟。").meaning(
            "Yes, with someone behind me. The fuel lorry comes from Myawaddy every second day, they say \
                 twenty minutes on the road.",
        ),
        us(54, 5, 15)
            .zh("明白。不要打听油罐车的事，修你的机器就好。")
            .meaning("Understood. Don't ask about the lorry, just repair your machines."),
        them(39, 5, 20).zh("他们要把我和机器一起搬到新楼，那边更靠南。以后可能没机会上线。").meaning(
            "They are moving me with the machines to a new building, further south. I may have no more \
                 chance to get online.",
        ),
    ],
    clues: &[
        clue(2, "travel_time", 'C', 2)
            .data(r#"{"from":{"lat":16.69,"lon":98.51},"hours":0.33,"mode":"road","border_crossed":false}"#)
            .quote("油罐车从妙瓦底来，每两天一趟，说路上二十分钟")
            .confirmed(),
        clue(4, "bearing", 'C', 3)
            .data(r#"{"from":{"lat":16.64,"lon":98.52},"degrees":180,"sigma_degrees":45}"#)
            .quote("那边更靠南"),
    ],
    operation: None,
};

pub(super) static TWO_FROM_KISUMU: DemoCase = DemoCase {
    organisation: 0,
    summary: "Two Kenyan friends who came out with a group release and now sleep in a reception centre in \
              Mae Sot. Waiting for flights; one has nightmares, both want to work.",
    status: "in_care",
    closing_reason: None,
    risk: "low",
    country: Some("MM"),
    languages: &["en"],
    opened_days_ago: 108,
    people: &[
        person("victim", "male", &[name("Ochieng Paul Radido", "Latn", "legal")])
            .born(1997)
            .of(&["KE"])
            .speaks(&["sw", "en"])
            .looks("1.82 m, basketball build, scar across the left palm.")
            .needs("Night light, no closed doors. Talks better while walking."),
        person("companion", "male", &[name("Otieno Mark Agalo", "Latn", "legal")])
            .born(1998)
            .of(&["KE"])
            .speaks(&["sw", "en"]),
    ],
    channel: channel("whatsapp", "+44 7700 900156", "Asia/Bangkok").we_may_start(),
    expected_every_hours: None,
    thread: &[
        them(107, 20, 10).unverified().en(
            "Bwana, we are two from Kisumu, inside the fence at Myawaddy side. They say tomorrow people go \
             to Mae Sot. Is it a lie?",
        ),
        us(107, 20, 21)
            .en("It is true for some of you. Stay together, keep your true names, get on no private car."),
        them(105, 17, 35)
            .en("We crossed the bridge at Mae Sot. My friend kissed the road, people laughed, me I cried."),
        us(31, 11, 2).en(
            "Good morning Ochieng. Our colleague visits you the day after tomorrow, a small man with a big \
             bag. He brings the forms for the flights.",
        ),
        them(31, 12, 40).en("Asante. Bring also a football, this place has only a wall."),
        them(1, 18, 5)
            .en("Centre is full now, 90 people. Otieno has fever since yesterday, the nurse has not come."),
    ],
    clues: &[
        clue(0, "place", 'C', 3)
            .data(r#"{"name":"Myawaddy","relation":"near"}"#)
            .quote("inside the fence at Myawaddy side")
            .confirmed(),
        clue(2, "place", 'A', 1)
            .data(r#"{"name":"Mae Sot","relation":"in"}"#)
            .quote("We crossed the bridge at Mae Sot")
            .confirmed(),
        clue(5, "place", 'A', 1)
            .data(r#"{"name":"Mae Sot","relation":"in"}"#)
            .quote("Centre is full now")
            .confirmed(),
    ],
    operation: Some(2),
};

pub(super) static JERIC: DemoCase = DemoCase {
    organisation: 0,
    summary: "Filipino nurse south of Myawaddy, made to look after people who are punished. Will not leave \
              before a sick roommate does.",
    status: "active",
    closing_reason: None,
    risk: "high",
    country: Some("MM"),
    languages: &["tl"],
    opened_days_ago: 36,
    people: &[
        person(
            "victim",
            "male",
            &[name("Jericho Palomaria", "Latn", "legal"), name("Jeric", "Latn", "nickname")],
        )
        .born(1993)
        .of(&["PH"])
        .speaks(&["tl", "en"])
        .looks("1.70 m, dimples, wears a white wristwatch upside down."),
        person("companion", "male", &[name("Dodong", "Latn", "nickname")])
            .of(&["PH"])
            .speaks(&["tl"])
            .needs("Fever and a cough for weeks; a doctor on arrival."),
    ],
    channel: channel("messenger", "invented.jeric", "Asia/Yangon")
        .only(&[("18:00", "19:15")])
        .duress(&["halo-halo"]),
    expected_every_hours: Some(120),
    thread: &[
        them(35, 18, 51)
            .unverified()
            .tl("Nurse po ako. Dinala nila ako rito para raw sa klinika. Huwag po tumawag.")
            .meaning("I am a nurse. They brought me for a clinic, they said. Please don't call."),
        us(35, 19, 3)
            .tl("Hindi po kami tatawag. May gamot po ba kayong magagamit para sa sarili?")
            .meaning("We won't call. Do you have medicine for yourself?"),
        them(35, 19, 11)
            .tl("Kaunti lang. Yung bintana ng klinika nakaharap sa ilog, may bantay na Thai sa kabila, kita \
                 ko yung bandila.")
            .meaning(
                "Just a little. The clinic window faces the river, there is a Thai guard post on the other \
                 side, I see the flag.",
            ),
        them(20, 18, 47)
            .tl("May sakit ang kasama kong si Dodong. Hindi ako aalis nang wala siya.")
            .meaning("My roommate Dodong is ill. I will not leave without him."),
        us(20, 18, 58)
            .tl("Dalawa po kayo sa listahan namin. Magpahinga rin po kayo.")
            .meaning("You are two on our list. Rest yourself as well."),
        them(3, 18, 44)
            .tl("Buhay pa po kami pareho. Mas mahigpit na ang bantay sa gate ng KK.")
            .meaning("We are both still alive. The guard at the KK gate is stricter now."),
    ],
    clues: &[
        clue(2, "border", 'B', 2)
            .data(r#"{"country":"TH","within_km":1}"#)
            .quote("may bantay na Thai sa kabila")
            .confirmed(),
        clue(5, "place", 'B', 2)
            .data(r#"{"name":"KK Park","relation":"in"}"#)
            .quote("gate ng KK")
            .confirmed(),
    ],
    operation: None,
};
