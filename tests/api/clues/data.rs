//! The twelve kinds and their data.

use super::{add, said, site};
use crate::support::{TestApp, Value, json, unknown_id};

/// A kind, and data that it takes.
const ACCEPTED: &str = r#"
point {"lat":-90.0,"lon":180.0}
point {"lat":16.687123987,"lon":98.1,"accuracy_m":0.5,"datum":"gcj02","via":"viewport"}
place {"name":"O'Smach","relation":"in"}
place {"name":"妙瓦底","relation":"opposite","candidates":[]}
place {"name":"妙瓦底","relation":"near","candidates":[<town>,<town>]}
site {"site_id":"<site>"}
distance_from {"from":{"name":"Mae Sot"},"km":3.0,"sigma_km":1.5}
travel_time {"from":{"lat":16.71,"lon":98.57},"hours":0.35,"mode":"road"}
travel_time {"from":{"name":"Mae Sot"},"hours":2.0,"mode":"boat","border_crossed":false}
sun {"event":"sunset","date":"2026-02-28","local_time":"18:07","utc_offset_minutes":390}
sun {"event":"sunrise","date":"2024-02-29","local_time":"00:00"}
border {"country":"TH","within_km":2.0}
border {"country":"TH"}
country {"country":"MM"}
bearing {"from":{"lat":16.69,"lon":98.52},"degrees":0.0,"sigma_degrees":25.0}
landmark {"lat":16.69,"lon":98.52,"name":"Friendship Bridge","within_km":6.0}
cell {"mcc":520,"mnc":3,"lac":16777215,"cid":68719476735}
cell {"mcc":200}
absence {"lat":16.6,"lon":98.5,"radius_km":1.5,"probability_of_detection":0.35}
absence {"site_id":"<site>","probability_of_detection":1.0}
"#;

/// A kind, data that it does not take, and where the fault lies.
const REFUSED: &str = r#"
point {"lat":90.1,"lon":0} /data/lat
point {"lat":0,"lon":-180.5} /data/lon
point {"lat":"16.69","lon":0} /data/lat
point {"lat":null,"lon":0} /data/lat
point {"lat":0} /data
point {"lat":0,"lon":0,"accuracy_m":0} /data/accuracy_m
point {"lat":0,"lon":0,"accuracy_m":-3} /data/accuracy_m
point {"lat":0,"lon":0,"accuracy_m":1e7} /data/accuracy_m
point {"lat":0,"lon":0,"datum":"nad27"} /data/datum
point {"lat":0,"lon":0,"via":"guess"} /data/via
point {"lat":0,"lon":0,"altitude":1} /data/altitude
point {"name":"Myawaddy","relation":"in"} /data/name
point [16.69,98.51] /data
point null /data
point "16.69,98.51" /data
place {"name":"","relation":"in"} /data/name
place {"name":"x","relation":"above"} /data/relation
place {"name":"x"} /data
place {"name":"x","relation":"in","candidates":{}} /data/candidates
place {"name":"x","relation":"in","candidates":[<town>,["x",1,1,"town","MM",1]]} /data/candidates/1
place {"name":"x","relation":"in","candidates":[<town>,{"lat":91}]} /data/candidates/1/lat
place {"name":"x","relation":"in","candidates":[<town>,{"country":"mm"}]} /data/candidates/1/country
place {"name":"x","relation":"in","candidates":[<town>,{"weight":-1}]} /data/candidates/1/weight
place {"name":"x","relation":"in","candidates":[<weightless>]} /data/candidates
site {"site_id":"here"} /data/site_id
site {"site_id":"<unknown>"} /data/site_id
distance_from {"from":{"lat":1,"lon":1},"km":0} /data/km
distance_from {"from":{"lat":1,"lon":1},"km":30000} /data/km
distance_from {"from":{"lat":1,"lon":1},"km":3,"sigma_km":0} /data/sigma_km
distance_from {"from":{"lat":1},"km":3} /data/from
distance_from {"from":{"lat":1,"lon":1,"name":"x"},"km":3} /data/from
distance_from {"from":{},"km":3} /data/from
distance_from {"from":[1,1,null],"km":3} /data/from
distance_from {"from":"Mae Sot","km":3} /data/from
distance_from {"from":{"lat":1,"lon":200},"km":3} /data/from/lon
distance_from {"from":{"town":"x"},"km":3} /data/from/town
travel_time {"from":{"name":"x"},"hours":0,"mode":"road"} /data/hours
travel_time {"from":{"name":"x"},"hours":1,"mode":"rail"} /data/mode
travel_time {"from":{"name":"x"},"hours":1,"mode":"road","border_crossed":"no"} /data/border_crossed
sun {"event":"noon","date":"2026-02-28","local_time":"12:00"} /data/event
sun {"event":"sunset","date":"2026-02-29","local_time":"18:00"} /data/date
sun {"event":"sunset","date":"28.02.2026","local_time":"18:00"} /data/date
sun {"event":"sunset","date":"2026-02-28","local_time":"24:00"} /data/local_time
sun {"event":"sunset","date":"2026-02-28","local_time":"6pm"} /data/local_time
sun {"event":"sunset","date":"2026-02-28","local_time":"18:00","utc_offset_minutes":841} /data/utc_offset_minutes
sun {"event":"sunset","date":"2026-02-28","local_time":"18:00","utc_offset_minutes":390.5} /data/utc_offset_minutes
border {"country":"Thailand"} /data/country
border {"country":"TH","within_km":0} /data/within_km
country {"country":"TH","within_km":2} /data/within_km
bearing {"from":{"name":"x"},"degrees":360} /data/degrees
bearing {"from":{"name":"x"},"degrees":-1} /data/degrees
bearing {"from":{"name":"x"},"degrees":1,"sigma_degrees":181} /data/sigma_degrees
landmark {"lat":1,"lon":1} /data
landmark {"lat":1,"lon":1,"within_km":-1} /data/within_km
cell {"mcc":199} /data/mcc
cell {"mcc":800} /data/mcc
cell {"mcc":"520"} /data/mcc
cell {"mcc":520,"mnc":1000} /data/mnc
cell {"mcc":520,"lac":-1} /data/lac
cell {"mcc":520,"cid":68719476736} /data/cid
absence {"lat":1,"lon":1,"radius_km":1,"probability_of_detection":1.01} /data/probability_of_detection
absence {"lat":1,"lon":1,"radius_km":0,"probability_of_detection":0.5} /data/radius_km
absence {"lat":1,"lon":1,"probability_of_detection":0.5} /data
absence {"site_id":"<unknown>","lat":1,"probability_of_detection":0.5} /data
absence {"site_id":"<unknown>"} /data
absence {"site_id":"<unknown>","probability_of_detection":0.5} /data/site_id
"#;

