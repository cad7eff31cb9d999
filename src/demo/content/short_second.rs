//! Shorter cases of the second organisation.

use super::DemoCase;
use super::build::{at, channel, clue, name, person, them, us};

pub(super) static NHI: DemoCase = DemoCase {
    organisation: 1,
    summary: "Young Vietnamese woman in Bavet, kept in a back office with a locked gate. Names a canal, a \
              bridge and the casino behind it. Ready to leave when told.",
    status: "located",
    closing_reason: None,
    risk: "high",
    country: Some("KH"),
    languages: &["vi"],
    opened_days_ago: 32,
    people: &[person(
        "victim",
        "female",
        &[name("Đoàn Ý Nhi", "Latn", "legal"), name("Nhí", "Latn", "nickname")],
    )
    .born(2003)
    .of(&["VN"])
    .speaks(&["vi"])
    .looks("1.56 m, dyed brown hair with black roots, paint under the nails, she paints nails at night.")
    .needs("Fish-sauce allergy is real, ask twice.")],
    channel: channel("telegram", "@invented_nhi", "Asia/Phnom_Penh")
        .only(&[("14:00", "15:00")])
        .persona("A nail supply shop")
        .duress(&["màu san hô"]),
    expected_every_hours: Some(72),
    thread: &[
        them(31, 14, 10)
            .unverified()
            .vi("Chị ơi, em tên Nhi. Em ở Bavet, trong khu có con kênh nhỏ, qua cầu sắt là tới casino.")
            .meaning(
                "Sister, I am Nhi. I am in Bavet, in an area with a small canal; over the iron bridge is the \
                 casino.",
            ),
        us(31, 14, 22)
            .vi("Chào Nhi. Chị chỉ nhắn. Em nhắn xong xóa liền giúp chị.")
            .meaning("Hello Nhi. I only text. Please delete right after writing."),
        them(22, 14, 15)
            .vi("Cổng khóa lúc chín giờ tối. Ban ngày có một bảo vệ già, ông hay ngủ gục.")
            .meaning(
                "The gate is locked at nine in the evening. By day there is one old guard, he often nods \
                 off.",
            ),
        us(22, 14, 24)
            .vi("Em đừng thử đi lúc ông ngủ nha. Mình tính đường khác.")
            .meaning("Please don't try to leave while he sleeps. We plan another way."),
        them(3, 14, 8)
            .vi("Em còn ở đây, sức khỏe ổn. Khi nào chị báo em sẽ đi liền.")
            .meaning("I am still here, in good health. When you tell me, I leave at once."),
    ],
    clues: &[
        clue(0, "place", 'B', 2).data(r#"{"name":"Bavet","relation":"in"}"#).quote("Em ở Bavet").confirmed(),
        clue(0, "landmark", 'B', 3)
            .data(
                r#"{"lat":11.07,"lon":106.17,"name":"Iron bridge over a canal, casino behind it",
                "within_km":3}"#,
            )
            .quote("qua cầu sắt là tới casino")
            .confirmed(),
        clue(4, "site", 'B', 3).site(4).quote("Em còn ở đây").confirmed(),
    ],
    operation: None,
};

