use super::super::super::geo::Point;
use super::super::{Datum, Found, Says, Via, find};
use super::Vendor;

fn one(text: &str) -> Found {
    let found = find(text, &|_| false);
    assert_eq!(found.len(), 1, "{text}: {found:?}");
    found[0]
}

fn holds(text: &str, vendor: Vendor, via: Via) -> Found {
    let found = one(text);
    assert_eq!((found.vendor, found.via), (Some(vendor), via), "{text}");
    let Some(position) = found.position() else { panic!("{text}: {found:?}") };
    let off = position.point.distance_m(Point::new(16.6912, 98.5123).unwrap());
    assert!(off < 30.0, "{text}: {off} {position:?}");
    found
}

#[test]
fn googles_forms_are_read() {
    for text in [
        "https://maps.google.com/?q=16.6912,98.5123",
        "https://maps.google.com/?q=16.6912%2C98.5123",
        "https://maps.google.com/maps?q=16.6912%2C98.5123&z=17&hl=en",
        "maps.google.com/?q=16.6912,98.5123",
        "https://www.google.com/maps?q=loc:16.6912,98.5123",
        "https://www.google.co.th/maps/place/16.6912,98.5123",
        "https://www.google.com/maps/place/16.6912+98.5123",
        "https://www.google.com/maps/search/16.6912,+98.5123?entry=tts",
        "https://www.google.com/maps/search/?api=1&query=16.6912,98.5123",
        "https://www.google.com/maps/dir/?api=1&destination=16.6912,98.5123",
        "https://www.google.com/maps/dir/16.7131,98.5744/16.6912,98.5123/@16.7,98.55,13z",
        "https://www.google.com/maps/dir//16.6912,98.5123/",
        "https://www.google.com/maps/place/KK+Park/@16.6,98.4,15z/data=!3m1!4b1!4m6!3m5!1s0x30ddc:0x5!8m2!3d16.6912!4d98.5123!16s%2Fg%2F11",
        "https://www.google.com/maps/place/妙瓦底/@16.6,98.4,15z/data=!4m5!3m4!1s0x0:0x0!8m2!3d16.6912!4d98.5123",
        "https://www.google.com/maps/place/16%C2%B041'28.3%22N+98%C2%B030'44.3%22E/@16.6,98.4,17z",
        "https://www.google.com/maps/embed?pb=!1m18!1m12!1m3!1d3000!2d98.5123!3d16.6912!2m3!1f0",
        "https://consent.google.com/m?continue=https://www.google.com/maps?q%3D16.6912,98.5123&gl=DE",
        "https://l.facebook.com/l.php?u=https%3A%2F%2Fmaps.google.com%2F%3Fq%3D16.6912%252C98.5123&h=AT0",
        "https://maps.google.com/maps/api/staticmap?center=16.6,98.4&markers=16.6912,98.5123",
        "google.navigation:q=16.6912,98.5123",
        "comgooglemaps://?q=16.6912,98.5123",
        "https://www.google.com/maps/@16.6912,98.5123,3a,75y,90h,90t/data=!3m6",
        "I am here:https://maps.google.com/?q=16.6912,98.5123.",
        "我在https://maps.google.com/?q=16.6912,98.5123，快来",
        "我在https://maps.google.com/?q=16.6912,98.5123这里",
        "<https://maps.google.com/?q=16.6912,98.5123>",
    ] {
        holds(text, Vendor::Google, Via::Pin);
    }
    let found = holds("https://www.google.com/maps/@16.6912,98.5123,17z", Vendor::Google, Via::Viewport);
    let near = found.position().unwrap().accuracy_m;
    let far = holds(
        "https://www.google.com/maps/place/Myawaddy/@16.6912,98.5123,12z",
        Vendor::Google,
        Via::Viewport,
    );
    assert!((150.0..400.0).contains(&near), "{near}");
    assert!(far.position().unwrap().accuracy_m > 5_000.0);
    holds(
        "https://earth.google.com/web/@16.6912,98.5123,200a,1500d,35y,0h,0t,0r",
        Vendor::Google,
        Via::Viewport,
    );
}

