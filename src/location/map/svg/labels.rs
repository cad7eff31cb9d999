//! Places for labels, first come, first served, none over another.

use super::path::Dot;
use super::view::Rect;
use crate::location::map::words;

/// Where a label may stand to what it names, in the order in which a reader expects it: east of it first.
const SIDES: [(f64, f64); 8] =
    [(1.0, 0.0), (-1.0, 0.0), (0.0, -1.0), (0.0, 1.0), (0.8, -0.8), (0.8, 0.8), (-0.8, -0.8), (-0.8, 0.8)];

/// A text with its place.
pub(super) struct Label {
    /// Its class in the style sheet.
    pub(super) class: &'static str,
    pub(super) text: String,
    /// What it covers.
    pub(super) rect: Rect,
    /// The size of its letters.
    pub(super) size: f64,
}

impl Label {
    /// The middle of its base line.
    pub(super) fn base(&self) -> Dot {
        (self.rect.x + self.rect.width / 2.0, self.rect.y + self.rect.height * 0.5 + self.size * 0.35)
    }
}

/// What is taken on a part of the sheet.
pub(super) struct Placer {
    bounds: Rect,
    taken: Vec<Rect>,
    /// The labels that found a place.
    pub(super) labels: Vec<Label>,
}

/// What a text covers.
pub(super) fn extent(text: &str, size: f64) -> (f64, f64) {
    (words::width(text) * size, size * 1.25)
}

impl Placer {
    /// An empty part of the sheet.
    pub(super) fn new(bounds: Rect) -> Self {
        Self { bounds, taken: Vec::new(), labels: Vec::new() }
    }

    /// Takes a place for something that stands where it must.
    pub(super) fn reserve(&mut self, rect: Rect) {
        self.taken.push(rect);
    }

    /// The first of some places that is free, which is taken then.
    pub(super) fn place(&mut self, options: impl Iterator<Item = Rect>) -> Option<Rect> {
        let is_free =
            |rect: &Rect| self.bounds.encloses(rect) && !self.taken.iter().any(|taken| taken.overlaps(rect));
        let found = options.into_iter().find(is_free)?;
        self.taken.push(found);
        Some(found)
    }

    /// Writes a text in the first free one of some middles.
    pub(super) fn write(
        &mut self,
        class: &'static str,
        text: String,
        size: f64,
        middles: impl Iterator<Item = Dot>,
    ) -> bool {
        let (width, height) = extent(&text, size);
        let rect = self.place(middles.map(|middle| Rect::around(middle, width, height)));
        rect.inspect(|rect| self.labels.push(Label { class, text, rect: *rect, size })).is_some()
    }

    /// Writes a text beside a dot.
    pub(super) fn beside(
        &mut self,
        class: &'static str,
        text: String,
        size: f64,
        dot: Dot,
        gap: f64,
    ) -> bool {
        let (width, height) = extent(&text, size);
        let middles = SIDES
            .into_iter()
            .map(move |(x, y)| (dot.0 + x * (gap + width / 2.0), dot.1 + y * (gap + height / 2.0)));
        self.write(class, text, size, middles)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_give_way_and_then_give_up() {
        let mut placer = Placer::new(Rect::new(0.0, 0.0, 200.0, 100.0));
        let written: Vec<bool> =
            (0..20).map(|_| placer.beside("t", "somewhere".into(), 12.0, (100.0, 50.0), 4.0)).collect();
        assert!(written[0] && written[1] && !written[19]);
        for (index, label) in placer.labels.iter().enumerate() {
            assert!(placer.labels.iter().skip(index + 1).all(|other| !other.rect.overlaps(&label.rect)));
        }
        assert!(placer.labels[0].rect.x > 100.0);
        assert!(!placer.beside("t", "x".repeat(400), 12.0, (100.0, 50.0), 4.0));
    }
}
