use super::*;

fn point(lat: f64, lon: f64) -> Point {
    Point::new(lat, lon).unwrap()
}

fn country(lat: f64, lon: f64) -> Option<Country> {
    Borders::embedded().country(point(lat, lon))
}

/// Towns that face each other across a border, where coarser maps name the wrong country.
#[test]
fn border_towns_lie_in_their_country() {
    let towns = [
        ("Myawaddy", 16.6891, 98.5089, "MM"),
        ("Mae Sot", 16.7131, 98.5747, "TH"),
        ("KK Park", 16.6380, 98.5195, "MM"),
        ("Shwe Kokko", 16.8208, 98.5308, "MM"),
        ("Mae Ramat", 16.9838, 98.5164, "TH"),
        ("Tachileik", 20.4500, 99.8800, "MM"),
        ("Mae Sai", 20.4280, 99.8830, "TH"),
        ("Ban Houayxay", 20.2760, 100.4130, "LA"),
        ("Chiang Khong", 20.2600, 100.4060, "TH"),
        ("Ton Pheung zone", 20.3560, 100.1030, "LA"),
        ("Muse", 23.9900, 97.9020, "MM"),
        ("Ruili", 24.0130, 97.8520, "CN"),
        ("Laukkai", 23.6960, 98.7620, "MM"),
        ("Nansan", 23.7780, 98.8250, "CN"),
        ("Mong La", 21.6700, 100.0400, "MM"),
        ("Daluo", 21.6830, 100.0480, "CN"),
        ("Boten", 21.1764, 101.6656, "LA"),
        ("Mohan", 21.1990, 101.6890, "CN"),
        ("Poipet", 13.6560, 102.5630, "KH"),
        ("Aranyaprathet", 13.6930, 102.5010, "TH"),
        ("O'Smach", 14.4330, 103.7020, "KH"),
        ("Chong Chom", 14.4450, 103.6990, "TH"),
        ("Bavet", 11.0632, 106.1356, "KH"),
        ("Moc Bai", 11.0770, 106.1780, "VN"),
        ("Chrey Thum", 10.9460, 105.0680, "KH"),
        ("Long Binh", 10.9480, 105.0800, "VN"),
        ("Sihanoukville", 10.6093, 103.5296, "KH"),
        ("Vientiane", 17.9667, 102.6000, "LA"),
        ("Nong Khai", 17.8780, 102.7420, "TH"),
        ("Mong Cai", 21.5250, 107.9660, "VN"),
        ("Dongxing", 21.5480, 107.9740, "CN"),
        ("Bamban", 15.2740, 120.5670, "PH"),
        ("Hong Kong", 22.3000, 114.1700, "HK"),
        ("Taipei", 25.0400, 121.5300, "TW"),
        ("Macau", 22.1950, 113.5450, "MO"),
        ("Shenzhen", 22.5500, 114.0600, "CN"),
        ("Singapore", 1.3500, 103.8200, "SG"),
    ];
    for (name, lat, lon, code) in towns {
        assert_eq!(country(lat, lon), Country::new(code), "{name}");
    }
}

#[test]
fn kk_park_is_a_few_hundred_metres_from_thailand() {
    let park = point(16.6380, 98.5195);
    let metres = Borders::embedded().distance_m(park, Country::TH).unwrap();
    assert!((100.0..1_000.0).contains(&metres), "{metres}");
    let (to_border, sides) = Borders::embedded().nearest_border_m(park).unwrap();
    assert!((to_border - metres).abs() < 1.0, "{to_border} {metres}");
    assert_eq!(sides, [Country::MM, Country::TH]);
    assert_eq!(Borders::embedded().distance_m(park, Country::MM), Some(0.0));
}

#[test]
fn distances_hold_over_the_region() {
    let borders = Borders::embedded();
    // From a town in the middle of Cambodia to Vietnam's Mekong border, and from Manila across the sea.
    let km = |lat, lon, country| borders.distance_m(point(lat, lon), country).unwrap() / 1000.0;
    assert!(
        (50.0..75.0).contains(&km(11.5564, 104.9282, Country::VN)),
        "{}",
        km(11.5564, 104.9282, Country::VN)
    );
    assert!(
        (1100.0..1200.0).contains(&km(14.5995, 120.9842, Country::VN)),
        "{}",
        km(14.5995, 120.9842, Country::VN)
    );
    assert_eq!(borders.distance_m(point(16.0, 98.0), Country::new("FR").unwrap()), None);
}

#[test]
fn the_sea_belongs_to_the_near_shore_only() {
    let off_sihanoukville = point(10.60, 103.47);
    assert_eq!(country(10.61, 103.51), Some(Country::KH));
    assert_eq!(Borders::embedded().country(off_sihanoukville), None);
    assert_eq!(country(0.0, 0.0), None);
    assert_eq!(country(90.0, 180.0), None);
}

#[test]
fn a_cell_answers_like_its_edges_do() {
    let borders = Borders::embedded();
    let mut seed = 7_u64;
    let mut next = || {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 11) as f64 / (1_u64 << 53) as f64
    };
    for _ in 0..100 {
        let at = point(5.0 + 24.0 * next(), 92.0 + 18.0 * next());
        let Some(index) = borders.grid.country(at).map(usize::from) else { continue };
        // By the slow way: count all edges to the west.
        let (x, y) = (at.lon * SCALE, at.lat * SCALE);
        let mut inside = 0_u32;
        for ((x1, y1), (x2, y2), sides) in borders.atlas.edges() {
            let (x1, y1, x2, y2) = (f64::from(x1), f64::from(y1), f64::from(x2), f64::from(y2));
            if (y1 > y) != (y2 > y) && x1 + (y - y1) / (y2 - y1) * (x2 - x1) <= x {
                inside ^= sides;
            }
        }
        assert_eq!(inside, 1 << index, "{at:?}");
    }
}

#[test]
fn outlines_fill_the_window_and_nothing_else() {
    let (south_west, north_east) = (point(16.0, 98.0), point(17.0, 99.0));
    let outlines = Borders::embedded().outlines(south_west, north_east, 500.0);
    let named: Vec<Country> = outlines.iter().map(|outline| outline.country).collect();
    assert!(named.contains(&Country::MM) && named.contains(&Country::TH), "{named:?}");
    let corners: usize = outlines.iter().map(|outline| outline.ring.len()).sum();
    assert!(corners < 500, "{corners}");
    for corner in outlines.iter().flat_map(|outline| &outline.ring) {
        assert!(
            (15.999..17.001).contains(&corner.lat) && (97.999..99.001).contains(&corner.lon),
            "{corner:?}"
        );
    }
    let area: f64 = outlines.iter().map(|outline| area(&outline.ring)).sum();
    assert!((area - 1.0).abs() < 0.01, "{area}");
}

fn area(ring: &[Point]) -> f64 {
    let next = ring.iter().cycle().skip(1);
    ring.iter().zip(next).map(|(a, b)| a.lon * b.lat - b.lon * a.lat).sum::<f64>().abs() / 2.0
}

#[test]
fn codes_are_two_letters() {
    assert_eq!(Country::new("kh"), Some(Country::KH));
    assert_eq!(Country::KH.to_string(), "KH");
    for bad in ["", "K", "KHM", "1H", "ក"] {
        assert_eq!(Country::new(bad), None, "{bad}");
    }
}
