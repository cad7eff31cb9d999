//! The shifted datums of Chinese maps.
//!
//! The usual box around China covers all of Cambodia, Laos, Myanmar, Thailand and Vietnam, where these maps do not
//! shift: a blind correction would add 200 to 380 m. So the outline of China decides, and where that leaves a
//! doubt the accuracy says so. (Baidu documents that abroad it uses WGS-84.)

use super::super::geo::Point;
use super::Position;

/// In which datum a position was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Datum {
    /// That of GPS.
    Wgs84,
    /// The shifted one of Chinese maps.
    Gcj02,
    /// The shifted one of Baidu.
    Bd09,
    /// Not known.
    Unknown,
}

impl Datum {
    /// The word of the contract.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Wgs84 => "wgs84",
            Self::Gcj02 => "gcj02",
            Self::Bd09 => "bd09",
            Self::Unknown => "unknown",
        }
    }
}

/// What a Chinese map may be off by outside of China.
const ABROAD_M: f64 = 300.0;

/// A position that was written in a datum, in WGS-84.
pub fn to_wgs84(written: Point, accuracy_m: f64, datum: Datum, in_china: &dyn Fn(Point) -> bool) -> Position {
    let unshifted = match datum {
        Datum::Gcj02 => gcj02_to_wgs84(written),
        Datum::Bd09 => gcj02_to_wgs84(bd09_to_gcj02(written)),
        Datum::Wgs84 | Datum::Unknown => return Position { point: written, accuracy_m, datum },
    };
    if in_china(written) {
        return Position { point: unshifted, accuracy_m, datum };
    }
    // Just outside the border: a point in China that was shifted out of it, or one abroad that was not shifted.
    let doubt = if in_china(unshifted) { written.distance_m(unshifted).max(ABROAD_M) } else { ABROAD_M };
    Position { point: written, accuracy_m: accuracy_m.hypot(doubt), datum }
}

/// The half axis and the squared eccentricity of the ellipsoid of Krasovsky.
const AXIS_M: f64 = 6_378_245.0;
const ECCENTRICITY: f64 = 0.006_693_421_622_965_943;

/// How many degrees GCJ-02 shifts a position, north and east. The coefficients are those found by others.
fn gcj02_shift(point: Point) -> (f64, f64) {
    use std::f64::consts::PI;
    let (x, y) = (point.lon - 105.0, point.lat - 35.0);
    let waves = |value: f64, parts: [(f64, f64); 2]| -> f64 {
        parts.iter().map(|(height, turns)| height * (value * turns * PI).sin()).sum::<f64>() * 2.0 / 3.0
    };
    let shared = waves(x, [(20.0, 6.0), (20.0, 2.0)]);
    let root = x.abs().sqrt();
    let north = -100.0
        + 2.0 * x
        + 3.0 * y
        + 0.2 * y * y
        + 0.1 * x * y
        + 0.2 * root
        + shared
        + waves(y, [(20.0, 1.0), (40.0, 1.0 / 3.0)])
        + waves(y, [(160.0, 1.0 / 12.0), (320.0, 1.0 / 30.0)]);
    let east = 300.0
        + x
        + 2.0 * y
        + 0.1 * x * x
        + 0.1 * x * y
        + 0.1 * root
        + shared
        + waves(x, [(20.0, 1.0), (40.0, 1.0 / 3.0)])
        + waves(x, [(150.0, 1.0 / 12.0), (300.0, 1.0 / 30.0)]);
    let lat = point.lat.to_radians();
    let flattening = 1.0 - ECCENTRICITY * lat.sin().powi(2);
    let meridian = AXIS_M * (1.0 - ECCENTRICITY) / flattening.powf(1.5);
    let parallel = AXIS_M / flattening.sqrt() * lat.cos();
    ((north / meridian).to_degrees(), (east / parallel).to_degrees())
}

/// Where a shifted position really is: the shift changes so slowly that a few steps find it to a millimetre.
fn gcj02_to_wgs84(shifted: Point) -> Point {
    let mut real = shifted;
    for _ in 0..4 {
        let (north, east) = gcj02_shift(real);
        real = Point { lat: shifted.lat - north, lon: shifted.lon - east };
    }
    Point::new(real.lat, real.lon).unwrap_or(shifted)
}

/// Takes off what Baidu adds to GCJ-02.
fn bd09_to_gcj02(shifted: Point) -> Point {
    let wave = 3_000_f64.to_radians();
    let (x, y) = (shifted.lon - 0.006_5, shifted.lat - 0.006);
    let radius = x.hypot(y) - 0.000_02 * (y * wave).sin();
    let angle = y.atan2(x) - 0.000_003 * (x * wave).cos();
    Point::new(radius * angle.sin(), radius * angle.cos()).unwrap_or(shifted)
}

/// From which height in metres a row of coefficients holds, the two of the longitude, the seven of the latitude,
/// and the height by which the polynomial is scaled.
type BaiduBand = (f64, [f64; 2], [f64; 7], f64);