pub(super) static ROWENA: DemoCase = DemoCase {
    organisation: 1,
    summary: "Filipina in Sihanoukville who was promoted to supervise others and is ashamed of it. Treated \
              as a victim. Talks about the others before herself.",
    status: "active",
    closing_reason: None,
    risk: "medium",
    country: Some("KH"),
    languages: &["tl", "en"],
    opened_days_ago: 66,
    people: &[person(
        "victim",
        "female",
        &[name("Rowena Malinaoan", "Latn", "legal"), name("Weng", "Latn", "nickname")],
    )
    .born(1990)
    .of(&["PH"])
    .speaks(&["tl", "en"])
    .looks("1.60 m, short bob, reading glasses on a chain, a limp in the left leg.")
    .needs("A lawyer who knows that supervisors are victims too.")],
    channel: channel("messenger", "invented.weng", "Asia/Phnom_Penh")
        .only(&[("06:00", "07:00")])
        .we_may_start(),
    expected_every_hours: Some(240),
    thread: &[
        them(65, 6, 12)
            .unverified()
            .tl(
                "Ako po ay pinagawang leader. Hindi ko po pinili ito. Labing-apat sila na hawak ko, at gusto \
                 nilang umuwi lahat.",
            )
            .meaning(
                "I was made a leader. I did not choose it. Fourteen people are under me, and they all want \
                 to go home.",
            ),
        us(65, 6, 25)
            .tl("Hindi kayo masama. Sino po ang pinakamahina sa labing-apat?")
            .meaning("You are not bad. Who is the weakest of the fourteen?"),
        them(65, 6, 33)
            .tl("Dalawa po ang may sakit. Nasa Sihanoukville kami, malapit sa rotonda na may dalawang \
                 ginintuang leon.")
            .meaning("Two are ill. We are in Sihanoukville, near the roundabout with the two golden lions."),
        us(41, 6, 18)
            .tl("Nakarating na po sa embahada ang tungkol sa dalawa, walang pangalan ninyo.")
            .meaning("The embassy knows about the two, without your name."),
        them(41, 6, 31)
            .tl("Salamat. Inilabas na ang isa kahapon, nakauwi na raw.")
            .meaning("Thank you. One was let out yesterday, gone home they say."),
        them(20, 6, 44)
            .tl("Nililipat na raw ang team namin sa ibang lugar. Hindi sinasabi kung saan.")
            .meaning("They say our team will be moved. They don't say where."),
    ],
    clues: &[
        clue(2, "landmark", 'B', 2)
            .data(
                r#"{"lat":10.61,"lon":103.52,"name":"Roundabout with two golden lions",
                "within_km":4}"#,
            )
            .quote("malapit sa rotonda na may dalawang ginintuang leon")
            .confirmed(),
        clue(2, "place", 'B', 2)
            .data(r#"{"name":"Sihanoukville","relation":"in"}"#)
            .quote("Nasa Sihanoukville kami")
            .confirmed(),
    ],
    operation: None,
};

pub(super) static SREYNEANG: DemoCase = DemoCase {
    organisation: 1,
    summary: "Cambodian student lured to Chrey Thom as a typist, came home on foot when the guard she knew \
              from school let her pass. Recovered; sister helps with the report.",
    status: "recovered",
    closing_reason: None,
    risk: "low",
    country: Some("KH"),
    languages: &["km"],
    opened_days_ago: 95,
    people: &[person(
        "victim",
        "female",
        &[name("ឈិន ស្រីនាង", "Khmr", "legal"), name("Chhin Sreyneang", "Latn", "legal")],
    )
    .born(2004)
    .of(&["KH"])
    .speaks(&["km"])
    .looks("1.53 m, dimple in the chin, school uniform in most photos.")
    .needs("School wants her back; asks that the reason be kept from classmates.")],
    channel: channel("signal", "+44 7700 900188", "Asia/Phnom_Penh").we_may_start(),
    expected_every_hours: None,
    thread: &[
        them(94, 17, 5).unverified().km("ខ្ញុំជាប់នៅជ្រៃធំ ក្បែរទន្លេ។ ខ្ញុំត្រូវវាយអត្ថបទបោកគេ ខ្ញុំខ្មាសណាស់។").meaning(
            "I am stuck in Chrey Thom, by the river. I have to type texts to cheat people, I am so \
                 ashamed.",
        ),
        us(94, 17, 22)
            .km("អ្នកមិនខុសទេ។ តើអ្នកអាចចេញពីអគារបានទេពេលថ្ងៃ?")
            .meaning("You did no wrong. Can you leave the building in the daytime?"),
        them(92, 16, 50)
            .km("មានសន្តិសុខម្នាក់ខ្ញុំស្គាល់ពីសាលា។ គាត់មើលទៅអាណិតខ្ញុំ។")
            .meaning("There is a guard I know from school. He looks sorry for me."),
        us(92, 17, 8)
            .km("កុំសុំគាត់ឲ្យធ្វើអ្វីគ្រោះថ្នាក់។ យើងរង់ចាំជាមួយអ្នក។")
            .meaning("Don't ask him to do anything dangerous. We wait with you."),
        them(90, 7, 34)
            .km("ខ្ញុំដើរចេញហើយ! ខ្ញុំនៅលើម៉ូតូឌុបទៅផ្ទះម្តាយ។")
            .meaning("I walked out! I am on a motorbike taxi to my mother's house."),
    ],
    clues: &[clue(0, "place", 'B', 2)
        .data(
            r#"{"name":"ជ្រៃធំ","relation":"in",
                "candidates":[{"name":"Chrey Thom","lat":10.94,"lon":105.08,
                  "kind":"village","country":"KH","weight":1.0}]}"#,
        )
        .quote("ជ្រៃធំ")
        .confirmed()],
    operation: None,
};

