//! English, with the shortcuts and slips of a phone.

use super::Role::{self, *};

/// Roles and their phrases.
pub const WORDS: &[(Role, &str)] = &[
    (
        UsAre,
        "i am|i'm|im|we are|we're|i m|we r|am still|are still|i am still|we are still|i'm still|we're still|i am now|we are now|i'm now|we're now|now i am|now we are|now i'm|now we're|now im|i am being|we are being|i'm being|we're being|im still|we still|i still|im now|iam|am being|we are all|we all|im trapped|i am trapped|we are trapped|im stuck|i am stuck|we are stuck|im locked|we are locked|im held|we are held",
    ),
    (
        Us,
        "i think|i think we|i think i|i think it|i believe|i believe we|we think|we think we|i guess|maybe we|maybe i|probably|i|i was|me|we|us|myself|ourselves|me and my friend|me and my friends|my friend and i|my friends and i|my friend and me|with my friend|with my friends|and my friend|and my friends|and my cousin|with my cousin|with my brother|with my sister|with my wife|with my husband|of us|keep us|my room|my building|our building|our company|my company|my location|my position|our location|my pin|i'm at|both of us|my self|our self|us here|me here",
    ),
    (
        Here,
        "it must be|must be|it seems to be|seems to be|looks like|it looks like|should be|probably in|it is probably|we believe it is|somewhere called|they call|they call it|people call it|people call|call it|known as|so called|we call|here|this place|this place is|the place is called|place is called|place called|park called|compound called|compound is called|company called|compound name|park name|name of this place|the place is|this is|it's called|its called|it is called|called|location|my location is|location is|my position is|we are located|located|located in|located at|address|the address is|current location|live location|city is|town is|the city|the town|nearest town|nearest city|closest town|closest city|nearest town is|closest town is",
    ),
    (
        Near,
        "nearest town is|closest town is|nearest city is|closest city is|nearest town|closest town|nearest city|closest city|nearest big town is|nearest big city is|by|around the|infront of|in front|close|walking distance from|few minutes from|few mins from|just by|right by|right near|very near|very close to|beside the|near by|nearest to",
    ),
    (
        Now,
        "and now|since last year|since last month|since last week|since|now|right now|currently|at the moment|at present|these days|nowadays|this time|today|tonight|since then|ended up|finally|safe now in|now inside|still in now|now in|now at|safe now|i am now in|now we are in",
    ),
    (
        Break,
        "but|then|and then|after that|later|afterwards|so|because|however|although|though|while|whereas|except|and now|where|which|who",
    ),
    (And, "and|&|with|or"),
    (
        Past,
        "used to|before|before that|before this|previously|formerly|originally|at first|first|initially|in the past|was in|was at|was near|were in|were at|were near|was inside|were inside|been to|been in|have been to|had been|stayed in|stayed at|lived in|lived at|worked in|worked at|was working in|was working at|were working in|was living in|was held in|were held in|was kept in|were kept in|old company|old place|old compound|last place|previous place|previous compound|previous company|first place|first compound|first company|until|back then|when we were|when i was|the place before|escaped from|ran away from|got out of|released from|rescued from|was in the|was kept at|were kept at|was held at|were held at|was staying in|was staying at|used to live in|used to work in|used to be in|escape from|escaped|i escaped from|we escaped from|got out from|came out of|came out from|was rescued from|been rescued from|b4|before dat|before we were in|once in|prior to",
    ),
    (
        PastAfter,
        "before|before that|previously|in the past|at first|at that time|back then|and then they moved us|but they moved us|then they moved us|until they moved us|until we were moved|b4|before this|before that place",
    ),
    (
        Home,
        "my family lives in|my family lives|my family live|my family is in|my family|my familys|my parents|my parents live|my mother|my mom|my mum|my father|my dad|my wife|my husband|my kids|my children|my son|my daughter|my home|my house|my hometown|my home town|my village|my country|my province|my city|home is|at home|back home|back home in|hometown|home town|home in|i am from|i'm from|im from|we are from|we're from|i come from|i came from|we come from|we came from|come from|comes from|born in|born at|grew up in|raised in|originally from|my school|my university|studied in|studied at|my passport|my address at home|home address|native of|citizen of|embassy|embassy in|embassy of|consulate|consulate in|i live in|we live in|my id|my visa|ngo in|ngo|from my country|go home|return home|back to|come back to|go back to|return to|send me back to|im back in|back in my country|back home to|my hometown is|my village is|my family stay in|my family stays in|my people are in|my bro in law",
    ),
    (
        HomeAfter,
        "is my home|is my hometown|is my country|is where i am from|is where i'm from|is where i was born|my hometown|my home|where my family lives|where my family is|where i was born|where i grew up|where i come from",
    ),
    (
        Plan,
        "will|will be|i'll|we'll|they'll|he'll|going to|gonna|go to|want to|wants to|wanted to|want us to|plan to|planning to|plans to|tomorrow|next week|next month|next year|about to|soon|wish|hope|hope to|hoping|if|would|might|may|could be|threaten|threatened|threatens|threatening|maybe they|they say they|they said they|promised|promised me|promise|supposed to|was told|told me i|told us we|offered|offer|job in|jobs in|job at|a job in|work in the|interview in|recruit|recruited in|apply|advertised|advert|dream|need to go to|trying to get to|try to get to|how to get to|escape to|run to|flee to|meet|meet me|meet you|meet us|pick up|pick me up|come to|call me|call my|call her|call him|call them|call us|contact|send|send to|transfer to|wire to|pay|ticket|tickets|flight to|fly to|to work in|rather|instead of|either|otherwise|don't send|selling us to|moving us to|taking us to|taking me to|moving to|sell you to|want|wanna|planing to|plan 2|will be sent|will be sold|will be moved",
    ),
    (PlanAfter, "tomorrow|next week|next month|soon|in the future|next year"),
    (
        Not,
        "not|isn't|isnt|ain't|aren't|wasn't|don't|dont|do not|not in|not near|not at|never|never been to|no longer in|no longer at|no longer|nowhere near|nothing to do with|not from|we are not in|i am not in|i'm not in|im not in|neither|nor|don't think|dont think|anymore in|far from being|no more in|no longer inside|not anymore in|not in the|wasnt in|was not in|wasn t in|we left from|isn t in|not inside|never went to|didnt go to|did not go to|instead of going to|not actually in|thought it was|we thought it was|thought i was going to|not to",
    ),
    (
        NotAfter,
        "is wrong|was wrong|is not true|not true|is a lie|anymore|any more|is not where|isn't where|no more|anymore they moved us|any longer",
    ),
    (
        Other,
        "told us|told me|they said|they say|he said|guard says|guard said|guards say|boss says|boss said|my friend|my friends|a friend|friend of mine|friends|my brother|my sister|my cousin|my uncle|my aunt|my boyfriend|my girlfriend|my neighbour|my neighbor|my colleague|my ex|he|she|he's|she's|they are from|they're from|boss is from|bosses are from|he is|she is|his|her|someone|somebody|another girl|another guy|another man|other people|others|other victims|people in|many people|some people|people|police|police in|army|soldiers|government|news|the news|heard|i heard|we heard|rumor|rumour|rumors|they say that|i read|i saw on|saw on facebook|on facebook|facebook|tiktok|reports|reported|report|according to|raid|raided|raids|boss lives in|the boss is in|boss in|boss from|manager from|headquarters|head office|hq|main office|main company|owner|chinese from|guys from|girls from|men from|women from|workers from|victims from|customers|customer|client|clients|victim in|other company|other companies|another company|another compound|other compound|the agent|agent in|broker in|agent|broker|recruiter|smuggler|driver|guide|my bro|my sis|my niece|my nephew|my daughter in law|my relative|my relatives|my classmate|my roommate|my friend is|my brother is|my sister is|my cousin is|a guy|a girl|a man|a woman|some guys|one guy|one girl|another one|those people|they told that|people say|people said|people says|somebody said|someone said|rumors say|i hear|news says|news say|saw on news|saw in the news|they say in|my coworker|my co worker|my teammate|ex coworker|my ex colleague|the girl|the guy|his friend|her friend|my uncle son|my in law|son of my|daughter of my|my husband is|my wife is|my son is|my husband was|my son was|my wife was|my daughter is|my daughter was|my boyfriend is|my girlfriend is|victims|a victim",
    ),
    (
        Pretence,
        "thinks i|thinks we|think i am in|believes i|believes we|told my family i|told my family we|told my family that i|told my mother i|told my mother that i|told my mom i|told my wife i|told my parents i|told my husband i|told them i|told him i|told her i|tell them i|tell customers|tell clients|tell people i|pretend|pretending|profile says|my profile|profile|fake|say i live|say we live|say i am|i say i|have to say|must say|have to tell|must tell|supposedly in|they think we|they think i|she thinks i|he thinks i",
    ),
    (
        OtherAfter,
        "there are many|there are a lot|has many|is where my friend|was raided|got raided|was bombed|on the news|in the news|is dangerous|is safe|got bombed|is bombed|is closed",
    ),
    (
        Ask,
        "are you in|are you at|are you near|are you still in|were you in|is it in|is it near|do you know|have you been|where are you|did you|do you|can you tell|how far is|how far|what about|is that in|is this in|which is|are they|is he|is she|you are in|you're in|you said|your location|are you|were you|is it safe|any one know|anyone know|anyone in|anybody in|does anyone|anyone knows|has anyone|who knows|how much|how can i go|how to go|what is|where is|can i go",
    ),
    (
        ThingAfter,
        "bank|beer|airlines|airways|air|post|time|times|embassy|consulate|police|army|boss|bosses|girl|girls|guy|guys|man|men|woman|women|people|person|food|language|currency|money|dollar|dollars|baht|kyat|restaurant|shop|tv|news|number|sim|sim card|network|signal|passport|citizen|citizens|national|nationals|nationality|government|soldiers|workers|victims|customers|clients|side of the family|accent|company boss|mafia|gang|gangs|manager|leader|team|visa|ngo|hospital fees|dong|university|fc|united|rice|noodles|music|song|movie|phone|phones|plate|plates|license|licence|flag|ticket|tickets|wife|husband|friend|friends",
    ),
    (
        ThingBefore,
        "bank of|king of|speak|speaks|speaking|language|people from|person from|someone from|police in|embassy in|hospital in|ticket to|flight to|road to|way to|bus to|highway to|bound for",
    ),
    (
        In,
        "in|at|inside|within|in the|in a|at the|on the|in the town of|in the city of|in a place called|in a town called|somewhere in|locked in|locked up in|held in|held at|kept in|kept at|trapped in|stuck in|detained in|detained at|imprisoned in|staying in|staying at|living in|working in|working at|now in|now at|here in|are in|am in|i'm in|im in|we're in|here at|on|i m in|m in|from inside|hold us in|hold me in|keep us in|keep me in|keeping us in|held us in|around here in|am at|are at|we r in|r in|stay in|stay at|im at|i'm at|being held in|being held at|being kept in|confined in|lock in|locked inside|lock inside|stuck inside|trapped inside|held inside|kept inside|inside of|im inside|i am inside|we are inside|still in|still at|still inside|stuck at|trapped at|held captive in|held hostage in|captive in|hostage in|prisoner in|they keep us in|they keep me in|they hold us in|safe in|safe now in|now inside|somewhere inside|place called|area called|town called",
    ),
    (
        Near,
        "near|nearby|near to|close to|close by|next to|beside|by the|around|somewhere near|somewhere around|outside|outside of|just outside|on the outskirts of|outskirts of|not far from|not so far from|not too far from|not very far from|in the direction of|edge of|a bit outside|within sight of|vicinity of|right next to|along|along the|alongside|on the edge of|on the road to|on the way to|at the foot of|behind|in front of|neighbouring|neighboring|the side of|on the bank of|on the banks of|bank of",
    ),
    (
        Opposite,
        "opposite|opposite to|opposite of|across from|across the river from|across river from|across the water from|across the border from|just across the border from|across border from|over the border from|over the river from|other side of the river from|other side of the border from|on the other side of the river from|on the other side of the border from|other side of|on the other side of|the other side of the river is|the other side is|other side is|other side of the river is|other side river is|across the river is|across river is|across the river we can see|across the river i can see|across is|across the border is|opposite side of|facing|face to|faces|across the street from|across|crossed the river from|crossed river from|crossed the river at|crossed the border at|crossed the border from|crossed border from|crossed from|crossed the river near|river crossing from|we crossed from|on the other side from|opposite side is|opposite bank is|opposite bank from|looking across at|we look across to|over the river is|across the moei from|across moei from|across the mekong from|accross from|accross the river from|across the river of|opposit|opposite side from|opposite of the|other side of river from|across the border of|on other side of|the other side of river is|on the other side is|over the river we see|other bank is|other side bridge is|river other side is|across from the",
    ),
    (Between, "between|in between|halfway between|somewhere between|midway between|half way between"),
    (
        Brought,
        "transported|transported me|transported us|transported to|shipped|shipped us|dragged us|drove us all|smuggled me|carried us|led us|brought|brought us|brought me|brought here to|brought us to|brought me to|took us|took me|taken|taken to|took us to|took me to|moved us|moved me|moved to|moved us to|moved me to|moved|were moved to|was moved to|sold|sold to|sold us|sold me|sold us to|sold me to|transferred|transferred to|transferred us to|transferred me to|transfered to|sent us|sent us to|sent me to|was sent to|were sent to|drove|drove us|drove me|drove us to|drove me to|drove to|arrived|arrived in|arrived at|arrive|reached|reach|got to|ended up in|end up in|ended up at|smuggled|smuggled us to|smuggled to|trafficked|trafficked to|dropped us in|dropped us at|dropped me at|dropped at|put us in|put me in|relocated to|relocated us to|shifted to|shifted us to|came to|we came to|i came to|traveled to|travelled to|went to|we went to|delivered to|handed over to|handed over in|carried to|have moved to|locked us in|sell us to|sell me to|move us to|move me to|take us to|take me to|transfer us to|send us to|send me to|bring us to|bring me to|bring us|bring me|brings us to|shift us|shift us to|shift me to|shifted us|shifted|shift to|moved us 2|took us 2|sold us 2|took me 2|sold me 2|they brought us|dumped us in|locked us up in|dragged us to|trafficked me to|trafficked us to|forced us to go to|forced to move to|got sold to|been sold to|been moved to|been transferred to|got moved to|was shifted to|were shifted to|was transferred to|made us go to|im home in|home now in|reached home in|back home now in",
    ),
    (
        Via,
        "via|through|passed|passed through|passing through|passing|pass|transit|transit in|landed|landed in|landed at|landing in|flew to|flew into|flew from|flew|flying to|arrived at the airport in|airport in|airport of|by plane to|plane to|stopped in|stopped at|stop in|stopped over in|stopover in|stayed one night in|slept one night in|one night in|changed cars in|changed car in|changed car at|picked us up in|picked us up at|picked me up in|picked me up at|picked up in|picked up at|picked us up from|picked me up from|first to|first to the city|started in|started from|start from|route was|crossed into|crossed to|went through|drove through|drove past|went past|by way of|departed from|departed|left from|i left|we left|left|after i left|we departed",
    ),
    (
        From,
        "from|from the|away from|far from|out from|out of|starting from|distance from|distance to|from the center of|from the centre of|from the airport in|from the city of|from town of|starting at|since leaving|after leaving",
    ),
    (To, "to|towards|into|toward|till"),
    (Away, "away|far|distance|distant|drive|ride|away from|journey|trip|takes|took|take|walk|walking"),
    (Count(0.5), "half an|half a|half"),
    (Count(1.0), "one|an|a|about an|around an"),
    (Half, "and a half|and half"),
    (Count(1.5), "one and a half|one and half"),
    (Count(2.0), "two|a couple of|couple of|couple"),
    (Count(2.5), "two and a half"),
    (Count(3.0), "three|a few|few"),
    (Count(4.0), "four"),
    (Count(5.0), "five"),
    (Count(6.0), "six"),
    (Count(7.0), "seven"),
    (Count(8.0), "eight"),
    (Count(9.0), "nine"),
    (Count(10.0), "ten"),
    (Count(12.0), "twelve"),
    (Count(15.0), "fifteen"),
    (Count(20.0), "twenty"),
    (Count(30.0), "thirty"),
    (Count(40.0), "forty"),
    (Count(45.0), "forty five|forty-five"),
    (Count(50.0), "fifty"),
    (Count(90.0), "ninety"),
    (Hour, "hour|hours|hr|hrs|h|hour's|hours'|hors|houre"),
    (Minute, "minute|minutes|min|mins|minuts|minute's|minutes'"),
    (Kilometre, "km|kms|kilometer|kilometers|kilometre|kilometres|kilo|kilos|klm|kilometter|k.m"),
    (Metre, "m|meter|meters|metre|metres|mtr"),
    (Mile, "mile|miles|mi"),
    (
        Road,
        "by car|car|by van|van|minivan|by bus|bus|by truck|truck|by road|by taxi|taxi|drive|driving|drove|drove us|drove me|by motorbike|motorbike|by motorcycle|motorcycle|pickup|by pickup|in a car|in a van|in car|in a pickup|ride|car ride|by minibus|minibus|suv|in a truck|away by car",
    ),
    (Boat, "by boat|boat|in a boat|ferry|by ferry|speedboat|speed boat|raft"),
    (Foot, "on foot|by foot|walk|walked|walking|hiked|by walk|by walking"),
    (Plane, "by plane|by air|plane|flight|flying|flew|fly"),
    (
        Cross,
        "crossed the river|crossed a river|cross the river|cross a river|crossed river|crossing the river|crossed the border|cross the border|crossed border|crossing the border|over the border|over the river|crossed|crossed into|across the river by boat|crossing",
    ),
    (
        Border,
        "border|borders|the border|border line|borderline|boarder|frontier|border with|border of|border to|border area|border zone|border town",
    ),
    (Towards(0.0), "north of|to the north of|northern side of|north from|just north of|up north of"),
    (Towards(180.0), "south of|to the south of|south from|just south of"),
    (Towards(90.0), "east of|to the east of|east from|just east of"),
    (Towards(270.0), "west of|to the west of|west from|just west of"),
    (Towards(45.0), "northeast of|north east of|north-east of"),
    (Towards(135.0), "southeast of|south east of|south-east of"),
    (Towards(225.0), "southwest of|south west of|south-west of"),
    (Towards(315.0), "northwest of|north west of|north-west of"),
    (
        Sunrise,
        "sunrise|sun rise|sun rises|sun rose|sun came up|sun comes up|sun come up|sun is up at|sun coming up|sun up",
    ),
    (
        Sunset,
        "sunset|sun set|sun sets|sun went down|sun goes down|sun go down|sun was down|sun going down|sun disappears|sun disappeared|sundown|sun is down",
    ),
    (Am, "am|a.m|a.m.|in the morning|morning"),
    (Pm, "pm|p.m|p.m.|in the evening|evening|in the afternoon"),
    (Clock, "o'clock|oclock"),
    (
        Signal,
        "welcome to|sms says|signal|network|reception|coverage|bars|connects to|connected to|phone shows|phone says|roaming|operator|carrier|cell tower|internet is|wifi is|wifi from|towers",
    ),
    (
        Sim,
        "sim|sim card|simcard|sim cards|phone number|number starts with|numbers starting with|country code|phone code|starting with|dial code",
    ),
    (
        Building,
        "building|floor|room|hotel|casino|tower|compound|park|zone|block|office|dorm|dormitory|gate|villa|house no|help|sos|please help|save me|rescue|trapped|urgent|company|street|road|police station|police post|shelter|hospital|detention center|detention centre|immigration|guest house|guesthouse|hostel",
    ),
    (
        Sees,
        "i can see|we can see|can see|see|saw|i see|we see|i saw|we saw|visible|view of|look at|looking at|out of the window|from the window|from my window|from the roof|hear|can hear|i hear|we hear|in sight",
    ),
    (
        OppositeAfter,
        "is across|is just across|is right across|is on the other side|is just there across|across the water|across the river|on the other side|is on the opposite side|is just opposite|is opposite",
    ),
    (
        Nothing,
        "in time|in fact|in case|at all|at least|at night|in general|in english|in danger|in trouble|in contact|in chinese|on time|in god|in debt|in pain|at gunpoint|in secret|by force|by myself|by now|by the way|by themselves|by the time|in feb|in jan|in mar|in april|in may|in june|in july|in august|in september|in october|in november|in december|close the door|close my account|closed",
    ),
    (
        Ago,
        "last year|last month|earlier|years ago|year ago|last week|months ago|month ago|weeks ago|week ago|days ago|2 days ago",
    ),
    (AgoAfter, "last year|last month|years ago|year ago|earlier|last week|months ago|weeks ago|days ago"),
    (Still, "still"),
];
