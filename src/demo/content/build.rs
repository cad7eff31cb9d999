//! Short ways to write messages, people, channels and clues down. Everything is `const`.

use super::{
    DemoChannel, DemoClue, DemoMessage, DemoName, DemoPerson, DemoRisk, DemoSite, DemoSource, NOW_UTC_HOUR,
};

/// Minutes before now of a time of day (in Indochina, UTC+7) so many days ago.
pub(super) const fn at(days_ago: u32, hour: u32, minute: u32) -> u32 {
    days_ago * 1440 + (NOW_UTC_HOUR + 7) * 60 - hour * 60 - minute
}

/// An inbound message; a language method puts in the words.
pub(super) const fn them(days_ago: u32, hour: u32, minute: u32) -> DemoMessage {
    DemoMessage {
        minutes_ago: at(days_ago, hour, minute),
        inbound: true,
        body: "",
        language: "",
        translation: None,
        authenticity: "verified",
    }
}

/// An outbound message; a language method puts in the words.
pub(super) const fn us(days_ago: u32, hour: u32, minute: u32) -> DemoMessage {
    DemoMessage { inbound: false, ..them(days_ago, hour, minute) }
}

macro_rules! languages {
    ($($code:ident)*) => {
        $(
            pub(super) const fn $code(mut self, body: &'static str) -> Self {
                self.language = stringify!($code);
                self.body = body;
                self
            }
        )*
    };
}

impl DemoMessage {
    languages! { en zh vi th km my id tl hi }

    pub(super) const fn meaning(mut self, translation: &'static str) -> Self {
        self.translation = Some(translation);
        self
    }

    pub(super) const fn unverified(mut self) -> Self {
        self.authenticity = "unverified";
        self
    }

    pub(super) const fn suspect(mut self) -> Self {
        self.authenticity = "suspect";
        self
    }
}

pub(super) const fn name(full: &'static str, script: &'static str, kind: &'static str) -> DemoName {
    DemoName { full, script, kind }
}

pub(super) const fn person(role: &'static str, sex: &'static str, names: &'static [DemoName]) -> DemoPerson {
    DemoPerson {
        role,
        names,
        birth_year: None,
        sex,
        nationalities: &[],
        languages: &[],
        description: None,
        needs: None,
    }
}

impl DemoPerson {
    pub(super) const fn born(mut self, year: u16) -> Self {
        self.birth_year = Some(year);
        self
    }

    pub(super) const fn of(mut self, nationalities: &'static [&'static str]) -> Self {
        self.nationalities = nationalities;
        self
    }

    pub(super) const fn speaks(mut self, languages: &'static [&'static str]) -> Self {
        self.languages = languages;
        self
    }

    pub(super) const fn looks(mut self, description: &'static str) -> Self {
        self.description = Some(description);
        self
    }

    pub(super) const fn needs(mut self, needs: &'static str) -> Self {
        self.needs = Some(needs);
        self
    }
}

pub(super) const fn channel(
    platform: &'static str,
    handle: &'static str,
    time_zone: &'static str,
) -> DemoChannel {
    DemoChannel {
        platform,
        handle,
        device_owner: "self",
        time_zone,
        windows: &[],
        initiate: false,
        persona: None,
        forbidden_words: &[],
        duress_words: &[],
        challenge: None,
    }
}

impl DemoChannel {
    pub(super) const fn device_of(mut self, owner: &'static str) -> Self {
        self.device_owner = owner;
        self
    }

    pub(super) const fn only(mut self, windows: &'static [(&'static str, &'static str)]) -> Self {
        self.windows = windows;
        self
    }

    pub(super) const fn we_may_start(mut self) -> Self {
        self.initiate = true;
        self
    }

    pub(super) const fn persona(mut self, persona: &'static str) -> Self {
        self.persona = Some(persona);
        self
    }

    pub(super) const fn never_say(mut self, words: &'static [&'static str]) -> Self {
        self.forbidden_words = words;
        self
    }

    pub(super) const fn duress(mut self, words: &'static [&'static str]) -> Self {
        self.duress_words = words;
        self
    }

    pub(super) const fn challenge(mut self, challenge: &'static str) -> Self {
        self.challenge = Some(challenge);
        self
    }
}

/// A proposed clue out of a message. Grades are reliability A-F and credibility 1-6.
pub(super) const fn clue(message: usize, kind: &'static str, reliability: char, credibility: u8) -> DemoClue {
    DemoClue {
        kind,
        data: "{}",
        site: None,
        source: DemoSource::Message(message),
        observed_minutes_ago: None,
        reliability,
        credibility,
        status: "proposed",
        reason: None,
        quote: None,
        note: None,
    }
}

impl DemoClue {
    pub(super) const fn data(mut self, json: &'static str) -> Self {
        self.data = json;
        self
    }

    pub(super) const fn quote(mut self, words: &'static str) -> Self {
        self.quote = Some(words);
        self
    }

    pub(super) const fn site(mut self, site: usize) -> Self {
        self.site = Some(site);
        self
    }

    pub(super) const fn told_by(mut self, person: usize, observed_minutes_ago: u32) -> Self {
        self.source = DemoSource::Person(person);
        self.observed_minutes_ago = Some(observed_minutes_ago);
        self
    }

    pub(super) const fn public(mut self, label: &'static str, observed_minutes_ago: u32) -> Self {
        self.source = DemoSource::OpenSource(label);
        self.observed_minutes_ago = Some(observed_minutes_ago);
        self
    }

    pub(super) const fn observed(mut self, minutes_ago: u32) -> Self {
        self.observed_minutes_ago = Some(minutes_ago);
        self
    }

    pub(super) const fn confirmed(mut self) -> Self {
        self.status = "confirmed";
        self
    }

    pub(super) const fn rejected(mut self, reason: &'static str) -> Self {
        self.status = "rejected";
        self.reason = Some(reason);
        self
    }

    pub(super) const fn note(mut self, note: &'static str) -> Self {
        self.note = Some(note);
        self
    }
}

pub(super) const fn risk(
    hazard: &'static str,
    likelihood: &'static str,
    severity: &'static str,
    mitigation: &'static str,
) -> DemoRisk {
    DemoRisk { hazard, likelihood, severity, mitigation }
}

/// A suspected site whose activity is unknown.
pub(super) const fn site(
    name: &'static str,
    country: &'static str,
    lat: f64,
    lon: f64,
    sigma_m: u32,
) -> DemoSite {
    DemoSite {
        name,
        names: &[],
        lat,
        lon,
        sigma_m,
        country,
        verification: "suspected",
        activity: "unknown",
        capacity_estimate: None,
        provenance: "Publicly reported, town precision.",
    }
}

impl DemoSite {
    pub(super) const fn also(mut self, names: &'static [&'static str]) -> Self {
        self.names = names;
        self
    }

    pub(super) const fn confirmed(mut self) -> Self {
        self.verification = "confirmed";
        self
    }

    pub(super) const fn ruled_out(mut self) -> Self {
        self.verification = "ruled_out";
        self
    }

    pub(super) const fn activity(mut self, activity: &'static str) -> Self {
        self.activity = activity;
        self
    }

    pub(super) const fn capacity(mut self, people: u32) -> Self {
        self.capacity_estimate = Some(people);
        self
    }

    pub(super) const fn provenance(mut self, provenance: &'static str) -> Self {
        self.provenance = provenance;
        self
    }
}
