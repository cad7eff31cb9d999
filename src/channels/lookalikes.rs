//! Characters that stand for others: letters that look alike, in print or in capitals, digits of other scripts,
//! letters with strokes. Small tables on purpose: what is in them is a disguise, what is not is another letter.

/// Pairs of a character, in the case in which it looks so, and the small Latin letter that it looks like.
const LATIN: &[(&str, char)] = &[
    ("аАɑαΑᴀ", 'a'),
    ("ВΒʙ", 'b'),
    ("сСϲϹᴄ", 'c'),
    ("ԁᴅ", 'd'),
    ("еЕΕᴇ", 'e'),
    ("ꜰ", 'f'),
    ("ɡɢց", 'g'),
    ("һНΗհʜ", 'h'),
    ("іІιΙıɪ", 'i'),
    ("јЈϳᴊ", 'j'),
    ("кКκΚᴋ", 'k'),
    ("ӏʟ", 'l'),
    ("МΜᴍ", 'm'),
    ("Νոɴ", 'n'),
    ("оОοΟօσᴏ", 'o'),
    ("рРρΡᴘ", 'p'),
    ("ԛ", 'q'),
    ("ʀ", 'r'),
    ("ѕЅꜱ", 's'),
    ("ТΤᴛ", 't'),
    ("υսᴜ", 'u'),
    ("ѵνᴠ", 'v'),
    ("ԝᴡ", 'w'),
    ("хХχΧ", 'x'),
    ("уУүҮΥγʏ", 'y'),
    ("Ζᴢ", 'z'),
    // Not Latin: one Arabic letter on different keyboards.
    ("یى", 'ي'),
    ("ک", 'ك'),
];

/// The small letter that `c` may be mistaken for.
pub(super) fn lookalike(c: char) -> Option<char> {
    if c.is_ascii() {
        return c.is_ascii_uppercase().then(|| c.to_ascii_lowercase());
    }
    // White letters in black discs and boxes.
    for first in [0x1f150_u32, 0x1f170] {
        let index = u32::from(c).checked_sub(first).and_then(|index| u8::try_from(index).ok());
        if let Some(index) = index.filter(|index| *index < 26) {
            return Some(char::from(b'a' + index));
        }
    }
    LATIN.iter().find(|(looks, _)| looks.contains(c)).map(|(_, letter)| *letter)
}

/// The letter under a stroke, and the stroke: Unicode does not take these apart.
pub(super) fn without_stroke(c: char) -> (char, Option<char>) {
    let letter = match c {
        'đ' | 'ð' | 'ɖ' => 'd',
        'ħ' => 'h',
        'ɨ' => 'i',
        'ł' => 'l',
        'ø' => 'o',
        'ŧ' => 't',
        // The sigma at the end of a Greek word.
        'ς' => return ('σ', None),
        _ => return (c, None),
    };
    (letter, Some('\u{335}'))
}

/// An ASCII digit for one of the scripts that people write in here.
pub(super) fn plain_digit(c: char) -> char {
    const ZEROS: [u32; 10] = [0x660, 0x6f0, 0x966, 0x9e6, 0xe50, 0xed0, 0x17e0, 0x1040, 0x1090, 0xbe6];
    ZEROS
        .iter()
        .find_map(|zero| u32::from(c).checked_sub(*zero).filter(|value| *value < 10))
        .and_then(|value| char::from_digit(value, 10))
        .unwrap_or(c)
}
