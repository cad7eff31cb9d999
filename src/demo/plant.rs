//! Plants [`content`](super::content) as the demo's colleagues would have entered it, at the times they would have.

mod operations;

use serde_json::{Value, json};

use super::client::{Colleague, text};
use super::content::{CASES, DemoCase, DemoClue, DemoSource, NOW_UTC_HOUR, OPERATIONS, SITES, fill};
use super::{ACCOUNTS, ORGANISATIONS, PlantingClock};
use crate::authz::Role;
use crate::db::types::Time;

type Result<T> = std::result::Result<T, String>;

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// The demo's "now": the latest past moment at the hour that its threads were written for.
pub(super) fn now(real: Time) -> Time {
    let midnight = real.as_seconds().div_euclid(DAY) * DAY;
    let today = midnight + i64::from(NOW_UTC_HOUR) * HOUR;
    let seconds = if today <= real.as_seconds() { today } else { today - DAY };
    Time::from_micros(seconds * 1_000_000)
}

/// Plants everything.
pub(super) async fn everything(base: &str, clock: &PlantingClock, now: Time) -> Result<()> {
    let mut colleagues = Vec::new();
    for account in ACCOUNTS {
        colleagues.push(Colleague::sign_in(base, account).await?);
    }
    let mut planter = Planter { colleagues, clock, now, sites: Vec::new(), cases: Vec::new() };
    for organisation in 0..ORGANISATIONS.len() {
        planter.sites(organisation).await?;
    }
    for (index, case) in CASES.iter().enumerate() {
        planter.case(index, case).await?;
    }
    for operation in OPERATIONS {
        planter.operation(operation).await?;
    }
    for organisation in 0..ORGANISATIONS.len() {
        planter.referral(organisation).await?;
    }
    planter.sign_out().await
}

struct Planter<'a> {
    colleagues: Vec<Colleague>,
    clock: &'a PlantingClock,
    now: Time,
    /// Ids by organisation, then by place in the content.
    sites: Vec<Vec<String>>,
    /// Ids by place in the content.
    cases: Vec<PlantedCase>,
}

struct PlantedCase {
    id: String,
    people: Vec<String>,
    messages: Vec<String>,
}

/// Of so many cases one has a task.
const EVERY: usize = 4;
const TASKS: [&str; 4] = [
    "Ask which way the sun goes down from the window.",
    "Find an interpreter for Thursday.",
    "Ask the family for a photo from before the journey.",
    "Compare the pin with what he wrote of the river.",
];

