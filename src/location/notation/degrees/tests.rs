use super::super::super::geo::Point;
use super::super::{Found, Via, find};

fn all(text: &str) -> Vec<Found> {
    find(text, &|_| false)
}

/// Asserts that a text holds one position, and that it is this one.
fn holds(text: &str, lat: f64, lon: f64, most_m: f64) -> Found {
    let found = all(text);
    assert_eq!(found.len(), 1, "{text}: {found:?}");
    let position = found[0].position().unwrap();
    let off = position.point.distance_m(Point::new(lat, lon).unwrap());
    assert!(off <= most_m, "{text}: {off} {position:?}");
    assert_eq!(found[0].via, Via::Text);
    found[0]
}

const LAT: f64 = 16.6912;
const LON: f64 = 98.5123;

#[test]
fn decimal_degrees_are_read_however_they_are_separated() {
    for text in [
        "16.6912, 98.5123",
        "16.6912,98.5123",
        "16.6912 98.5123",
        "16.6912;98.5123",
        "16.6912 / 98.5123",
        "16.6912 | 98.5123",
        "16.6912\n98.5123",
        "16.6912，98.5123",
        "16.6912、98.5123",
        "我在16.6912，98.5123附近",
        "(16.6912, 98.5123)",
        "[16.6912,98.5123].",
        "at 16.6912 and 98.5123 now",
        "16,6912; 98,5123",
        "16,6912 98,5123",
        "+16.6912+098.5123/",
        "16.6912°, 98.5123°",
        "16.6912° N, 98.5123° E",
        "16.6912N 98.5123E",
        "N16.6912 E98.5123",
        "N 16.6912, E 98.5123",
        "n16.6912e98.5123",
        "16.6912 n 98.5123 e",
        "lat 16.6912 lon 98.5123",
        "lat: 16.6912, lng: 98.5123",
        "Latitude=16.6912&Longitude=98.5123",
        "latitude 16.6912 and longitude 98.5123",
        "{lat:16.6912,lng:98.5123}",
        "My location is 16.6912 North, 98.5123 East",
        "北纬16.6912度，东经98.5123度",
        "北緯16.6912° 東經98.5123°",
        "16.6912°北 98.5123°东",
        "纬度：16.6912 经度：98.5123",
        "坐标 16.6912,98.5123",
        "๑๖.๖๙๑๒, ๙๘.๕๑๒๓",
        "พิกัด 16.6912, 98.5123 ค่ะ",
        "ละติจูด 16.6912 ลองจิจูด 98.5123",
        "16.6912 องศาเหนือ 98.5123 องศาตะวันออก",
        "១៦.៦៩១២, ៩៨.៥១២៣",
        "រយៈទទឹង ១៦.៦៩១២ រយៈបណ្តោយ ៩៨.៥១២៣",
        "១៦.៦៩១២ ជើង ៩៨.៥១២៣ កើត",
        "၁၆.၆၉၁၂၊ ၉၈.၅၁၂၃",
        "မြောက်လတ္တီတွဒ် ၁၆.၆၉၁၂ အရှေ့လောင်ဂျီတွဒ် ၉၈.၅၁၂၃",
        "tọa độ 16.6912, 98.5123",
        "vĩ độ 16.6912, kinh độ 98.5123",
        "16.6912 độ vĩ Bắc, 98.5123 độ kinh Đông",
        "16.6912°B 98.5123°Đ",
        "16.6912 LU, 98.5123 BT",
        "１６．６９１２，９８．５１２３",
        "98.5123, 16.6912",
        "东经98.5123 北纬16.6912",
        "E98.5123 N16.6912",
        "lon 98.5123 lat 16.6912",
        "16.6912 - 98.5123",
    ] {
        holds(text, LAT, LON, 1.0);
    }
}

