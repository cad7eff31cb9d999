//! Files sealed in chunks, so that one of any size passes through a little memory and can be read from the middle.
//!
//! A sealed file is a header of 44 bytes (format, algorithm, key id, salt, nonce prefix) and then chunks of 64 KiB,
//! each with its tag. It is the STREAM construction (Hoang, Reyhanitabar, Rogaway and Vizár, "Online
//! Authenticated-Encryption and its Nonce-Reuse Misuse-Resistance", CRYPTO 2015), laid out as the payload of age is:
//! the nonce of a chunk is the prefix, the number of the chunk and whether it is the last one. So a chunk that was
//! changed, moved, doubled or left out does not open, and neither does a file that was cut off or made longer.
//! Header and name of the object are associated data of every chunk: an object that was put in the place of another
//! does not open either. The key is used for this one file: it is derived with the header's random salt.

use aws_lc_rs::aead::{Aad, LessSafeKey, NONCE_LEN, Nonce};
use zeroize::Zeroizing;

use super::Secret;
use super::secret::random_bytes;
use crate::db::types::Id;
use crate::error::{Error, Result};

/// Plain bytes in a chunk; the last one may have fewer.
pub const CHUNK: usize = 64 * 1024;
/// Sealed bytes in a chunk.
pub const SEALED_CHUNK: usize = CHUNK + TAG;
/// Bytes before the first chunk.
pub const HEADER: usize = 5 + 16 + SALT + PREFIX;

const TAG: usize = 16;
const SALT: usize = 16;
const PREFIX: usize = 7;
/// "Farlight sealed file", format 1, then the algorithm: 1 is AES-256-GCM.
const START: [u8; 5] = *b"FLF1\x01";

/// The length of what `plain` bytes are sealed to.
pub fn sealed_length(plain: u64) -> u64 {
    HEADER as u64 + plain + chunks(plain) * TAG as u64
}

/// How many chunks hold `plain` bytes; even nothing has one.
pub fn chunks(plain: u64) -> u64 {
    plain.div_ceil(CHUNK as u64).max(1)
}

/// The first bytes of a sealed file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Header([u8; HEADER]);

impl Header {
    /// A header of a new file under a key.
    ///
    /// # Errors
    /// When the system has no randomness to give.
    pub fn new(key: Id) -> Result<Self> {
        let mut bytes = [0; HEADER];
        bytes[..5].copy_from_slice(&START);
        bytes[5..21].copy_from_slice(key.as_bytes());
        bytes[21..].copy_from_slice(&random_bytes::<{ SALT + PREFIX }>()?);
        Ok(Self(bytes))
    }

    /// Reads the beginning of a sealed file.
    ///
    /// # Errors
    /// `internal` when it is none of this format.
    pub fn parse(bytes: &[u8]) -> Result<Self> {
        let header: [u8; HEADER] = bytes
            .get(..HEADER)
            .and_then(|bytes| bytes.try_into().ok())
            .ok_or_else(|| Error::internal("a stored file has no header"))?;
        if header[..5] != START {
            return Err(Error::internal("a stored file has another format"));
        }
        Ok(Self(header))
    }

    /// The bytes to store.
    pub fn as_bytes(&self) -> &[u8; HEADER] {
        &self.0
    }

    /// Which key it is sealed under.
    ///
    /// # Errors
    /// Never: the header holds 16 bytes there.
    pub fn key(&self) -> Result<Id> {
        Id::from_slice(&self.0[5..21]).ok_or_else(|| Error::internal("a stored file names no key"))
    }

    fn salt(&self) -> &[u8] {
        &self.0[21..21 + SALT]
    }

    fn prefix(&self) -> &[u8] {
        &self.0[21 + SALT..]
    }
}

/// What seals and opens the chunks of one file.
pub struct Chunks {
    cipher: LessSafeKey,
    prefix: [u8; PREFIX],
    associated: Vec<u8>,
}

impl Chunks {
    /// For the file with this header and this name, under `secret`, from which the file's own key is derived.
    ///
    /// # Errors
    /// Never in practice.
    pub fn new(secret: &Secret, header: &Header, name: &str) -> Result<Self> {
        let cipher = secret.derive(&[b"farlight file ", header.salt()])?.cipher()?;
        let mut prefix = [0; PREFIX];
        prefix.copy_from_slice(header.prefix());
        Ok(Self { cipher, prefix, associated: [header.as_bytes(), name.as_bytes()].concat() })
    }

    fn nonce(&self, index: u64, last: bool) -> Result<Nonce> {
        let number = u32::try_from(index).map_err(|_| Error::internal("a file has too many chunks"))?;
        let mut nonce = [0; NONCE_LEN];
        nonce[..PREFIX].copy_from_slice(&self.prefix);
        nonce[PREFIX..PREFIX + 4].copy_from_slice(&number.to_be_bytes());
        nonce[NONCE_LEN - 1] = u8::from(last);
        Ok(Nonce::assume_unique_for_key(nonce))
    }

    /// Seals chunk `index`, at most [`CHUNK`] bytes, in place.
    ///
    /// # Errors
    /// `internal` when there are more chunks than can be numbered.
    pub fn seal(&self, index: u64, last: bool, chunk: &mut Vec<u8>) -> Result<()> {
        let nonce = self.nonce(index, last)?;
        self.cipher
            .seal_in_place_append_tag(nonce, Aad::from(&self.associated), chunk)
            .map_err(|_| Error::internal("a chunk could not be sealed"))
    }

