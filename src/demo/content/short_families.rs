//! Shorter cases in which a relative writes.

use super::DemoCase;
use super::build::{channel, clue, name, person, them, us};

pub(super) static SISTER_OF_KRIT: DemoCase = DemoCase {
    organisation: 0,
    summary: "Thai woman whose brother phones home from a numberless call every other week, someone \
              breathing beside him. He dropped the word Bavet into a sentence about noodles.",
    status: "active",
    closing_reason: None,
    risk: "medium",
    country: Some("KH"),
    languages: &["th"],
    opened_days_ago: 43,
    people: &[
        person(
            "family",
            "female",
            &[name("กฤติยาภรณ์ สายทองเอก", "Thai", "legal"), name("พี่แก้ว", "Thai", "nickname")],
        )
        .born(1989)
        .of(&["TH"])
        .speaks(&["th"]),
        person(
            "victim",
            "male",
            &[name("กฤต สายทองเอก", "Thai", "legal"), name("Krit Saithong-ek", "Latn", "legal")],
        )
        .born(1994)
        .of(&["TH"])
        .speaks(&["th"])
        .looks("1.75 m, heavy, birthmark on the forehead under the hair, laughs loudly."),
    ],
    channel: channel("line", "invented_kaew", "Asia/Bangkok").device_of("family").we_may_start(),
    expected_every_hours: None,
    thread: &[
        them(42, 19, 15).th("น้องชายฉันโทรมาทุกสองอาทิตย์ พูดเหมือนมีคนยืนข้างๆ ครั้งนี้พูดว่า ก๋วยเตี๋ยวบาเวตอร่อยนะพี่").meaning(
            "My brother calls every two weeks and talks as if someone stood beside him. This time he \
                 said: the noodles of Bavet are tasty, sister.",
        ),
        us(42, 19, 33)
            .th("เก็บคำของเขาไว้ทุกคำค่ะ อย่าถามกลับว่าบาเวตคืออะไรนะคะ")
            .meaning("Keep every word of his. Please don't ask him back what Bavet is."),
        them(28, 19, 40).th("วันนี้โทรมาอีก บอกว่าร้อนมาก ไม่มีหน้าต่าง แล้วขอเงินสามหมื่น เสียงสั่น").meaning(
            "He called again today, said it is very hot, no window, and asked for thirty thousand. His \
                 voice trembled.",
        ),
        us(28, 19, 58).th("ยังไม่ต้องโอนค่ะ บอกเขาว่ากำลังหา แล้วบอกเราทันทีที่เขาโทรมาอีก").meaning(
            "Don't transfer yet. Tell him you are looking for it, and tell us as soon as he calls again.",
        ),
        them(13, 20, 2).th("เมื่อวานเขาโทรมาสั้นๆ บอกว่า พี่อย่าลืมรดน้ำต้นมะม่วง บ้านเราไม่มีต้นมะม่วงค่ะ").meaning(
            "Yesterday a short call, he said: sister, don't forget to water the mango tree. We have no \
                 mango tree.",
        ),
    ],
    clues: &[clue(0, "place", 'C', 3)
        .data(r#"{"name":"Bavet","relation":"in"}"#)
        .quote("ก๋วยเตี๋ยวบาเวต")
        .note("Hidden in a phrase about food: likely on purpose.")],
    operation: None,
};

pub(super) static MOTHER_IN_VINH_LONG: DemoCase = DemoCase {
    organisation: 0,
    summary: "A mother in Vĩnh Long has not heard from her son since he went to \"help in a shop\" over the \
              border. She can write only by plain text message.",
    status: "intake",
    closing_reason: None,
    risk: "medium",
    country: None,
    languages: &["vi"],
    opened_days_ago: 4,
    people: &[
        person("family", "female", &[name("Lưu Thị Xuyến", "Latn", "legal")])
            .born(1974)
            .of(&["VN"])
            .speaks(&["vi"])
            .needs("Reads slowly: short messages, no abbreviations."),
        person("victim", "male", &[name("Lưu Hoài Bắc", "Latn", "legal")])
            .born(2005)
            .of(&["VN"])
            .speaks(&["vi"])
            .looks("1.68 m, school badge scar on the left knee, ears that stick out."),
    ],
    channel: channel("sms", "+1 202 555 0167", "Asia/Ho_Chi_Minh").device_of("family").we_may_start(),
    expected_every_hours: None,
    thread: &[
        them(3, 9, 12)
            .vi("Tôi là mẹ cháu Bắc. Cháu đi phụ bán hàng bên kia biên giới hai mươi ngày rồi không gọi về.")
            .meaning(
                "I am Bắc's mother. He went to help in a shop across the border twenty days ago and has not \
                 called.",
            ),
        us(3, 9, 30)
            .vi("Dạ chào bác. Cháu đi với ai, bác còn nhớ tên xe không ạ?")
            .meaning("Hello aunt. Whom did he go with, do you remember the name of the bus?"),
        them(3, 9, 51)
            .vi("Đi với người quen trên mạng. Xe đi Mộc Bài. Sau đó cháu nhắn một chữ: ổn.")
            .meaning("With someone he met online. A bus to Mộc Bài. After that he sent one word: fine."),
        us(2, 10, 4)
            .vi("Bác đừng chuyển tiền cho ai. Có tin gì bác nhắn con liền nha.")
            .meaning("Please transfer money to nobody. If any news comes, tell me at once."),
    ],
    clues: &[clue(2, "place", 'C', 4)
        .data(r#"{"name":"Mộc Bài","relation":"near"}"#)
        .quote("Xe đi Mộc Bài")
        .note("Where the bus went, twenty days ago.")],
    operation: None,
};

pub(super) static FATHER_IN_KOTA: DemoCase = DemoCase {
    organisation: 0,
    summary: "Father in Kota follows his daughter's short calls from near the Thai–Myanmar border. He is \
              proud, precise and close to selling his shop for the sum that is asked.",
    status: "active",
    closing_reason: None,
    risk: "high",
    country: Some("MM"),
    languages: &["hi"],
    opened_days_ago: 57,
    people: &[
        person("family", "male", &[name("मोतीराम खटवानिया", "Deva", "legal")])
            .born(1963)
            .of(&["IN"])
            .speaks(&["hi"]),
        person(
            "victim",
            "female",
            &[name("ईशिता खटवानिया", "Deva", "legal"), name("Ishita Khatwania", "Latn", "legal")],
        )
        .born(2001)
        .of(&["IN"])
        .speaks(&["hi", "en"])
        .looks("1.61 m, long plait, nose stud, a burn from incense on the right wrist.")
        .needs("Wants her father told that she is not ashamed."),
    ],
    channel: channel("whatsapp", "+44 7700 900161", "Asia/Kolkata").device_of("family").we_may_start(),
    expected_every_hours: None,
    thread: &[
        them(56, 20, 30)
            .hi("मेरी बेटी ईशिता को म्यांमार में रोक रखा है। वह हफ़्ते में एक बार दो मिनट बोलती है।")
            .meaning("My daughter Ishita is being held in Myanmar. She speaks for two minutes once a week."),
        us(56, 20, 46).hi("हमें खेद है। कॉल में जो शब्द वह दोहराती है, वही लिख दीजिए, आगे कुछ न पूछें।").meaning(
            "We are sorry. Write down just the words she repeats in the call, ask her nothing further.",
        ),
        them(44, 20, 21)
            .hi("कल बोली, पापा यहाँ से नदी पार दूसरे देश की बत्तियाँ दिखती हैं, और मज़दूर रोज़ म्यावाडी से आते हैं।")
            .meaning(
                "Yesterday she said, papa, from here one sees the lights of another country across the \
                 river, and the workers come from Myawaddy every day.",
            ),
        us(44, 20, 38)
            .hi("बहुत क़ीमती बात है। दुकान मत बेचिए। पैसे देने से अक्सर और माँगते हैं।")
            .meaning("That is very valuable. Don't sell the shop. After a payment they often ask for more."),
        them(25, 20, 44)
            .hi("दुकान नहीं बेची। इस हफ़्ते फ़ोन नहीं आया। माँ सो नहीं पाती।")
            .meaning("I have not sold the shop. No call this week. Her mother cannot sleep."),
    ],
    clues: &[
        clue(2, "border", 'C', 3)
            .data(r#"{"country":"TH","within_km":3}"#)
            .quote("नदी पार दूसरे देश की बत्तियाँ दिखती हैं")
            .confirmed(),
        clue(2, "place", 'C', 3)
            .data(r#"{"name":"Myawaddy","relation":"near"}"#)
            .quote("मज़दूर रोज़ म्यावाडी से आते हैं")
            .confirmed(),
    ],
    operation: None,
};

pub(super) static RUNAWAY_FROM_SYLHET: DemoCase = DemoCase {
    organisation: 0,
    summary: "An uncle feared that his nephew was in a compound because he stopped answering. The nephew had \
              moved to another town for work and changed his number. Closed as unfounded, kindly.",
    status: "closed",
    closing_reason: Some("unfounded"),
    risk: "low",
    country: None,
    languages: &["en"],
    opened_days_ago: 78,
    people: &[
        person("family", "male", &[name("Shafayet Tarafdar", "Latn", "legal")])
            .born(1970)
            .of(&["BD"])
            .speaks(&["bn", "en"]),
        person("victim", "male", &[name("Rizwan Tarafdar", "Latn", "legal")])
            .born(2003)
            .of(&["BD"])
            .speaks(&["bn"]),
    ],
    channel: channel("messenger", "invented.shafayet", "Asia/Dhaka").device_of("family").we_may_start(),
    expected_every_hours: None,
    thread: &[
        them(77, 17, 5).en(
            "Sir, my nephew Rizwan flew to Bangkok in search of work and his phone is off for sixteen days. \
             I have read in the newspaper about the scam centres.",
        ),
        us(77, 17, 30).en(
            "We understand the fear. Has anyone asked you for money, or did he mention crossing a border?",
        ),
        them(77, 17, 48).en("No money asked. He said only restaurant in a beach town."),
        them(71, 14, 12).en(
            "Alhamdulillah he has called. His phone fell in the sea and he was ashamed. I am sorry for your \
             time.",
        ),
        us(71, 14, 25).en("This is the best reason to close a case. Please write again if anything changes."),
    ],
    clues: &[],
    operation: None,
};

pub(super) static WIFE_IN_UDON: DemoCase = DemoCase {
    organisation: 0,
    summary: "Wife in Udon Thani of a Lao-speaking Thai welder. He sent one voice note from the zone at Ton \
              Pheung, then text only. First talk done, consent not yet given.",
    status: "intake",
    closing_reason: None,
    risk: "medium",
    country: Some("LA"),
    languages: &["th"],
    opened_days_ago: 8,
    people: &[
        person("family", "female", &[name("บัวลอย ชาญนาดี", "Thai", "legal")])
            .born(1990)
            .of(&["TH"])
            .speaks(&["th", "lo"]),
        person("victim", "male", &[name("สมหวังชัย ชาญนาดี", "Thai", "legal")])
            .born(1987)
            .of(&["TH"])
            .speaks(&["th", "lo"])
            .looks("1.70 m, welder's burns on both forearms, gold canine tooth."),
    ],
    channel: channel("line", "invented_bualoy", "Asia/Bangkok").device_of("family").we_may_start(),
    expected_every_hours: None,
    thread: &[
        them(7, 18, 2).th("สามีฉันไปเชื่อมเหล็กที่ต้นผึ้ง ฝั่งลาวค่ะ เขาว่าเห็นแม่น้ำโขงจากที่พัก ตอนนี้นายจ้างไม่ให้กลับ").meaning(
            "My husband went to weld in Ton Pheung, on the Lao side. He says he sees the Mekong from \
                 where he sleeps. Now the employer does not let him return.",
        ),
        us(7, 18, 20)
            .th("ขอบคุณที่ติดต่อมาค่ะ เขายังพิมพ์มาได้ไหม แล้วเขาอยากให้เราช่วยไหมคะ")
            .meaning("Thank you for contacting us. Can he still write, and does he want our help?"),
        them(6, 18, 41)
            .th("เขาบอกว่าขอคิดดูก่อน กลัวเพื่อนโดนหักเงิน")
            .meaning("He says he wants to think first, he is afraid his friends will be fined."),
    ],
    clues: &[
        clue(0, "place", 'C', 3).data(r#"{"name":"Ton Pheung","relation":"in"}"#).quote("ต้นผึ้ง ฝั่งลาว"),
        clue(0, "border", 'C', 3).data(r#"{"country":"TH","within_km":3}"#).quote("เห็นแม่น้ำโขงจากที่พัก"),
    ],
    operation: None,
};

pub(super) static MOTHER_IN_BANYUMAS: DemoCase = DemoCase {
    organisation: 0,
    summary: "Mother in Banyumas reports a daughter who went to Poipet \"as a cashier\". She forwards the \
              daughter's messages, translated into her own words.",
    status: "intake",
    closing_reason: None,
    risk: "high",
    country: Some("KH"),
    languages: &["id"],
    opened_days_ago: 2,
    people: &[
        person("family", "female", &[name("Sutinah Wagiyem", "Latn", "legal")])
            .born(1970)
            .of(&["ID"])
            .speaks(&["id", "jv"])
            .needs("Call her neighbour first; the phone is the neighbour's."),
        person("victim", "female", &[name("Lestari Wagiyem", "Latn", "legal")])
            .born(2002)
            .of(&["ID"])
            .speaks(&["id", "jv"])
            .looks("1.57 m, mole above the lip, headscarf in photos, said to have cut her hair."),
    ],
    channel: channel("sms", "+1 202 555 0178", "Asia/Jakarta").device_of("family").we_may_start(),
    expected_every_hours: None,
    thread: &[
        them(1, 10, 20)
            .id(
                "Saya ibunya Lestari. Anak saya di Poipet, katanya kasir, tapi sekarang disuruh menipu orang \
                 dan tidak boleh keluar.",
            )
            .meaning(
                "I am Lestari's mother. My child is in Poipet, as a cashier they said, but now she is told \
                 to cheat people and may not go out.",
            ),
        us(1, 10, 44)
            .id("Terima kasih Bu. Jangan kirim uang dulu. Apakah Lestari masih bisa menulis sendiri?")
            .meaning("Thank you, mother. Please send no money yet. Can Lestari still write herself?"),
        them(1, 11, 2)
            .id("Bisa sedikit, malam. Katanya dekat jembatan yang banyak kereta dorong, bisa dengar orang \
                 bicara Thailand.")
            .meaning(
                "A little, at night. She says near a bridge with many handcarts, one can hear people speak \
                 Thai.",
            ),
    ],
    clues: &[
        clue(0, "place", 'C', 3).data(r#"{"name":"Poipet","relation":"in"}"#).quote("Anak saya di Poipet"),
        clue(2, "landmark", 'C', 4)
            .data(
                r#"{"lat":13.66,"lon":102.55,"name":"Border bridge with handcarts",
                "within_km":3}"#,
            )
            .quote("dekat jembatan yang banyak kereta dorong"),
    ],
    operation: None,
};
