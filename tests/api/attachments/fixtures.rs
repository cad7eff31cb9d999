//! Files made by hand: nobody's pictures.

/// What an EXIF block says.
#[derive(Clone)]
pub struct Exif {
    pub lat: Option<([(u32, u32); 3], &'static str)>,
    pub lon: Option<([(u32, u32); 3], &'static str)>,
    pub error_m: Option<(u32, u32)>,
    pub taken: Option<&'static str>,
    pub offset: Option<&'static str>,
    pub gps_date: Option<&'static str>,
    pub gps_time: Option<[(u32, u32); 3]>,
    pub orientation: Option<u16>,
}

/// 16° 41' 13.56" N, 98° 30' 36.72" E, as a phone writes it: 16.6871, 98.5102.
pub const BY_THE_RIVER: Exif = Exif {
    lat: Some(([(16, 1), (41, 1), (1356, 100)], "N")),
    lon: Some(([(98, 1), (30, 1), (3672, 100)], "E")),
    error_m: Some((65, 10)),
    taken: Some("2026:05:02 21:00:00"),
    offset: Some("+06:30"),
    gps_date: None,
    gps_time: None,
    orientation: Some(6),
};

pub const NOTHING: Exif = Exif {
    lat: None,
    lon: None,
    error_m: None,
    taken: None,
    offset: None,
    gps_date: None,
    gps_time: None,
    orientation: None,
};

/// Tag, kind, count, value.
type Entry = (u16, u16, u32, Vec<u8>);

fn ascii(tag: u16, text: &str) -> Entry {
    let bytes = [text.as_bytes(), b"\0"].concat();
    (tag, 2, u32::try_from(bytes.len()).unwrap(), bytes)
}

fn rationals(tag: u16, values: &[(u32, u32)]) -> Entry {
    let bytes = values.iter().flat_map(|(n, d)| [n.to_le_bytes(), d.to_le_bytes()].concat()).collect();
    (tag, 5, u32::try_from(values.len()).unwrap(), bytes)
}

fn long(tag: u16, value: usize) -> Entry {
    (tag, 4, 1, u32::try_from(value).unwrap().to_le_bytes().to_vec())
}

/// A directory that begins at `at`, with its values behind it.
fn directory(entries: &[Entry], at: usize) -> Vec<u8> {
    let mut out = u16::try_from(entries.len()).unwrap().to_le_bytes().to_vec();
    let mut values = Vec::new();
    let values_at = at + 2 + 12 * entries.len() + 4;
    for (tag, kind, count, value) in entries {
        out.extend(tag.to_le_bytes());
        out.extend(kind.to_le_bytes());
        out.extend(count.to_le_bytes());
        if value.len() <= 4 {
            let mut inline = value.clone();
            inline.resize(4, 0);
            out.extend(inline);
        } else {
            out.extend(u32::try_from(values_at + values.len()).unwrap().to_le_bytes());
            values.extend(value);
            values.resize(values.len().next_multiple_of(2), 0);
        }
    }
    out.extend([0; 4]);
    out.extend(values);
    out
}

/// A TIFF block, as it stands in JPEG, PNG, WebP and HEIC.
pub fn tiff(exif: &Exif) -> Vec<u8> {
    let mut camera = Vec::new();
    camera.extend(exif.taken.map(|text| ascii(0x9003, text)));
    camera.extend(exif.offset.map(|text| ascii(0x9011, text)));
    let mut gps = Vec::new();
    for (reference, value) in [(1, &exif.lat), (3, &exif.lon)] {
        if let Some((degrees, side)) = value {
            if !side.is_empty() {
                gps.push(ascii(reference, side));
            }
            gps.push(rationals(reference + 1, degrees));
        }
    }
    gps.extend(exif.gps_time.map(|parts| rationals(7, &parts)));
    gps.extend(exif.gps_date.map(|text| ascii(0x1d, text)));
    gps.extend(exif.error_m.map(|metres| rationals(0x1f, &[metres])));
    let first = |camera_at: usize, gps_at: usize| {
        let mut entries = vec![ascii(0x010f, "Zqcamera"), ascii(0x0110, "Model 7")];
        entries.extend(exif.orientation.map(|turn| (0x0112, 3, 1, turn.to_le_bytes().to_vec())));
        entries.push(long(0x8769, camera_at));
        entries.push(long(0x8825, gps_at));
        directory(&entries, 8)
    };
    let camera_at = 8 + first(0, 0).len();
    let camera_block = directory(&camera, camera_at);
    let gps_at = camera_at + camera_block.len();
    let gps_block = directory(&gps, gps_at);
    [b"II*\0\x08\0\0\0".to_vec(), first(camera_at, gps_at), camera_block, gps_block].concat()
}

fn segment(marker: u8, data: &[u8]) -> Vec<u8> {
    let length = u16::try_from(data.len() + 2).unwrap().to_be_bytes();
    [&[0xff, marker], &length[..], data].concat()
}

/// What a picture's pixels look like here.
pub const SCAN: &[u8] = &[0x12, 0x34, 0xff, 0x00, 0x56, 0x78];

/// A JPEG; without `exif` it has no metadata at all.
pub fn jpeg(exif: Option<&Exif>) -> Vec<u8> {
    let block =
        exif.map(|exif| segment(0xe1, &[b"Exif\0\0".to_vec(), tiff(exif)].concat())).unwrap_or_default();
    jpeg_with(&block)
}

pub fn jpeg_with(block: &[u8]) -> Vec<u8> {
    [
        vec![0xff, 0xd8],
        segment(0xe0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0"),
        block.to_vec(),
        segment(0xdb, &[1; 65]),
        segment(0xc0, &[8, 0, 8, 0, 8, 1, 1, 0x11, 0]),
        segment(0xc4, &[0; 18]),
        segment(0xda, &[1, 1, 0, 0, 63, 0]),
        SCAN.to_vec(),
        vec![0xff, 0xd9],
    ]
    .concat()
}

fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0_u32, |crc, byte| {
        (0..8).fold(
            crc ^ u32::from(*byte),
            |crc, _| if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 },
        )
    })
}

