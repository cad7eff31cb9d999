//! A dossier on paper: Markdown that reads well as it is, and better when it is set.

use std::fmt::Write;

use super::words::{between, day, escaped, moment, plain, seen, source};
use super::{Dossier, DossierActor, DossierEvidence, DossierSite, Parts};
use crate::observations::scale::CountView;
use crate::sites::state::Change;

/// What the grades say, for whoever reads the paper alone.
const GRADES: &str = "Grades are those of the Admiralty system: of the source A (completely reliable) to E (unreliable), F \
(cannot be judged); of the information 1 (confirmed) to 5 (improbable), 6 (cannot be judged).";

/// The paper.
pub fn print(Dossier { parts, evidence }: &Dossier) -> String {
    let mut paper = format!("# {}\n\nAs of {}. ", escaped(&parts.site.name), moment(parts.as_of));
    let known = match parts.observations.len() {
        0 => "Nothing that was seen of the site is on record.".to_owned(),
        1 => "One observation is on record.".to_owned(),
        count => format!("{count} observations are on record."),
    };
    paper.push_str(&known);
    if parts.retracted > 0 {
        paper.push_str(&format!(
            " Beside them {} that were retracted, and count for nothing.",
            parts.retracted
        ));
    }
    paper.push_str(&format!("\n\n{GRADES}\n"));
    site(&mut paper, &parts.site);
    history(&mut paper, &parts.changes);
    scale(&mut paper, "People", &parts.people);
    scale(&mut paper, "Buildings", &parts.buildings);
    held(&mut paper, evidence);
    actors(&mut paper, &parts.actors);
    observations(&mut paper, parts);
    paper
}

/// A heading and a table; nothing of a table without rows.
fn table(paper: &mut String, title: &str, columns: &[&str], rows: impl Iterator<Item = Vec<String>>) {
    let mut rows = rows.peekable();
    if rows.peek().is_none() {
        return;
    }
    let line = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
    let head: Vec<String> = columns.iter().map(|column| (*column).to_owned()).collect();
    paper.push_str(&format!("\n## {title}\n\n{}|{}\n", line(&head), "---|".repeat(columns.len())));
    for row in rows {
        paper.push_str(&line(&row));
    }
}

fn site(paper: &mut String, site: &DossierSite) {
    let mut rows: Vec<(&str, String)> = Vec::new();
    if !site.names.is_empty() {
        let names: Vec<String> = site.names.iter().map(|name| escaped(name)).collect();
        rows.push(("Also called", names.join("; ")));
    }
    let off = format!("off by some {:.0} m", site.sigma_m.get());
    rows.push(("Position", format!("{:.5}, {:.5} (WGS-84), {off}", site.lat.get(), site.lon.get())));
    rows.extend(site.extent_m.map(|extent| ("Extent", format!("{:.0} m from its middle", extent.get()))));
    rows.push(("Country", escaped(&site.country)));
    rows.push(("Believed", plain(site.verification.as_str())));
    rows.push(("Activity", plain(site.activity.as_str())));
    rows.extend(site.capacity_estimate.map(|capacity| ("May hold", format!("{} people", capacity.get()))));
    rows.push(("Entry from", escaped(&site.provenance)));
    let rows = rows.into_iter().map(|(name, value)| vec![name.to_owned(), value]);
    table(paper, "The site", &["", ""], rows);
}

fn history(paper: &mut String, changes: &[Change]) {
    let rows = changes.iter().map(|Change { at, state }| {
        let capacity = state.capacity.map_or_else(String::new, |capacity| capacity.get().to_string());
        vec![
            day(*at),
            plain(state.verification.as_str()),
            plain(state.activity.as_str()),
            format!("{:.0}%", state.weight * 100.0),
            capacity,
            state.because.len().to_string(),
        ]
    });
    let columns = ["Since", "Believed", "Activity", "How surely", "May hold", "Observations"];
    table(paper, "Its state over time", &columns, rows);
}

fn scale(paper: &mut String, title: &str, counts: &[CountView]) {
    let rows = counts.iter().map(|count| {
        let grades = format!("{}{}", count.reliability, count.credibility);
        vec![day(count.at), between(count.low, count.high), grades]
    });
    table(paper, title, &["When", "How many", "Grades"], rows);
}

fn held(paper: &mut String, DossierEvidence { cases, numbers }: &DossierEvidence) {
    paper.push_str("\n## Who is held there\n\n");
    if *cases == 0 {
        paper.push_str("No case points at the site.\n");
    } else {
        let on = if *cases == 1 { "One case points".to_owned() } else { format!("{cases} cases point") };
        let (known, least) = (numbers.expected_known, numbers.at_least);
        let line = format!(
            "{on} at the site. Of the people known there are {known:.1} expected there, and at least {least} with a \
             probability of 95%.\n"
        );
        paper.push_str(&line);
    }
    if let (Some(most), Some(median)) = (numbers.reported_most, numbers.reported_median) {
        paper.push_str(&format!("\nReported: {median} in the middle, {most} at the most.\n"));
    }
    if let Some(all) = &numbers.recapture {
        let (estimate, low, high) = (all.estimate, all.low, all.high);
        paper.push_str(&format!(
            "\nHeld in all, by who is known to whom: {estimate:.0} ({low:.0} to {high:.0}).\n"
        ));
    }
    for assumption in &numbers.assumptions {
        // Written to a string: it cannot fail.
        let _ = write!(paper, "\n- {}", escaped(assumption));
    }
    paper.push('\n');
}

fn actors(paper: &mut String, actors: &[DossierActor]) {
    let rows = actors.iter().map(|actor| {
        let names: Vec<String> = actor.names.iter().map(|name| escaped(name)).collect();
        let known = actor.identifiers.iter().map(|identifier| {
            format!("{} {}", escaped(identifier.kind.as_str()), escaped(identifier.value.as_str()))
        });
        let country = actor.country.iter().map(|country| escaped(country));
        let known: Vec<String> = country.chain(known).collect();
        let time = match (actor.from, actor.until) {
            (None, None) => String::new(),
            (Some(from), None) => format!("since {}", day(from)),
            (None, Some(until)) => format!("until {}", day(until)),
            (Some(from), Some(until)) => format!("{} to {}", day(from), day(until)),
        };
        vec![
            format!("{} ({})", names.join("; "), actor.kind),
            plain(actor.relation.as_str()),
            time,
            known.join("; "),
            source(&actor.source),
            format!("{}{}", actor.reliability, actor.credibility),
        ]
    });
    let columns = ["Who", "What they do", "When", "Known by", "Source", "Grades"];
    table(paper, "Who is behind it", &columns, rows);
}

fn observations(paper: &mut String, parts: &Parts) {
    let rows = parts.observations.iter().map(|observation| {
        vec![
            moment(observation.at),
            seen(&observation.data, observation.destination.as_deref()),
            source(&observation.source),
            format!("{}{}", observation.reliability, observation.credibility),
        ]
    });
    table(paper, "What was seen", &["When", "What", "Source", "Grades"], rows);
}
