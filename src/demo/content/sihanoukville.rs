//! Sihanoukville, on the Cambodian coast.

use super::DemoCase;
use super::build::{at, channel, clue, name, person, them, us};

pub(super) static LINGFENG: DemoCase = DemoCase {
    organisation: 0,
    summary: "Chinese man from Jiangxi, came for a customer-service job, held in a dormitory with a view of \
              the harbour. His mother has paid twice. Embassy has confirmed his papers; a handover through \
              the authorities is approved.",
    status: "rescue_planned",
    closing_reason: None,
    risk: "high",
    country: Some("KH"),
    languages: &["zh"],
    opened_days_ago: 96,
    people: &[
        person(
            "victim",
            "male",
            &[
                name("姚岭枫", "Hans", "legal"),
                name("Yao Lingfeng", "Latn", "legal"),
                name("阿枫", "Hans", "nickname"),
            ],
        )
        .born(1996)
        .of(&["CN"])
        .speaks(&["zh"])
        .looks(
            "About 1.72 m, thin, thick black-framed glasses, burn mark on the back of the right hand. Lost \
             weight since the photo.",
        )
        .needs("Stomach ulcer, needs soft food. New travel paper, the passport stays with the company."),
        person("family", "female", &[name("姚秀莲", "Hans", "legal")])
            .born(1969)
            .of(&["CN"])
            .speaks(&["zh"])
            .needs("Gets calls that ask for money; tell her each time what we know and what we do not."),
        person("companion", "male", &[name("小鱼", "Hans", "nickname")]).of(&["CN"]).speaks(&["zh"]),
    ],
    channel: channel("wechat", "invented_lf96", "Asia/Phnom_Penh")
        .device_of("captors")
        .only(&[("12:30", "13:10")])
        .persona("An older cousin who sells tea")
        .never_say(&["警察", "救援"])
        .duress(&["酸萝卜"])
        .challenge("Who taught him to ride a bicycle? The neighbour with one arm."),
    expected_every_hours: Some(168),
    thread: &[
        them(95, 12, 41)
            .unverified()
            .zh("你好，老乡群里有人给我这个号。我在柬埔寨，出不去了。不要打语音，打字就行。")
            .meaning(
                "Hello, someone in the hometown group gave me this contact. I am in Cambodia and cannot get \
                 out. No voice calls, typing is fine.",
            ),
        us(95, 12, 52)
            .zh("我们只打字，从不打电话。你现在安全吗？什么时候方便？")
            .meaning("We only type, we never call. Are you safe now? When is it convenient?"),
        them(95, 12, 58).zh("中午吃饭可以，十二点半到一点十分。其他时间主管会看手机。").meaning(
            "Lunch break, half past twelve to ten past one. At other times the supervisor looks at the \
                 phone.",
        ),
        us(95, 13, 4).zh("好，只用这个时间，你先发我们再回。知道大概在什么地方吗？").meaning(
            "Good, only at that time, you write first and we answer. Do you know roughly where you are?",
        ),
        them(94, 12, 37).zh("从金边机场接的我，坐车三个小时左右，下了高速没多久就到了。").meaning(
            "They picked me up at Phnom Penh airport, about three hours by car, and soon after the \
                 motorway we were there.",
        ),
        them(94, 12, 44)
            .zh("同屋的人都说这里是西港。楼顶能看到海。")
            .meaning("Everyone in the room says this is Sihanoukville. From the roof one can see the sea."),
        us(94, 12, 50)
            .zh("很有用。手机里的记录记得删，不用急。")
            .meaning("Very useful. Remember to delete the record on the phone, there is no rush."),
        them(88, 12, 33).zh("我试着发了定位：10.62, 103.51 不知道准不准，这边的地图好像是偏的。").meaning(
            "I tried to send the position: 10.62, 103.51. Not sure it is right, the maps here seem to be \
                 shifted.",
        ),
        us(88, 12, 42)
            .zh("收到了，别再发第二次，会留痕迹。")
            .meaning("Received, don't send it again, it leaves traces."),
        them(80, 12, 36)
            .zh("门口对面是一栋没盖完的大楼，晚上工地有灯。我们这边两道铁门，中间有个登记的小房子。")
            .meaning(
                "Opposite the entrance is an unfinished tower, at night there are lights on the site. On our \
                 side two iron gates with a little registration hut between them.",
            ),
        them(71, 12, 40)
            .zh("换宿舍了，楼层高了一点。往西北看是港口的吊机，很近，走路可能二十分钟。")
            .meaning(
                "They changed my dormitory, a bit higher now. To the north-west one sees the cranes of the \
                 port, very near, perhaps twenty minutes on foot.",
            ),
        us(71, 12, 49)
            .zh("谢谢。胃还疼吗？能不能吃到粥？")
            .meaning("Thank you. Does your stomach still hurt? Can you get rice porridge?"),
        them(71, 12, 55)
            .zh("疼。有时候食堂阿姨偷偷给我留一碗。")
            .meaning("It hurts. Sometimes the canteen auntie secretly keeps a bowl for me."),
        them(60, 12, 39).zh("他们说完不成业绩就要赔钱，我妈已经转了两次。你们劝她不要再转了。").meaning(
            "They say whoever misses the target must pay, my mother has already sent money twice. Please \
                 persuade her not to send more.",
        ),
        us(60, 12, 47)
            .zh("我们昨天和她说过，她答应先问我们。你不欠他们的。")
            .meaning("We spoke with her yesterday, she promised to ask us first. You owe them nothing."),
        them(47, 12, 34)
            .zh("手机卡是他们发的，显示的网络是Smart。")
            .meaning("They hand out the SIM cards, the network shown is Smart."),
        them(33, 12, 51)
            .zh("有个同乡也想走，叫小鱼，我信得过。")
            .meaning("Someone from my home county wants to leave as well, called Little Fish, I trust him."),
        us(33, 12, 59)
            .zh("知道了。先不要和他说我们是谁。")
            .meaning("Understood. Don't tell him yet who we are."),
        them(19, 12, 45).zh("我妈说有人给她打电话核对我的护照号。护照在公司手里，号码我背得出来。").meaning(
            "My mother says someone called her to check my passport number. The company has the \
                 passport, but I know the number by heart.",
        ),
        them(6, 12, 38)
            .zh("主管说下周要送一部分人去波贝。我不想去。")
            .meaning("The supervisor says part of us will be sent to Poipet next week. I don't want to go."),
        us(6, 12, 46).zh("不要争，也不要自己找门口的人说。每天中午给我们一个字就行。").meaning(
            "Don't argue, and don't talk to the people at the gate yourself. One character every noon is \
                 enough.",
        ),
        them(1, 12, 35).zh("名单上没有我。我还在原来的房间，小鱼也在。时间定了告诉我就行。").meaning(
            "I am not on the list. Still in the same room, Little Fish too. Just tell me when the time \
                 is fixed.",
        ),
        us(1, 12, 43).zh("好。那天会有人叫你的全名，你答到就行，别的什么都不用带。").meaning(
            "Good. On that day someone will call your full name, just answer, you need not bring \
                 anything.",
        ),
    ],
    clues: &[
        clue(4, "travel_time", 'C', 2)
            .data(r#"{"from":{"name":"Phnom Penh"},"hours":3,"mode":"road","border_crossed":false}"#)
            .quote("从金边机场接的我，坐车三个小时左右")
            .confirmed(),
        clue(5, "place", 'C', 2).data(r#"{"name":"西港","relation":"in"}"#).quote("西港").confirmed(),
        clue(7, "point", 'C', 3)
            .data(r#"{"lat":10.62,"lon":103.51,"accuracy_m":2500,"datum":"unknown","via":"pin"}"#)
            .quote("10.62, 103.51")
            .confirmed()
            .note("From a Chinese app: may carry the map shift, though it should not outside China."),
        clue(10, "landmark", 'C', 2)
            .data(r#"{"lat":10.64,"lon":103.51,"name":"Sihanoukville port cranes","within_km":4}"#)
            .quote("港口的吊机，很近")
            .confirmed(),
        clue(10, "bearing", 'C', 3)
            .data(r#"{"from":{"lat":10.64,"lon":103.51},"degrees":140,"sigma_degrees":30}"#)
            .quote("往西北看是港口的吊机")
            .note("Port to the north-west of him: he is south-east of the port."),
        clue(15, "cell", 'C', 3).data(r#"{"mcc":456,"mnc":6}"#).quote("显示的网络是Smart").confirmed(),
        clue(19, "place", 'C', 4)
            .data(r#"{"name":"波贝","relation":"in"}"#)
            .quote("下周要送一部分人去波贝")
            .rejected("About others and about next week, not about where he is."),
        clue(21, "site", 'B', 2).site(3).quote("我还在原来的房间").confirmed(),
    ],
    operation: Some(1),
};

pub(super) static ICE_SELLER: DemoCase = DemoCase {
    organisation: 1,
    summary: "A man who delivers ice every morning to a guarded building in Sihanoukville reports that \
              foreigners live behind barred windows, and passes on what a young woman hid in his ice box. \
              Source must be protected above all.",
    status: "located",
    closing_reason: None,
    risk: "high",
    country: Some("KH"),
    languages: &["km", "en"],
    opened_days_ago: 52,
    people: &[
        person(
            "informant",
            "male",
            &[
                name("វ៉ាន់ សុភារិទ្ធ", "Khmr", "legal"),
                name("Vann Sophearith", "Latn", "legal"),
                name("ពូទឹកកក", "Khmr", "nickname"),
            ],
        )
        .born(1979)
        .of(&["KH"])
        .speaks(&["km"])
        .needs("Never meet at his house or near the building. His wife does not know."),
        person("victim", "female", &[name("ប៊ី", "Khmr", "nickname"), name("Bee", "Latn", "nickname")])
            .speaks(&["th"])
            .looks(
                "In her twenties, short hair dyed reddish, wears a grey jacket even when it is hot. Probably \
             Thai.",
            ),
    ],
    channel: channel("telegram", "@invented_ice", "Asia/Phnom_Penh")
        .only(&[("18:00", "20:30")])
        .never_say(&["ប៉ូលិស"])
        .challenge("What does he carry for the dogs at the gate? Fish heads."),
    expected_every_hours: Some(168),
    thread: &[
        them(51, 18, 22)
            .unverified()
            .km("ជំរាបសួរ ខ្ញុំចង់ប្រាប់រឿងមួយ ប៉ុន្តែសូមកុំប្រាប់ឈ្មោះខ្ញុំឲ្យអ្នកណាដឹង។")
            .meaning("Hello, I want to tell you something, but please don't let anyone know my name."),
        us(51, 18, 35)
            .km("ជំរាបសួរ។ យើងមិនប្រាប់ឈ្មោះអ្នកឲ្យអ្នកណាទេ។ សូមសរសេរពេលដែលមានសុវត្ថិភាព។")
            .meaning("Hello. We tell your name to nobody. Please write when it is safe."),
        them(51, 18, 44)
            .km("ខ្ញុំដឹកទឹកកកចូលអគារមួយនៅក្រុងព្រះសីហនុរាល់ព្រឹក។")
            .meaning("I deliver ice into a building in Sihanoukville every morning."),
        them(51, 18, 52)
            .km("នៅខាងក្នុងមានមនុស្សច្រើន ជនជាតិចិន ឥណ្ឌូនេស៊ី និងថៃ។ ពួកគេចេញក្រៅមិនបានទេ។")
            .meaning("Inside are many people, Chinese, Indonesians and Thais. They cannot go out."),
        us(50, 18, 15)
            .km("អរគុណ។ កុំសួរសំណួរនៅទីនោះ ហើយកុំថតរូប។ ធ្វើដូចរាល់ថ្ងៃ។")
            .meaning("Thank you. Ask no questions there and take no photos. Do as on every day."),
        them(44, 18, 30).km("បង្អួចទាំងអស់មានដែក។ មានទ្វារតែមួយ ហើយសន្តិសុខប្តូរវេននៅម៉ោងប្រាំមួយព្រឹក។").meaning(
            "All the windows have bars. There is only one gate, and the guards change shift at six in \
                 the morning.",
        ),
        them(37, 19, 5).km("ពីឆ្នេរអូរឈើទាលទៅទីនោះ ជិះម៉ូតូប្រហែលដប់នាទី។ នៅចំពីមុខមានហាងលក់ស៊ីម៉ង់ត៍។").meaning(
            "From Ochheuteal beach to there it is about ten minutes by motorbike. Right opposite is a \
                 cement shop.",
        ),
        us(37, 19, 18).km("អរគុណពូ។ ព័ត៌មាននេះមានប្រយោជន៍ណាស់។").meaning("Thank you, uncle. This is very useful."),
        them(26, 18, 48)
            .km("ថ្ងៃនេះក្មេងស្រីម្នាក់ដាក់ក្រដាសតូចមួយក្នុងធុងទឹកកក។ នាងសរសេរជាភាសាថៃ ខ្ញុំមើលមិនយល់ ប៉ុន្តែមានពាក្យ help។")
            .meaning(
                "Today a girl put a small paper into the ice box. She wrote in Thai, I cannot read it, but \
                 it has the word help.",
            ),
        us(26, 19, 0)
            .km("សូមដុតក្រដាសនោះចោលក្រោយពេលចម្លងឲ្យយើង។ កុំឆ្លើយតបទៅនាង។")
            .meaning("Please burn the paper after you have copied it for us. Do not answer her."),
        them(12, 18, 40)
            .km("ពួកគេបន្ថែមកាមេរ៉ានៅទ្វារ។ ខ្ញុំនៅតែចូលបាន ប៉ុន្តែខ្ញុំខ្លាច។")
            .meaning("They have added cameras at the gate. I still get in, but I am afraid."),
        us(12, 18, 55)
            .km("បើខ្លាច សូមឈប់។ ជីវិតពូសំខាន់ជាងព័ត៌មាន។")
            .meaning("If you are afraid, please stop. Your life matters more than information."),
    ],
    clues: &[
        clue(2, "place", 'B', 2)
            .data(r#"{"name":"ក្រុងព្រះសីហនុ","relation":"in"}"#)
            .quote("ក្រុងព្រះសីហនុ")
            .confirmed(),
        clue(6, "travel_time", 'B', 3)
            .data(r#"{"from":{"lat":10.60,"lon":103.53},"hours":0.17,"mode":"road","border_crossed":false}"#)
            .quote("ពីឆ្នេរអូរឈើទាលទៅទីនោះ ជិះម៉ូតូប្រហែលដប់នាទី")
            .confirmed(),
        clue(6, "landmark", 'B', 4)
            .data(
                r#"{"lat":10.61,"lon":103.53,"name":"Cement shop opposite the gate",
                "within_km":3}"#,
            )
            .quote("ហាងលក់ស៊ីម៉ង់ត៍")
            .note("Several such shops on the same road; placed at the town."),
        clue(2, "site", 'B', 3)
            .told_by(0, at(37, 19, 30))
            .site(3)
            .confirmed()
            .note("He knows the town and has been inside; still only the town is recorded here."),
    ],
    operation: Some(10),
};

pub(super) static BROTHER_OF_LINGFENG: DemoCase = DemoCase {
    organisation: 0,
    summary: "A brother in Guangdong reported the same man from Jiangxi whom we already know from his own \
              messages. Merged into the older case; the brother stays a contact there.",
    status: "closed",
    closing_reason: Some("duplicate"),
    risk: "medium",
    country: Some("KH"),
    languages: &["zh"],
    opened_days_ago: 91,
    people: &[
        person("family", "male", &[name("姚岭松", "Hans", "legal")]).born(1991).of(&["CN"]).speaks(&["zh"]),
        person("victim", "male", &[name("姚岭枫", "Hans", "legal")]).born(1996).of(&["CN"]).speaks(&["zh"]),
    ],
    channel: channel("wechat", "invented_yls", "Asia/Shanghai").device_of("family").we_may_start(),
    expected_every_hours: None,
    thread: &[
        them(90, 18, 20)
            .unverified()
            .zh("你好，我弟弟姚岭枫去了柬埔寨，两个月联系不上，只给我妈发过几条。听说在西港。")
            .meaning(
                "Hello, my brother Yao Lingfeng went to Cambodia, out of reach for two months, only a few \
                 messages to our mother. We heard Sihanoukville.",
            ),
        us(90, 18, 45)
            .zh("谢谢您来信。为了他的安全，能告诉我们他右手有什么特征吗？")
            .meaning("Thank you for writing. For his safety, can you tell us what marks his right hand?"),
        them(90, 18, 52)
            .zh("手背上有块烫伤，小时候碰了开水壶。")
            .meaning("A scald on the back, from the kettle when he was small."),
        us(88, 10, 10).zh("核对上了，我们已经在跟进同一个人。请您不要自己联系对方，也不要转钱。").meaning(
            "It matches, we are already following the same person. Please don't contact them yourself \
                 and send no money.",
        ),
    ],
    clues: &[clue(0, "place", 'C', 4).data(r#"{"name":"西港","relation":"in"}"#).quote("听说在西港")],
    operation: None,
};
