//! The names in a zip: text out of whichever encoding the packing program used, and labels that are no paths.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{BIG5, EUC_JP, EUC_KR, Encoding, GB18030, GBK, SHIFT_JIS, WINDOWS_874};

use super::directory::{fields, u32_at};

/// Characters of a label.
const LONGEST_LABEL: usize = 1024;

/// A name as it stands in the table of contents.
pub(super) struct Raw {
    name: Vec<u8>,
    is_utf8: bool,
}

impl Raw {
    /// A name, or the better one among the extra fields that some programs add to a name of an old code page.
    pub(super) fn new(name: Vec<u8>, extra: &[u8], is_utf8: bool) -> Self {
        let of_this_name = |field: &&[u8]| field.first() == Some(&1) && u32_at(field, 1) == checksum(&name);
        let unicode =
            fields(extra).filter(|(id, _)| *id == 0x7075).map(|(_, field)| field).find(of_this_name);
        match unicode.and_then(|field| field.get(5..)).filter(|better| std::str::from_utf8(better).is_ok()) {
            Some(better) => Self { name: better.to_vec(), is_utf8: true },
            None => Self { is_utf8: is_utf8 || std::str::from_utf8(&name).is_ok(), name },
        }
    }
}

fn checksum(bytes: &[u8]) -> u32 {
    let mut crc = flate2::Crc::new();
    crc.update(bytes);
    crc.sum()
}

/// All names of a zip, of which those that are no UTF-8 share one code page: one name is too little to tell it by.
#[derive(Default)]
pub(super) struct Names {
    names: Vec<Raw>,
    bytes: usize,
}

impl Names {
    /// Bytes that they take.
    pub(super) const fn bytes(&self) -> usize {
        self.bytes
    }

    pub(super) fn push(&mut self, name: Raw) {
        self.bytes += name.name.len();
        self.names.push(name);
    }

    /// Them as text.
    pub(super) fn decoded(self) -> impl Iterator<Item = String> {
        let page = code_page(&self.names);
        self.names.into_iter().map(move |raw| match page {
            _ if raw.is_utf8 => String::from_utf8_lossy(&raw.name).into_owned(),
            Some(page) => page.decode_without_bom_handling(&raw.name).0.into_owned(),
            None => raw.name.iter().map(|byte| cp437(*byte)).collect(),
        })
    }
}

/// The code page of names that are no UTF-8; none for the one of the first IBM PCs, which Western programs use.
fn code_page(names: &[Raw]) -> Option<&'static Encoding> {
    let old: Vec<&[u8]> = names.iter().filter(|raw| !raw.is_utf8).map(|raw| raw.name.as_slice()).collect();
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    for name in &old {
        detector.feed(name, false);
        detector.feed(b"\n", false);
    }
    detector.feed(b"", true);
    let guess = detector.guess(None, Utf8Detection::Deny);
    let is_asian = [GBK, GB18030, BIG5, EUC_KR, SHIFT_JIS, EUC_JP, WINDOWS_874].contains(&guess);
    let fits = |name: &&[u8]| guess.decode_without_bom_handling_and_without_replacement(name).is_some();
    (is_asian && old.iter().all(fits)).then_some(guess)
}

/// The upper half of code page 437.
const CP437: [char; 128] = [
    'Ç', 'ü', 'é', 'â', 'ä', 'à', 'å', 'ç', 'ê', 'ë', 'è', 'ï', 'î', 'ì', 'Ä', 'Å', //
    'É', 'æ', 'Æ', 'ô', 'ö', 'ò', 'û', 'ù', 'ÿ', 'Ö', 'Ü', '¢', '£', '¥', '₧', 'ƒ', //
    'á', 'í', 'ó', 'ú', 'ñ', 'Ñ', 'ª', 'º', '¿', '⌐', '¬', '½', '¼', '¡', '«', '»', //
    '░', '▒', '▓', '│', '┤', '╡', '╢', '╖', '╕', '╣', '║', '╗', '╝', '╜', '╛', '┐', //
    '└', '┴', '┬', '├', '─', '┼', '╞', '╟', '╚', '╔', '╩', '╦', '╠', '═', '╬', '╧', //
    '╨', '╤', '╥', '╙', '╘', '╒', '╓', '╫', '╪', '┘', '┌', '█', '▄', '▌', '▐', '▀', //
    'α', 'ß', 'Γ', 'π', 'Σ', 'σ', 'µ', 'τ', 'Φ', 'Θ', 'Ω', 'δ', '∞', 'φ', 'ε', '∩', //
    '≡', '±', '≥', '≤', '⌠', '⌡', '÷', '≈', '°', '∙', '·', '√', 'ⁿ', '²', '■', '\u{a0}',
];

