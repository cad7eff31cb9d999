//! What was sent with a message, put where it belongs.

use super::super::shape::{Attachment, Bytes, Entry, Form, Place, file_name};
use super::super::telegram_json::words;
use super::message::Media;

impl Media {
    /// Takes an answer of a poll.
    pub(super) fn answered(&mut self, text: &str, most: usize) {
        let text = text.trim();
        let text = text.strip_prefix('-').map_or(text, str::trim_start);
        let votes = self.votes.take().unwrap_or_default();
        let count = votes.split(' ').next().filter(|count| count.parse::<u32>().is_ok());
        let count = if self.is_list { None } else { count.or(Some("0")) };
        if self.answers.len() < most {
            self.answers.push(words::answer(text, count, votes.contains("chosen")));
        }
    }

    /// Puts it into the entry. What could not be taken over is told.
    pub(super) fn put(self, entry: &mut Entry) -> Option<&'static str> {
        match self.class.as_str() {
            "media_call" => entry.form = self.call(),
            "media_location" | "media_live_location" | "media_venue" => return self.place(entry),
            "media_contact" => {
                let phone = self.status.as_deref().map(|status| status.trim_end_matches(" - vCard"));
                entry.described.push(words::contact(self.title.as_deref(), phone));
                if !self.href.is_empty() {
                    entry.attachments.push(self.file("contact card", None, Some("text/vcard")));
                }
            }
            "media_poll" => {
                let kind = if self.is_list { "list" } else { "poll" };
                let lines = std::iter::once(format!("{kind}: {}", self.question)).chain(self.answers);
                entry.described.push(lines.collect::<Vec<_>>().join("\n"));
            }
            "media_giveaway" => entry.described.push("giveaway".to_owned()),
            "media_game" => entry.described.extend(self.told("game")),
            "media_invoice" => entry.described.extend(self.told("invoice")),
            _ => {
                let (kind, name, media_type) = self.kind();
                entry.attachments.push(self.file(&kind, name.as_deref(), media_type));
            }
        }
        None
    }

    /// What kind of file it is, what it is called besides, and its media type.
    fn kind(&self) -> (String, Option<String>, Option<&'static str>) {
        let title = self.title.as_deref();
        let emoji = self.status.as_deref().and_then(|status| status.split(", ").next());
        let emoji = emoji.filter(|emoji| !emoji.bytes().any(|byte| byte.is_ascii_alphanumeric()));
        let (kind, name, media_type) = match (self.class.as_str(), title) {
            ("sticker_wrap", _) => ("sticker", None, None),
            ("media_photo", Some("Sticker")) => ("sticker", emoji, None),
            ("photo_wrap" | "media_photo", _) => ("photo", None, Some("image/jpeg")),
            ("animated_wrap", _) | ("media_video", Some("Animation")) => ("animation", None, None),
            ("media_video", Some("Video message")) => ("video message", None, None),
            ("video_file_wrap" | "media_video", _) => ("video", None, None),
            ("media_voice_message", _) => ("voice message", None, None),
            ("media_audio_file", title) => ("audio", title.filter(|title| *title != "Audio file"), None),
            _ => ("file", None, None),
        };
        (kind.to_owned(), name.map(str::to_owned), media_type)
    }

    fn file(&self, kind: &str, name: Option<&str>, media_type: Option<&str>) -> Attachment {
        // Pages lie in folders, from which the links lead up first.
        let path = self.href.trim_start_matches("./").trim_start_matches("../");
        let stated = self.title.as_deref().filter(|title| self.class == "media_file" && *title != "File");
        let has_length = matches!(kind, "audio" | "video" | "video message" | "voice message");
        let seconds = self.status.as_deref().filter(|_| has_length).and_then(seconds);
        Attachment {
            file_name: stated.and_then(file_name).or_else(|| file_name(path)),
            media_type: media_type.map(str::to_owned),
            what: words::file(kind, name, seconds),
            bytes: if path.is_empty() { Bytes::Missing } else { Bytes::Member(path.to_owned()) },
        }
    }

    fn told(&self, what: &str) -> Option<String> {
        let parts = [&self.title, &self.description, &self.status].map(Option::as_deref);
        words::joined(parts, ", ").map(|told| format!("{what}: {told}"))
    }

    /// A call: `Outgoing (31 seconds)`, `Missed`.
    fn call(&self) -> Form {
        let status = self.status.as_deref().unwrap_or_default();
        let seconds = status.split_once('(').and_then(|(_, rest)| rest.split(' ').next()?.parse().ok());
        let outcome = match status.split(" (").next().unwrap_or_default() {
            "Missed" | "Cancelled" => Some("missed"),
            "Declined" => Some("busy"),
            _ => None,
        };
        Form::Call { seconds, outcome: outcome.map(str::to_owned) }
    }

    fn place(self, entry: &mut Entry) -> Option<&'static str> {
        let linked = self.href.split_once("q=").map(|(_, rest)| rest.split('&').next().unwrap_or_default());
        let numbers = linked.or(self.status.as_deref()).and_then(coordinates);
        let on_earth = numbers.and_then(|(lat, lon)| Place::at(lat, lon));
        if let (None, Some((lat, lon))) = (&on_earth, numbers) {
            entry.described.push(format!("location as sent: {lat}, {lon}"));
        }
        if self.class == "media_live_location" {
            entry.described.push("shared live, for how long the export does not say".to_owned());
        }
        let lost = on_earth.is_none().then_some(words::NO_POINT);
        let is_venue = self.class == "media_venue";
        let (name, address) = (self.title.filter(|_| is_venue), self.description.filter(|_| is_venue));
        entry.place = Some(Place { name, address, ..on_earth.unwrap_or_default() });
        lost
    }
}

/// `11.5,-104.25`, with or without a blank.
fn coordinates(text: &str) -> Option<(f64, f64)> {
    let (lat, lon) = text.split_once(',').or_else(|| text.split_once("%2C"))?;
    let degrees = |text: &str| text.trim().parse::<f64>().ok().filter(|degrees| degrees.is_finite());
    Some((degrees(lat)?, degrees(lon)?))
}

/// `00:12, 24.3 KB` or `1:02:03` as seconds.
fn seconds(status: &str) -> Option<u32> {
    let clock = status.split(',').next()?.trim();
    let parts: Option<Vec<u32>> = clock.split(':').map(|part| part.parse().ok()).collect();
    let parts = parts.filter(|parts| (2..=3).contains(&parts.len()))?;
    parts
        .into_iter()
        .try_fold(0_u32, |sum, part| sum.checked_mul(60)?.checked_add(part))
        .filter(|sum| *sum > 0)
}
