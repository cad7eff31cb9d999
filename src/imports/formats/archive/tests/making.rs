//! Zips for the tests: sound ones by another program, and ones that no program writes.

use std::io::{Cursor, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// The fields of a member that a test may spoil.
pub(super) struct Header {
    pub(super) made_by: u16,
    pub(super) flags: u16,
    pub(super) method: u16,
    pub(super) size: u32,
    pub(super) mode: u16,
    pub(super) at: u32,
    name: Vec<u8>,
    packed: Vec<u8>,
    crc: u32,
}

/// A zip that is made by hand.
#[derive(Default)]
pub(super) struct Made {
    members: Vec<Header>,
    data: Vec<u8>,
    pub(super) disk: u16,
    pub(super) claimed: Option<u16>,
    large: bool,
}

impl Made {
    pub(super) fn file(mut self, name: &str, bytes: impl AsRef<[u8]>) -> Self {
        let bytes = bytes.as_ref();
        let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(bytes).unwrap();
        let mut crc = flate2::Crc::new();
        crc.update(bytes);
        let packed = encoder.finish().unwrap();
        let at = u32::try_from(self.data.len()).unwrap();
        let header = Header {
            made_by: 0,
            flags: 0,
            method: 8,
            size: u32::try_from(bytes.len()).unwrap(),
            mode: 0,
            at,
            name: name.as_bytes().to_vec(),
            packed,
            crc: crc.sum(),
        };
        self.data.extend(b"PK\x03\x04");
        self.data.extend([0; 22]);
        self.data.extend(u16::try_from(name.len()).unwrap().to_le_bytes());
        self.data.extend([0; 2]);
        self.data.extend(&header.name);
        self.data.extend(&header.packed);
        self.members.push(header);
        self
    }

    /// Changes the last file.
    pub(super) fn with(mut self, change: impl FnOnce(&mut Header)) -> Self {
        change(self.members.last_mut().unwrap());
        self
    }

    /// As a zip beyond 4 GiB is written.
    fn large(mut self) -> Self {
        self.large = true;
        self
    }

    /// More names for the bytes of the last file.
    pub(super) fn shared(mut self, count: usize) -> Self {
        for number in 0..count {
            let last = self.members.last().unwrap();
            let header =
                Header { name: format!("n{number}").into_bytes(), packed: last.packed.clone(), ..*last };
            self.members.push(header);
        }
        self
    }

    pub(super) fn zip(&self) -> Vec<u8> {
        let mut zip = self.data.clone();
        let start = zip.len() as u64;
        for member in &self.members {
            let packed = u32::try_from(member.packed.len()).unwrap();
            let full = |number: u32| if self.large { u32::MAX } else { number }.to_le_bytes();
            let mut extra = Vec::new();
            if self.large {
                extra.extend([1, 0, 24, 0]);
                for number in [member.size, packed, member.at] {
                    extra.extend(u64::from(number).to_le_bytes());
                }
            }
            zip.extend(b"PK\x01\x02");
            for number in [member.made_by, 20, member.flags, member.method, 0, 0] {
                zip.extend(number.to_le_bytes());
            }
            zip.extend(member.crc.to_le_bytes());
            zip.extend(full(packed));
            zip.extend(full(member.size));
            for number in [member.name.len(), extra.len(), 0, 0, 0] {
                zip.extend(u16::try_from(number).unwrap().to_le_bytes());
            }
            zip.extend((u32::from(member.mode) << 16).to_le_bytes());
            zip.extend(full(member.at));
            zip.extend(&member.name);
            zip.extend(extra);
        }
        let size = zip.len() as u64 - start;
        let count = self.claimed.unwrap_or(u16::try_from(self.members.len()).unwrap());
        if self.large {
            let at = zip.len() as u64;
            zip.extend(b"PK\x06\x06");
            zip.extend(44_u64.to_le_bytes());
            zip.extend([0; 12]);
            for number in [u64::from(count), u64::from(count), size, start] {
                zip.extend(number.to_le_bytes());
            }
            zip.extend(b"PK\x06\x07\0\0\0\0");
            zip.extend(at.to_le_bytes());
            zip.extend(1_u32.to_le_bytes());
        }
        let full = |number: u64| if self.large { u32::MAX } else { u32::try_from(number).unwrap() };
        zip.extend(b"PK\x05\x06");
        let count = if self.large { u16::MAX } else { count };
        for number in [self.disk, self.disk, count, count] {
            zip.extend(number.to_le_bytes());
        }
        zip.extend(full(size).to_le_bytes());
        zip.extend(full(start).to_le_bytes());
        zip.extend([0; 2]);
        zip
    }
}

/// A zip as another program packs it.
pub(super) fn packed_with(files: &[(&str, &[u8])]) -> Vec<u8> {
    packed_as(files, SimpleFileOptions::default().compression_method(CompressionMethod::Deflated))
}

fn packed_as(files: &[(&str, &[u8])], options: SimpleFileOptions) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        zip.start_file(*name, options).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// The same export in every kind of zip.
pub(super) fn exports(chat: &str) -> Vec<Vec<u8>> {
    let picture: &[u8] = b"\xff\xd8\xff\0picture";
    let files =
        [("LINE/photo.jpg", picture), ("LINE/chat.txt", chat.as_bytes()), ("LINE/x.bin", b"\0\0\0\0")];
    let stored =
        packed_as(&files, SimpleFileOptions::default().compression_method(CompressionMethod::Stored));
    let made = || {
        let start = Made::default().file("LINE/", "");
        files.iter().fold(start, |made, (name, bytes)| made.file(name, bytes))
    };
    let mut after_a_program = vec![b'#'; 1000];
    after_a_program.splice(0..4, *b"PK\x03\x04");
    after_a_program.extend(made().zip());
    let mut note = made().zip();
    let at = note.len() - 2;
    note.splice(at.., [22, 0]);
    note.extend(b"PK\x05\x06 is no record here");
    note.truncate(at + 2 + 22);
    let mut with_rubbish = made().zip();
    with_rubbish.extend([0; 300]);
    // Without its longest matches, what deflate packs is deflate64 too.
    let sixty_four = made().each(|header| header.method = 9);
    vec![
        packed_with(&files),
        stored,
        packed_as(&files, SimpleFileOptions::default().large_file(true)),
        made().zip(),
        made().large().zip(),
        after_a_program,
        note,
        with_rubbish,
        sixty_four.zip(),
    ]
}

impl Made {
    /// Changes all files.
    fn each(mut self, change: impl Fn(&mut Header)) -> Self {
        self.members.iter_mut().for_each(change);
        self
    }
}
