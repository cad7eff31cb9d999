//! The few things that are drawn, as elements.

use super::labels::Label;
use super::path::{self, Dot, number};
use super::view::Rect;
use crate::location::map::xml::Xml;

/// Draws on the sheet.
pub(super) struct Pen {
    pub(super) xml: Xml,
}

impl Pen {
    /// Some lines in one element; nothing for no line.
    pub(super) fn path(&mut self, class: &str, data: &str) {
        if !data.is_empty() {
            self.xml.empty("path", &[("class", class), ("d", data)]);
            self.xml.line();
        }
    }

    /// One line.
    pub(super) fn line(&mut self, class: &str, dots: &[Dot], closed: bool) {
        let mut data = String::new();
        path::write(&mut data, dots, closed);
        self.path(class, &data);
    }

    /// A rectangle.
    pub(super) fn rect(&mut self, class: &str, rect: Rect) {
        let [x, y, width, height] = [rect.x, rect.y, rect.width, rect.height].map(number);
        let attributes = [("class", class), ("x", &x), ("y", &y), ("width", &width), ("height", &height)];
        self.xml.empty("rect", &attributes);
        self.xml.line();
    }

    /// A circle.
    pub(super) fn circle(&mut self, class: &str, (x, y): Dot, radius: f64) {
        let [x, y, radius] = [x, y, radius].map(number);
        self.xml.empty("circle", &[("class", class), ("cx", &x), ("cy", &y), ("r", &radius)]);
        self.xml.line();
    }

    /// A text from its left end, from its middle (class `middle`) or to its right end (class `end`).
    pub(super) fn text(&mut self, class: &str, (x, y): Dot, size: f64, text: &str) {
        let [x, y, size] = [x, y, size].map(number);
        let mut attributes = vec![("x", x.as_str()), ("y", &y), ("font-size", &size)];
        if !class.is_empty() {
            attributes.insert(0, ("class", class));
        }
        self.xml.text("text", &attributes, text);
        self.xml.line();
    }

    /// A label that found its place.
    pub(super) fn label(&mut self, label: &Label) {
        self.text(&format!("middle halo {}", label.class), label.base(), label.size, &label.text);
    }

    /// What follows up to [`Pen::end`] shows within a rectangle only.
    pub(super) fn within(&mut self, id: &str, rect: Rect) {
        self.xml.open("clipPath", &[("id", id)]);
        self.rect("", rect);
        self.xml.close();
        self.xml.open("g", &[("clip-path", &format!("url(#{id})"))]);
        self.xml.line();
    }

    /// Ends what [`Pen::within`] began.
    pub(super) fn end(&mut self) {
        self.xml.close();
        self.xml.line();
    }
}
