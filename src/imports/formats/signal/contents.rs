//! What a message holds.

use serde_json::Value;

use super::super::shape::Attachment;
use super::media;
use super::people::{People, aci};
use super::values::{items, joined, number, text};

/// What was found in one version of a message.
#[derive(Default)]
pub(super) struct Contents {
    /// What the sender wrote.
    pub(super) text: String,
    /// What they sent besides, a line each.
    pub(super) described: Vec<String>,
    pub(super) attachments: Vec<Attachment>,
    /// Author and time of the message that it answers.
    pub(super) answers: Option<(String, i64)>,
    pub(super) deleted: bool,
    pub(super) losses: Vec<String>,
}

impl Contents {
    /// Reads whichever kind of content the message has.
    pub(super) fn of(item: &Value, people: &People) -> Self {
        let mut contents = Self::default();
        let kind =
            KINDS.iter().find_map(|(name, read)| Some((item.get(*name).filter(|v| !v.is_null())?, read)));
        match kind {
            Some((held, read)) => {
                read(&mut contents, held, people);
                contents.reactions(held, people);
            }
            None => contents
                .losses
                .push("message kept without content: it is of a kind not known here".to_owned()),
        }
        if item.get("sms").and_then(Value::as_bool) == Some(true) {
            contents.described.push("sent as SMS, not over Signal".to_owned());
        }
        contents.failure(item);
        contents
    }

    /// Adds what the message said before it was changed.
    pub(super) fn add_earlier(&mut self, item: &Value, people: &People) {
        for version in items(item, "revisions") {
            let earlier = Self::of(version, people).text;
            if !earlier.trim().is_empty() && earlier != self.text {
                self.described.push(format!("earlier wording: {earlier}"));
            }
        }
    }

    fn standard(&mut self, held: &Value, people: &People) {
        self.words(held.get("text"), people);
        self.long_text(held);
        if let Some(quote) = held.get("quote") {
            self.quote(quote);
        }
        for value in items(held, "attachments") {
            self.attachment(value);
        }
        for preview in items(held, "linkPreview") {
            let parts = [text(preview, "title"), text(preview, "description")];
            self.described.extend(joined(parts, ", ").map(|words| format!("link preview: {words}")));
        }
    }

    fn words(&mut self, words: Option<&Value>, people: &People) {
        let Some(words) = words else { return };
        self.text = words.get("body").and_then(Value::as_str).unwrap_or_default().to_owned();
        // A mention is one character without meaning in the text.
        let mentioned = items(words, "bodyRanges").filter_map(|range| aci(range, "mentionAci"));
        for id in mentioned {
            let name = people.named_by_aci(&id).unwrap_or(id);
            self.described.push(format!("mentions {name}"));
        }
    }

    /// A text over two thousand bytes stands in a file of its own, and its beginning here.
    fn long_text(&mut self, held: &Value) {
        if let Some(pointer) = held.get("longText").filter(|pointer| pointer.is_object()) {
            self.attachments.push(media::file(pointer, "whole text of the message"));
            self.losses.push(
                "message kept without the end of its text, which stands in a file of its own".to_owned(),
            );
        }
    }

    fn quote(&mut self, quote: &Value) {
        let target = text(quote, "authorId").zip(number(quote, "targetSentTimestamp"));
        if target.is_none() {
            // The message itself was gone when it was answered: this is all there is of it.
            let words = quote.get("text").and_then(|words| text(words, "body"));
            self.described.push(format!("answers: {}", words.as_deref().unwrap_or("a message without text")));
        }
        self.answers = target;
    }

    fn attachment(&mut self, value: &Value) {
        match media::attachment(value) {
            Some(attachment) => self.attachments.push(attachment),
            None => self.losses.push("message kept without an attachment that could not be read".to_owned()),
        }
        let caption = value.get("pointer").and_then(|pointer| text(pointer, "caption"));
        self.described.extend(caption.map(|caption| format!("caption: {caption}")));
    }