impl Planter<'_> {
    /// The `nth` colleague of a role, counted round.
    fn colleague(&self, organisation: usize, role: Role, nth: usize) -> Result<&Colleague> {
        let fit: Vec<_> = self
            .colleagues
            .iter()
            .filter(|who| who.organisation == organisation && who.role == role)
            .collect();
        fit.get(nth % fit.len().max(1)).copied().ok_or_else(|| format!("the demo has no {role}"))
    }

    fn at(&self, minutes_ago: u32) -> Time {
        self.now.plus_seconds(-i64::from(minutes_ago) * MINUTE)
    }

    /// Sets the clock, never past the demo's now.
    fn set_clock(&self, time: Time) {
        self.clock.set(time.min(self.now));
    }

    async fn sites(&mut self, organisation: usize) -> Result<()> {
        let analyst = self.colleague(organisation, Role::Analyst, 0)?;
        let mut ids = Vec::new();
        for (index, site) in SITES.iter().enumerate() {
            self.set_clock(self.now.plus_seconds(-220 * DAY + i64::try_from(index).unwrap_or(0) * HOUR));
            let body = json!({
                "name": site.name, "names": site.names, "lat": site.lat, "lon": site.lon, "sigma_m": site.sigma_m,
                "country": site.country, "verification": site.verification, "activity": site.activity,
                "capacity_estimate": site.capacity_estimate, "provenance": site.provenance,
            });
            ids.push(text(&analyst.post("/v1/sites", &without_nulls(body)).await?, "id"));
        }
        self.sites.push(ids);
        Ok(())
    }

    async fn case(&mut self, index: usize, case: &DemoCase) -> Result<()> {
        let worker = self.colleague(case.organisation, Role::Caseworker, index)?;
        let opened = self.now.plus_seconds(-i64::from(case.opened_days_ago) * DAY);
        self.set_clock(opened);
        let body = json!({
            "summary": case.summary, "risk": case.risk, "country": case.country, "languages": case.languages,
        });
        let id = text(&worker.post("/v1/cases", &without_nulls(body)).await?, "id");
        let mut planted = PlantedCase { id, people: Vec::new(), messages: Vec::new() };
        for person in case.people {
            let names: Vec<_> = person
                .names
                .iter()
                .map(|name| json!({"full": name.full, "script": name.script, "kind": name.kind}))
                .collect();
            let body = json!({
                "role": person.role, "names": names, "birth_year": person.birth_year, "sex": person.sex,
                "nationalities": person.nationalities, "languages": person.languages,
                "description": person.description, "needs": person.needs,
            });
            let path = format!("/v1/cases/{}/people", planted.id);
            planted.people.push(text(&worker.post(&path, &without_nulls(body)).await?, "id"));
        }
        planted.messages = self.thread(worker, case, &planted).await?;
        self.clues(index, case, &planted).await?;
        self.statuses(worker, case, &planted.id, opened).await?;
        self.watch(index, worker, case, &planted.id).await?;
        self.cases.push(planted);
        Ok(())
    }

    /// Sets the contact watch, where one is kept, as if it had been set an hour ago: how the case stands follows from
    /// its thread.
    async fn watch(&self, index: usize, worker: &Colleague, case: &DemoCase, id: &str) -> Result<()> {
        let Some(hours) = case.expected_every_hours else {
            return Ok(());
        };
        self.set_clock(self.now.plus_seconds(-HOUR));
        let coordinator = self.colleague(case.organisation, Role::Coordinator, index)?;
        let body = json!({
            "expected_every_hours": hours, "grace_hours": (hours / 4).max(2), "escalate_to": [coordinator.id],
        });
        worker.put(&format!("/v1/cases/{id}/watch"), &body).await?;
        // Every few cases something is to be done, by turns soon and overdue.
        let (turn, rest) = (index / EVERY, index % EVERY);
        let Some(title) = TASKS.get(turn % TASKS.len()).filter(|_| rest == 0 && case.status != "closed")
        else {
            return Ok(());
        };
        let due = if turn % 2 == 0 { 6 * HOUR } else { -20 * HOUR };
        let task = json!({"title": title, "due_at": self.now.plus_seconds(due)});
        worker.post(&format!("/v1/cases/{id}/tasks"), &task).await.map(drop)
    }

    async fn thread(
        &self,
        worker: &Colleague,
        case: &DemoCase,
        planted: &PlantedCase,
    ) -> Result<Vec<String>> {
        let Some(writer) = planted.people.first() else {
            return Ok(Vec::new());
        };
        let channel = &case.channel;
        let windows: Vec<_> = channel
            .windows
            .iter()
            .map(|(from, to)| json!({"days": [1, 2, 3, 4, 5, 6, 7], "from": from, "to": to}))
            .collect();
        let device_owner = match channel.device_owner {
            "self" => "own",
            "captors" => "captor",
            _ => "borrowed",
        };
        // "Question? Answer" in one string.
        let challenge = channel.challenge.and_then(|text| text.split_once('?')).map(
            |(question, answer)| json!({"question": format!("{}?", question.trim()), "answer": answer.trim()}),
        );
        let body = json!({
            "platform": channel.platform, "handle": channel.handle, "device_owner": device_owner,
            "rules": without_nulls(json!({
                "time_zone": channel.time_zone, "windows": windows, "initiate": channel.initiate,
                "languages": case.languages, "persona": channel.persona, "forbidden_words": channel.forbidden_words,
            })),
            "duress_words": channel.duress_words, "challenge": challenge,
        });
        let path = format!("/v1/people/{writer}/channels");
        let channel_id = text(&worker.post(&path, &without_nulls(body)).await?, "id");
        let mut ids = Vec::new();
        for message in case.thread {
            let sent_at = self.at(message.minutes_ago);
            self.set_clock(sent_at.plus_seconds(3 * MINUTE));
            let day = local_day(sent_at);
            let body = json!({
                "channel_id": channel_id,
                "direction": if message.inbound { "inbound" } else { "outbound" },
                "sent_at": sent_at,
                "body": fill(message.body, day.0, day.1, day.2),
                "language": message.language,
                "translation": message.translation.map(|words| fill(words, day.0, day.1, day.2)),
                "authenticity": message.authenticity,
            });
            let path = format!("/v1/cases/{}/messages", planted.id);
            ids.push(text(&worker.post(&path, &without_nulls(body)).await?, "id"));
        }
        Ok(ids)
    }

    async fn clues(&self, index: usize, case: &DemoCase, planted: &PlantedCase) -> Result<()> {
        let worker = self.colleague(case.organisation, Role::Caseworker, index)?;
        let coordinator = self.colleague(case.organisation, Role::Coordinator, index)?;
        for clue in case.clues {
            let observed = self.at(case.observed_minutes_ago(clue).unwrap_or(0));
            let opened = self.now.plus_seconds(-i64::from(case.opened_days_ago) * DAY);
            self.set_clock(observed.max(opened).plus_seconds(40 * MINUTE));
            let body = self.clue(case, clue, planted, observed)?;
            let path = format!("/v1/cases/{}/clues", planted.id);
            let recorded = worker.post(&path, &body).await?;
            if clue.status != "proposed" {
                self.set_clock(observed.max(opened).plus_seconds(9 * HOUR));
                let decision = json!({"status": clue.status, "reason": clue.reason});
                let path = format!("/v1/clues/{}", text(&recorded, "id"));
                coordinator.patch(&path, &recorded, &without_nulls(decision)).await?;
            }
        }
        Ok(())
    }

    fn clue(&self, case: &DemoCase, clue: &DemoClue, planted: &PlantedCase, observed: Time) -> Result<Value> {
        let day = local_day(observed);
        let fill = |words: &str| fill(words, day.0, day.1, day.2);
        let data = match clue.site {
            Some(site) => {
                let id = self.sites.get(case.organisation).and_then(|ids| ids.get(site));
                json!({"site_id": id})
            }
            None => {
                serde_json::from_str(&fill(clue.data)).map_err(|error| format!("a demo clue: {error}"))?
            }
        };
        let (source, body) = match clue.source {
            DemoSource::Message(index) => {
                let body = case.thread.get(index).map(|message| fill(message.body));
                (json!({"kind": "message", "message_id": planted.messages.get(index)}), body)
            }
            DemoSource::Person(index) => {
                (json!({"kind": "person", "person_id": planted.people.get(index)}), None)
            }
            DemoSource::OpenSource(label) => (json!({"kind": "open_source", "label": label}), None),
        };
        let quote = clue.quote.map(fill).zip(body).and_then(|(quote, body)| {
            let start = body.get(..body.find(&quote)?)?.chars().count();
            Some(json!({"text": quote, "start": start, "end": start + quote.chars().count()}))
        });
        Ok(without_nulls(json!({
            "kind": clue.kind, "data": data, "observed_at": observed, "source": source,
            "reliability": clue.reliability, "credibility": clue.credibility, "quote": quote, "note": clue.note,
        })))
    }

    async fn statuses(&self, worker: &Colleague, case: &DemoCase, id: &str, opened: Time) -> Result<()> {
        let way: &[&str] = match (case.status, case.closing_reason) {
            ("closed", Some("recovered_home")) => {
                &["active", "located", "rescue_planned", "recovered", "in_care"]
            }
            ("closed", Some("duplicate" | "unfounded")) | ("intake", _) => &[],
            ("active", _) | ("closed", _) => &["active"],
            ("located", _) => &["active", "located"],
            ("rescue_planned", _) => &["active", "located", "rescue_planned"],
            ("recovered", _) => &["active", "located", "rescue_planned", "recovered"],
            _ => &["active", "located", "rescue_planned", "recovered", "in_care"],
        };
        let mut steps: Vec<Value> = way.iter().map(|status| json!({"status": status})).collect();
        if case.status == "closed" {
            steps.push(json!({"status": "closed", "reason": case.closing_reason}));
        }
        let span = self.now.as_seconds() - opened.as_seconds();
        let count = i64::try_from(steps.len()).unwrap_or(1);
        for (index, step) in (0_i64..).zip(&steps) {
            let after = if index == 0 { 6 * HOUR } else { span * index / count };
            self.set_clock(opened.plus_seconds(after.min(span)));
            worker.post(&format!("/v1/cases/{id}/status"), step).await?;
        }
        Ok(())
    }

    /// One case in care is shared with the organisation's partner, so that the partner has something to see.
    async fn referral(&self, organisation: usize) -> Result<()> {
        let coordinator = self.colleague(organisation, Role::Coordinator, 0)?;
        let partner = self.colleague(organisation, Role::Partner, 0)?;
        let in_care = CASES
            .iter()
            .zip(&self.cases)
            .find(|(case, _)| case.organisation == organisation && case.status == "in_care");
        let Some((_, case)) = in_care else { return Ok(()) };
        self.set_clock(self.now.plus_seconds(-2 * DAY));
        let body = json!({
            "user_id": partner.id, "classes": ["identity", "recognition"],
            "expires_at": self.now.plus_seconds(60 * DAY),
            "note": "Needs a bed and a doctor for some weeks; agreed with the person.",
        });
        coordinator.step_up().await?;
        let offered = coordinator.post(&format!("/v1/cases/{}/referrals", case.id), &body).await?;
        partner.post(&format!("/v1/referrals/{}/accept", text(&offered, "id")), &json!({})).await?;
        Ok(())
    }

    async fn sign_out(&self) -> Result<()> {
        self.set_clock(self.now);
        for colleague in &self.colleagues {
            colleague.post("/v1/auth/logout", &Value::Null).await?;
        }
        Ok(())
    }
}

/// The day on a clock seven hours ahead of UTC, where the people of the demo are.
fn local_day(time: Time) -> (i16, i8, i8) {
    let local = time.plus_seconds(7 * HOUR).timestamp().to_zoned(jiff::tz::TimeZone::UTC);
    (local.year(), local.month(), local.day())
}

/// Drops absent members: the API takes them as absent, not as null.
fn without_nulls(mut body: Value) -> Value {
    if let Some(members) = body.as_object_mut() {
        members.retain(|_, value| !value.is_null());
    }
    body
}
