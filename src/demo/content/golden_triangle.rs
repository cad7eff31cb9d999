//! The Golden Triangle, at Ton Pheung in Laos.

use super::DemoCase;
use super::build::{channel, clue, name, person, them, us};

pub(super) static ANALYN: DemoCase = DemoCase {
    organisation: 0,
    summary: "Filipina teacher, flew out for a casino hostess job that became chat work in the zone at Ton \
              Pheung. Released after her embassy pressed the zone office; in a shelter, court statement \
              pending.",
    status: "in_care",
    closing_reason: None,
    risk: "medium",
    country: Some("LA"),
    languages: &["tl", "en"],
    opened_days_ago: 149,
    people: &[
        person(
            "victim",
            "female",
            &[name("Analyn Magsucang", "Latn", "legal"), name("Lyn", "Latn", "nickname")],
        )
        .born(1997)
        .of(&["PH"])
        .speaks(&["tl", "en"])
        .looks(
            "1.60 m, wavy hair to the shoulder, freckles, a small cross on a cord. Laughs when she is \
             scared.",
        )
        .needs(
            "Sleeps badly, asked for counselling in Tagalog. Her son of six lives with her sister; speak of \
             him kindly.",
        ),
        person("companion", "female", &[name("Gingging", "Latn", "nickname")]).of(&["PH"]).speaks(&["tl"]),
    ],
    channel: channel("messenger", "invented.lyn", "Asia/Vientiane")
        .only(&[("19:30", "21:30")])
        .we_may_start()
        .challenge("What did her class sing on the last day? The song about the crab."),
    expected_every_hours: None,
    thread: &[
        them(148, 20, 2)
            .unverified()
            .tl("Magandang gabi po. Nasa Laos po ako at hindi ako makalabas. Huwag po kayong tumawag, chat \
                 lang po.")
            .meaning("Good evening. I am in Laos and cannot get out. Please don't call, only chat."),
        us(148, 20, 9)
            .tl("Magandang gabi. Chat lang po tayo. Ligtas ba kayo ngayon, at hanggang anong oras?")
            .meaning("Good evening. We only chat. Are you safe now, and until what time?"),
        them(148, 20, 15)
            .tl("Hanggang alas nuwebe y medya po, kapag nasa dorm na kami.")
            .meaning("Until half past nine, when we are in the dormitory."),
        them(146, 20, 20)
            .tl("Sinundo kami sa Chiang Rai, tapos bangka sa malaking ilog. Limang minuto lang, nasa kabila \
                 na.")
            .meaning(
                "They fetched us in Chiang Rai, then a boat on a big river. Only five minutes and we were \
                 across.",
            ),
        us(146, 20, 28)
            .tl("Salamat po. Ilan po kayong magkakasama?")
            .meaning("Thank you. How many of you are there?"),
        them(146, 20, 31)
            .tl("Pito kaming Pinay. Yung isa, si Gingging, buntis po.")
            .meaning("We are seven Filipinas. One, Gingging, is pregnant."),
        them(140, 20, 44)
            .tl("Golden Triangle po ang tawag nila dito. May malaking hotel na kulay ginto, kita mula sa \
                 dorm, may korona sa taas.")
            .meaning(
                "They call this place Golden Triangle. There is a big gold-coloured hotel, visible from the \
                 dorm, with a crown on top.",
            ),
        us(140, 20, 50)
            .tl("Malinaw po. Huwag na po kayong magpadala ng litrato, sapat na ang salita.")
            .meaning("Clear. Please don't send photos, words are enough."),
        them(128, 21, 3)
            .tl("Kinuha na naman ang sahod namin, multa raw. Dalawang buwan na kaming walang padala.")
            .meaning(
                "They took our pay again, as a fine they say. For two months we have sent nothing home.",
            ),
        them(119, 20, 12)
            .tl("May nagsabi na puwedeng magreklamo sa opisina ng zone. Natatakot kami na isumbong kami sa \
                 boss.")
            .meaning(
                "Someone said one may complain at the zone office. We are afraid they will report us to the \
                 boss.",
            ),
        us(119, 20, 25)
            .tl("Huwag po munang lumapit mag-isa. Kakausapin namin ang embahada para may kasama kayong \
                 papel.")
            .meaning(
                "Please don't go there alone yet. We will talk to the embassy so that you have a paper \
                 behind you.",
            ),
        them(101, 20, 38)
            .tl("Tinawag po kami isa-isa. Pinapirma kami na kusang-loob kaming aalis. Totoo po ba ito?")
            .meaning(
                "They called us one by one and had us sign that we leave of our own will. Is this real?",
            ),
        us(101, 20, 46)
            .tl("Totoo po, kinumpirma ng embahada. Huwag pong pipirma ng utang. Ngayong gabi, magkakasama \
                 kayong pito.")
            .meaning(
                "It is real, the embassy confirmed it. Don't sign any debt. Tonight the seven of you stay \
                 together.",
            ),
        them(100, 19, 55)
            .tl("Nasa tulay na kami papuntang Thailand, hawak ko ang passport ko. Umiiyak kaming lahat.")
            .meaning("We are on the bridge to Thailand, I hold my passport. We are all crying."),
        them(62, 20, 30)
            .tl("Nasa shelter na po ako. Minsan nagigising pa rin ako ng alas tres para mag-absen.")
            .meaning("I am in the shelter now. Sometimes I still wake at three for the roll call."),
        us(62, 20, 41)
            .tl("Normal po iyan pagkatapos ng ganyan. May kausap po kayong tagapayo sa Huwebes.")
            .meaning("That is normal after such a thing. You have a talk with the counsellor on Thursday."),
        them(11, 20, 19)
            .tl("Handa na po ako magbigay ng salaysay. Gusto ko pong makauwi bago ang birthday ng anak ko.")
            .meaning("I am ready to give my statement. I want to be home before my son's birthday."),
        us(11, 20, 27)
            .tl("Aayusin po natin ang petsa. Salamat sa tapang ninyo.")
            .meaning("We will arrange the date. Thank you for your courage."),
    ],
    clues: &[
        clue(3, "travel_time", 'B', 2)
            .data(r#"{"from":{"lat":20.35,"lon":100.08},"hours":0.08,"mode":"boat","border_crossed":true}"#)
            .quote("bangka sa malaking ilog. Limang minuto lang")
            .confirmed(),
        clue(3, "place", 'C', 3)
            .data(r#"{"name":"Chiang Rai","relation":"near"}"#)
            .quote("Chiang Rai")
            .rejected("Where the trip began. She is across the river from there."),
        clue(6, "place", 'B', 2)
            .data(r#"{"name":"Golden Triangle","relation":"in"}"#)
            .quote("Golden Triangle")
            .confirmed(),
        clue(6, "landmark", 'B', 2)
            .data(
                r#"{"lat":20.36,"lon":100.10,"name":"Gold-coloured hotel with a crown",
                "within_km":3}"#,
            )
            .quote("malaking hotel na kulay ginto")
            .confirmed(),
        clue(9, "site", 'A', 2).site(8).quote("opisina ng zone").confirmed(),
        clue(13, "country", 'A', 1)
            .data(r#"{"country":"TH"}"#)
            .quote("Nasa tulay na kami papuntang Thailand")
            .confirmed(),
    ],
    operation: None,
};

pub(super) static HARIKESH: DemoCase = DemoCase {
    organisation: 1,
    summary: "Indian IT graduate, answered an advertisement for data entry, held in the zone at Ton Pheung. \
              Handed over at the bridge with two others; debrief done, travel home booked.",
    status: "recovered",
    closing_reason: None,
    risk: "low",
    country: Some("LA"),
    languages: &["hi", "en"],
    opened_days_ago: 112,
    people: &[
        person(
            "victim",
            "male",
            &[
                name("हरिकेश बंजारिया", "Deva", "legal"),
                name("Harikesh Banjariya", "Latn", "legal"),
                name("हरी", "Deva", "nickname"),
            ],
        )
        .born(1998)
        .of(&["IN"])
        .speaks(&["hi", "en"])
        .looks("1.74 m, beard, rectangular glasses, a steel bracelet on the right wrist, mole on the chin.")
        .needs("Vegetarian. His degree certificate was taken; wants help to get a copy."),
        person("family", "male", &[name("दीनानाथ बंजारिया", "Deva", "legal")])
            .born(1966)
            .of(&["IN"])
            .speaks(&["hi"]),
    ],
    channel: channel("whatsapp", "+44 7700 900131", "Asia/Vientiane")
        .only(&[("22:30", "23:45")])
        .persona("A college friend who asks about cricket")
        .never_say(&["पुलिस", "दूतावास"])
        .duress(&["गाजर का हलवा"])
        .challenge("What was the hostel's name for him? The clock, because he was always late."),
    expected_every_hours: None,
    thread: &[
        them(111, 22, 40)
            .unverified()
            .hi("नमस्ते, मैं लाओस में फँसा हुआ हूँ। कॉल मत करना, सिर्फ़ मैसेज।")
            .meaning("Hello, I am stuck in Laos. Don't call, only messages."),
        us(111, 22, 48)
            .hi("नमस्ते। हम सिर्फ़ लिखते हैं। अभी लिखना सुरक्षित है?")
            .meaning("Hello. We only write. Is it safe to write now?"),
        them(111, 22, 53)
            .hi("हाँ, साढ़े ग्यारह तक। फिर फ़ोन बाथरूम की छत में छिपाता हूँ।")
            .meaning("Yes, until half past eleven. Then I hide the phone in the bathroom ceiling."),
        them(108, 22, 45).hi("बैंकॉक से चियांग राय की फ़्लाइट थी, फिर गाड़ी से एक घंटा, फिर नाव से नदी पार।").meaning(
            "There was a flight from Bangkok to Chiang Rai, then an hour by car, then across the river \
                 by boat.",
        ),
        us(108, 22, 55)
            .hi("बहुत काम की बात है, धन्यवाद। खाना ठीक मिल रहा है?")
            .meaning("Very useful, thank you. Do you get proper food?"),
        them(108, 23, 1)
            .hi("दाल-चावल मिल जाता है, एक नेपाली रसोइया है।")
            .meaning("I get rice and lentils, there is a Nepali cook."),
        them(96, 22, 51)
            .hi("खिड़की से नदी के उस पार बड़ी सुनहरी बुद्ध मूर्ति दिखती है, लोग कहते हैं वो थाईलैंड है।")
            .meaning(
                "From the window, across the river, one sees a big golden Buddha statue; people say that is \
                 Thailand.",
            ),
        us(96, 23, 0)
            .hi("समझ गए। खिड़की पर ज़्यादा मत रुकना।")
            .meaning("Understood. Don't stay at the window for long."),
        them(81, 22, 47)
            .hi("यहाँ दो और भारतीय हैं, दोनों निकलना चाहते हैं। पैसे माँग रहे हैं, तीन लाख एक आदमी का।")
            .meaning(
                "There are two more Indians here, both want out. They ask for money, three lakh for each \
                 man.",
            ),
        us(81, 22, 58)
            .hi("कोई पैसा मत देना और घर पर भी मत कहना। हम तीनों के लिए बात कर रहे हैं।")
            .meaning("Don't pay and don't ask at home. We are negotiating for all three."),
        them(60, 22, 39)
            .hi("आज मैनेजर ने मेरा नाम और पासपोर्ट नंबर पूछा। डर लग रहा है।")
            .meaning("Today the manager asked for my name and passport number. I am scared."),
        us(60, 22, 44)
            .hi("अच्छी ख़बर हो सकती है। सही नाम बताओ, झगड़ा मत करो।")
            .meaning("It may be good news. Give the true name, don't quarrel."),
        them(57, 10, 35).hi("हम तीनों पुल पर हैं, सामने थाई अफ़सर और आपके लोग दिख रहे हैं।").meaning(
            "The three of us are on the bridge, we can see the Thai officer and your people in front.",
        ),
        us(57, 22, 40)
            .hi("हमने आपको पार आते देखा। आज बस आराम करो।")
            .meaning("We saw you come across. Today just rest."),
        them(52, 22, 58)
            .hi("पिताजी से बात हो गई। वो कुछ बोल नहीं पाए, बस रोते रहे। धन्यवाद।")
            .meaning("I have talked to my father. He could not say anything, he only cried. Thank you."),
    ],
    clues: &[
        clue(0, "country", 'C', 3).data(r#"{"country":"LA"}"#).quote("लाओस में").confirmed(),
        clue(3, "travel_time", 'B', 3)
            .data(r#"{"from":{"name":"Chiang Rai"},"hours":1.2,"mode":"road","border_crossed":true}"#)
            .quote("फिर गाड़ी से एक घंटा")
            .confirmed(),
        clue(6, "landmark", 'B', 2)
            .data(
                r#"{"lat":20.35,"lon":100.08,"name":"Golden Buddha on the Thai bank",
                "within_km":3}"#,
            )
            .quote("नदी के उस पार बड़ी सुनहरी बुद्ध मूर्ति")
            .confirmed(),
        clue(6, "border", 'B', 2)
            .data(r#"{"country":"TH","within_km":2}"#)
            .quote("लोग कहते हैं वो थाईलैंड है")
            .confirmed(),
        clue(6, "site", 'B', 2).site(8).confirmed(),
    ],
    operation: Some(9),
};