fn cp437(byte: u8) -> char {
    let upper = byte.checked_sub(128).and_then(|place| CP437.get(usize::from(place)));
    upper.copied().unwrap_or(char::from(byte))
}

/// A name as a label: folders and file name with `/` between, none of which leads out of the zip.
pub(super) fn label(name: &str) -> String {
    // Before the name is split: what is left out or cut off must not make two dots of a folder's name.
    let shown: String = name.chars().filter(|c| !c.is_control()).take(LONGEST_LABEL).collect();
    let named = |part: &&str| !matches!(*part, "" | "." | "..");
    shown.split(['/', '\\']).filter(named).collect::<Vec<_>>().join("/")
}

/// What the file name of a label is found by when its folder is unknown: no marks of direction, small letters, and one
/// kind of blank, since chats and packing programs differ in all of these.
pub(super) fn loose(name: &str) -> String {
    let file = name.rsplit('/').next().unwrap_or(name);
    let shown = file.chars().filter(|c| !super::super::dates::is_mark(*c));
    let blank = |c: char| if c.is_whitespace() { ' ' } else { c };
    shown.flat_map(char::to_lowercase).map(blank).collect::<String>().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(names: &[(&[u8], bool)]) -> Vec<String> {
        let mut all = Names::default();
        for (name, is_utf8) in names {
            all.push(Raw::new(name.to_vec(), b"", *is_utf8));
        }
        all.decoded().collect()
    }

    #[test]
    fn names_are_read_in_the_code_page_of_their_program() {
        assert_eq!(decoded(&[("图片/照片.jpg".as_bytes(), true)]), ["图片/照片.jpg"]);
        // Many programs write UTF-8 and do not say so.
        assert_eq!(decoded(&[("图片/照片.jpg".as_bytes(), false)]), ["图片/照片.jpg"]);
        let (gbk, _, _) = GBK.encode("微信聊天记录/与老王的聊天.txt");
        let (second, _, _) = GBK.encode("微信聊天记录/园区照片.jpg");
        let both = ["微信聊天记录/与老王的聊天.txt", "微信聊天记录/园区照片.jpg"];
        assert_eq!(decoded(&[(&gbk, false), (&second, false)]), both);
        assert_eq!(decoded(&[(b"caf\x82 M\x81ller.txt", false)]), ["café Müller.txt"]);
        let (thai, _, _) = WINDOWS_874.encode("แชทกับสมชายและเพื่อน.txt");
        assert_eq!(decoded(&[(&thai, false)]), ["แชทกับสมชายและเพื่อน.txt"]);
    }

    #[test]
    fn the_better_name_counts_only_for_the_name_it_was_made_for() {
        let field = |of: &[u8]| {
            let better = "ảnh.jpg".as_bytes();
            let length = u16::try_from(5 + better.len()).unwrap();
            let crc = checksum(of).to_le_bytes();
            [&0x7075_u16.to_le_bytes()[..], &length.to_le_bytes(), &[1], &crc, better].concat()
        };
        let name = |extra: &[u8]| {
            let mut all = Names::default();
            all.push(Raw::new(b"anh.jpg".to_vec(), extra, false));
            all.decoded().collect::<Vec<_>>()
        };
        assert_eq!(name(&field(b"anh.jpg")), ["ảnh.jpg"]);
        assert_eq!(name(&field(b"other.jpg")), ["anh.jpg"]);
        assert_eq!(name(b"\x75\x70\xff\xff"), ["anh.jpg"]);
    }

    #[test]
    fn no_label_leads_anywhere() {
        assert_eq!(label("../../etc/passwd"), "etc/passwd");
        assert_eq!(label("/etc//./passwd"), "etc/passwd");
        assert_eq!(label("C:\\a\\..\\b.txt"), "C:/a/b.txt");
        assert_eq!(label("a\0b\n.txt/"), "ab.txt");
        assert_eq!(label(".."), "");
        assert_eq!(label("\0/a/.\x01./b\x02/c"), "a/b/c");
        let cut = format!("{}/..x", "a".repeat(LONGEST_LABEL - 3));
        assert_eq!(label(&cut), "a".repeat(LONGEST_LABEL - 3));
        assert_eq!(label(&"é".repeat(5000)).chars().count(), LONGEST_LABEL);
    }
}
