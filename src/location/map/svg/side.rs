//! Beside the map: the candidates, how sure it is, what the signs mean, where on earth this is.

use super::answer::{self, BADGE, ROWS, draw_badge, draw_best, draw_site};
use super::inset::Inset;
use super::pen::Pen;
use super::symbols::{self, HALF};
use super::view::{Rect, View};
use super::{Scene, clues, frame, shown_sites};
use crate::location::geo::Point;
use crate::location::map::mark::{Kind, Mark};
use crate::location::map::{Drawing, NOTE, Numbered, is_settlement, words};

/// The size of letters, and the height of a line.
const SIZE: f64 = 12.0;
const LINE: f64 = 18.0;
/// The height of a small map: less would show nothing.
const LEAST_INSET: f64 = 70.0;
const MOST_INSET: f64 = 230.0;
/// What a heading takes, with the rule over it.
const HEADING: f64 = 34.0;

/// Writes from top to bottom.
struct Column {
    room: Rect,
    y: f64,
}

impl Column {
    fn heading(&mut self, pen: &mut Pen, text: &str) {
        self.y += 8.0;
        pen.line("rule", &[(self.room.x, self.y), (self.room.right(), self.y)], false);
        self.y += 16.0;
        pen.text("head", (self.room.x, self.y), SIZE, text);
        self.y += 4.0;
    }

    /// The base line of the next line of text.
    fn next(&mut self, height: f64) -> f64 {
        self.y += height;
        self.y
    }

    fn line(&mut self, pen: &mut Pen, class: &str, size: f64, text: &str) {
        let y = self.next(size + 4.0);
        pen.text(class, (self.room.x, y), size, &words::fitted(text, self.room.width / size));
    }

    /// A text over as many lines as it needs.
    fn paragraph(&mut self, pen: &mut Pen, class: &str, size: f64, text: &str) {
        for line in wrapped(text, self.room.width / size) {
            self.line(pen, class, size, &line);
        }
    }
}

