//! Places that the press and public reports name, as towns and with two decimals: never a building.

use super::DemoSite;
use super::build::site;

const DEMO_CAPACITY: &str = "Publicly reported, town precision; the capacity is a demo figure.";

/// All sites. Clues and operations name them by their place in this list.
pub static SITES: [DemoSite; 14] = [
    site("Shwe Kokko", "MM", 16.83, 98.52, 3000)
        .also(&["ရွှေကုက္ကို", "水沟谷", "ชเวโก๊กโก่"])
        .confirmed()
        .activity("active")
        .capacity(3000)
        .provenance(DEMO_CAPACITY),
    site("KK Park area", "MM", 16.64, 98.52, 3000)
        .also(&["KK Park", "KK园区", "เคเค พาร์ค"])
        .confirmed()
        .activity("active")
        .capacity(2000)
        .provenance(DEMO_CAPACITY),
    site("Myawaddy", "MM", 16.69, 98.51, 4000).also(&["မြဝတီ", "妙瓦底", "เมียวดี"]).activity("active"),
    site("Sihanoukville", "KH", 10.61, 103.52, 5000)
        .also(&["ក្រុងព្រះសីហនុ", "西港", "สีหนุวิลล์", "Kampong Som"])
        .confirmed()
        .activity("active")
        .capacity(4000)
        .provenance(DEMO_CAPACITY),
    site("Bavet", "KH", 11.07, 106.15, 4000)
        .also(&["បាវិត", "Bà Vẹt", "木牌", "บาเวต"])
        .confirmed()
        .activity("active"),
    site("Poipet", "KH", 13.66, 102.56, 4000)
        .also(&["ប៉ោយប៉ែត", "ปอยเปต", "波贝"])
        .confirmed()
        .activity("active"),
    site("O'Smach", "KH", 14.44, 103.69, 4000).also(&["អូរស្មាច់", "โอเสม็ด", "奥斯玛"]),
    site("Chrey Thom", "KH", 10.94, 105.08, 4000)
        .also(&["ជ្រៃធំ", "Chrey Thum", "Chrây Thum"])
        .activity("active"),
    site("Golden Triangle SEZ, Ton Pheung", "LA", 20.36, 100.10, 4000)
        .also(&["Golden Triangle", "金三角", "ต้นผึ้ง", "Ton Pheung"])
        .confirmed()
        .activity("active"),
    site("Tachileik", "MM", 20.45, 99.88, 4000).also(&["တာချီလိတ်", "大其力", "ท่าขี้เหล็ก"]),
    site("Laukkai", "MM", 23.69, 98.77, 5000)
        .also(&["လောက်ကိုင်", "老街", "Laukkaing"])
        .confirmed()
        .activity("evacuated"),
    site("Muse", "MM", 23.99, 97.90, 5000).also(&["မူဆယ်", "木姐"]).activity("dormant"),
    site("Bamban, Tarlac", "PH", 15.27, 120.57, 4000).also(&["Bamban"]).confirmed().activity("evacuated"),
    site("Mae Sot", "TH", 16.71, 98.57, 4000).also(&["แม่สอด", "မဲဆောက်", "湄索"]).ruled_out().provenance(
        "A town where released people are received, publicly reported, town precision; not a compound.",
    ),
];
