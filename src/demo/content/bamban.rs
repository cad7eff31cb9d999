//! Bamban in Tarlac, in the Philippines.

use super::DemoCase;
use super::build::{channel, clue, name, person, them, us};

pub(super) static COOK: DemoCase = DemoCase {
    organisation: 1,
    summary: "A kitchen worker near Bamban reported a young Vietnamese man who may not leave the compound \
              and had asked her for help. The authorities went in; he was found, sheltered, and flown home \
              to his mother.",
    status: "closed",
    closing_reason: Some("recovered_home"),
    risk: "low",
    country: Some("PH"),
    languages: &["tl", "vi"],
    opened_days_ago: 187,
    people: &[
        person(
            "informant",
            "female",
            &[name("Rosalinda Abucayan", "Latn", "legal"), name("Aling Rosing", "Latn", "nickname")],
        )
        .born(1972)
        .of(&["PH"])
        .speaks(&["tl"])
        .needs("Lost her pay when the place closed; asks that nobody in the village learns it was her."),
        person("victim", "male", &[name("Mạc Đình Quý", "Latn", "legal"), name("Kwi", "Latn", "nickname")])
            .born(2003)
            .of(&["VN"])
            .speaks(&["vi"])
            .looks("1.67 m, pale, front teeth crossed, always in a blue football shirt, number 10.")
            .needs("Interpreter for Vietnamese; speaks no English or Tagalog."),
    ],
    channel: channel("sms", "+1 202 555 0142", "Asia/Manila")
        .only(&[("19:30", "21:30")])
        .we_may_start()
        .persona("Her niece, about the price of rice")
        .never_say(&["pulis", "raid"])
        .challenge("What did the boy fold for her out of a receipt? A frog."),
    expected_every_hours: None,
    thread: &[
        them(186, 19, 12)
            .unverified()
            .tl("Magandang gabi po. Nagluluto ako sa isang malaking lugar malapit sa Bamban. May batang \
                 Vietnamese dito na umiiyak gabi-gabi.")
            .meaning(
                "Good evening. I cook in a big place near Bamban. There is a Vietnamese boy here who cries \
                 every night.",
            ),
        us(186, 19, 25)
            .tl("Salamat po sa pagsulat. Ligtas po ba kayo kapag nagte-text sa oras na ito?")
            .meaning("Thank you for writing. Are you safe texting at this hour?"),
        them(186, 19, 31)
            .tl("Opo, nasa bahay na ako. Sa trabaho kinukuha nila ang cellphone.")
            .meaning("Yes, I am at home by now. At work they take the phones."),
        them(181, 19, 20)
            .tl("Binigyan niya ako ng papel, may nakasulat na help at pangalan niya, Quy. Hindi sila \
                 pinalalabas, may bakod na mataas.")
            .meaning(
                "He gave me a paper with the word help and his name, Quy. They are not let out, there is a \
                 high fence.",
            ),
        us(181, 19, 33)
            .tl("Ang tapang po ninyo. Huwag na po kayong kumuha pa ng papel sa kanya, baka mahuli kayo.")
            .meaning("You are brave. Please take no more papers from him, you might be caught."),
        them(174, 19, 8)
            .tl("Nasa likod po ito ng munisipyo, kita ang bundok sa kanluran. Pagpunta ko, dalawampung \
                 minuto sa tricycle galing sa bahay.")
            .meaning(
                "It is behind the town hall, one sees the mountains to the west. When I go there it is \
                 twenty minutes by tricycle from home.",
            ),
        us(174, 19, 19)
            .tl("Naitala na po namin. Kumusta po ang bata?")
            .meaning("We have noted it. How is the boy?"),
        them(174, 19, 24)
            .tl("Pumayat na. Tinuruan niya akong magtupi ng palaka mula sa resibo, para raw sa kapatid niya.")
            .meaning(
                "He has got thin. He taught me to fold a frog out of a receipt, for his little sister he \
                 says.",
            ),
        them(160, 19, 40)
            .tl("May narinig akong lilipat daw ang ibang tao sa Porac sa susunod na buwan. Hindi ko alam \
                 kung kasama siya.")
            .meaning(
                "I heard that some people will move to Porac next month. I don't know whether he is among \
                 them.",
            ),
        us(160, 19, 52)
            .tl("Salamat po. Nakausap na namin ang mga dapat kausapin. Pumasok po kayo na parang karaniwang \
                 araw.")
            .meaning("Thank you. We have talked to those who have to know. Go to work as on any day."),
        them(151, 20, 15)
            .tl("Ang daming sasakyan ng gobyerno ngayong umaga. Pinalabas kami lahat. Nakita ko siya, \
                 nakabalot sa kumot, kumaway siya sa akin.")
            .meaning(
                "So many government cars this morning. We were all let out. I saw him wrapped in a blanket, \
                 he waved at me.",
            ),
        us(151, 20, 22)
            .tl("Dahil po sa inyo iyan. Walang sinuman ang makakaalam.")
            .meaning("That is because of you. Nobody will ever know."),
        them(149, 19, 44)
            .tl("Nawalan ako ng trabaho pero nakakatulog na ako. Kumusta na po siya?")
            .meaning("I lost my job but I can sleep. How is he?"),
        us(122, 19, 10)
            .tl("Nakauwi na po si Quý sa nanay niya. May ipinadala siyang palakang papel para sa inyo.")
            .meaning("Quý is home with his mother. He has sent a paper frog for you."),
    ],
    clues: &[
        clue(0, "place", 'B', 2)
            .data(r#"{"name":"Bamban","relation":"near"}"#)
            .quote("malapit sa Bamban")
            .confirmed(),
        clue(5, "place", 'B', 2)
            .data(
                r#"{"name":"Bamban town hall","relation":"near",
                "candidates":[{"name":"Bamban","lat":15.27,"lon":120.57,
                  "kind":"town","country":"PH","weight":1.0}]}"#,
            )
            .quote("Nasa likod po ito ng munisipyo")
            .confirmed(),
        clue(5, "travel_time", 'B', 4)
            .data(r#"{"from":{"lat":15.23,"lon":120.57},"hours":0.33,"mode":"road","border_crossed":false}"#)
            .quote("dalawampung minuto sa tricycle galing sa bahay")
            .note("From a village to the south, given at town precision to protect her."),
        clue(8, "place", 'D', 4)
            .data(r#"{"name":"Porac","relation":"in"}"#)
            .quote("lilipat daw ang ibang tao sa Porac")
            .rejected("About others, and later."),
        clue(3, "site", 'B', 1).site(12).quote("may bakod na mataas").confirmed(),
    ],
    operation: Some(8),
};