const TOWN: &str = r#"{"name":"a","lat":16.6894,"lon":98.5,"kind":"town","country":"MM","weight":0.75}"#;

fn lines(table: &'static str) -> impl Iterator<Item = &'static str> {
    table.lines().filter(|line| !line.is_empty())
}

fn read(data: &str) -> Value {
    let data = data.replace("<town>", TOWN).replace("<weightless>", &TOWN.replace("0.75", "0"));
    serde_json::from_str(&data).unwrap_or_else(|error| panic!("{data}: {error}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn all_twelve_kinds_keep_their_data() {
    let app = TestApp::spawn().await;
    let case = app.case(&app.caseworker).await;
    let site = site(&app.caseworker).await;
    for line in lines(ACCEPTED) {
        let (kind, data) = line.split_once(' ').unwrap();
        let data = read(&data.replace("<site>", &site));
        let clue = add(&app.caseworker, &case, said(&app, kind, &data)).await.ok();
        assert_eq!((&clue["kind"], &clue["data"]), (&json!(kind), &data));
        // Kept, not only answered.
        let kept =
            app.analyst.get(&format!("/v1/cases/{case}/clues?limit=1&sort=-recorded_at")).await.items();
        assert_eq!((&kept[0]["id"], &kept[0]["data"]), (&clue["id"], &data));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn data_that_does_not_fit_its_kind_is_refused_with_a_pointer() {
    let app = TestApp::spawn().await;
    let case = app.case(&app.caseworker).await;
    for line in lines(REFUSED) {
        let (kind, rest) = line.split_once(' ').unwrap();
        let (data, pointer) = rest.rsplit_once(' ').unwrap();
        let data = read(&data.replace("<unknown>", &unknown_id()));
        let reply = add(&app.caseworker, &case, said(&app, kind, &data)).await;
        assert_eq!(reply.status, 422, "{line}: {}", reply.text);
        assert_eq!(reply.body["errors"][0]["pointer"], pointer, "{line}: {}", reply.text);
    }
    let many = json!({"name": "x", "relation": "in", "candidates": vec![read(TOWN); 201]});
    add(&app.caseworker, &case, said(&app, "place", &many)).await.invalid("/data/candidates");
    let most = json!({"name": "x", "relation": "in", "candidates": vec![read(TOWN); 200]});
    add(&app.caseworker, &case, said(&app, "place", &most)).await.ok();
    assert_eq!(app.caseworker.get(&format!("/v1/cases/{case}/clues")).await.items().len(), 1);
}
