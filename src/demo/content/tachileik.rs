//! Tachileik, across a small bridge from Mae Sai.

use super::DemoCase;
use super::build::{channel, clue, name, person, them, us};

pub(super) static ARPAN: DemoCase = DemoCase {
    organisation: 0,
    summary: "Indian man who wrote from Tachileik in short, frightened Hindi. Since the phones were searched \
              the account writes smooth English, asks for names and sends a pin far away: someone else is at \
              the keyboard. Nothing of ours may go to it but small talk.",
    status: "active",
    closing_reason: None,
    risk: "critical",
    country: Some("MM"),
    languages: &["hi", "en"],
    opened_days_ago: 34,
    people: &[
        person(
            "victim",
            "male",
            &[
                name("अर्पण चौकसेना", "Deva", "legal"),
                name("Arpan Chouksena", "Latn", "legal"),
                name("चिंटू", "Deva", "nickname"),
            ],
        )
        .born(2002)
        .of(&["IN"])
        .speaks(&["hi"])
        .looks("1.65 m, boyish, scar on the chin from cricket, left-handed, stammers a little.")
        .needs("Speaks almost no English: smooth English under his name is not his."),
        person("suspect", "male", &[name("Team leader \"Kevin\"", "Latn", "nickname")]).speaks(&["en", "zh"]),
    ],
    channel: channel("telegram", "@invented_arpan", "Asia/Yangon")
        .device_of("captors")
        .only(&[("21:30", "22:45")])
        .persona("A tutor for English lessons")
        .never_say(&["बचाव", "rescue", "police"])
        .duress(&["अमरूद"])
        .challenge("Who bowled him out in the school final? His own sister."),
    expected_every_hours: Some(48),
    thread: &[
        them(33, 22, 12)
            .unverified()
            .hi("भैया मैं अर्पण। मुझे बचा लो। फ़ोन मत करना, लिखना बस।")
            .meaning("Brother, I am Arpan. Please get me out. Don't phone, only write."),
        us(33, 22, 20)
            .hi("अर्पण, हम सिर्फ़ लिखेंगे। अभी अकेले हो?")
            .meaning("Arpan, we will only write. Are you alone now?"),
        them(33, 22, 24).hi("हाँ, छत पर। ग्यारह बजे तक।").meaning("Yes, on the roof. Until eleven."),
        them(31, 22, 17).hi("ये जगह टाचीलेक है, बोर्ड पर लिखा है। नदी के पार माई साई का बाज़ार दिखता है।").meaning(
            "This place is Tachileik, it says so on a board. Across the river one sees the market of Mae \
                 Sai.",
        ),
        us(31, 22, 26).hi("बहुत अच्छा। एक शब्द याद रखना: अगर कोई पास बैठा हो तो फल का नाम लिखना।").meaning(
            "Very good. Remember one word: if someone sits beside you, write the name of the fruit.",
        ),
        them(31, 22, 29).hi("ठीक है भैया, याद रहेगा।").meaning("All right brother, I will remember."),
        them(26, 22, 9).hi("यहाँ से बस एक छोटा पुल है थाईलैंड का, पैदल दस मिनट। पर गेट पर बंदूक वाले हैं।").meaning(
            "From here there is just a small bridge to Thailand, ten minutes on foot. But armed men are \
                 at the gate.",
        ),
        us(26, 22, 18)
            .hi("पैदल मत जाना। हम दूसरा रास्ता देख रहे हैं।")
            .meaning("Don't walk. We are looking at another way."),
        them(21, 22, 33).hi("फ़ोन चेक हो रहे हैं, डर लग रहा है।").meaning("Phones are being checked, I am scared."),
        them(17, 22, 5).suspect().en(
            "Dear friend, I am very fine now and working in a new place with nice salary. Who is your team \
             leader? Please send his number and the car plate.",
        ),
        us(17, 22, 24).en("Nice to hear from you. Lessons go on as usual, page twelve next time."),
        them(15, 22, 11).suspect().en("I am at this location, please come tomorrow with two persons \
                 https://maps.google.com/?q=13.66,102.56 I will wait at the gate."),
        us(15, 22, 31).en("For the homework: in the final of the school, who won against you?"),
        them(15, 22, 36)
            .suspect()
            .en("My friend Rahul. Do not ask like this, be fast, my boss will sell me."),
        them(6, 21, 58).suspect().en(
            "Why you are not coming? I am waiting three days in Poipet. Send a photo of your office so I can \
             trust.",
        ),
        us(6, 22, 15).en("We are closed for the holidays. The next lesson will be announced."),
    ],
    clues: &[
        clue(3, "place", 'B', 2).data(r#"{"name":"Tachileik","relation":"in"}"#).quote("टाचीलेक").confirmed(),
        clue(3, "landmark", 'B', 2)
            .data(
                r#"{"lat":20.44,"lon":99.88,"name":"Mae Sai market across the river",
                "within_km":3}"#,
            )
            .quote("माई साई का बाज़ार दिखता है")
            .confirmed(),
        clue(6, "travel_time", 'B', 3)
            .data(r#"{"from":{"lat":20.44,"lon":99.88},"hours":0.17,"mode":"foot","border_crossed":false}"#)
            .quote("पैदल दस मिनट")
            .confirmed(),
        clue(6, "border", 'B', 2)
            .data(r#"{"country":"TH","within_km":2}"#)
            .quote("बस एक छोटा पुल है थाईलैंड का")
            .confirmed(),
        clue(11, "point", 'E', 5)
            .data(r#"{"lat":13.66,"lon":102.56,"accuracy_m":3000,"datum":"wgs84","via":"pin"}"#)
            .quote("13.66,102.56")
            .rejected(
                "Sent by whoever holds the account: wrong language, failed the challenge, wants our people \
                 to come to a gate.",
            ),
        clue(14, "place", 'E', 5)
            .data(r#"{"name":"Poipet","relation":"in"}"#)
            .quote("waiting three days in Poipet")
            .rejected("Same hand as the pin."),
        clue(8, "site", 'B', 3).site(9).note("As of the last message we believe to be his own."),
    ],
    operation: None,
};

pub(super) static NYI_NYI: DemoCase = DemoCase {
    organisation: 0,
    summary: "Boy of about sixteen from Shan State, in Tachileik as a tea boy in a guarded building. Treated \
              as a child at risk: no task, no question that could send him looking.",
    status: "active",
    closing_reason: None,
    risk: "critical",
    country: Some("MM"),
    languages: &["my"],
    opened_days_ago: 19,
    people: &[person(
        "victim",
        "male",
        &[name("ညီညီဝင်း", "Mymr", "given"), name("Nyi Nyi Win", "Latn", "given")],
    )
    .born(2009)
    .of(&["MM"])
    .speaks(&["my"])
    .looks("Small for his age, scar from a dog bite on the left calf, school haircut.")
    .needs("A minor: guardian first. Eats little, ask him twice.")],
    channel: channel("messenger", "invented.nyi", "Asia/Yangon")
        .only(&[("20:00", "21:00")])
        .persona("His older cousin, about the pagoda festival"),
    expected_every_hours: Some(72),
    thread: &[
        them(18, 20, 44)
            .unverified()
            .my("အစ်မ၊ ကျွန်တော် တာချီလိတ်မှာ လက်ဖက်ရည် ပို့ရတယ်။ အိမ်ပြန်ချင်တယ်။")
            .meaning("Sister, I carry tea in Tachileik. I want to go home."),
        us(18, 20, 53)
            .my("ညီလေး အဆင်ပြေလား။ ဘာမှ လုပ်စရာမလိုဘူး။ အစ်မတို့ စီစဉ်နေတယ်။")
            .meaning("Are you all right, little brother? You need not do anything. We are arranging things."),
        them(18, 20, 58)
            .my("လခ မပေးဘူး။ ထမင်းတော့ ကျွေးတယ်။ ညဘက် တံခါးသော့ ခတ်တယ်။")
            .meaning("They don't pay, but they give rice. At night they lock the door."),
        them(7, 20, 40).my("ဒီနေ့ တံတားနားအထိ သွားပို့ရတယ်။ ထိုင်းဘက်က ကျောင်းသီချင်း ကြားရတယ်။").meaning(
            "Today I had to deliver as far as the bridge. I heard a school song from the Thai side.",
        ),
    ],
    clues: &[
        clue(0, "place", 'B', 3)
            .data(
                r#"{"name":"တာချီလိတ်","relation":"in",
                "candidates":[{"name":"Tachileik","lat":20.45,"lon":99.88,
                  "kind":"town","country":"MM","weight":1.0}]}"#,
            )
            .quote("တာချီလိတ်")
            .confirmed(),
        clue(3, "border", 'B', 2)
            .data(r#"{"country":"TH","within_km":2}"#)
            .quote("ထိုင်းဘက်က ကျောင်းသီချင်း ကြားရတယ်")
            .confirmed(),
    ],
    operation: None,
};
