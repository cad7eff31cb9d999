//! What the demo plants: forty cases of two organisations, with their threads, clues, sites and operations.
//!
//! Everyone here is invented, and so is every handle: the numbers come from ranges kept for fiction. Sites
//! are publicly reported places at town precision. Nothing depends on the day it is planted: times are
//! minutes before the demo's "now", and texts that speak of a date or of the sun hold a placeholder that
//! [`fill`] replaces.
//!
//! Times of day assume that now is [`NOW_UTC_HOUR`] o'clock; with any other now they only shift.

mod bamban;
mod bavet;
mod build;
mod chrey_thom;
mod golden_triangle;
mod kk_park;
mod laukkai;
mod operations;
mod operations_past;
mod poipet;
mod short_cambodia;
mod short_families;
mod short_myanmar;
mod short_second;
mod shwe_kokko;
mod sihanoukville;
mod sites;
mod sun;
mod tachileik;
#[cfg(test)]
mod tests;
mod valley;

pub use operations::OPERATIONS;
pub use sites::SITES;
pub use sun::fill;

/// The hour of day, in UTC, that the threads take for the demo's "now".
pub const NOW_UTC_HOUR: u32 = 9;

/// All cases. Operations name them by their place in this list.
pub static CASES: [&DemoCase; 40] = [
    &shwe_kokko::NEKESA,
    &shwe_kokko::BARAKA,
    &kk_park::GALIH,
    &kk_park::THIRI,
    &sihanoukville::LINGFENG,
    &sihanoukville::ICE_SELLER,
    &bavet::KHUE,
    &chrey_thom::THOAI,
    &chrey_thom::RATNA,
    &poipet::PRAT,
    &poipet::VITHEARA,
    &golden_triangle::ANALYN,
    &golden_triangle::HARIKESH,
    &tachileik::ARPAN,
    &laukkai::SHUHE,
    &bamban::COOK,
    &short_myanmar::SUJAN,
    &short_myanmar::NAKATO,
    &tachileik::NYI_NYI,
    &sihanoukville::BROTHER_OF_LINGFENG,
    &short_families::SISTER_OF_KRIT,
    &short_families::MOTHER_IN_VINH_LONG,
    &short_families::FATHER_IN_KOTA,
    &short_cambodia::RATHA,
    &short_myanmar::DAQING,
    &short_myanmar::TWO_FROM_KISUMU,
    &short_families::RUNAWAY_FROM_SYLHET,
    &short_families::WIFE_IN_UDON,
    &short_cambodia::BAYU,
    &short_myanmar::JERIC,
    &short_cambodia::PIM,
    &laukkai::ZARNI,
    &short_families::MOTHER_IN_BANYUMAS,
    &valley::DAWIT,
    &short_second::NHI,
    &short_second::ROWENA,
    &short_second::SREYNEANG,
    &short_second::AUNT_IN_HUNAN,
    &short_second::MANPREET,
    &short_second::CHANWIT,
];

/// One matter about one or more persons.
#[derive(Debug)]
pub struct DemoCase {
    /// 0 or 1: which of the two demo organisations keeps the case.
    pub organisation: usize,
    /// What the matter is, in a sentence or three.
    pub summary: &'static str,
    /// `intake`, `active`, `located`, `rescue_planned`, `recovered`, `in_care` or `closed`.
    pub status: &'static str,
    /// Set where, and only where, the status is `closed`.
    pub closing_reason: Option<&'static str>,
    /// `low`, `medium`, `high` or `critical`.
    pub risk: &'static str,
    /// Where the person is, or was, held, ISO 3166 alpha-2.
    pub country: Option<&'static str>,
    /// Languages the case is worked in, ISO 639-1.
    pub languages: &'static [&'static str],
    /// Days before now. No message is older.
    pub opened_days_ago: u16,
    /// Everyone on the case. The first is the one who writes in the thread.
    pub people: &'static [DemoPerson],
    /// The channel the thread ran on.
    pub channel: DemoChannel,
    /// How often a sign of life is expected; `None` where no watch is kept.
    pub expected_every_hours: Option<u16>,
    /// The contact log, oldest first.
    pub thread: &'static [DemoMessage],
    /// Location clues, oldest first as far as they can be.
    pub clues: &'static [DemoClue],
    /// The operation that names this case, as an index into [`OPERATIONS`].
    pub operation: Option<usize>,
}

