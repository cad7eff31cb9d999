//! The words by which one tells what is said of a place: six languages, as people type them on a phone, four of them in
//! Latin letters too, and a little of three more.
//!
//! Each language is a table of roles and the phrases that play them. Of phrases that begin at the same letter the
//! longest counts, so that `现在` is no `在` and `my friend and i` no friend.

mod burmese;
mod chinese;
mod elsewhere;
mod english;
mod khmer;
mod nations;
mod romanised;
mod thai;
mod vietnamese;

use std::collections::HashMap;
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};
use icu_normalizer::DecomposingNormalizerBorrowed;

/// What a phrase does in a sentence.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Role {
    /// Who writes, alone or with others.
    Us,
    /// Who writes, and that they are somewhere.
    UsAre,
    /// The place where they are: `here`, `this place is called`.
    Here,
    /// Now: what comes after is no longer the past, nor somebody else's home.
    Now,
    /// Still: what comes after is no longer the past, but whoever was spoken of still is.
    Still,
    /// A new clause.
    Break,
    /// And: also between the two ends of `between`.
    And,

    /// What comes after is the past.
    Past,
    /// What came right before is the past.
    PastAfter,
    /// Some time ago: where they were then, unless it is when they were brought to where they are.
    Ago,
    /// The same behind a name.
    AgoAfter,
    /// What comes after is home or an origin.
    Home,
    /// What came right before is home or an origin.
    HomeAfter,
    /// What comes after is a plan, a threat, a wish.
    Plan,
    /// What came right before is.
    PlanAfter,
    /// What comes after is what they must say, or what somebody was told: never where they are.
    Pretence,
    /// A clause that ends so is hearsay.
    HearsayAfter,
    /// What comes after is denied.
    Not,
    /// What came right before is.
    NotAfter,
    /// What comes after is said of somebody else.
    Other,
    /// What came right before is.
    OtherAfter,
    /// Those who hold or move people: what they are said to do is done to the writer, where nobody else is named.
    They,
    /// What comes after is a question to the reader.
    Ask,
    /// What came right before is.
    AskAfter,
    /// A thing that carries the name of a place: `Bangkok Bank`.
    ThingAfter,
    /// The same in front of the name: `người Việt`.
    ThingBefore,

    /// In what comes after.
    In,
    /// In what came before.
    InAfter,
    /// Near what comes after.
    Near,
    /// Near what came before.
    NearAfter,
    /// Across from what comes after.
    Opposite,
    /// Across from what came before.
    OppositeAfter,
    /// Between what comes after.
    Between,
    /// Between what came before.
    BetweenAfter,
    /// They were moved to what comes after.
    Brought,
    /// They were moved to what came before.
    BroughtAfter,
    /// They passed through what comes after.
    Via,
    /// They passed through what came before.
    ViaAfter,
    /// From what comes after.
    From,
    /// From what came before.
    FromAfter,
    /// To what comes after.
    To,
    /// To what came before.
    ToAfter,
    /// So far away.
    Away,

    /// A number in words.
    Count(f64),
    /// A half; after a number a half more.
    Half,
    /// An hour.
    Hour,
    /// A minute, also of a clock.
    Minute,
    /// A kilometre.
    Kilometre,
    /// A metre.
    Metre,
    /// A mile.
    Mile,
    /// Half a kilometre, in China.
    Li,
    /// By road.
    Road,
    /// By boat.
    Boat,
    /// On foot.
    Foot,
    /// By air: tells nothing of a way on the ground.
    Plane,
    /// Crossing a border or a river that is one.
    Cross,
    /// A border.
    Border,

    /// A compass direction of what comes after, in degrees.
    Towards(f64),
    /// The same of what came before.
    TowardsAfter(f64),

    /// Sunrise.
    Sunrise,
    /// Sunset.
    Sunset,
    /// A country, its people or its things, by its ISO code.
    Nation([u8; 2]),
    /// The first half of the day.
    Am,
    /// The second half.
    Pm,
    /// The hour of a clock.
    Clock,

    /// The signal of a network.
    Signal,
    /// A card or number of a network.
    Sim,
    /// A part of a building, or a cry for help: what one writes beside a bare name.
    Building,
    /// What somebody sees or hears.
    Sees,
    /// A phrase that has another in it by chance.
    Nothing,
}

/// One language: roles, and phrases with bars between them.
type Table = &'static [(Role, &'static str)];

const TABLES: [Table; 9] = [
    english::WORDS,
    chinese::WORDS,
    thai::WORDS,
    khmer::WORDS,
    vietnamese::WORDS,
    burmese::WORDS,
    romanised::WORDS,
    elsewhere::WORDS,
    nations::WORDS,
];

/// A phrase found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Marker {
    /// What it does.
    pub role: Role,
    /// Where it begins, in characters of the text that was looked through.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
}

struct Lexicon {
    automaton: Option<AhoCorasick>,
    /// The roles of each phrase.
    roles: Vec<Vec<Role>>,
}

static LEXICON: LazyLock<Lexicon> = LazyLock::new(|| {
    let mut phrases: Vec<(String, Vec<Role>)> = Vec::new();
    let mut known: HashMap<String, usize> = HashMap::new();
    let mut add = |phrase: String, role: Role| {
        let next = phrases.len();
        let index = *known.entry(phrase.clone()).or_insert(next);
        match phrases.get_mut(index) {
            Some((_, roles)) if roles.contains(&role) => {}
            Some((_, roles)) => roles.push(role),
            None => phrases.push((phrase, vec![role])),
        }
    };
    for (role, words) in TABLES.into_iter().flatten() {
        for phrase in words.split('|') {
            add(phrase.to_owned(), *role);
            if let Some(toneless) = toneless(phrase) {
                add(toneless, *role);
            }
        }
    }
    let (patterns, roles): (Vec<String>, Vec<Vec<Role>>) = phrases.into_iter().unzip();
    // The phrases are our own: that they make an automaton is a test.
    let automaton = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(patterns).ok();
    Lexicon { automaton, roles }
});

