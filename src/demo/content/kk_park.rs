//! The river bank south of Myawaddy, around KK Park.

use super::DemoCase;
use super::build::{at, channel, clue, name, person, them, us};

pub(super) static GALIH: DemoCase = DemoCase {
    organisation: 0,
    summary: "Indonesian man from Tegal, recruited for hotel work, forced to run chat accounts south of \
              Myawaddy. Punished for missing targets, still writes almost daily. Extraction is approved.",
    status: "rescue_planned",
    closing_reason: None,
    risk: "critical",
    country: Some("MM"),
    languages: &["id", "en"],
    opened_days_ago: 88,
    people: &[
        person(
            "victim",
            "male",
            &[name("Galih Restuadi", "Latn", "legal"), name("Mas Gal", "Latn", "nickname")],
        )
        .born(1998)
        .of(&["ID"])
        .speaks(&["id", "jv", "en"])
        .looks(
            "Slim, about 1.68 m, birthmark the size of a coin under the left ear. Left front tooth chipped.",
        )
        .needs("Back pain, cannot carry weight. Halal food. Travel letter from his embassy is being made."),
        person("family", "female", &[name("Sulastri Restuadi", "Latn", "legal")])
            .born(1971)
            .of(&["ID"])
            .speaks(&["id", "jv"])
            .needs("Call only in the afternoon; her husband is ill and does not know everything."),
    ],
    channel: channel("signal", "+44 7700 900115", "Asia/Yangon")
        .only(&[("20:15", "21:30")])
        .persona("An online shop that sells batik")
        .never_say(&["polisi", "kedutaan"])
        .duress(&["nasi kuning"])
        .challenge("What did he break at the wedding of his brother? The big mirror."),
    expected_every_hours: Some(36),
    thread: &[
        them(87, 21, 10)
            .unverified()
            .id("Selamat malam. Saya WNI, saya di Myanmar, tidak bisa keluar. Tolong jangan telepon, ketik \
                 saja.")
            .meaning(
                "Good evening. I am an Indonesian citizen, I am in Myanmar, I cannot get out. Please don't \
                 phone, only type.",
            ),
        us(87, 21, 16)
            .id("Selamat malam. Kami hanya menulis, tidak pernah menelepon. Jam berapa yang aman untuk Mas?")
            .meaning("Good evening. We only write and never phone. Which hours are safe for you?"),
        them(87, 21, 21)
            .id("Setelah absen malam, jam sembilan sampai jam sepuluh waktu Thailand. HP ini punya saya, \
                 saya sembunyikan di kasur.")
            .meaning(
                "After the evening roll call, nine to ten Thai time. This phone is mine, I hide it in the \
                 mattress.",
            ),
        them(85, 21, 5)
            .id("Dulu saya dijemput di Mae Sot, lalu naik mobil kira-kira dua puluh menit, lalu menyeberang \
                 sungai pakai perahu karet.")
            .meaning(
                "Back then I was picked up in Mae Sot, then about twenty minutes by car, then across a river \
                 in a rubber boat.",
            ),
        us(85, 21, 12)
            .id("Terima kasih, ini sangat membantu. Mas sendirian atau ada teman dari Indonesia?")
            .meaning("Thank you, this helps a lot. Are you alone or are there friends from Indonesia?"),
        them(85, 21, 19)
            .id("Ada sebelas orang Indonesia di gedung ini. Yang saya percaya cuma satu.")
            .meaning("There are eleven Indonesians in this building. I trust only one."),
        them(76, 21, 33)
            .id("Orang sini menyebut tempat ini KK. Jalan masuknya cuma satu, ada portal dan anjing.")
            .meaning("People here call this place KK. There is only one road in, with a barrier and dogs."),
        us(76, 21, 40)
            .id("Baik. Jangan bertanya-tanya ke orang lain soal tempatnya, ya. Itu berbahaya.")
            .meaning("Good. Please don't ask others about the place. That is dangerous."),
        them(64, 21, 2)
            .id("Hari ini matahari terbenam jam <sunset 16.64 98.52 420>. HP saya masih pakai jam Thailand.")
            .meaning("Today the sun set at <sunset 16.64 98.52 420>. My phone is still on Thai time."),
        them(64, 21, 8)
            .id("Sinyal yang kuat malah sinyal Thailand, AIS. Kartu Myanmar sering hilang.")
            .meaning("The strong signal is the Thai one, AIS. The Myanmar card often drops out."),
        us(64, 21, 15)
            .id("Sudah kami catat. Bagaimana punggungnya?")
            .meaning("We have noted it. How is your back?"),
        them(51, 21, 44)
            .id("Masih sakit. Saya dihukum lari keliling lapangan karena target tidak tercapai. Dari \
                 lapangan kelihatan jembatan besar, jauh, ke arah utara, mungkin lima kilometer.")
            .meaning(
                "Still hurts. I was punished with running round the yard because I missed the target. From \
                 the yard one sees the big bridge, far off to the north, perhaps five kilometres.",
            ),
        us(51, 21, 52)
            .id("Kami ikut sedih. Jaga badan dulu, informasi nanti saja.")
            .meaning("We are sorry. Look after your body first, information can wait."),
        them(38, 21, 11)
            .id("Lokasi dari HP: https://maps.google.com/?q=16.65,98.52 semoga betul.")
            .meaning("Location from the phone: https://maps.google.com/?q=16.65,98.52 I hope it is right."),
        us(38, 21, 18)
            .id("Sudah masuk. Hapus sekarang, dan matikan lokasi di HP.")
            .meaning("Received. Delete it now and switch off location on the phone."),
        them(24, 21, 27)
            .id("Katanya minggu depan ada pemeriksaan dari luar. Bos menyuruh kami latihan bilang: saya \
                 kerja suka rela.")
            .meaning(
                "They say there will be an inspection from outside next week. The boss has us practise \
                 saying: I work here of my own will.",
            ),
        us(24, 21, 35)
            .id("Kalau ada pemeriksa, jangan bicara di depan pengawas. Cukup bilang nama lengkap dan paspor.")
            .meaning(
                "If inspectors come, don't speak in front of the overseers. Full name and passport is \
                 enough.",
            ),
        them(9, 21, 20)
            .id("Saya masih di gedung yang sama, lantai dua, kamar dekat tangga. Teman saya sudah siap juga.")
            .meaning(
                "I am still in the same building, second floor, room by the stairs. My friend is ready as \
                 well.",
            ),
        us(9, 21, 29)
            .id("Baik. Tetap seperti biasa. Kalau waktunya dekat, pesan kami cuma: batiknya sudah jadi.")
            .meaning(
                "Good. Carry on as usual. When the time is near our message will only be: the batik is done.",
            ),
        them(2, 21, 14)
            .id("Siap. Malam ini ada tamu di gerbang, penjaga lebih banyak dari biasa.")
            .meaning("Understood. Tonight there are guests at the gate, more guards than usual."),
        them(1, 21, 6)
            .id("Sudah sepi lagi. Saya baik, masih di kamar yang sama.")
            .meaning("Quiet again. I am well, still in the same room."),
        us(1, 21, 13)
            .id("Terima kasih kabarnya, Mas. Istirahat, ya.")
            .meaning("Thank you for the news. Rest now."),
    ],
    clues: &[
        clue(3, "travel_time", 'B', 3)
            .data(r#"{"from":{"name":"Mae Sot"},"hours":0.35,"mode":"road","border_crossed":true}"#)
            .quote("dijemput di Mae Sot, lalu naik mobil kira-kira dua puluh menit")
            .confirmed(),
        clue(3, "border", 'B', 2)
            .data(r#"{"country":"TH","within_km":2}"#)
            .quote("menyeberang sungai pakai perahu karet")
            .confirmed(),
        clue(6, "place", 'B', 2)
            .data(r#"{"name":"KK Park","relation":"in"}"#)
            .quote("tempat ini KK")
            .confirmed(),
        clue(8, "sun", 'B', 3)
            .data(
                r#"{"event":"sunset","date":"<date>",
                "local_time":"<sunset 16.64 98.52 420>","utc_offset_minutes":420}"#,
            )
            .quote("matahari terbenam jam <sunset 16.64 98.52 420>")
            .confirmed(),
        clue(9, "cell", 'B', 3)
            .data(r#"{"mcc":520,"mnc":3}"#)
            .quote("sinyal Thailand, AIS")
            .note("Roams across the river; says the bank, not the country."),
        clue(11, "landmark", 'C', 3)
            .data(r#"{"lat":16.69,"lon":98.52,"name":"Friendship Bridge","within_km":6}"#)
            .quote("kelihatan jembatan besar, jauh, ke arah utara, mungkin lima kilometer")
            .confirmed(),
        clue(11, "bearing", 'C', 3)
            .data(r#"{"from":{"lat":16.69,"lon":98.52},"degrees":180,"sigma_degrees":25}"#)
            .quote("ke arah utara")
            .note("The bridge is north of him, so he is south of the bridge."),
        clue(13, "point", 'B', 2)
            .data(r#"{"lat":16.65,"lon":98.52,"accuracy_m":2000,"datum":"wgs84","via":"pin"}"#)
            .quote("16.65,98.52")
            .confirmed(),
        clue(17, "site", 'B', 2).site(1).quote("Saya masih di gedung yang sama").confirmed(),
    ],
    operation: Some(0),
};

pub(super) static THIRI: DemoCase = DemoCase {
    organisation: 0,
    summary: "Young woman from Dawei, told it was restaurant work, held near Myawaddy. Silent for almost two \
              weeks after a phone search. A welfare check by a local contact had to be broken off.",
    status: "active",
    closing_reason: None,
    risk: "critical",
    country: Some("MM"),
    languages: &["my"],
    opened_days_ago: 47,
    people: &[
        person(
            "victim",
            "female",
            &[
                name("သီရိဝေယံ", "Mymr", "legal"),
                name("Thiri Wai Yan", "Latn", "legal"),
                name("မိသီ", "Mymr", "nickname"),
            ],
        )
        .born(2001)
        .of(&["MM"])
        .speaks(&["my"])
        .looks(
            "Small, about 1.52 m. Long hair usually tied, mole beside the right eye, thanaka on the cheeks \
             in her family's photo.",
        )
        .needs("Has not seen a doctor for a fever. Wants to go to her aunt, not to her father."),
        person(
            "family",
            "female",
            &[name("ဒေါ်ခင်သီတာ", "Mymr", "given"), name("Daw Khin Thida", "Latn", "given")],
        )
        .of(&["MM"])
        .speaks(&["my"]),
    ],
    channel: channel("messenger", "invented.thiri", "Asia/Yangon")
        .device_of("companion")
        .only(&[("19:00", "20:15")])
        .persona("A friend from school who asks about a recipe")
        .never_say(&["ရဲစခန်း", "ကယ်ဆယ်"])
        .duress(&["လက်ဖက်သုပ်"])
        .challenge("The name of the dog at her aunt's house. Shwe Mi."),
    expected_every_hours: Some(72),
    thread: &[
        them(46, 19, 41)
            .unverified()
            .my("မင်္ဂလာပါ။ ကျွန်မကို ကူညီပေးပါ။ ဖုန်းမခေါ်ပါနဲ့၊ စာပဲ ပို့ပါ။")
            .meaning("Hello. Please help me. Don't call, only send text."),
        us(46, 19, 50)
            .my("ဖုန်းမခေါ်ပါဘူး။ စာပဲ ရေးပါမယ်။ အခု အန္တရာယ်ကင်းလား။")
            .meaning("We won't call. We will only write. Are you safe right now?"),
        them(46, 19, 57)
            .my("အခု ရတယ်။ သူငယ်ချင်းရဲ့ ဖုန်းပါ။ ညစာစားချိန်ပဲ သုံးလို့ရတယ်။")
            .meaning("Now is possible. It is my friend's phone. I can only use it at dinner time."),
        them(45, 19, 46)
            .my("ကျွန်မ ထားဝယ်ကပါ။ စားသောက်ဆိုင်အလုပ်လို့ ပြောပြီး ခေါ်လာတာ။")
            .meaning("I am from Dawei. They brought me here saying it was restaurant work."),
        them(43, 19, 52)
            .my("အခု မြဝတီမှာ ရှိတယ်လို့ ထင်တယ်။ မြစ်ကို မြင်ရတယ်။ ဟိုဘက်ကမ်းက ထိုင်းနိုင်ငံ။")
            .meaning("I think I am in Myawaddy now. I can see the river. The other bank is Thailand."),
        us(43, 20, 1)
            .my("ကျေးဇူးတင်ပါတယ်။ ကိုယ့်ကိုယ်ကို ဂရုစိုက်ပါ။ အလျင်မလိုပါဘူး။")
            .meaning("Thank you. Take care of yourself. There is no hurry."),
        them(36, 20, 8).my("မြို့ထဲကနေ ကားနဲ့ ဆယ့်ငါးမိနစ်လောက် တောင်ဘက်ကို သွားရတယ်။ ညဘက် မီးတွေ အရမ်းလင်းတယ်။").meaning(
            "From town it is about fifteen minutes by car to the south. At night the lights are very \
                 bright.",
        ),
        them(29, 19, 44)
            .my("ဒီမှာ အဆောက်အဦးအသစ်တွေ အများကြီးပဲ။ ကျွန်မတို့ အထပ်မှာ မိန်းကလေး နှစ်ဆယ်လောက် ရှိတယ်။")
            .meaning("There are many new buildings here. On our floor there are about twenty girls."),
        us(29, 19, 55)
            .my("နားလည်ပါတယ်။ ဖျားနေသေးလား။ ဆေးရှိလား။")
            .meaning("We understand. Do you still have the fever? Is there medicine?"),
        them(29, 20, 3).my("ဆေး နည်းနည်းရတယ်။ သက်သာပါတယ်။").meaning("I got a little medicine. I am better."),
        them(14, 19, 59)
            .my("ဒီနေ့ ဖုန်းတွေ စစ်တယ်။ ခဏလောက် စာမပို့နိုင်ဘူး။ ကျွန်မကို မမေ့ပါနဲ့။")
            .meaning("Today they searched the phones. I cannot write for a while. Please don't forget me."),
        us(14, 20, 6)
            .my("မမေ့ပါဘူး။ အဆင်ပြေတဲ့အချိန်မှပဲ ရေးပါ။")
            .meaning("We don't forget. Write only when it is possible."),
    ],
    clues: &[
        clue(4, "place", 'C', 2)
            .data(
                r#"{"name":"မြဝတီ","relation":"in",
                "candidates":[{"name":"Myawaddy","lat":16.69,"lon":98.51,
                  "kind":"town","country":"MM","weight":1.0}]}"#,
            )
            .quote("မြဝတီ")
            .confirmed(),
        clue(4, "border", 'C', 2)
            .data(r#"{"country":"TH","within_km":1}"#)
            .quote("ဟိုဘက်ကမ်းက ထိုင်းနိုင်ငံ")
            .confirmed(),
        clue(6, "travel_time", 'C', 3)
            .data(r#"{"from":{"lat":16.69,"lon":98.51},"hours":0.25,"mode":"road","border_crossed":false}"#)
            .quote("ကားနဲ့ ဆယ့်ငါးမိနစ်လောက်")
            .confirmed(),
        clue(6, "bearing", 'C', 3)
            .data(r#"{"from":{"lat":16.69,"lon":98.51},"degrees":180,"sigma_degrees":40}"#)
            .quote("တောင်ဘက်ကို"),
        clue(0, "absence", 'C', 4)
            .data(r#"{"lat":16.69,"lon":98.51,"radius_km":1.5,"probability_of_detection":0.35}"#)
            .public(
                "A stall keeper in the town market watched the weekly shopping trip: six girls, none like \
                 her",
                at(10, 12, 0),
            )
            .note("Weak: few girls from the compounds reach that market."),
    ],
    operation: Some(7),
};
