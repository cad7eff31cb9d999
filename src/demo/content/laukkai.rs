//! The north of Shan State: Laukkai and Muse, by the Chinese border.

use super::DemoCase;
use super::build::{at, channel, clue, name, person, them, us};

pub(super) static SHUHE: DemoCase = DemoCase {
    organisation: 0,
    summary: "Chinese student, taken over the hills from Yunnan to Laukkai. Wrote for seven weeks, then the \
              town emptied and nothing came any more. Closed after ninety days without a sign of life; the \
              family may reopen at any time.",
    status: "closed",
    closing_reason: Some("no_contact"),
    risk: "high",
    country: Some("MM"),
    languages: &["zh"],
    opened_days_ago: 208,
    people: &[
        person(
            "victim",
            "female",
            &[
                name("裴书禾", "Hans", "legal"),
                name("Pei Shuhe", "Latn", "legal"),
                name("禾苗", "Hans", "nickname"),
            ],
        )
        .born(2002)
        .of(&["CN"])
        .speaks(&["zh"])
        .looks(
            "1.63 m, short hair, nearsighted without glasses, a red thread with a jade bead on the left \
             ankle.",
        )
        .needs("Thyroid tablets every day. Prefers to be asked, not told."),
        person("family", "male", &[name("裴敬堂", "Hans", "legal")])
            .born(1968)
            .of(&["CN"])
            .speaks(&["zh"])
            .needs("Wants one call a month even when there is nothing to say."),
    ],
    channel: channel("wechat", "invented_hemiao", "Asia/Yangon")
        .only(&[("00:00", "01:30")])
        .persona("A shop that repairs umbrellas")
        .never_say(&["报警"])
        .duress(&["桂花糕"])
        .challenge("What did she plant on the balcony? Mint, in a rice cooker."),
    expected_every_hours: None,
    thread: &[
        them(207, 0, 42)
            .unverified()
            .zh("有人吗？我在缅甸老街，同学骗我来的。千万别打电话，半夜才能拿到手机。")
            .meaning(
                "Is anyone there? I am in Laukkai, Myanmar, a fellow student tricked me. Never call, I only \
                 get the phone in the middle of the night.",
            ),
        us(207, 0, 55)
            .zh("我们在。只写字，不打电话。你身边有人吗？")
            .meaning("We are here. Only writing, no calls. Is anyone near you?"),
        them(207, 1, 1)
            .zh("都睡了。一点半之前要放回去。")
            .meaning("All asleep. I have to put it back before half past one."),
        them(203, 0, 50).zh("我们先到南伞，半夜跟着人翻山，走了大概两个小时，山路没有灯。").meaning(
            "First we came to Nansan, in the night we followed a man over the hills, about two hours, a \
                 path without lights.",
        ),
        us(203, 1, 3)
            .zh("辛苦了。药还有吗？一天不吃会怎么样？")
            .meaning("That was hard. Do you still have the tablets? What happens if you miss a day?"),
        them(203, 1, 8).zh("还有两个星期的，我掰成一半吃。").meaning("Two more weeks, I break them in half."),
        them(195, 0, 47).zh("晚上对面山上有一长排灯，是中国那边的边境公路，一闪一闪地有车。").meaning(
            "At night there is a long row of lights on the hill opposite, the border road on the Chinese \
                 side, with cars blinking along.",
        ),
        us(195, 0, 58)
            .zh("看得到家那边的灯，我们明白那种感觉。你还撑得住吗？")
            .meaning("Seeing the lights of home, we understand what that is like. Can you hold on?"),
        them(188, 1, 4).zh("他们说这里离口岸很近，骑摩托十分钟，可是要过三道卡。").meaning(
            "They say the crossing is very near, ten minutes by motorbike, but there are three \
                 checkpoints.",
        ),
        them(171, 0, 51)
            .zh("这几天外面一直有炮声，主管们在收拾东西。有人说要搬去木姐，也有人说直接散掉。")
            .meaning(
                "These days there is gunfire outside all the time, the supervisors are packing. Some say we \
                 move to Muse, some say it simply breaks up.",
            ),
        us(171, 1, 2)
            .zh("待在室内，离窗户远。搬走的话，能写一个字就写一个字。")
            .meaning("Stay inside, away from the windows. If you are moved, write one character if you can."),
        them(158, 1, 9).zh("明天一早走，车已经来了。不知道去哪里。告诉我爸我记得阳台的薄荷。").meaning(
            "We leave early tomorrow, the trucks are here. I don't know where to. Tell my father I \
                 remember the mint on the balcony.",
        ),
        us(158, 1, 14)
            .zh("我们告诉他。我们会一直看这个号。")
            .meaning("We will tell him. We will keep watching this account."),
    ],
    clues: &[
        clue(0, "place", 'C', 2)
            .data(
                r#"{"name":"老街","relation":"in",
                "candidates":[{"name":"Laukkai","lat":23.69,"lon":98.77,
                  "kind":"town","country":"MM","weight":0.8},
                 {"name":"Lào Cai","lat":22.48,"lon":103.97,
                  "kind":"town","country":"VN","weight":0.2}]}"#,
            )
            .quote("缅甸老街")
            .confirmed()
            .note("The same two characters name a Vietnamese town; she says Myanmar."),
        clue(3, "travel_time", 'C', 3)
            .data(r#"{"from":{"lat":23.78,"lon":98.83},"hours":2,"mode":"foot","border_crossed":true}"#)
            .quote("先到南伞，半夜跟着人翻山，走了大概两个小时")
            .confirmed(),
        clue(6, "border", 'C', 2)
            .data(r#"{"country":"CN","within_km":10}"#)
            .quote("中国那边的边境公路")
            .confirmed(),
        clue(8, "distance_from", 'D', 3)
            .data(r#"{"from":{"lat":23.77,"lon":98.82},"km":6,"sigma_km":4}"#)
            .quote("离口岸很近，骑摩托十分钟"),
        clue(9, "place", 'D', 4)
            .data(r#"{"name":"木姐","relation":"in"}"#)
            .quote("有人说要搬去木姐")
            .rejected("Hearsay about a move that nobody confirmed."),
        clue(0, "absence", 'B', 3)
            .data(r#"{"lat":23.69,"lon":98.77,"radius_km":4,"probability_of_detection":0.7}"#)
            .public(
                "Lists of people sent home from the town after it emptied; her name is on none",
                at(120, 12, 0),
            )
            .confirmed(),
    ],
    operation: None,
};

pub(super) static ZARNI: DemoCase = DemoCase {
    organisation: 0,
    summary: "Burmese lorry mate in Muse who was made to guard a building and ran. He needs protection from \
              former employers more than a rescue; referred to a partner for resettlement.",
    status: "closed",
    closing_reason: Some("referred"),
    risk: "medium",
    country: Some("MM"),
    languages: &["my"],
    opened_days_ago: 84,
    people: &[person(
        "victim",
        "male",
        &[name("ဇာနည်ထက်", "Mymr", "legal"), name("Zarni Htet", "Latn", "legal")],
    )
    .born(1994)
    .of(&["MM"])
    .speaks(&["my"])
    .looks("Broad shoulders, betel-stained teeth, tattoo of a star on the neck.")],
    channel: channel("signal", "+44 7700 900143", "Asia/Yangon").we_may_start(),
    expected_every_hours: None,
    thread: &[
        them(83, 13, 20)
            .unverified()
            .my("ကျွန်တော် မူဆယ်မှာပါ။ အစောင့်လုပ်ခိုင်းလို့ ထွက်ပြေးလာတာ။")
            .meaning("I am in Muse. They made me work as a guard, so I ran away."),
        us(83, 13, 41).my("အခု ဘေးကင်းတဲ့နေရာမှာ ရှိလား။").meaning("Are you in a safe place now?"),
        them(83, 13, 47)
            .my("အဒေါ်အိမ်မှာပါ။ သူတို့ ကျွန်တော့်ကို ရှာနေတယ်။")
            .meaning("At my aunt's house. They are looking for me."),
        us(80, 10, 5)
            .my("အဖွဲ့တစ်ဖွဲ့က ကူညီနိုင်ပါတယ်။ သူတို့ကို နံပါတ် ပေးလို့ရမလား။")
            .meaning("There is a group that can help. May we give them this number?"),
        them(80, 10, 31).my("ပေးပါ။ ကျေးဇူးတင်ပါတယ်။").meaning("Yes please. Thank you."),
    ],
    clues: &[clue(0, "place", 'B', 2)
        .data(
            r#"{"name":"မူဆယ်","relation":"in",
                "candidates":[{"name":"Muse","lat":23.99,"lon":97.90,
                  "kind":"town","country":"MM","weight":1.0}]}"#,
        )
        .quote("မူဆယ်")
        .confirmed()],
    operation: None,
};