/// A Vietnamese phrase without its tones, as many type it; of a single word that may be any of several.
fn toneless(phrase: &str) -> Option<String> {
    let is_toned = !phrase.is_ascii() && phrase.chars().all(|c| c == ' ' || is_spaced(c));
    let letters = phrase.chars().filter(|c| *c != ' ').count();
    let plain = (is_toned && phrase.contains(' ') && letters >= SHORTEST_TONELESS).then(|| plain(phrase))?;
    plain.is_ascii().then_some(plain)
}

/// Letters of the shortest phrase that is looked for without its tones.
const SHORTEST_TONELESS: usize = 5;

/// The letters without what stands on, under and through them.
fn plain(phrase: &str) -> String {
    let apart = DecomposingNormalizerBorrowed::new_nfd().normalize(phrase);
    apart
        .chars()
        .map(|c| if c == 'đ' { 'd' } else { c })
        .filter(|c| !('\u{300}'..='\u{36f}').contains(c))
        .collect()
}

/// The phrases in a text of lower case, in order.
pub fn markers(text: &[char]) -> Vec<Marker> {
    let Some(automaton) = &LEXICON.automaton else { return Vec::new() };
    let string: String = text.iter().collect();
    let mut chars = Positions { text: &string, byte: 0, char: 0 };
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(hit) = automaton.find(aho_corasick::Input::new(&string).span(at..string.len())) {
        let (start, end) = (chars.at(hit.start()), chars.at(hit.end()));
        if is_whole(text, start, end) {
            let roles = LEXICON.roles.get(hit.pattern().as_usize());
            found.extend(roles.into_iter().flatten().map(|role| Marker { role: *role, start, end }));
            at = hit.end();
        } else {
            // Part of a longer word: what may begin within it is looked at from the next letter on.
            at = hit.start()
                + string.get(hit.start()..).and_then(|rest| rest.chars().next()).map_or(1, char::len_utf8);
        }
    }
    found
}

/// Counts characters of a text from byte offsets that mostly grow.
struct Positions<'a> {
    text: &'a str,
    byte: usize,
    char: usize,
}

impl Positions<'_> {
    fn at(&mut self, byte: usize) -> usize {
        if byte >= self.byte {
            self.char += self.text.get(self.byte..byte).map_or(0, |part| part.chars().count());
        } else {
            self.char -= self.text.get(byte..self.byte).map_or(0, |part| part.chars().count());
        }
        self.byte = byte;
        self.char
    }
}

/// Whether a phrase is not just a part of a word, in scripts that set words apart.
fn is_whole(text: &[char], start: usize, end: usize) -> bool {
    let at = |index: usize| text.get(index).copied();
    let joined = |a: Option<char>, b: Option<char>| a.is_some_and(is_spaced) && b.is_some_and(is_spaced);
    let before = start.checked_sub(1).and_then(at);
    !joined(before, at(start)) && !joined(end.checked_sub(1).and_then(at), at(end))
}

/// Traditional characters of the phrases, each before its simplified form.
const TRADITIONAL: &str = "們们後后從从應应來来個个兩两別别動动匯汇區区員员嗎吗問问國国圍围園园報报場场媽妈學学將将對对帶带\
    幣币幾几據据時时會会東东機机沒没準准為为現现當当發发盤盘碼码簽签約约結结絡络給给綁绑經经線线緊紧緬缅總总聞闻聯联聽听脅胁\
    臨临與与華华處处號号裏里裡里裝装見见計计話话該该語语說说誰谁請请講讲證证護护讓让買买賣卖賬账車车軍军轉转這这連连週周進进\
    遊游運运過过達达遠远還还邊边鄉乡鄰邻銀银錢钱錯错鐘钟開开間间關关陽阳隊队離离電电頭头飛飞飯饭館馆馬马騎骑騙骗點点兒儿內内\
    剛刚劃划麼么偽伪佔占歲岁樓楼廈厦";

/// The simplified form of a character, where the phrases have one.
pub fn simplified(c: char) -> char {
    // All that is traditional lies among the ideographs: other text is not compared.
    if !('\u{4e00}'..='\u{9fff}').contains(&c) {
        return c;
    }
    let mut pairs = TRADITIONAL.chars();
    while let (Some(traditional), Some(simple)) = (pairs.next(), pairs.next()) {
        if traditional == c {
            return simple;
        }
    }
    c
}

/// Letters and digits of scripts with spaces between words.
pub fn is_spaced(c: char) -> bool {
    c.is_ascii_alphabetic() || c.is_alphabetic() && (c < '\u{590}' || ('\u{1e00}'..='\u{1fff}').contains(&c))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn roles(text: &str) -> Vec<Role> {
        let chars: Vec<char> = text.chars().collect();
        markers(&chars).into_iter().map(|marker| marker.role).collect()
    }

    #[test]
    fn phrases_make_an_automaton_and_none_is_empty() {
        assert!(LEXICON.automaton.is_some());
        for (role, words) in TABLES.into_iter().flatten() {
            for phrase in words.split('|') {
                assert!(!phrase.trim().is_empty(), "{role:?} {words}");
                assert_eq!(phrase, phrase.to_lowercase(), "{role:?}");
            }
        }
    }

    #[test]
    fn the_longest_phrase_counts_and_parts_of_words_do_not() {
        assert_eq!(roles("现在"), [Role::Now]);
        assert_eq!(roles("winter"), []);
        assert!(roles("i am in").contains(&Role::In));
        assert_eq!(roles("inside"), [Role::In]);
    }
}
