//! Shorter cases from Cambodia.

use super::DemoCase;
use super::build::{channel, clue, name, person, them, us};

pub(super) static RATHA: DemoCase = DemoCase {
    organisation: 0,
    summary: "Cambodian woman kept as a cleaner in Poipet without pay, papers held. Left with the help of a \
              labour inspector; recovered, statement open.",
    status: "recovered",
    closing_reason: None,
    risk: "low",
    country: Some("KH"),
    languages: &["km"],
    opened_days_ago: 88,
    people: &[person(
        "victim",
        "female",
        &[name("ញ៉ែម រដ្ឋា", "Khmr", "legal"), name("Nhem Ratha", "Latn", "legal")],
    )
    .born(1991)
    .of(&["KH"])
    .speaks(&["km"])
    .looks("1.54 m, gold hoop earrings, deep laugh lines, old scar over the lip.")
    .needs("Back pay; a place for her two daughters while she testifies.")],
    channel: channel("telegram", "@invented_ratha", "Asia/Phnom_Penh")
        .only(&[("12:00", "13:00"), ("18:30", "20:00")])
        .we_may_start()
        .never_say(&["ប៉ូលិស"]),
    expected_every_hours: None,
    thread: &[
        them(87, 12, 25)
            .unverified()
            .km("ខ្ញុំធ្វើការបោសសំអាតនៅប៉ោយប៉ែត គេមិនឲ្យខ្ញុំត្រឡប់ទៅផ្ទះ ហើយមិនបើកប្រាក់ខែ។")
            .meaning("I clean in Poipet, they don't let me go home and pay no wage."),
        us(87, 12, 38).km("យើងស្ដាប់អ្នក។ មានក្មេងនៅជាមួយអ្នកទេ?").meaning("We hear you. Are there children with you?"),
        them(87, 12, 44).km("ទេ កូនៗនៅជាមួយម្តាយខ្ញុំ។ ទីនេះនៅក្បែរស្ពានព្រំដែន ឮសំឡេងឡានពេញយប់។").meaning(
            "No, they are with my mother. Here it is near the border bridge, I hear trucks all night.",
        ),
        us(84, 18, 40).km("ស្អែកមានអធិការការងារទៅពិនិត្យ។ សូមនៅជិតទ្វារ ហើយនិយាយឈ្មោះពិតរបស់អ្នក។").meaning(
            "Tomorrow a labour inspector comes to check. Please stay near the door and say your true \
                 name.",
        ),
        them(81, 19, 20)
            .km("ខ្ញុំចេញបានហើយ។ ខ្ញុំនៅផ្ទះបងស្រីខ្ញុំ។ អរគុណណាស់។")
            .meaning("I am out. I am at my sister's house. Thank you very much."),
    ],
    clues: &[
        clue(0, "place", 'B', 2)
            .data(
                r#"{"name":"ប៉ោយប៉ែត","relation":"in",
                "candidates":[{"name":"Poipet","lat":13.66,"lon":102.56,
                  "kind":"town","country":"KH","weight":1.0}]}"#,
            )
            .quote("ប៉ោយប៉ែត")
            .confirmed(),
        clue(2, "landmark", 'B', 3)
            .data(r#"{"lat":13.66,"lon":102.55,"name":"Border bridge","within_km":3}"#)
            .quote("ក្បែរស្ពានព្រំដែន")
            .confirmed(),
    ],
    operation: None,
};