pub(super) static AUNT_IN_HUNAN: DemoCase = DemoCase {
    organisation: 1,
    summary: "Aunt in Hunan asks about a nephew who is said to be in \"木牌\", the place on the Cambodian \
              side near the Vietnamese border. She has only his last voice message. Intake.",
    status: "intake",
    closing_reason: None,
    risk: "medium",
    country: Some("KH"),
    languages: &["zh"],
    opened_days_ago: 6,
    people: &[
        person("family", "female", &[name("龚采薇", "Hans", "legal")]).born(1978).of(&["CN"]).speaks(&["zh"]),
        person("victim", "male", &[name("龚亦鸣", "Hans", "legal")])
            .born(2001)
            .of(&["CN"])
            .speaks(&["zh"])
            .looks("1.77 m, tinted glasses, keloid scar behind the left ear."),
    ],
    channel: channel("wechat", "invented_gongcw", "Asia/Shanghai").device_of("family").we_may_start(),
    expected_every_hours: None,
    thread: &[
        them(5, 19, 50).zh("我侄子最后一条语音说他在木牌，旁边就是越南。之后就没消息了。").meaning(
            "In his last voice message my nephew says he is in Mupai, Vietnam is right beside it. \
                 Nothing since.",
        ),
        us(5, 20, 14)
            .zh("您记得语音是哪天发的吗？请先不要回拨那个号码。")
            .meaning("Do you remember on which day it was sent? Please don't call that number back yet."),
        them(5, 20, 26)
            .zh("大概十天前。他说那边赌场的灯照得晚上像白天一样。")
            .meaning("About ten days ago. He said the casino lights make night look like day there."),
    ],
    clues: &[
        clue(0, "place", 'D', 3)
            .data(
                r#"{"name":"木牌","relation":"in",
                "candidates":[{"name":"Bavet","lat":11.07,"lon":106.15,
                  "kind":"town","country":"KH","weight":0.8},
                 {"name":"Mộc Bài","lat":11.09,"lon":106.22,
                  "kind":"town","country":"VN","weight":0.2}]}"#,
            )
            .quote("木牌")
            .observed(at(15, 20, 0))
            .note("Slang for the border town; the voice message is ten days older than the aunt's message."),
        clue(0, "border", 'D', 3)
            .data(r#"{"country":"VN","within_km":8}"#)
            .quote("旁边就是越南")
            .observed(at(15, 20, 0)),
    ],
    operation: None,
};