#[test]
fn minutes_and_seconds_are_read_with_every_sign() {
    // 16°41'24" = 16.69, 98°30'36" = 98.51
    for text in [
        "16°41'24\"N 98°30'36\"E",
        "16° 41' 24\" N, 98° 30' 36\" E",
        "16°41′24″N 98°30′36″E",
        "16º41’24”N, 98º30’36”E",
        "N16°41'24\" E98°30'36\"",
        "16°41'24''N 98°30'36''E",
        "16d41'24\"N 98d30'36\"E",
        "16 deg 41 min 24 sec N, 98 deg 30 min 36 sec E",
        "16 41 24 N 98 30 36 E",
        "16:41:24N 98:30:36E",
        "16-41-24N, 98-30-36E",
        "16°41.4'N 98°30.6'E",
        "N 16 41.4 E 98 30.6",
        "164124N0983036E",
        "164124N 0983036E",
        "1641.400,N,09830.600,E",
        "北纬16度41分24秒，东经98度30分36秒",
        "北纬16°41′24″，东经98°30′36″",
        "๑๖ องศา ๔๑ ลิปดา ๒๔ ฟิลิปดา เหนือ ๙๘ องศา ๓๐ ลิปดา ๓๖ ฟิลิปดา ตะวันออก",
        "១៦ អង្សា ៤១ នាទី ២៤ វិនាទី ខាងជើង ៩៨ អង្សា ៣០ នាទី ៣៦ វិនាទី ខាងកើត",
        "16 độ 41 phút 24 giây Bắc, 98 độ 30 phút 36 giây Đông",
        "16°41'24\"B, 98°30'36\"Đ",
    ] {
        holds(text, 16.69, 98.51, 1.0);
    }
    holds("16°41'N 98°31'E", 16.683_33, 98.516_67, 10.0);
}

#[test]
fn digits_left_out_widen_the_accuracy() {
    let accuracy = |text: &str| all(text)[0].position().unwrap().accuracy_m;
    assert!((accuracy("location 16.69, 98.51") - 556.0).abs() < 2.0);
    assert!((accuracy("16.691, 98.512") - 55.6).abs() < 1.0);
    assert!((accuracy("16.69123456, 98.51234567") - 10.0).abs() < 0.1);
    assert!((accuracy("16°41'N 98°31'E") - 926.6).abs() < 2.0);
    // The rougher of the two counts.
    assert!((accuracy("16.6912, 98.512") - 55.6).abs() < 1.0);
}

#[test]
fn spans_are_those_of_the_text_as_given() {
    let text = "ที่\u{200b}นี่ ๑๖.๖๙๑๒, ๙๘.๕๑๒๓!";
    let found = holds(text, LAT, LON, 1.0);
    let quoted: String = text.chars().skip(found.start).take(found.end - found.start).collect();
    assert_eq!(quoted, "๑๖.๖๙๑๒, ๙๘.๕๑๒๓");
    let text =
        "toa\u{323} d\u{323}o\u{323}\u{302} 16.6912° Ba\u{306}\u{301}c, 98.5123° Đo\u{302}ng nhe\u{301}";
    let found = holds(text, LAT, LON, 1.0);
    let quoted: String = text.chars().skip(found.start).take(found.end - found.start).collect();
    assert_eq!(quoted, "16.6912° Ba\u{306}\u{301}c, 98.5123° Đo\u{302}ng");
}

#[test]
fn several_positions_are_all_read() {
    let found = all("first 16.6912, 98.5123 then 13.6586,102.5634 and lat 10.61 lon 103.53");
    assert_eq!(found.len(), 3, "{found:?}");
}

#[test]
fn other_numbers_are_no_positions() {
    for text in [
        "16.50, 98.90",
        "price 16.500, 98.500 đồng",
        "16.500, 98.500",
        "giá 15.000, 105.000",
        "0.12, 0.98",
        "version 16.6912.98 and 98.5123.4",
        "192.168.10.100, 10.0.105.22",
        "16.11.2024, 18.11.2024",
        "16/11/2024 98",
        "call 098-123-4567 or 016 691 2345",
        "acc 123-4-56789-0, 987-6-54321-0",
        "16:41 - 18:30",
        "from 16 41 24 to 98 30 36",
        "1,234.5678 and 98,765.4321",
        "16.6912 baht, 98.5123 baht",
        "$16.6912, $98.5123",
        "usdt 16.6912 98.5123",
        "16.6912% 98.5123%",
        "rate 32.4512, 108.1234 baht",
        "0x16.6912,98.5123abc",
        "12 N, 104 E",
        "room 12B, 100đ",
        "we are 5 s 100 e",
        "12.345, 678.901",
        "@user16.6912,98.5123x",
        "https://shop.example/16.6912,98.5123",
        "2024-11-16 18:30:45",
        "+855 16 691 234, +66 98 512 3456",
        "4556 7375 8689 9855",
        "block 3 floor 16 room 98",
        "weight 16.691 kg 98.512 kg",
        "1.2 1.3 1.4",
        "๑๖.๕๐ บาท ๙๘.๕๐ บาท",
        "16.69,98.51 usd",
        "hash 16.6912e98.5123f",
    ] {
        assert_eq!(all(text), [], "{text}");
    }
}