/// Baidu's own projection, by bands of latitude. The coefficients are published with its script interface.
const BAIDU_BANDS: [BaiduBand; 6] = [
    (
        12_890_594.86,
        [1.410_526_172_116_255e-8, 8.983_055_096_488_72e-6],
        [
            -1.993_983_381_633_1,
            200.982_438_310_679_6,
            -187.240_370_381_554_7,
            91.608_751_666_984_3,
            -23.387_656_496_033_39,
            2.571_213_172_961_98,
            -0.038_010_033_086_53,
        ],
        17_337_981.2,
    ),
    (
        8_362_377.87,
        [-7.435_856_389_565_537e-9, 8.983_055_097_726_239e-6],
        [
            -0.786_252_018_862_89,
            96.326_875_997_598_46,
            -1.852_047_575_298_26,
            -59.369_359_054_858_77,
            47.400_335_492_967_37,
            -16.507_419_310_638_87,
            2.287_866_746_993_75,
        ],
        10_260_144.86,
    ),
    (
        5_591_021.0,
        [-3.030_883_460_898_826e-8, 8.983_055_099_835_78e-6],
        [
            0.300_713_162_876_16,
            59.742_936_184_422_77,
            7.357_984_074_871,
            -25.383_710_026_647_45,
            13.453_805_211_109_08,
            -3.298_837_672_355_84,
            0.327_109_053_634_75,
        ],
        6_856_817.37,
    ),
    (
        3_481_989.83,
        [-1.981_981_304_930_552e-8, 8.983_055_099_779_535e-6],
        [
            0.032_781_828_525_91,
            40.316_785_277_057_44,
            0.656_592_986_772_77,
            -4.442_555_344_774_92,
            0.853_419_118_052_63,
            0.129_233_479_982_04,
            -0.046_257_360_075_61,
        ],
        4_482_777.06,
    ),
    (
        1_678_043.12,
        [3.091_913_710_684_37e-9, 8.983_055_096_812_155e-6],
        [
            0.000_069_957_240_62,
            23.109_343_041_449_01,
            -0.000_236_634_905_11,
            -0.632_181_781_024_2,
            -0.006_634_944_672_73,
            0.034_300_823_979_53,
            -0.004_660_438_763_32,
        ],
        2_555_164.4,
    ),
    (
        0.0,
        [2.890_871_144_776_878e-9, 8.983_055_095_805_407e-6],
        [
            -0.000_000_030_682_98,
            7.471_370_254_680_32,
            -0.000_003_539_379_94,
            -0.021_451_448_610_37,
            -0.000_012_342_345_96,
            0.000_103_229_527_73,
            -0.000_003_238_903_64,
        ],
        826_088.5,
    ),
];

/// Baidu's metres as degrees of BD-09.
pub fn baidu_metres(east: f64, north: f64) -> Option<Point> {
    let height = north.abs();
    let (_, lon, lat, scale) = BAIDU_BANDS.iter().find(|band| height >= band.0)?;
    let [start, slope] = *lon;
    let part = height / scale;
    let degrees = lat.iter().rev().fold(0.0, |sum, factor| sum * part + factor);
    Point::new(degrees * north.signum(), (start + slope * east.abs()) * east.signum())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point(lat: f64, lon: f64) -> Point {
        Point::new(lat, lon).unwrap()
    }

    /// A pair that several public converters agree on.
    #[test]
    fn shifts_are_those_of_chinese_maps() {
        let real = point(39.915, 116.404);
        let (north, east) = gcj02_shift(real);
        let shifted = point(39.916_404_27, 116.410_244_50);
        assert!(point(real.lat + north, real.lon + east).distance_m(shifted) < 1.0);
        assert!(gcj02_to_wgs84(shifted).distance_m(real) < 1.0);
        assert!(bd09_to_gcj02(point(39.922_69, 116.416_65)).distance_m(shifted) < 10.0);
    }

    #[test]
    fn only_china_is_shifted() {
        let bangkok = point(13.75, 100.5);
        let abroad = to_wgs84(bangkok, 10.0, Datum::Gcj02, &|_| false);
        assert_eq!(abroad.point, bangkok);
        assert!(abroad.accuracy_m > 300.0);
        let inside = to_wgs84(point(24.0, 97.9), 10.0, Datum::Gcj02, &|_| true);
        assert!((100.0..700.0).contains(&inside.point.distance_m(point(24.0, 97.9))));
        assert!(inside.accuracy_m < 11.0);
    }

    #[test]
    fn baidu_metres_are_close_to_mercator() {
        // Tiananmen in Baidu's documentation.
        let found = baidu_metres(12_958_175.0, 4_825_923.77).unwrap();
        assert!(found.distance_m(point(39.914_889, 116.403_874)) < 2_000.0, "{found:?}");
        assert_eq!(baidu_metres(f64::NAN, f64::NAN), None);
    }
}