pub(super) static MANPREET: DemoCase = DemoCase {
    organisation: 1,
    summary: "Indian woman from Punjab released from Poipet through her embassy, in a women's shelter. Lives \
              with shame before the village; the group she sits in is good for her.",
    status: "in_care",
    closing_reason: None,
    risk: "low",
    country: Some("KH"),
    languages: &["hi", "en"],
    opened_days_ago: 141,
    people: &[person(
        "victim",
        "female",
        &[name("मनप्रीत वालियान", "Deva", "legal"), name("Manpreet Waliyan", "Latn", "legal")],
    )
    .born(1996)
    .of(&["IN"])
    .speaks(&["hi", "pa", "en"])
    .looks("1.64 m, long dark hair in one plait, mole on the left cheek, blue bangles.")
    .needs("Vegetarian; wants her brother, not her father, to meet her at the airport.")],
    channel: channel("whatsapp", "+1 202 555 0194", "Asia/Bangkok").we_may_start(),
    expected_every_hours: None,
    thread: &[
        them(140, 9, 20)
            .unverified()
            .hi("मैं पोइपेट में हूँ, एक साल से घर बात नहीं की। कृपया धीरे बोलिए, मुझे डर लगता है।")
            .meaning(
                "I am in Poipet, I have not talked to home for a year. Please speak softly, I am afraid.",
            ),
        us(140, 9, 41)
            .hi("हम सिर्फ़ लिखते हैं, आराम से। जब मन हो तब लिखिए।")
            .meaning("We only write, at ease. Write whenever you like."),
        them(128, 10, 3)
            .hi("दूतावास से किसी ने बात की। बॉस ने कहा जाओ, पर पासपोर्ट नहीं दिया। अब मैं गेट पर बैठी हूँ।")
            .meaning(
                "Someone from the embassy talked to them. The boss said go, but gave no passport. Now I sit \
                 at the gate.",
            ),
        us(128, 10, 12)
            .hi("गेट पर ही रहिए, गाड़ी में अपने दूतावास वाले के सिवा किसी के साथ मत बैठिए।")
            .meaning("Stay at the gate, and get in a car with nobody but the man from your embassy."),
        them(90, 11, 15)
            .hi("आश्रय में हूँ। यहाँ सब औरतें हैं, अच्छा लगता है। गाँव में मत बताना।")
            .meaning("I am in the shelter. Here are only women, that feels good. Don't tell the village."),
        us(26, 15, 10)
            .hi("भाई को तारीख़ भेज दी है। वही हवाई अड्डे पर आएँगे।")
            .meaning("We have sent your brother the date. He will meet you at the airport."),
    ],
    clues: &[clue(0, "place", 'B', 2)
        .data(r#"{"name":"Poipet","relation":"in"}"#)
        .quote("पोइपेट")
        .confirmed()],
    operation: None,
};

pub(super) static CHANWIT: DemoCase = DemoCase {
    organisation: 1,
    summary: "Thai man in Sihanoukville with a broken leg that was never set. His transfer to a clinic is \
              the moment on which the plan rests.",
    status: "rescue_planned",
    closing_reason: None,
    risk: "critical",
    country: Some("KH"),
    languages: &["th"],
    opened_days_ago: 22,
    people: &[person(
        "victim",
        "male",
        &[
            name("ชาญวิทยะ เกื้อปรานี", "Thai", "legal"),
            name("Chanwittaya Kueaprani", "Latn", "legal"),
            name("โต้ง", "Thai", "nickname"),
        ],
    )
    .born(1991)
    .of(&["TH"])
    .speaks(&["th"])
    .looks("1.71 m, crutch on the left, big hands, tattooed tiger on the back.")
    .needs("Wheelchair, X-ray on arrival, painkiller allergy: no aspirin.")],
    channel: channel("line", "invented_tong", "Asia/Phnom_Penh")
        .only(&[("13:00", "14:00")])
        .we_may_start()
        .persona("A lottery seller in Sattahip")
        .never_say(&["ตำรวจ"])
        .duress(&["เลขท้ายสามตัว"]),
    expected_every_hours: Some(48),
    thread: &[
        them(21, 13, 8).unverified().th("ผมโต้งครับ ขาหักสามสัปดาห์แล้ว เขาไม่ให้ไปหาหมอ ผมอยู่สีหนุวิลล์ครับ").meaning(
            "I am Tong, my leg broke three weeks ago, they don't let me see a doctor. I am in \
                 Sihanoukville.",
        ),
        us(21, 13, 17)
            .th("เข้าใจค่ะ อย่าลงน้ำหนักขานะคะ มีไม้ดามไหมคะ")
            .meaning("Understood. Don't put weight on the leg. Do you have a splint?"),
        them(21, 13, 26).th("ผมเอาไม้แขวนเสื้อดามเอาครับ เขาสัญญาว่าวันมะรืนจะพาไปคลินิกในเมือง มีคนไปด้วยสองคน").meaning(
            "I used a coat-hanger. They promise to take me to a clinic in town the day after tomorrow, \
                 with two men.",
        ),
        us(10, 13, 6).th("คุณโต้งคะ วันนี้มีงวดหวย เลขท้ายสองตัวออกแล้วนะคะ ว่างกี่โมงบอกด้วย").meaning(
            "Dear Tong, the lottery is drawn today, the last two numbers are out. Tell us when you are \
                 free.",
        ),
        them(10, 13, 20)
            .th("เลื่อนอีกแล้วครับ คลินิกได้วันหลังจากพรุ่งนี้ บ่ายสองครับ")
            .meaning("Postponed again. Clinic on the day after tomorrow at two."),
        them(1, 13, 29).th("หมอมองแล้วครับ นัดอีกทีสามวันข้างหน้า บ่ายสอง ผมจะรอที่คลินิกเดิม").meaning(
            "The doctor has looked at it. Next appointment in three days at two, I will wait in the same \
                 clinic.",
        ),
    ],
    clues: &[
        clue(0, "place", 'B', 2)
            .data(
                r#"{"name":"สีหนุวิลล์","relation":"in",
                "candidates":[{"name":"Sihanoukville","lat":10.61,"lon":103.52,
                  "kind":"city","country":"KH","weight":1.0}]}"#,
            )
            .quote("ผมอยู่สีหนุวิลล์")
            .confirmed(),
        clue(5, "site", 'B', 3).site(3).quote("ผมจะรอที่คลินิกเดิม").note("The clinic is in the same town."),
    ],
    operation: Some(11),
};
