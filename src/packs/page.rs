//! The page of a pack: one file that any browser shows, without a network, a script or a second file.

use std::fmt::Write;

use quick_xml::escape::escape;

use super::contents::Contents;
use super::model;
use super::phrases::PhraseList;
use crate::operations::plan::{ChecklistItem, PlanRisk, Receiving};
use crate::operations::view::RecognitionCard;

/// Black on white, large, one column: for the sun and for a small screen.
const STYLE: &str = "
body{font:17px/1.45 'Noto Sans',Roboto,Arial,sans-serif;color:#111;background:#fff;margin:0 auto;max-width:46em;padding:0 14px 40px}
h1{font-size:26px;margin:18px 0 4px}h2{font-size:20px;margin:26px 0 6px;border-bottom:2px solid #111}h3{font-size:17px;margin:16px 0 2px}
p,ul,dl{margin:4px 0}.pack-keep,.pack-stop{position:sticky;top:0;background:#111;color:#fff;padding:10px 14px;margin:0 -14px;font-weight:bold}
.pack-stop{position:static;background:#b3121d}.pack-words{white-space:pre-wrap}.pack-say{font-size:22px}.pack-read{color:#444;font-style:italic}
table{border-collapse:collapse;width:100%}td,th{border-bottom:1px solid #bbb;padding:6px 4px;text-align:left;vertical-align:top}
svg{width:100%;height:auto}@media print{.pack-keep{position:static}}
";

/// A document in the making; what comes from people is escaped.
struct Page(String);

impl Page {
    fn element(&mut self, tag: &str, attributes: &str, text: &str) {
        // Writing to a string does not fail.
        writeln!(self.0, "<{tag}{attributes}>{}</{tag}>", escape(text)).unwrap_or_default();
    }

    fn heading(&mut self, text: &str) {
        self.element("h2", "", text);
    }

    fn paragraph(&mut self, text: &str) {
        self.element("p", "", text);
    }

    /// A part of the plan in its author's own lines; nothing for an empty one.
    fn part(&mut self, name: &str, words: &str) {
        if !words.is_empty() {
            self.element("h3", "", name);
            self.element("p", " class=\"pack-words\"", words);
        }
    }

    fn row(&mut self, cells: &[(&str, &str)]) {
        self.0.push_str("<tr>");
        for (class, cell) in cells {
            write!(self.0, "<td class=\"{class}\">{}</td>", escape(*cell)).unwrap_or_default();
        }
        self.0.push_str("</tr>\n");
    }
}

/// Everything in one page.
pub fn html(contents: &Contents) -> String {
    let shown = &contents.shown;
    let mut page = Page(String::with_capacity(contents.map.len() + 32_768));
    page.0.push_str(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <meta name=\"referrer\" content=\"no-referrer\">\n",
    );
    page.element("title", "", &shown.title);
    writeln!(page.0, "<style>{STYLE}</style></head><body>").unwrap_or_default();
    page.element("p", " class=\"pack-keep\"", &model::notice(contents.expires_at));
    if let Some(warning) = contents.warning() {
        page.element("p", " class=\"pack-stop\"", &warning);
    }
    page.element("h1", "", &shown.title);
    let (from, to) = (model::written(shown.starts_at), model::written(shown.ends_at));
    let kind = shown.kind.as_str().replace('_', " ");
    page.paragraph(&format!("{kind}, {status}: {from} to {to}.", status = shown.status));
    page.paragraph(&contents.made());

    page.heading("Plan");
    if let Some(target) = shown.target {
        page.part("Target", &format!("{}, {}", target.lat.get(), target.lon.get()));
    }
    if let Some(site) = &shown.site {
        let (lat, lon, off) = (site.lat.get(), site.lon.get(), site.sigma_m.get());
        page.part("Site", &format!("{}: {lat}, {lon}, known to {off:.0} m", site.name));
    }
    let plan = &shown.plan;
    page.part("When to stop", &plan.abort_criteria);
    page.part("Objective", &plan.objective);
    page.part("Approach", &plan.approach);
    page.part("Routes", &plan.routes);
    page.part("Communications", &plan.communications);
    if let Some(terms) = plan.check_ins {
        let (every, grace) = (terms.every_minutes.get(), terms.grace_minutes.get());
        page.part("Check-ins", &format!("every {every} minutes; {grace} minutes later somebody is alerted"));
    }
    if let Some(receiving) = &plan.receiving {
        page.part("Who takes them in", &receiver(receiving));
    }
    risks(&mut page, &plan.risks);
    checklist(&mut page, &shown.checklist);
    page.heading("Map");
    // The declaration belongs to a file of its own.
    page.0.push_str(contents.map.split_once("?>").map_or(contents.map.as_str(), |(_, picture)| picture));
    page.heading("People");
    shown.cards.iter().for_each(|card| self::card(&mut page, card));
    if shown.cards.is_empty() {
        page.paragraph("Nobody is on record.");
    }
    contents.phrases.iter().for_each(|list| phrases(&mut page, list));
    page.0.push_str("</body></html>\n");
    page.0
}

fn receiver(receiving: &Receiving) -> String {
    let Receiving { kind, name, contact, confirmed } = receiving;
    let contact = contact.as_deref().map(|contact| format!(", {contact}")).unwrap_or_default();
    let word = if *confirmed { "" } else { " (has not confirmed)" };
    format!("{name} ({kind}){contact}{word}")
}

fn risks(page: &mut Page, risks: &[PlanRisk]) {
    if risks.is_empty() {
        return;
    }
    page.heading("Risks");
    page.0.push_str("<table>\n");
    for PlanRisk { hazard, likelihood, severity, mitigation } in risks {
        let how = format!("{likelihood} likelihood, {severity} severity");
        page.row(&[("", hazard), ("", &how), ("", mitigation)]);
    }
    page.0.push_str("</table>\n");
}

fn checklist(page: &mut Page, items: &[ChecklistItem]) {
    if items.is_empty() {
        return;
    }
    page.heading("Ready?");
    page.0.push_str("<table>\n");
    for ChecklistItem { item, done } in items {
        page.row(&[("", if *done { "\u{2611}" } else { "\u{2610}" }), ("", item)]);
    }
    page.0.push_str("</table>\n");
}

fn card(page: &mut Page, card: &RecognitionCard) {
    let RecognitionCard {
        person_id: _,
        case_code_name,
        role,
        sex,
        birth_year,
        languages,
        description,
        needs,
    } = card;
    page.element("h3", "", &format!("{case_code_name}: {role}"));
    let born = birth_year.map(|year| format!("born {year}"));
    let speaks = (!languages.is_empty()).then(|| format!("speaks {}", languages.join(", ")));
    let outline: Vec<String> = sex.map(|sex| sex.to_string()).into_iter().chain(born).chain(speaks).collect();
    if !outline.is_empty() {
        page.paragraph(&outline.join("; "));
    }
    if let Some(description) = description {
        page.element("p", " class=\"pack-words\"", description);
    }
    if let Some(needs) = needs {
        page.element("p", " class=\"pack-words\"", &format!("Needs: {needs}"));
    }
}

fn phrases(page: &mut Page, list: &PhraseList) {
    page.heading(&format!("Say it in {}", list.name));
    if list.is_fallback {
        page.paragraph("We have no phrases in this language. These are English.");
    } else if !list.checked_by_native {
        page.paragraph("Nobody who grew up with this language has checked these.");
    }
    page.0.push_str("<table>\n");
    for phrase in &list.phrases {
        let reading = phrase.reading.as_deref().unwrap_or_default();
        let meaning = if phrase.text == phrase.english { "" } else { phrase.english.as_str() };
        page.row(&[("pack-say", &phrase.text), ("pack-read", reading), ("", meaning)]);
    }
    page.0.push_str("</table>\n");
}
