//! The form of the files that are compiled in: a mark, the length, then numbers in seven-bit groups, deflated.

use std::io::Read;

/// Unpacks what follows the mark; nothing when it is another file or a broken one.
pub(super) fn unpack(data: &[u8], mark: &[u8]) -> Option<Vec<u8>> {
    let (length, deflated) = data.strip_prefix(mark)?.split_first_chunk::<4>()?;
    let length = u32::from_le_bytes(*length);
    let mut bytes = Vec::with_capacity(usize::try_from(length).ok()?);
    // One byte more than announced is read, so that a longer one shows.
    flate2::read::DeflateDecoder::new(deflated).take(u64::from(length) + 1).read_to_end(&mut bytes).ok()?;
    (bytes.len() == usize::try_from(length).ok()?).then_some(bytes)
}

/// Reads unpacked bytes from front to back.
pub(super) struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    /// Begins at the front.
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    /// So many bytes as they are.
    pub(super) fn raw(&mut self, count: usize) -> Option<&'a [u8]> {
        let (head, tail) = self.0.split_at_checked(count)?;
        self.0 = tail;
        Some(head)
    }

    /// One byte.
    pub(super) fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    /// A number from 0 up.
    pub(super) fn number(&mut self) -> Option<u32> {
        let mut value = 0_u32;
        for shift in (0..32).step_by(7) {
            let byte = self.byte()?;
            value |= u32::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Some(value);
            }
        }
        None
    }

    /// A number that says how many things follow, each of at least one byte: a broken file asks for no more memory
    /// than its own size.
    pub(super) fn count(&mut self) -> Option<usize> {
        let count = usize::try_from(self.number()?).ok()?;
        (count <= self.0.len()).then_some(count)
    }

    /// A number with a sign.
    pub(super) fn signed(&mut self) -> Option<i32> {
        let value = self.number()?;
        let half = (value >> 1).cast_signed();
        Some(if value & 1 == 0 { half } else { -half - 1 })
    }

    /// A text with its length before it.
    pub(super) fn text(&mut self) -> Option<&'a str> {
        let length = self.count()?;
        str::from_utf8(self.raw(length)?).ok()
    }

    /// Whether all was read.
    pub(super) fn is_done(&self) -> bool {
        self.0.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn numbers_and_texts_come_back() {
        let bytes = [0x00, 0x7f, 0x80, 0x01, 0x01, 0x02, 3, 0xe1, 0x9e, 0x80];
        let mut reader = Reader::new(&bytes);
        assert_eq!([reader.number(), reader.number(), reader.number()], [Some(0), Some(127), Some(128)]);
        assert_eq!([reader.signed(), reader.signed()], [Some(-1), Some(1)]);
        assert_eq!(reader.text(), Some("ក"));
        assert!(reader.is_done());
        assert_eq!(reader.number(), None);
    }

    #[test]
    fn broken_files_are_refused() {
        let mut deflate = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::fast());
        deflate.write_all(b"abc").unwrap();
        let body = deflate.finish().unwrap();
        let file = |length: u32| [b"M1".as_slice(), &length.to_le_bytes(), &body].concat();
        assert_eq!(unpack(&file(3), b"M1").as_deref(), Some(b"abc".as_slice()));
        assert_eq!(unpack(&file(2), b"M1"), None);
        assert_eq!(unpack(&file(4), b"M1"), None);
        assert_eq!(unpack(&file(3), b"M2"), None);
        assert_eq!(Reader::new(&[0xff; 9]).number(), None);
        assert_eq!(Reader::new(&[9, 1]).count(), None);
    }
}