/// A person on a case.
#[derive(Debug)]
pub struct DemoPerson {
    /// `victim`, `family`, `informant`, `companion` or `suspect`.
    pub role: &'static str,
    /// The names they go by; the first is the one to show.
    pub names: &'static [DemoName],
    /// Year of birth, where known.
    pub birth_year: Option<u16>,
    /// `female` or `male`.
    pub sex: &'static str,
    /// ISO 3166 alpha-2.
    pub nationalities: &'static [&'static str],
    /// ISO 639-1.
    pub languages: &'static [&'static str],
    /// What a stranger would recognise them by.
    pub description: Option<&'static str>,
    /// What they need from whoever meets them.
    pub needs: Option<&'static str>,
}

/// One name of a person.
#[derive(Debug)]
pub struct DemoName {
    /// The whole name as written.
    pub full: &'static str,
    /// ISO 15924: `Latn`, `Hans`, `Thai`, `Khmr`, `Mymr` or `Deva`.
    pub script: &'static str,
    /// `given`, `legal` or `nickname`.
    pub kind: &'static str,
}

/// The way to reach the first person of a case, with the rules that keep it safe.
#[derive(Debug)]
pub struct DemoChannel {
    /// `telegram`, `whatsapp`, `wechat`, `line`, `signal`, `messenger` or `sms`.
    pub platform: &'static str,
    /// The number or user name, always a fictitious one.
    pub handle: &'static str,
    /// Whose device it is: `self`, `companion`, `captors` or `family`.
    pub device_owner: &'static str,
    /// IANA name.
    pub time_zone: &'static str,
    /// Local times, on every day of the week, at which the person may be written to; empty means any.
    pub windows: &'static [(&'static str, &'static str)],
    /// Whether we may write first.
    pub initiate: bool,
    /// Who we pretend to be on this channel.
    pub persona: Option<&'static str>,
    /// Words that must never be sent there.
    pub forbidden_words: &'static [&'static str],
    /// Words that mean: I am not free to write.
    pub duress_words: &'static [&'static str],
    /// A question that only the person can answer, with its answer.
    pub challenge: Option<&'static str>,
}

/// One entry of a contact log.
#[derive(Debug)]
pub struct DemoMessage {
    /// When it was sent, in minutes before now.
    pub minutes_ago: u32,
    /// From them to us, or from us to them.
    pub inbound: bool,
    /// The words as sent. May hold placeholders: see [`fill`].
    pub body: &'static str,
    /// ISO 639-1.
    pub language: &'static str,
    /// In English, for every body in another language. May hold placeholders.
    pub translation: Option<&'static str>,
    /// `verified`, `unverified` or `suspect`.
    pub authenticity: &'static str,
}

/// A graded statement about where someone was.
#[derive(Debug)]
pub struct DemoClue {
    /// One of the kinds of the HTTP contract.
    pub kind: &'static str,
    /// JSON of that kind. Empty (`{}`) for the kind `site`, which is said by `site`. May hold placeholders.
    pub data: &'static str,
    /// For the kind `site`: an index into [`SITES`].
    pub site: Option<usize>,
    /// Where it comes from.
    pub source: DemoSource,
    /// When it held, in minutes before now; `None` means when the message it came from was sent.
    pub observed_minutes_ago: Option<u32>,
    /// `A` to `F`.
    pub reliability: char,
    /// 1 to 6.
    pub credibility: u8,
    /// `proposed`, `confirmed` or `rejected`.
    pub status: &'static str,
    /// Why it was rejected.
    pub reason: Option<&'static str>,
    /// The words it rests on: a substring of the message's body. May hold placeholders.
    pub quote: Option<&'static str>,
    /// A remark of the worker's.
    pub note: Option<&'static str>,
}

/// Where a clue comes from.
#[derive(Debug, Clone, Copy)]
pub enum DemoSource {
    /// A message of the case's thread, by index.
    Message(usize),
    /// A person on the case, by index, told us outside the thread.
    Person(usize),
    /// Something public, described.
    OpenSource(&'static str),
}

/// A compound or other place of interest.
#[derive(Debug)]
pub struct DemoSite {
    /// The name to show.
    pub name: &'static str,
    /// Other names, other scripts.
    pub names: &'static [&'static str],
    /// WGS-84 degrees, two decimals.
    pub lat: f64,
    /// WGS-84 degrees, two decimals.
    pub lon: f64,
    /// How far off the coordinates may be.
    pub sigma_m: u32,
    /// ISO 3166 alpha-2.
    pub country: &'static str,
    /// `suspected`, `confirmed` or `ruled_out`.
    pub verification: &'static str,
    /// `active`, `evacuated`, `dormant` or `unknown`.
    pub activity: &'static str,
    /// People it may hold, where a figure helps the demo.
    pub capacity_estimate: Option<u32>,
    /// Where the entry comes from.
    pub provenance: &'static str,
}