#[test]
fn plus_codes_in_links_are_read() {
    let full = one("https://plus.codes/7MFV67R8+FM");
    assert_eq!((full.via, full.vendor), (Via::PlusCode, Some(Vendor::Google)));
    assert!(full.position().is_some());
    for text in [
        "https://www.google.com/maps/place/MGR6%2BF7+Myawaddy",
        "https://www.google.com/maps/search/MGR6+F7",
        "https://maps.google.com/?q=MGR6%2BF7%20Myawaddy",
    ] {
        assert!(matches!(one(text).says, Says::NeedsReference(_)), "{text}");
    }
}

#[test]
fn other_vendors_are_read() {
    use Vendor::*;
    for (text, vendor, via) in [
        ("geo:16.6912,98.5123", Other, Via::Pin),
        ("geo:16.6912,98.5123;u=35", Other, Via::Pin),
        ("geo:0,0?q=16.6912,98.5123(here)", Other, Via::Pin),
        ("https://maps.apple.com/?ll=16.6912,98.5123&q=Pin", Apple, Via::Pin),
        ("https://maps.apple.com/place?coordinate=16.6912,98.5123&name=Marked", Apple, Via::Pin),
        ("maps.apple.com/?q=16.6912,98.5123", Apple, Via::Pin),
        (
            "https://www.openstreetmap.org/?mlat=16.6912&mlon=98.5123#map=15/16.6/98.4",
            OpenStreetMap,
            Via::Pin,
        ),
        ("https://www.openstreetmap.org/#map=16/16.6912/98.5123", OpenStreetMap, Via::Viewport),
        ("https://www.bing.com/maps?cp=16.6912~98.5123&lvl=16", Bing, Via::Viewport),
        ("https://bing.com/maps/default.aspx?sp=point.16.6912_98.5123_here&cp=1~2", Bing, Via::Pin),
        ("https://waze.com/ul?ll=16.6912%2C98.5123&navigate=yes", Waze, Via::Pin),
        ("https://www.waze.com/live-map/directions?to=ll.16.6912%2C98.5123", Waze, Via::Pin),
        ("waze://?ll=16.6912,98.5123", Waze, Via::Pin),
        ("https://share.here.com/l/16.6912,98.5123,KK?z=16", Here, Via::Pin),
        ("https://wego.here.com/?map=16.6912,98.5123,16,normal", Here, Via::Viewport),
        ("https://yandex.com/maps/?ll=98.4%2C16.6&pt=98.5123,16.6912&z=16", Yandex, Via::Pin),
        ("https://yandex.ru/maps/?ll=98.5123%2C16.6912&z=16", Yandex, Via::Viewport),
        ("https://2gis.com/geo/98.5123,16.6912", TwoGis, Via::Pin),
        ("https://map.kakao.com/link/map/here,16.6912,98.5123", Kakao, Via::Pin),
        ("https://osmand.net/map?pin=16.6912,98.5123#16/16.6/98.4", OsmAnd, Via::Pin),
        ("http://wikimapia.org/#lang=en&lat=16.6912&lon=98.5123&z=15", Wikimapia, Via::Viewport),
    ] {
        holds(text, vendor, via);
    }
}

