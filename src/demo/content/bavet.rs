//! Bavet, on the Cambodian side of the road to Ho Chi Minh City.

use super::DemoCase;
use super::build::{channel, clue, name, person, them, us};

pub(super) static KHUE: DemoCase = DemoCase {
    organisation: 0,
    summary: "Vietnamese woman of about twenty, led across the fields near Mộc Bài for sales work and kept \
              on the fifth floor of a building in Bavet. Writes less and less. Threatened with being sold \
              on.",
    status: "active",
    closing_reason: None,
    risk: "high",
    country: Some("KH"),
    languages: &["vi"],
    opened_days_ago: 41,
    people: &[
        person(
            "victim",
            "female",
            &[name("Tạ Diễm Khuê", "Latn", "legal"), name("Bé Ba", "Latn", "nickname")],
        )
        .born(2004)
        .of(&["VN"])
        .speaks(&["vi"])
        .looks(
            "About 1.58 m, round face, dimple on the right cheek, two earrings in the left ear. Chews her \
             sleeve when nervous.",
        )
        .needs("Under 22 and frightened of men's voices: a woman should do the talking. No papers at all."),
        person("family", "male", &[name("Tạ Quang Lộ", "Latn", "legal")])
            .born(1975)
            .of(&["VN"])
            .speaks(&["vi"]),
        person("suspect", "male", &[name("Anh Đức Xe", "Latn", "nickname")])
            .speaks(&["vi"])
            .looks("The driver from the bus station; dragon on the neck, gold watch."),
    ],
    channel: channel("messenger", "invented.khue", "Asia/Phnom_Penh")
        .only(&[("22:45", "23:30")])
        .persona("A classmate who sells cosmetics")
        .never_say(&["công an", "giải cứu"])
        .duress(&["bánh tét"])
        .challenge("What was painted on her school bag? A blue whale."),
    expected_every_hours: Some(168),
    thread: &[
        them(40, 23, 5)
            .unverified()
            .vi(
                "Dạ em chào anh chị, em đang bị giữ ở Campuchia, em lén nhắn. Anh chị đừng gọi nha, ở đây có \
                 camera.",
            )
            .meaning(
                "Hello, I am being held in Cambodia, I write in secret. Please don't call, there are cameras \
                 here.",
            ),
        us(40, 23, 12)
            .vi("Bên mình chỉ nhắn, không gọi. Chưa cần nói tên thật. Giờ này em có an toàn không?")
            .meaning(
                "We only write, no calls. You need not give your real name yet. Are you safe at this hour?",
            ),
        them(40, 23, 18)
            .vi("Tới mười một rưỡi thôi ạ. Mười một rưỡi tổ trưởng đi thu điện thoại.")
            .meaning("Only till half past eleven. At half past eleven the team leader collects the phones."),
        them(39, 23, 2)
            .vi("Họ chở em từ Sài Gòn, chừng hai tiếng là tới Mộc Bài, rồi đi bộ vòng ruộng chừng mười lăm \
                 phút là qua bên kia.")
            .meaning(
                "They drove me from Saigon, about two hours to Mộc Bài, then on foot around the fields for \
                 some fifteen minutes and we were across.",
            ),
        us(39, 23, 9)
            .vi("Cảm ơn em, chi tiết này rất quý. Em ngủ được không?")
            .meaning("Thank you, that detail is worth a lot. Can you sleep?"),
        them(37, 23, 9)
            .vi("Dạ ngủ ít. Chỗ này mọi người kêu là Bà Vẹt. Từ cửa sổ em thấy casino với đường quốc lộ.")
            .meaning(
                "I sleep little. Everyone calls this place Bà Vẹt. From the window I see a casino and the \
                 highway.",
            ),
        them(33, 23, 14)
            .vi("Điện thoại em vẫn bắt được sóng Viettel của Việt Nam, hai vạch. Chắc gần biên giới lắm.")
            .meaning(
                "My phone still catches Viettel from Vietnam, two bars. It must be very near the border.",
            ),
        us(33, 23, 20)
            .vi("Mình ghi rồi. Em nhớ xóa tin, và đừng nhắn khi có người cùng phòng thức.")
            .meaning("Noted. Remember to delete, and don't write while a roommate is awake."),
        them(27, 23, 1)
            .vi("Tụi em bị nhốt ở tầng năm. Ban đêm phía sau tối thui toàn ruộng, phía trước thì đèn sáng \
                 choang.")
            .meaning(
                "They keep us on the fifth floor. At night it is pitch dark behind, only fields, and in \
                 front the lights are glaring.",
            ),
        them(20, 23, 16)
            .vi("Có một chị nói chỗ này cách cửa khẩu khoảng ba cây số, chị đó từng đi chợ một lần.")
            .meaning(
                "One woman says this is about three kilometres from the border gate; she went to the market \
                 once.",
            ),
        us(20, 23, 24).vi("Cảm ơn em với chị. Ba em khỏe, ba nói vẫn để đèn trước nhà.").meaning(
            "Thank you both. Your father is well, he says he still leaves the light on in front of the \
                 house.",
        ),
        them(12, 23, 8)
            .vi("Hôm nay họ nói ai không đủ chỉ tiêu sẽ bán qua chỗ khác. Em sợ lắm.")
            .meaning("Today they said whoever misses the target will be sold elsewhere. I am very afraid."),
        us(12, 23, 15)
            .vi("Mình hiểu em sợ. Nếu bị chuyển, em chỉ cần nhắn tên chỗ mới, một chữ thôi cũng được.")
            .meaning(
                "We understand. If you are moved, just write the name of the new place, one word will do.",
            ),
        them(5, 23, 19)
            .vi("Em vẫn còn đây. Tuần này họ canh kỹ, em nhắn ít thôi.")
            .meaning("I am still here. They watch closely this week, I will write less."),
        us(5, 23, 25).vi("Mình ở đây. Em giữ sức nha.").meaning("We are here. Save your strength."),
    ],
    clues: &[
        clue(3, "travel_time", 'B', 3)
            .data(r#"{"from":{"lat":11.07,"lon":106.18},"hours":0.25,"mode":"foot","border_crossed":true}"#)
            .quote("đi bộ vòng ruộng chừng mười lăm phút")
            .confirmed(),
        clue(5, "place", 'B', 2)
            .data(
                r#"{"name":"Bà Vẹt","relation":"in",
                "candidates":[{"name":"Bavet","lat":11.07,"lon":106.15,
                  "kind":"town","country":"KH","weight":1.0}]}"#,
            )
            .quote("Bà Vẹt")
            .confirmed(),
        clue(6, "cell", 'B', 2)
            .data(r#"{"mcc":452,"mnc":4}"#)
            .quote("sóng Viettel của Việt Nam, hai vạch")
            .confirmed(),
        clue(6, "border", 'B', 3)
            .data(r#"{"country":"VN","within_km":5}"#)
            .quote("gần biên giới lắm")
            .confirmed(),
        clue(9, "distance_from", 'C', 3)
            .data(r#"{"from":{"lat":11.07,"lon":106.18},"km":3,"sigma_km":1.5}"#)
            .quote("cách cửa khẩu khoảng ba cây số")
            .note("Second hand, from a woman who was out once."),
        clue(13, "site", 'C', 3).site(4).quote("Em vẫn còn đây"),
    ],
    operation: None,
};