pub fn png(exif: &Exif) -> Vec<u8> {
    let chunk = |kind: &[u8], data: &[u8]| {
        let body = [kind, data].concat();
        [&u32::try_from(data.len()).unwrap().to_be_bytes()[..], &body, &crc(&body).to_be_bytes()].concat()
    };
    [
        b"\x89PNG\r\n\x1a\n".to_vec(),
        chunk(b"IHDR", &[0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0]),
        chunk(b"tEXt", b"Comment\0zqcanary"),
        chunk(b"eXIf", &tiff(exif)),
        chunk(b"IDAT", &[0x78, 0x9c, 0x63, 0, 0, 0, 2, 0, 1]),
        chunk(b"IEND", b""),
    ]
    .concat()
}

pub fn webp(exif: &Exif) -> Vec<u8> {
    let chunk = |kind: &[u8], data: &[u8]| {
        let mut data = data.to_vec();
        let length = u32::try_from(data.len()).unwrap().to_le_bytes();
        data.resize(data.len().next_multiple_of(2), 0);
        [kind, &length[..], &data].concat()
    };
    let body = [
        b"WEBP".to_vec(),
        chunk(b"VP8X", &[0x0c, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
        chunk(b"VP8 ", b"\x50\x5a\x00\x9d\x01\x2a\x01\x00\x01\x00"),
        chunk(b"EXIF", &tiff(exif)),
        chunk(b"XMP ", b"<x:xmpmeta>zqcanary</x:xmpmeta>"),
    ]
    .concat();
    [&b"RIFF"[..], &u32::try_from(body.len()).unwrap().to_le_bytes(), &body].concat()
}

fn bx(kind: &[u8], data: &[u8]) -> Vec<u8> {
    [&u32::try_from(data.len() + 8).unwrap().to_be_bytes()[..], kind, data].concat()
}

/// A HEIC by its boxes: one Exif item, whose bytes lie in `mdat`.
pub fn heic(exif: &Exif) -> Vec<u8> {
    let item = [&6_u32.to_be_bytes()[..], b"Exif\0\0", &tiff(exif)].concat();
    let ftyp = bx(b"ftyp", b"heic\0\0\0\0mif1heic");
    let meta = |at: usize| {
        let infe = bx(b"infe", &[&[2, 0, 0, 0][..], &[0, 1, 0, 0], b"Exif", b"\0"].concat());
        let iinf = bx(b"iinf", &[&[0, 0, 0, 0][..], &[0, 1], &infe].concat());
        let extent =
            [u32::try_from(at).unwrap().to_be_bytes(), u32::try_from(item.len()).unwrap().to_be_bytes()]
                .concat();
        let iloc = bx(b"iloc", &[&[0, 0, 0, 0, 0x44, 0][..], &[0, 1], &[0, 1, 0, 0, 0, 1], &extent].concat());
        let hdlr = bx(b"hdlr", &[&[0; 8][..], b"pict", &[0; 13]].concat());
        bx(b"meta", &[&[0; 4][..], &hdlr, &iinf, &iloc].concat())
    };
    let at = ftyp.len() + meta(0).len() + 8;
    [ftyp, meta(at), bx(b"mdat", &item)].concat()
}

/// A QuickTime film whose metadata stands behind `padding` bytes of pictures, as phones write it.
pub fn film(brand: &[u8; 4], padding: usize, created: u32, place: &str) -> Vec<u8> {
    let ftyp = bx(b"ftyp", &[&brand[..], b"\0\0\0\0", &brand[..]].concat());
    let mut mvhd = vec![0; 100];
    mvhd[4..8].copy_from_slice(&created.to_be_bytes());
    mvhd[8..12].copy_from_slice(&created.to_be_bytes());
    mvhd[12..16].copy_from_slice(&1_000_u32.to_be_bytes());
    mvhd[16..20].copy_from_slice(&2_000_u32.to_be_bytes());
    let text =
        [&u16::try_from(place.len()).unwrap().to_be_bytes()[..], &[0x15, 0xc7], place.as_bytes()].concat();
    let udta = bx(b"udta", &bx(b"\xa9xyz", &text));
    let moov = bx(b"moov", &[bx(b"mvhd", &mvhd), udta].concat());
    [ftyp, bx(b"mdat", &vec![7; padding]), moov].concat()
}

/// Seconds from 1904 to 1970, from where films count.
pub const FILM_EPOCH: u32 = 2_082_844_800;