    /// Opens chunk `index`.
    ///
    /// # Errors
    /// `internal` when it was changed, moved or cut off.
    pub fn open(&self, index: u64, last: bool, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
        let nonce = self.nonce(index, last)?;
        let mut chunk = Zeroizing::new(sealed.to_vec());
        let length = self
            .cipher
            .open_in_place(nonce, Aad::from(&self.associated), &mut chunk)
            .map_err(|_| Error::internal("a stored file does not open: changed, moved or cut off"))?
            .len();
        chunk.truncate(length);
        Ok(chunk)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const NAME: &str = "original/a/b/c";

    fn secret() -> Secret {
        Secret::from_slice(&[7; 32]).unwrap()
    }

    fn seal(plain: &[u8], name: &str) -> Vec<u8> {
        let header = Header::new(Id::from_slice(&[1; 16]).unwrap()).unwrap();
        let chunks = Chunks::new(&secret(), &header, name).unwrap();
        let mut sealed = header.as_bytes().to_vec();
        let count = super::chunks(plain.len() as u64);
        for index in 0..count {
            let start = usize::try_from(index).unwrap() * CHUNK;
            let mut chunk = plain[start..plain.len().min(start + CHUNK)].to_vec();
            chunks.seal(index, index + 1 == count, &mut chunk).unwrap();
            sealed.extend(chunk);
        }
        sealed
    }

    /// As a reader does that knows nothing but the bytes.
    fn open(sealed: &[u8], name: &str) -> Result<Vec<u8>> {
        let header = Header::parse(sealed)?;
        let chunks = Chunks::new(&secret(), &header, name)?;
        let parts: Vec<_> = sealed[HEADER..].chunks(SEALED_CHUNK).collect();
        let mut plain = Vec::new();
        for (index, part) in parts.iter().enumerate() {
            plain.extend_from_slice(&chunks.open(index as u64, index + 1 == parts.len(), part)?);
        }
        if parts.is_empty() { Err(Error::internal("nothing")) } else { Ok(plain) }
    }

    /// Lengths around the edges of chunks.
    fn length() -> impl Strategy<Value = usize> {
        prop_oneof![
            0_usize..200,
            (1_usize..4, -2_isize..3).prop_map(|(n, d)| (n * CHUNK).saturating_add_signed(d))
        ]
    }

    fn plain(length: usize, seed: u8) -> Vec<u8> {
        (0..length).map(|index| (index as u8).wrapping_mul(31).wrapping_add(seed)).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        #[test]
        fn what_is_sealed_opens_and_has_the_length_that_was_reckoned(length in length(), seed in any::<u8>()) {
            let plain = plain(length, seed);
            let sealed = seal(&plain, NAME);
            prop_assert_eq!(sealed.len() as u64, sealed_length(length as u64));
            prop_assert_eq!(open(&sealed, NAME).unwrap(), plain);
            prop_assert!(open(&sealed, "original/a/b/d").is_err(), "under another name");
        }

        #[test]
        fn no_bit_can_be_changed(length in length(), place in any::<prop::sample::Index>(), bit in 0_u8..8) {
            let mut sealed = seal(&plain(length, 3), NAME);
            let place = place.index(sealed.len());
            sealed[place] ^= 1_u8 << bit;
            prop_assert!(open(&sealed, NAME).is_err());
        }

        #[test]
        fn nothing_can_be_cut_off_or_added(length in length(), place in any::<prop::sample::Index>()) {
            let sealed = seal(&plain(length, 5), NAME);
            let place = place.index(sealed.len());
            prop_assert!(open(&sealed[..place], NAME).is_err(), "cut at {}", place);
            let longer = [&sealed[..], &sealed[place..]].concat();
            prop_assert!(open(&longer, NAME).is_err());
        }

        #[test]
        fn chunks_cannot_be_moved_doubled_or_dropped(a in 0_usize..4, b in 0_usize..4) {
            let sealed = seal(&plain(4 * CHUNK, 9), NAME);
            let chunk = |n: usize| &sealed[HEADER + n * SEALED_CHUNK..HEADER + (n + 1) * SEALED_CHUNK];
            let build = |order: &[usize]| {
                order.iter().fold(sealed[..HEADER].to_vec(), |mut all, n| { all.extend_from_slice(chunk(*n)); all })
            };
            prop_assert!(open(&build(&[0, 1, 2, 3]), NAME).is_ok());
            let mut order = [0, 1, 2, 3];
            order.swap(a, b);
            prop_assert_eq!(open(&build(&order), NAME).is_ok(), a == b);
            let dropped: Vec<_> = (0..4).filter(|n| *n != a).collect();
            prop_assert!(open(&build(&dropped), NAME).is_err());
            let doubled: Vec<_> = (0..4).flat_map(|n| if n == a { vec![n, n] } else { vec![n] }).collect();
            prop_assert!(open(&build(&doubled), NAME).is_err());
        }

        #[test]
        fn another_file_of_the_same_name_gives_no_chunks(which in 0_usize..3) {
            let (first, second) = (seal(&plain(3 * CHUNK, 1), NAME), seal(&plain(3 * CHUNK, 2), NAME));
            let mut mixed = first.clone();
            let range = HEADER + which * SEALED_CHUNK..HEADER + (which + 1) * SEALED_CHUNK;
            mixed[range.clone()].copy_from_slice(&second[range]);
            prop_assert!(open(&mixed, NAME).is_err());
        }
    }

    #[test]
    fn another_key_opens_nothing() {
        let sealed = seal(b"words", NAME);
        let header = Header::parse(&sealed).unwrap();
        let other = Chunks::new(&Secret::from_slice(&[8; 32]).unwrap(), &header, NAME).unwrap();
        assert!(other.open(0, true, &sealed[HEADER..]).is_err());
    }
}