#[test]
fn chinese_maps_are_read_with_their_datum() {
    for (text, vendor, datum) in [
        ("https://uri.amap.com/marker?position=98.5123,16.6912&name=x", Vendor::Amap, Datum::Gcj02),
        ("https://uri.amap.com/marker?position=98.5123,16.6912&coordinate=wgs84", Vendor::Amap, Datum::Wgs84),
        ("https://wb.amap.com/?p=B0FFG12345,16.6912,98.5123,某地,某路", Vendor::Amap, Datum::Gcj02),
        ("https://wb.amap.com/?q=16.6912,98.5123,某地", Vendor::Amap, Datum::Gcj02),
        ("https://ditu.amap.com/regeo?lng=98.5123&lat=16.6912", Vendor::Amap, Datum::Gcj02),
        (
            "androidamap://viewMap?sourceApplication=x&lat=16.6912&lon=98.5123&dev=0",
            Vendor::Amap,
            Datum::Gcj02,
        ),
        (
            "https://apis.map.qq.com/uri/v1/marker?marker=coord:16.6912,98.5123;title:x",
            Vendor::Tencent,
            Datum::Gcj02,
        ),
        ("https://map.qq.com/?type=marker&pointx=98.5123&pointy=16.6912", Vendor::Tencent, Datum::Gcj02),
        ("http://api.map.baidu.com/marker?location=16.6912,98.5123&title=x", Vendor::Baidu, Datum::Bd09),
        (
            "https://api.map.baidu.com/marker?location=16.6912,98.5123&coord_type=gcj02",
            Vendor::Baidu,
            Datum::Gcj02,
        ),
        ("baidumap://map/marker?location=16.6912,98.5123&coord_type=wgs84", Vendor::Baidu, Datum::Wgs84),
        ("https://www.google.cn/maps?q=16.6912,98.5123", Vendor::Google, Datum::Gcj02),
    ] {
        let position = holds(text, vendor, Via::Pin).position().unwrap();
        assert_eq!(position.datum, datum, "{text}");
        assert_eq!(position.accuracy_m > 300.0, datum != Datum::Wgs84, "{text}");
    }
    let found = find("https://uri.amap.com/marker?position=97.8523,24.0123", &|_| true);
    let moved = found[0].position().unwrap().point.distance_m(Point::new(24.0123, 97.8523).unwrap());
    assert!((100.0..800.0).contains(&moved), "{moved}");
    let metres = one("https://map.baidu.com/@10966000.5,1870000.5,13z").position().unwrap();
    assert!((metres.point.lon - 98.51).abs() < 0.1 && (metres.point.lat - 16.6).abs() < 0.3, "{metres:?}");
}

#[test]
fn letters_that_stand_for_angles_are_read() {
    let position = one("https://osm.org/go/0EEQjE--").position().unwrap();
    assert!(position.point.distance_m(Point::new(51.510_8, 0.054_9).unwrap()) < 500.0, "{position:?}");
    let position = one("https://waze.com/ul/hu4pruydqqvj").position().unwrap();
    assert!(position.point.distance_m(Point::new(57.649_11, 10.407_44).unwrap()) < 5.0, "{position:?}");
}

#[test]
fn what_a_vendor_alone_knows_stays_hidden() {
    for (text, vendor) in [
        ("https://maps.app.goo.gl/AbCdEf123", Vendor::Google),
        ("https://goo.gl/maps/AbCdEf123", Vendor::Google),
        ("https://g.co/maps/abc", Vendor::Google),
        ("https://maps.apple/p/abc", Vendor::Apple),
        ("https://surl.amap.com/abc123", Vendor::Amap),
        ("https://j.map.baidu.com/ab/cd", Vendor::Baidu),
        ("https://yandex.com/maps/-/CCUabc", Vendor::Yandex),
        ("https://her.is/abc", Vendor::Here),
        ("https://r.grab.com/g/abc", Vendor::Grab),
        ("https://w3w.co/filled.count.soap", Vendor::What3Words),
        ("I am at ///filled.count.soap", Vendor::What3Words),
        ("https://omaps.app/abc/Name", Vendor::OrganicMaps),
    ] {
        let found = one(text);
        assert_eq!((found.vendor, found.says), (Some(vendor), Says::Hidden), "{text}");
    }
}

#[test]
fn other_links_are_none() {
    for text in [
        "https://example.org/?q=16.6912,98.5123",
        "https://t.me/c/16.6912/98.5123",
        "https://www.google.com/search?q=16.6912,98.5123",
        "mail me@maps.google.com/ 12",
        "https://maps.google.com.evil.example/?x=1",
        "// comment",
        "///",
    ] {
        assert_eq!(
            find(text, &|_| false).iter().filter(|found| found.position().is_some()).count(),
            0,
            "{text}"
        );
    }
}
