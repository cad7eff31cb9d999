//! Chrey Thom, on the Cambodian bank across from An Giang.

use super::DemoCase;
use super::build::{at, channel, clue, name, person, them, us};

pub(super) static THOAI: DemoCase = DemoCase {
    organisation: 1,
    summary: "Vietnamese man held opposite An Giang; a friend gave him our address. His last message carried \
              the agreed duress word: nothing after it is taken as free speech until the challenge is \
              answered.",
    status: "active",
    closing_reason: None,
    risk: "critical",
    country: Some("KH"),
    languages: &["vi"],
    opened_days_ago: 59,
    people: &[
        person(
            "victim",
            "male",
            &[name("Lương Quốc Thoại", "Latn", "legal"), name("Tí", "Latn", "nickname")],
        )
        .born(1999)
        .of(&["VN"])
        .speaks(&["vi"])
        .looks(
            "1.70 m, sunburnt, two fingers of the left hand taped together since an old injury. Bites his \
             lip.",
        )
        .needs("Can swim but must be told not to. Wants his brother to be called first."),
        person("informant", "male", &[name("Quách Vĩnh Đạm", "Latn", "legal")])
            .born(1998)
            .of(&["VN"])
            .speaks(&["vi"]),
    ],
    channel: channel("telegram", "@invented_thoai", "Asia/Phnom_Penh")
        .only(&[("00:45", "02:00")])
        .persona("A football betting group for beginners")
        .never_say(&["công an"])
        .duress(&["cây khế"])
        .challenge("Where did he hide as a child during the flood? On the roof of the pig sty."),
    expected_every_hours: Some(96),
    thread: &[
        them(58, 1, 5)
            .unverified()
            .vi("Em là Tí, bạn em cho em địa chỉ này. Em bị giữ bên Campuchia, mấy anh đừng gọi, một giờ \
                 khuya em mới có máy.")
            .meaning(
                "I am Tí, my friend gave me this address. I am held in Cambodia, please don't call, I only \
                 get a phone at one in the night.",
            ),
        us(58, 1, 14)
            .vi("Chào Tí. Chỉ nhắn thôi. Máy này là của em hay của công ty?")
            .meaning("Hello Tí. Only writing. Is this phone yours or the company's?"),
        them(58, 1, 19)
            .vi("Máy của em, em giấu trong bao gạo. Trước hai giờ là phải cất.")
            .meaning("Mine, I hide it in a rice sack. It has to be put away before two."),
        them(55, 1, 11)
            .vi("Em qua sông bằng vỏ lãi ban đêm, chưa tới năm phút. Bên này họ kêu Chrây Thum.")
            .meaning(
                "I crossed the river by motor sampan at night, less than five minutes. On this side they \
                 call it Chrây Thum.",
            ),
        us(55, 1, 20)
            .vi("Rất rõ. Em đừng ra bờ sông nhìn cho kỹ hơn, vậy là đủ.")
            .meaning("Very clear. Don't go to the bank to look closer, this is enough."),
        them(49, 1, 7)
            .vi("Em đứng trên sân thượng nhìn qua là thấy chợ Long Bình bên mình, sáng nghe cả loa phường.")
            .meaning(
                "From the roof I look over and see Long Bình market on our side; in the morning I even hear \
                 the ward's loudspeaker.",
            ),
        us(49, 1, 15)
            .vi("Nghe loa bên nhà chắc em nhớ lắm. Tụi anh đang làm từng bước.")
            .meaning("Hearing the loudspeaker from home must make you miss it. We are working step by step."),
        them(41, 1, 22)
            .vi("Bữa nay có hai đứa bơi qua sông, bị bắt lại. Họ phạt cả phòng nhịn cơm.")
            .meaning("Today two boys swam for it and were caught. The whole room was punished with no rice."),
        us(41, 1, 30).vi("Đừng bơi, Tí. Hứa với tụi anh.").meaning("Don't swim, Tí. Promise us."),
        them(41, 1, 33)
            .vi("Em hứa. Em bơi giỏi nhưng em không ngu.")
            .meaning("I promise. I swim well but I am not stupid."),
        them(28, 1, 9)
            .vi("Đường vô chỉ có một, hai bên là ao sen, tới cuối là cổng xanh. Bên trong bốn dãy nhà, em ở \
                 dãy thứ ba.")
            .meaning(
                "There is only one road in, lotus ponds on both sides, at the end a green gate. Inside are \
                 four rows of houses, I am in the third.",
            ),
        us(28, 1, 18)
            .vi("Cảm ơn em. Nhớ câu tụi anh dặn: nếu không nhắn tự do được thì nhắc tới cây gì.")
            .meaning("Thank you. Remember what we agreed: if you cannot write freely, mention which tree."),
        them(28, 1, 21).vi("Dạ nhớ.").meaning("I remember."),
        them(13, 1, 12)
            .vi("Em vẫn ở dãy cũ. Tay đau nhưng chịu được.")
            .meaning("Still in the same row. The hand hurts but I can bear it."),
        them(2, 1, 26)
            .suspect()
            .vi("Em khỏe, công ty tốt lắm. Nhà em trồng cây khế năm nay sai trái. Anh cho em xin số của \
                 người bên mình ở đây đi.")
            .meaning(
                "I am fine, the company is very good. Our star-fruit tree bears a lot this year. Please give \
                 me the number of your person here.",
            ),
        us(2, 1, 41)
            .vi("Mừng cho em. Bên anh chỉ là nhóm kèo bóng thôi, có kèo mới anh nhắn.")
            .meaning("Glad for you. We are just a football tips group, we'll write when there is a new tip."),
    ],
    clues: &[
        clue(3, "place", 'B', 2)
            .data(
                r#"{"name":"Chrey Thom","relation":"in",
                "candidates":[{"name":"Chrey Thom","lat":10.94,"lon":105.08,
                  "kind":"village","country":"KH","weight":1.0}]}"#,
            )
            .quote("Chrây Thum")
            .confirmed(),
        clue(3, "travel_time", 'B', 3)
            .data(r#"{"from":{"lat":10.95,"lon":105.09},"hours":0.08,"mode":"boat","border_crossed":true}"#)
            .quote("chưa tới năm phút")
            .confirmed(),
        clue(5, "landmark", 'B', 2)
            .data(r#"{"lat":10.95,"lon":105.09,"name":"Long Bình market","within_km":2}"#)
            .quote("thấy chợ Long Bình")
            .confirmed(),
        clue(5, "border", 'B', 2)
            .data(r#"{"country":"VN","within_km":2}"#)
            .quote("sáng nghe cả loa phường")
            .confirmed(),
        clue(10, "site", 'B', 3)
            .site(7)
            .quote("Đường vô chỉ có một")
            .confirmed()
            .note("One road between lotus ponds: matches what the women's network said of the place."),
    ],
    operation: None,
};

pub(super) static RATNA: DemoCase = DemoCase {
    organisation: 0,
    summary: "Indonesian woman, cook and later chat worker near Chrey Thom. Let go after months when her \
              contract was bought out by a compatriot; picked up in Phnom Penh by a partner and now in a \
              shelter, waiting for her papers.",
    status: "in_care",
    closing_reason: None,
    risk: "low",
    country: Some("KH"),
    languages: &["id"],
    opened_days_ago: 133,
    people: &[person(
        "victim",
        "female",
        &[name("Ratna Sekarwulan", "Latn", "legal"), name("Mbak Rat", "Latn", "nickname")],
    )
    .born(2000)
    .of(&["ID"])
    .speaks(&["id", "su"])
    .looks("About 1.55 m, headscarf, small burn on the left forearm from cooking oil.")
    .needs(
        "Five months pregnant, check-up every two weeks. A room with other women. Does not want her village \
         told.",
    )],
    channel: channel("whatsapp", "+1 202 555 0121", "Asia/Phnom_Penh")
        .only(&[("15:00", "16:30"), ("20:00", "21:00")])
        .we_may_start()
        .challenge("What does her mother call the cat? Si Kopi."),
    expected_every_hours: None,
    thread: &[
        them(132, 15, 14)
            .unverified()
            .id("Assalamualaikum. Saya Ratna, kerja masak di Kamboja, katanya dua bulan, sekarang tidak \
                 boleh pulang.")
            .meaning(
                "Peace be upon you. I am Ratna, working as a cook in Cambodia, they said two months, now I \
                 am not allowed home.",
            ),
        us(132, 15, 26)
            .id("Waalaikumsalam, Mbak Ratna. Apakah Mbak bisa keluar dari dapur atau gedungnya?")
            .meaning("And upon you, Ratna. Can you leave the kitchen or the building?"),
        them(132, 15, 33)
            .id("Ke pasar seminggu sekali, ditemani satpam. Paspor dipegang bos.")
            .meaning("To the market once a week, with a guard. The boss has the passport."),
        them(124, 15, 20)
            .id("Pasarnya kecil di pinggir sungai. Di seberang sudah Vietnam, orang pakai topi kerucut, \
                 bendera merah kelihatan.")
            .meaning(
                "The market is small and on the river. Across it is already Vietnam, people wear cone hats, \
                 one sees the red flag.",
            ),
        us(124, 15, 31)
            .id("Terima kasih. Mbak tidak perlu memotret apa pun.")
            .meaning("Thank you. You need not photograph anything."),
        them(117, 20, 12)
            .id("Dari Phnom Penh dulu naik mobil kira-kira dua jam, terakhirnya jalan kecil di pinggir \
                 sungai terus.")
            .meaning(
                "From Phnom Penh back then it was about two hours by car, at the end always a small road \
                 along the river.",
            ),
        them(103, 15, 41)
            .id("Sekarang saya disuruh mengetik juga, karena ada yang kabur. Saya tidak bisa bohong ke \
                 orang, saya menangis terus.")
            .meaning(
                "Now they make me type as well because someone ran away. I cannot lie to people, I cry all \
                 the time.",
            ),
        us(103, 15, 52)
            .id("Itu bukan salah Mbak. Yang memaksa yang salah.")
            .meaning("That is not your fault. It is the fault of those who force you."),
        them(70, 20, 25)
            .id("Ada ibu orang Indonesia yang menikah di sini, dia mau menebus kontrak saya. Saya takut ini \
                 tipuan.")
            .meaning(
                "There is an Indonesian lady married here who wants to buy out my contract. I fear it is a \
                 trick.",
            ),
        us(70, 20, 36)
            .id("Wajar takut. Jangan naik mobil sebelum kami tahu namanya. Kami cek dulu.")
            .meaning(
                "It is right to be afraid. Don't get into a car before we know her name. We check first.",
            ),
        us(66, 15, 5)
            .id("Sudah kami cek lewat dua orang. Ibu itu benar dan pernah menolong yang lain. Keputusan \
                 tetap di tangan Mbak.")
            .meaning(
                "We checked through two people. The lady is genuine and has helped others. The decision \
                 remains yours.",
            ),
        them(61, 15, 22)
            .id("Saya sudah di Phnom Penh, di rumah ibu itu. Tangan saya masih gemetar.")
            .meaning("I am in Phnom Penh, at the lady's house. My hands are still shaking."),
        them(34, 15, 48)
            .id("Sudah di rumah singgah. Kata bidan bayinya sehat. Alhamdulillah.")
            .meaning("I am in the shelter. The midwife says the baby is healthy. Thank God."),
        us(34, 15, 57)
            .id("Alhamdulillah. Surat jalan sedang diurus, sabar ya, Mbak.")
            .meaning("Thank God. The travel letter is being made, be patient."),
        them(8, 15, 30)
            .id("Kapan kira-kira pulang? Saya mau lahiran di rumah.")
            .meaning("When will I go home, more or less? I want to give birth at home."),
        us(8, 15, 44)
            .id("Kedutaan bilang tiga sampai empat minggu. Kami dampingi sampai pintu rumah.")
            .meaning("The embassy says three to four weeks. We go with you to the door of the house."),
    ],
    clues: &[
        clue(3, "border", 'B', 2)
            .data(r#"{"country":"VN","within_km":2}"#)
            .quote("Di seberang sudah Vietnam")
            .confirmed(),
        clue(5, "travel_time", 'B', 3)
            .data(r#"{"from":{"name":"Phnom Penh"},"hours":2,"mode":"road","border_crossed":false}"#)
            .quote("Dari Phnom Penh dulu naik mobil kira-kira dua jam")
            .confirmed(),
        clue(11, "place", 'A', 1)
            .data(r#"{"name":"Phnom Penh","relation":"in"}"#)
            .quote("di Phnom Penh, di rumah ibu itu")
            .confirmed()
            .note("The partner saw her the same evening."),
        clue(3, "site", 'A', 2)
            .told_by(0, at(124, 15, 20))
            .site(7)
            .confirmed()
            .note("Her own account in the shelter, about the weeks before she left."),
    ],
    operation: None,
};