/// A planned act in the field.
#[derive(Debug)]
pub struct DemoOperation {
    /// 0 or 1.
    pub organisation: usize,
    /// `reconnaissance`, `extraction`, `raid_support`, `handover` or `welfare_check`.
    pub kind: &'static str,
    /// What the team calls it.
    pub title: &'static str,
    /// `draft`, `submitted`, `approved`, `in_progress`, `completed`, `rejected` or `aborted`.
    pub state: &'static str,
    /// Index into [`SITES`].
    pub site: usize,
    /// Indexes into [`CASES`], all of the same organisation.
    pub cases: &'static [usize],
    /// Hours from now; negative is past.
    pub starts_in_hours: i32,
    /// How long it is meant to take.
    pub lasts_hours: u32,
    /// How it is meant to go.
    pub plan: DemoPlan,
    /// What must be ready, and whether it is.
    pub checklist: &'static [(&'static str, bool)],
    /// What was done so that its gates are open.
    pub gates: DemoGates,
    /// What the team saw.
    pub report: Option<DemoReport>,
    /// Why it was rejected or aborted.
    pub reason: Option<&'static str>,
    /// What came of it.
    pub outcome: Option<&'static str>,
}

/// What was done so that the gates of an operation are open.
#[derive(Debug)]
pub struct DemoGates {
    /// Who takes people in: kind, name, and whether they have confirmed.
    pub receiving: Option<(&'static str, &'static str, bool)>,
    /// What people need to leave the country.
    pub documents: &'static [DemoDocument],
    /// Who agreed to be brought out.
    pub consents: &'static [DemoConsent],
    /// Gates that the approver answers for, with why.
    pub waivers: &'static [(&'static str, &'static str)],
}

impl DemoGates {
    /// Nothing yet.
    pub const NONE: Self = Self { receiving: None, documents: &[], consents: &[], waivers: &[] };
}

/// A document that somebody needs to leave the country.
#[derive(Debug)]
pub struct DemoDocument {
    /// Index into [`CASES`], and of the person on it.
    pub who: (usize, usize),
    /// What it is.
    pub document: &'static str,
    /// `missing`, `applied`, `ready` or `not_needed`.
    pub state: &'static str,
}

/// A consent to be brought out.
#[derive(Debug)]
pub struct DemoConsent {
    /// Index into [`CASES`], and of the person on it.
    pub who: (usize, usize),
    /// `spoken`, `written`, `recorded` or `guardian`.
    pub method: &'static str,
    /// In which message of the case's thread they, or somebody for them, said so.
    pub message: usize,
    /// What else was said.
    pub note: Option<&'static str>,
}

/// The plan of an operation.
#[derive(Debug)]
pub struct DemoPlan {
    /// What it is for.
    pub objective: &'static str,
    /// How the team goes about it.
    pub approach: &'static str,
    /// Ways in and out.
    pub routes: &'static str,
    /// Who speaks to whom, when and how.
    pub communications: &'static str,
    /// When to stop.
    pub abort_criteria: &'static str,
    /// What may go wrong.
    pub risks: &'static [DemoRisk],
}

/// One risk of a plan.
#[derive(Debug)]
pub struct DemoRisk {
    /// What may happen.
    pub hazard: &'static str,
    /// `low`, `medium` or `high`.
    pub likelihood: &'static str,
    /// `low`, `medium` or `high`.
    pub severity: &'static str,
    /// What is done about it.
    pub mitigation: &'static str,
}

/// A field report.
#[derive(Debug)]
pub struct DemoReport {
    /// What was seen.
    pub text: &'static str,
    /// Where from, WGS-84 degrees.
    pub lat: f64,
    /// Where from, WGS-84 degrees.
    pub lon: f64,
}

impl DemoCase {
    /// When a clue of this case held, in minutes before now.
    pub fn observed_minutes_ago(&self, clue: &DemoClue) -> Option<u32> {
        clue.observed_minutes_ago.or_else(|| match clue.source {
            DemoSource::Message(index) => self.thread.get(index).map(|message| message.minutes_ago),
            DemoSource::Person(_) | DemoSource::OpenSource(_) => None,
        })
    }
}
