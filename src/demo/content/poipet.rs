//! Poipet and O'Smach, on the Thai–Cambodian land border.

use super::DemoCase;
use super::build::{channel, clue, name, person, them, us};

pub(super) static PRAT: DemoCase = DemoCase {
    organisation: 0,
    summary: "Thai man from Surin, promised office work, walked across the fields at night to Poipet. \
              Fetched at the agreed place by the field team and handed to Thai officers; statement taken, \
              waiting to go home.",
    status: "recovered",
    closing_reason: None,
    risk: "medium",
    country: Some("KH"),
    languages: &["th"],
    opened_days_ago: 74,
    people: &[
        person(
            "victim",
            "male",
            &[
                name("ปรัชญ์ วารินทรา", "Thai", "legal"),
                name("Prat Warinthra", "Latn", "legal"),
                name("หมูหยอง", "Thai", "nickname"),
            ],
        )
        .born(1995)
        .of(&["TH"])
        .speaks(&["th", "km"])
        .looks(
            "Stocky, 1.66 m, shaved sides, tattoo of a lotus behind the right ear, limps after long walks.",
        )
        .needs("Diabetes tablets twice a day. Legal help: the company used his bank account."),
        person("family", "female", &[name("ยายละเมียด", "Thai", "nickname")])
            .born(1948)
            .of(&["TH"])
            .speaks(&["th", "km"]),
    ],
    channel: channel("line", "invented_prat", "Asia/Phnom_Penh")
        .only(&[("05:45", "06:45")])
        .persona("A motorcycle parts shop in Surin")
        .never_say(&["ตำรวจ"])
        .duress(&["ขนมครก"])
        .challenge("What did his grandmother swap for his first bicycle? A calf."),
    expected_every_hours: None,
    thread: &[
        them(73, 6, 4)
            .unverified()
            .th("สวัสดีครับ ผมเป็นคนไทย อยู่ปอยเปต ออกไม่ได้ครับ อย่าโทรมานะครับ พิมพ์อย่างเดียว")
            .meaning("Hello, I am Thai, I am in Poipet and cannot get out. Please don't call, only type."),
        us(73, 6, 12)
            .th("สวัสดีค่ะ เราพิมพ์อย่างเดียว ไม่โทร เวลานี้ปลอดภัยไหมคะ")
            .meaning("Hello, we only type and don't call. Is this time safe?"),
        them(73, 6, 15)
            .th("หกโมงเช้าถึงหกโมงครึ่งครับ ตอนเปลี่ยนกะ มือถือผมเอง")
            .meaning("Six to half past six in the morning, at the change of shift. It is my own phone."),
        them(70, 6, 9).th("ผมข้ามมาจากอรัญประเทศตอนกลางคืน เดินลัดทุ่งนาประมาณครึ่งชั่วโมง มีคนถือไฟฉายนำทาง").meaning(
            "I came over from Aranyaprathet at night, about half an hour on foot across the rice fields, \
                 a man with a torch led us.",
        ),
        us(70, 6, 17)
            .th("ขอบคุณค่ะ ยาเบาหวานยังมีพอไหมคะ")
            .meaning("Thank you. Do you still have enough diabetes tablets?"),
        them(70, 6, 20)
            .th("เหลือครึ่งแผงครับ ผมกินวันละเม็ดแทน")
            .meaning("Half a strip is left. I take one a day instead."),
        them(62, 6, 6).th("จากดาดฟ้าเห็นแถวคาสิโนอยู่ทางทิศตะวันตก ใกล้มาก กลางคืนไฟสว่างทั้งแถบ").meaning(
            "From the roof the row of casinos is to the west, very near, at night the whole strip is \
                 lit.",
        ),
        them(55, 6, 11).th("มีตลาดเช้าอยู่ตรงข้ามประตูครับ ได้ยินเสียงรถสิบล้อทั้งคืน สงสัยจอดรอข้ามด่าน").meaning(
            "There is a morning market opposite the gate. All night I hear lorries, I guess they wait to \
                 cross the checkpoint.",
        ),
        us(55, 6, 19)
            .th("ละเอียดมากค่ะ ไม่ต้องออกไปดูเพิ่มนะคะ")
            .meaning("Very detailed. Please don't go out to see more."),
        them(43, 6, 3).th("หัวหน้าให้ผมไปซื้อของที่ตลาดได้วันเว้นวัน มีคนตามหนึ่งคน แต่เขาชอบเล่นมือถือ").meaning(
            "The boss lets me shop at the market every other day, one man follows, but he likes to play \
                 on his phone.",
        ),
        us(43, 6, 14)
            .th("อย่าเพิ่งทำอะไรค่ะ เราจะบอกวันและคำพูดที่ใช้กันอีกที")
            .meaning("Don't do anything yet. We will tell you the day and the words to use."),
        them(21, 6, 2).th("วันนี้กับวันมะรืนผมได้ไปตลาดครับ รอฟังจากร้านอยู่").meaning(
            "Today and the day after tomorrow I may go to the market. Waiting to hear from the shop.",
        ),
        us(21, 6, 8).th("ร้านอะไหล่แจ้งว่าของมาถึงวันมะรืนนะคะ คนส่งของจะถามว่า โซ่เบอร์อะไร").meaning(
            "The parts shop says the goods arrive the day after tomorrow. The courier will ask: which \
                 chain size?",
        ),
        them(21, 6, 10).th("เบอร์สี่สองแปดครับ รับทราบ").meaning("Number four two eight. Understood."),
        them(18, 6, 22)
            .th("ผมอยู่ฝั่งไทยแล้วครับ ขอบคุณทุกคนมาก ผมยังมือสั่นอยู่เลย")
            .meaning("I am on the Thai side. Thank you all so much, my hands are still shaking."),
        us(18, 6, 30)
            .th("ยินดีต้อนรับกลับบ้านค่ะ คุณยายรออยู่ พักก่อนนะคะ")
            .meaning("Welcome home. Your grandmother is waiting. Rest first."),
    ],
    clues: &[
        clue(0, "place", 'B', 2).data(r#"{"name":"ปอยเปต","relation":"in"}"#).quote("ปอยเปต").confirmed(),
        clue(3, "travel_time", 'B', 3)
            .data(r#"{"from":{"lat":13.66,"lon":102.53},"hours":0.5,"mode":"foot","border_crossed":true}"#)
            .quote("เดินลัดทุ่งนาประมาณครึ่งชั่วโมง")
            .confirmed()
            .note("Counted from the fields at the border, not from the town of Aranyaprathet."),
        clue(6, "bearing", 'B', 3)
            .data(r#"{"from":{"lat":13.66,"lon":102.55},"degrees":90,"sigma_degrees":30}"#)
            .quote("แถวคาสิโนอยู่ทางทิศตะวันตก")
            .confirmed()
            .note("Casinos to the west of him: he is to the east of them."),
        clue(7, "landmark", 'B', 3)
            .data(r#"{"lat":13.66,"lon":102.57,"name":"Morning market","within_km":3}"#)
            .quote("ตลาดเช้าอยู่ตรงข้ามประตู")
            .confirmed(),
        clue(7, "site", 'B', 2).site(5).quote("จอดรอข้ามด่าน").confirmed(),
        clue(14, "country", 'A', 1).data(r#"{"country":"TH"}"#).quote("ผมอยู่ฝั่งไทยแล้ว").confirmed(),
    ],
    operation: Some(3),
};

pub(super) static VITHEARA: DemoCase = DemoCase {
    organisation: 0,
    summary: "Cambodian man from Pursat, paid a recruiter for a hotel job and was taken up the hill to \
              O'Smach. Locked in at night, allowed into the yard by day. Reconnaissance has been submitted.",
    status: "located",
    closing_reason: None,
    risk: "medium",
    country: Some("KH"),
    languages: &["km"],
    opened_days_ago: 38,
    people: &[person(
        "victim",
        "male",
        &[
            name("ស្រេង វិធារ៉ា", "Khmr", "legal"),
            name("Sreng Vitheara", "Latn", "legal"),
            name("ធារ៉ា", "Khmr", "nickname"),
        ],
    )
    .born(2000)
    .of(&["KH"])
    .speaks(&["km", "th"])
    .looks("1.69 m, very thin, long scar on the right shin, always a checked krama round the neck.")
    .needs("Owes money at home and is ashamed; talk to him alone, not before relatives.")],
    channel: channel("telegram", "@invented_theara", "Asia/Phnom_Penh")
        .only(&[("05:30", "07:00"), ("19:30", "20:30")])
        .persona("A cousin who repairs pumps")
        .never_say(&["ប៉ូលិស"])
        .duress(&["នំបញ្ចុក"])
        .challenge("What fell into the well at New Year? His uncle's radio."),
    expected_every_hours: Some(96),
    thread: &[
        them(37, 19, 48)
            .unverified()
            .km("បងៗ សូមជួយខ្ញុំផង។ ខ្ញុំជាប់នៅអូរស្មាច់។ សូមកុំទូរស័ព្ទមក។")
            .meaning("Please help me. I am stuck in O'Smach. Please don't phone."),
        us(37, 19, 57)
            .km("យើងសរសេរតែប៉ុណ្ណោះ មិនទូរស័ព្ទទេ។ អ្នកមានសុវត្ថិភាពឥឡូវទេ?")
            .meaning("We only write, we don't phone. Are you safe now?"),
        them(37, 20, 3)
            .km("បាទ ពេលល្ងាច និងព្រឹកព្រលឹមបាន។ ទូរស័ព្ទនេះរបស់ខ្ញុំ។")
            .meaning("Yes, evenings and very early mornings are fine. This phone is mine."),
        them(35, 19, 40)
            .km("ពីសំរោងមកទីនេះប្រហែលមួយម៉ោង។ មានតែផ្លូវមួយប៉ុណ្ណោះ ឡើងភ្នំ។")
            .meaning("From Samraong to here it is about one hour. There is only one road, up the hill."),
        us(35, 19, 52)
            .km("អរគុណ។ មានមនុស្សប៉ុន្មាននាក់នៅក្នុងបន្ទប់អ្នក?")
            .meaning("Thank you. How many people are in your room?"),
        them(35, 19, 58)
            .km("ប្រាំបីនាក់។ ខ្មែរពីរនាក់ ក្រៅពីនោះជនបរទេស។")
            .meaning("Eight. Two Cambodians, the others are foreigners."),
        them(29, 6, 48)
            .km("ព្រឹកនេះថ្ងៃរះម៉ោង <sunrise 14.44 103.69 420>។ ខ្ញុំឃើញពីទីធ្លា។")
            .meaning("This morning the sun rose at <sunrise 14.44 103.69 420>. I saw it from the yard."),
        them(22, 19, 44)
            .km("ទូរស័ព្ទខ្ញុំចាប់សេវាថៃ AIS ជាងសេវាខ្មែរ។")
            .meaning("My phone catches the Thai network AIS better than a Cambodian one."),
        us(22, 19, 55)
            .km("ល្អណាស់។ សូមបិទទីតាំងក្នុងទូរស័ព្ទ ដើម្បីសុវត្ថិភាព។")
            .meaning("Very good. Please switch off location on the phone, to be safe."),
        them(15, 19, 50)
            .km("យប់ៗខ្ញុំឃើញភ្លើងនៅលើភ្នំខាងជើង គេថានោះជាទាហានថៃ។")
            .meaning("At night I see lights on the hill to the north, they say those are Thai soldiers."),
        them(4, 19, 46)
            .km("ខ្ញុំនៅតែនៅកន្លែងដដែល។ អាហារតិចជាងមុន។")
            .meaning("I am still in the same place. There is less food than before."),
        us(4, 19, 56).km("យើងនៅជាមួយអ្នក។ សូមរក្សាកម្លាំង។").meaning("We are with you. Please save your strength."),
    ],
    clues: &[
        clue(0, "place", 'B', 2)
            .data(
                r#"{"name":"អូរស្មាច់","relation":"in",
                "candidates":[{"name":"O'Smach","lat":14.44,"lon":103.69,
                  "kind":"town","country":"KH","weight":1.0}]}"#,
            )
            .quote("អូរស្មាច់")
            .confirmed(),
        clue(3, "travel_time", 'B', 3)
            .data(r#"{"from":{"lat":14.18,"lon":103.52},"hours":1,"mode":"road","border_crossed":false}"#)
            .quote("ពីសំរោងមកទីនេះប្រហែលមួយម៉ោង")
            .confirmed(),
        clue(6, "sun", 'B', 3)
            .data(
                r#"{"event":"sunrise","date":"<date>",
                "local_time":"<sunrise 14.44 103.69 420>","utc_offset_minutes":420}"#,
            )
            .quote("ថ្ងៃរះម៉ោង <sunrise 14.44 103.69 420>"),
        clue(7, "cell", 'B', 3).data(r#"{"mcc":520,"mnc":3}"#).quote("សេវាថៃ AIS").confirmed(),
        clue(9, "bearing", 'C', 4)
            .data(r#"{"from":{"lat":14.47,"lon":103.69},"degrees":180,"sigma_degrees":40}"#)
            .quote("ភ្លើងនៅលើភ្នំខាងជើង")
            .note("Which hill is a guess."),
        clue(9, "border", 'B', 3)
            .data(r#"{"country":"TH","within_km":5}"#)
            .quote("គេថានោះជាទាហានថៃ")
            .confirmed(),
    ],
    operation: Some(4),
};