    fn contact(&mut self, held: &Value, _: &People) {
        let Some(contact) = held.get("contact") else { return };
        let several = contact.as_array().map_or_else(|| vec![contact], |several| several.iter().collect());
        for contact in several {
            let name = contact.get("name");
            let name = name.and_then(|name| {
                let parts = ["prefix", "givenName", "middleName", "familyName", "suffix"];
                joined(parts.map(|part| text(name, part)), " ").or_else(|| text(name, "nickname"))
            });
            let values =
                |field: &str| items(contact, field).filter_map(|one| text(one, "value")).collect::<Vec<_>>();
            let addresses = items(contact, "address").filter_map(|address| {
                let parts = ["street", "pobox", "neighborhood", "city", "region", "postcode", "country"];
                joined(parts.map(|part| text(address, part)), " ")
            });
            let known = name.into_iter().chain(text(contact, "organization"));
            let all = known.chain(values("number")).chain(values("email")).chain(addresses);
            self.described.push(format!("contact: {}", all.collect::<Vec<_>>().join(", ")));
        }
    }

    fn sticker(&mut self, held: &Value, _: &People) {
        let Some(sticker) = held.get("sticker") else { return };
        let emoji = text(sticker, "emoji").map(|emoji| format!(" {emoji}")).unwrap_or_default();
        self.described.push(format!("sticker{emoji}"));
        let data = sticker.get("data").filter(|data| data.is_object());
        self.attachments.extend(data.map(|data| media::file(data, "sticker")));
    }

    fn view_once(&mut self, held: &Value, _: &People) {
        self.described.push("photo or video to be seen once".to_owned());
        if let Some(attachment) = held.get("attachment").filter(|attachment| attachment.is_object()) {
            self.attachment(attachment);
        }
    }

    fn story_reply(&mut self, held: &Value, people: &People) {
        if let Some(reply) = held.get("textReply") {
            self.words(reply.get("text"), people);
            self.long_text(reply);
        } else {
            self.text = text(held, "emoji").unwrap_or_default();
        }
        self.described.push("answers a story".to_owned());
    }

    fn payment(&mut self, held: &Value, _: &People) {
        let amount = text(held, "amountMob").map(|amount| format!(" of {amount} MOB")).unwrap_or_default();
        self.described.push(format!("payment{amount}"));
        self.described.extend(text(held, "note").map(|note| format!("note: {note}")));
    }

    fn gift(&mut self, _: &Value, _: &People) {
        self.described.push("donation badge".to_owned());
    }

    fn poll(&mut self, held: &Value, people: &People) {
        self.described.push(format!("poll: {}", text(held, "question").unwrap_or_default()));
        for option in items(held, "options") {
            let voters = items(option, "votes").filter_map(|vote| text(vote, "voterId"));
            let voters: Vec<_> = voters.map(|voter| people.named(&voter)).collect();
            let voters = if voters.is_empty() { String::new() } else { format!(" ({})", voters.join(", ")) };
            self.described.push(format!("- {}{voters}", text(option, "option").unwrap_or_default()));
        }
    }

    fn removed(&mut self, _: &Value, _: &People) {
        self.deleted = true;
    }

    fn reactions(&mut self, held: &Value, people: &People) {
        for reaction in items(held, "reactions") {
            let who =
                text(reaction, "authorId").map_or_else(|| "somebody".to_owned(), |id| people.named(&id));
            let emoji = text(reaction, "emoji").unwrap_or_default();
            self.described.push(format!("reaction {emoji} by {who}"));
        }
    }

    /// A message that reached nobody is no contact.
    fn failure(&mut self, item: &Value) {
        let Some(outgoing) = item.get("outgoing") else { return };
        let (mut all, mut failed) = (0, 0);
        for status in items(outgoing, "sendStatus") {
            all += 1;
            failed += usize::from(status.get("failed").is_some_and(|failed| !failed.is_null()));
        }
        if all > 0 && all == failed {
            self.described.push("not sent: sending failed".to_owned());
        }
    }
}

type Reader = fn(&mut Contents, &Value, &People);

/// The kinds of content, of which a message has one.
const KINDS: &[(&str, Reader)] = &[
    ("standardMessage", Contents::standard),
    ("contactMessage", Contents::contact),
    ("stickerMessage", Contents::sticker),
    ("remoteDeletedMessage", Contents::removed),
    ("viewOnceMessage", Contents::view_once),
    ("directStoryReplyMessage", Contents::story_reply),
    ("paymentNotification", Contents::payment),
    ("giftBadge", Contents::gift),
    ("poll", Contents::poll),
];