/// Lines of at most a width, in units of the size of letters.
fn wrapped(text: &str, width: f64) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split(' ') {
        match lines.last_mut() {
            Some(line) if words::width(line) + words::width(word) + 0.4 <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

/// Fills the column beside the map, from the top; gives back what of it is free for a small map.
pub(super) fn draw(pen: &mut Pen, scene: &Scene<'_>, room: Rect) -> Option<Rect> {
    let Scene { drawing, view, .. } = scene;
    let mut column = Column { room, y: room.y - 12.0 };
    table(&mut column, pen, &drawing.candidates(), view);
    column.y += 5.0;
    column.paragraph(pen, "", SIZE, &drawing.elsewhere());
    areas(&mut column, pen, drawing);
    best(&mut column, pen, drawing);
    legend(&mut column, pen, scene);
    let note = wrapped(NOTE, room.width / 11.0).len() as f64 * 15.0 + 8.0;
    let top = column.y + HEADING;
    let left = room.bottom() - note - top;
    column.y = column.y.max(room.bottom() - note);
    column.paragraph(pen, "quiet", 11.0, NOTE);
    (left >= LEAST_INSET).then(|| Rect::new(room.x, top, room.width, left.min(MOST_INSET)))
}

/// Writes what the small map is over it.
pub(super) fn draw_inset(pen: &mut Pen, drawing: &Drawing<'_>, view: &View, inset: &Inset, frame: Rect) {
    let room = Rect::new(frame.x, frame.y - HEADING, frame.width, frame.height);
    Column { room, y: room.y }.heading(pen, &inset.title());
    inset.draw(pen, drawing, view);
}

fn table(column: &mut Column, pen: &mut Pen, candidates: &[Numbered], view: &View) {
    column.heading(pen, "Most probable places");
    let room = column.room;
    for candidate in candidates.iter().take(ROWS) {
        let y = column.next(LINE + 3.0);
        draw_badge(pen, candidate.number, (room.x + BADGE + 1.0, y - 4.0));
        let off = frame::off_map(view, candidate.at)
            .map(|off| format!(" (off the map, {off})"))
            .unwrap_or_default();
        let name_room = (room.width - 66.0) / SIZE - words::width(&off);
        let name = format!("{}{off}", words::fitted(&candidate.name, name_room.max(6.0)));
        pen.text("", (room.x + 26.0, y), SIZE, &name);
        pen.text("end head", (room.right(), y), SIZE, &words::percent(candidate.probability));
    }
    if candidates.is_empty() {
        column.line(pen, "quiet", SIZE, "none that can be named");
    }
    let rest: f64 = candidates.iter().skip(ROWS).map(|candidate| candidate.probability).sum();
    if candidates.len() > ROWS {
        let more = format!("and {} more, together {}", candidates.len() - ROWS, words::percent(rest));
        column.line(pen, "quiet", SIZE, &more);
    }
}

fn areas(column: &mut Column, pen: &mut Pen, drawing: &Drawing<'_>) {
    column.heading(pen, "Smallest areas that hold the person");
    let room = column.room;
    for region in &drawing.estimate.regions {
        let y = column.next(LINE + 1.0);
        // As on the map, where the smaller ones lie over the larger.
        for under in drawing.estimate.regions.iter().rev().filter(|under| under.level >= region.level) {
            let class = if under.level > region.level { "region" } else { answer::class(under) };
            pen.rect(class, Rect::new(room.x + 1.0, y - 11.0, 24.0, 13.0));
        }
        let text = format!("with {} probability", words::percent(region.level));
        pen.text("", (room.x + 34.0, y), SIZE, &text);
        pen.text("end head", (room.right(), y), SIZE, &words::area(region.area_km2));
    }
}

fn best(column: &mut Column, pen: &mut Pen, drawing: &Drawing<'_>) {
    let Some(best) = drawing.best() else { return };
    let room = column.room;
    let y = column.next(LINE + 4.0);
    draw_best(pen, (room.x + 13.0, y - 4.0));
    pen.text("", (room.x + 34.0, y), SIZE, "best single point");
    pen.text("end head", (room.right(), y), SIZE, &format!("{:.4}, {:.4}", best.lat, best.lon));
    if let Some(text) = from_town(drawing, best) {
        let y = column.next(LINE - 2.0);
        pen.text("quiet", (room.x + 34.0, y), 11.0, &words::fitted(&text, (room.width - 34.0) / 11.0));
    }
    if let Some(metres) = drawing.error_m() {
        let y = column.next(LINE);
        pen.line("error", &[(room.x + 1.0, y - 4.0), (room.x + 25.0, y - 4.0)], false);
        pen.text("", (room.x + 34.0, y), SIZE, "off by, on average");
        pen.text("end head", (room.right(), y), SIZE, &words::length(metres));
    }
}

/// A town from which a point is told: near, and large enough to be known.
fn from_town(drawing: &Drawing<'_>, best: Point) -> Option<String> {
    let settled = drawing.towns.iter().filter(|town| is_settlement(town));
    let known =
        settled.map(|town| (town, town.point.distance_m(best))).filter(|(_, metres)| *metres < 100_000.0);
    // Ten times as many people are worth three times the way.
    let effort = |people: u32, metres: f64| (metres + 1_000.0) / f64::from(people.max(100)).sqrt();
    let (town, metres) = known.min_by(|a, b| {
        effort(a.0.population, a.1)
            .total_cmp(&effort(b.0.population, b.1))
            .then_with(|| a.0.name.cmp(b.0.name))
    })?;
    let name = words::clean(town.name, 40);
    let way = frame::side(town.point.bearing_to(best));
    Some(if metres < 500.0 {
        format!("in {name}")
    } else {
        format!("{} {way} of {name}", words::length(metres))
    })
}

fn legend(column: &mut Column, pen: &mut Pen, scene: &Scene<'_>) {
    let Scene { drawing, view, land } = scene;
    let marks: Vec<&Mark> = drawing.marks().collect();
    let room = column.room;
    if shown_sites(drawing, view).next().is_some() {
        let y = column.next(LINE);
        draw_site(pen, (room.x + 13.0, y - 4.0));
        pen.text("", (room.x + 34.0, y), SIZE, "known site");
    }
    if marks.is_empty() {
        return;
    }
    column.heading(pen, "Clues");
    let mut entries = Vec::new();
    for kind in Kind::ALL {
        let of_kind: Vec<&&Mark> = marks.iter().filter(|mark| mark.kind == kind).collect();
        if !of_kind.is_empty() {
            let confirmed = of_kind.iter().any(|mark| mark.confirmed);
            entries.push((kind, confirmed, format!("{} ({})", kind.phrase(), of_kind.len())));
        }
    }
    let half = room.width / 2.0;
    for pair in entries.chunks(2) {
        let y = column.next(LINE);
        for ((kind, confirmed, text), x) in pair.iter().zip([room.x, room.x + half]) {
            symbols::draw(pen, *kind, *confirmed, (x + HALF + 1.0, y - 4.0));
            pen.text("", (x + 20.0, y), 11.0, &words::fitted(text, (half - 22.0) / 11.0));
        }
    }
    let proposed = marks.iter().filter(|mark| !mark.confirmed).count();
    let off = marks.iter().filter(|mark| !clues::is_in_view(mark, land, view)).count();
    let undrawn = drawing.clues.len() - marks.len();
    let mut notes = Vec::new();
    if proposed > 0 {
        notes.push(format!("hollow or broken: proposed ({proposed})"));
    }
    if off > 0 {
        notes.push(format!("off the map: {off}"));
    }
    if undrawn > 0 {
        notes.push(format!("not drawn: {undrawn}"));
    }
    if !notes.is_empty() {
        column.paragraph(pen, "quiet", 11.0, &notes.join("; "));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_broken_between_words() {
        let lines = wrapped("one two three four five", 7.0);
        assert!(lines.len() > 1 && lines.iter().all(|line| words::width(line) <= 7.0));
        assert_eq!(lines.join(" "), "one two three four five");
        assert_eq!(wrapped("", 5.0), [""]);
    }
}