pub(super) static BAYU: DemoCase = DemoCase {
    organisation: 0,
    summary: "Indonesian man in Sihanoukville among about forty compatriots. The authorities have signalled \
              that they may inspect the building; support is being drafted.",
    status: "rescue_planned",
    closing_reason: None,
    risk: "high",
    country: Some("KH"),
    languages: &["id"],
    opened_days_ago: 45,
    people: &[person("victim", "male", &[name("Bayu Kertapraja", "Latn", "legal")])
        .born(1997)
        .of(&["ID"])
        .speaks(&["id", "en"])
        .looks("1.72 m, shaved head, star tattoo behind the ear, speaks fast.")
        .needs("Asked that his friends be named in the same order each time; he keeps the list.")],
    channel: channel("whatsapp", "+44 7700 900172", "Asia/Phnom_Penh")
        .only(&[("23:00", "23:50")])
        .never_say(&["polisi"])
        .duress(&["es cendol"]),
    expected_every_hours: Some(72),
    thread: &[
        them(44, 23, 9)
            .unverified()
            .id("Kami di Sihanoukville, empat puluh orang Indonesia satu gedung. Saya yang berani menulis.")
            .meaning(
                "We are in Sihanoukville, forty Indonesians in one building. I am the one who dares to \
                 write.",
            ),
        us(44, 23, 18)
            .id("Terima kasih keberaniannya. Jangan pegang daftar nama di HP.")
            .meaning("Thank you for the courage. Don't keep the list of names on the phone."),
        them(30, 23, 22)
            .id("Saya hafalkan. Gedungnya dekat jalan yang menurun ke pantai, di bawahnya ada lampu kedai \
                 kerang.")
            .meaning(
                "I know them by heart. The building is near a road that goes down to the beach, below are \
                 the lamps of a shellfish stall.",
            ),
        us(30, 23, 31)
            .id("Bagus sekali. Apa semua masih sehat?")
            .meaning("Very good. Is everyone still healthy?"),
        them(4, 23, 14)
            .id("Dua orang sakit. Ada kabar petugas mau datang, bos sudah menyuruh dapur bersih-bersih.")
            .meaning(
                "Two are ill. There is word that officials will come, the boss has told the kitchen to \
                 clean.",
            ),
        us(4, 23, 21)
            .id("Kalau petugas datang, jangan lari. Sebutkan nama, lalu duduk di tempat yang terlihat.")
            .meaning("If officials come, don't run. Give your name, then sit where you can be seen."),
    ],
    clues: &[
        clue(0, "place", 'B', 2)
            .data(r#"{"name":"Sihanoukville","relation":"in"}"#)
            .quote("Kami di Sihanoukville")
            .confirmed(),
        clue(2, "landmark", 'C', 3)
            .data(r#"{"lat":10.60,"lon":103.53,"name":"Road down to the beach","within_km":4}"#)
            .quote("dekat jalan yang menurun ke pantai"),
        clue(4, "site", 'C', 3).site(3).quote("Ada kabar petugas mau datang").confirmed(),
    ],
    operation: Some(6),
};

pub(super) static PIM: DemoCase = DemoCase {
    organisation: 0,
    summary: "Thai woman at O'Smach. Her phone works because Thai signal reaches over the hill; she sends \
              one line each time.",
    status: "located",
    closing_reason: None,
    risk: "medium",
    country: Some("KH"),
    languages: &["th"],
    opened_days_ago: 26,
    people: &[person(
        "victim",
        "female",
        &[
            name("พิมพ์ระวี อังสุนิธิ", "Thai", "legal"),
            name("Pimrawee Angsunithi", "Latn", "legal"),
            name("พิม", "Thai", "nickname"),
        ],
    )
    .born(1998)
    .of(&["TH"])
    .speaks(&["th"])
    .looks("1.62 m, fringe, braces on the teeth, always a wristband of red string.")],
    channel: channel("line", "invented_pim", "Asia/Phnom_Penh")
        .only(&[("22:00", "22:45")])
        .persona("A shop that sells phone cases")
        .duress(&["เคสสีเขียว"]),
    expected_every_hours: Some(96),
    thread: &[
        them(25, 22, 11).unverified().th("หนูอยู่ช่องจอมฝั่งเขมรค่ะ เขาเรียกโอเสม็ด มือถือใช้สัญญาณไทยได้").meaning(
            "I am opposite Chong Chom, on the Khmer side. They call it O'Smach. My phone gets Thai \
                 signal.",
        ),
        us(25, 22, 19)
            .th("ขอบคุณนะคะ พิมพ์แค่ประโยคเดียวพอ แล้วลบ")
            .meaning("Thank you. One sentence is enough, then delete it."),
        them(14, 22, 15)
            .th("ได้ยินเสียงลำโพงวัดฝั่งไทยตอนเช้ามืดค่ะ")
            .meaning("I hear the loudspeaker of a temple on the Thai side before dawn."),
        them(6, 22, 20)
            .th("ยังอยู่ห้องเดิม เพื่อนสองคนถูกย้ายไปแล้ว")
            .meaning("Still in the same room. Two friends have been moved."),
    ],
    clues: &[
        clue(0, "place", 'B', 2)
            .data(
                r#"{"name":"โอเสม็ด","relation":"in",
                "candidates":[{"name":"O'Smach","lat":14.44,"lon":103.69,
                  "kind":"town","country":"KH","weight":1.0}]}"#,
            )
            .quote("โอเสม็ด")
            .confirmed(),
        clue(0, "place", 'B', 2)
            .data(r#"{"name":"ช่องจอม","relation":"opposite"}"#)
            .quote("ช่องจอมฝั่งเขมร")
            .confirmed(),
        clue(0, "cell", 'B', 3).data(r#"{"mcc":520}"#).quote("มือถือใช้สัญญาณไทยได้").confirmed(),
    ],
    operation: Some(4),
};
