//! Which number of a file's dates is the day: told by the file as a whole.

use jiff::civil::{Date, DateTime};

use super::{DateOrder, Written};

/// Gathers the dates of a file, in the order of the file, each way of writing on its own. Takes no more memory for a
/// longer file.
#[derive(Debug, Default)]
pub struct Orders {
    styles: Vec<Style>,
}

/// In which order the dates of one way of writing are to be read, and how that is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Order {
    /// The way of writing.
    pub style: u8,
    /// The order; [`DateOrder::Ambiguous`] where more than one fits.
    pub order: DateOrder,
    /// What tells it.
    pub basis: Basis,
    /// How many dates are written so.
    pub dates: u32,
    /// How many of them can be read in this order and in no other that was in question: if none, the order rests on
    /// something weaker.
    pub settling: u32,
    /// How many of them are no date in this order.
    pub against: u32,
}

/// What an order is known by, the strongest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Basis {
    /// Dates that fit no other order: a day over twelve, a year of four digits in front, a day of the week.
    Dates,
    /// It is the same date in every order that fits.
    Same,
    /// The number that hardly ever changes is the year.
    Year,
    /// In every other order the file would jump to and fro in time, in this one it never does.
    Sequence,
    /// Nobody writes dates with this sign in another order.
    Custom,
    /// The same dates with another kind of time beside them, in the same file, are in this order.
    Alike,
    /// Nothing tells it.
    Nothing,
}

#[derive(Debug)]
struct Style {
    style: u8,
    dates: u32,
    none: u32,
    /// Whether any of them is another day if day and month change places.
    differs: bool,
    /// For each of [`DateOrder::ALL`].
    fits: [Fit; 3],
    /// The values of the first and of the last number, a bit each; those over 127 are not told apart.
    values: [u128; 2],
}

#[derive(Debug, Clone, Copy, Default)]
struct Fit {
    /// Dates that can be read in this order.
    all: u32,
    /// And in no other.
    only: u32,
    last: Option<Date>,
    forward: u32,
    backward: u32,
}

/// Steps to and fro in time by which an order is ruled out.
const JUMPS: u32 = 4;

impl Orders {
    /// Takes the next date of the file.
    pub fn add(&mut self, written: &Written) {
        let place = self.styles.iter().position(|known| known.style == written.style).unwrap_or_else(|| {
            self.styles.push(Style::new(written.style));
            self.styles.len() - 1
        });
        if let Some(style) = self.styles.get_mut(place) {
            style.add(written);
        }
    }

    /// What is known of each way of writing, in the order in which they came.
    #[must_use]
    pub fn all(&self) -> Vec<Order> {
        let mut all: Vec<Order> = self.styles.iter().map(Style::order).collect();
        // A phone that was switched to another clock writes its dates as before.
        let known = all.clone();
        for order in all.iter_mut().filter(|order| order.order == DateOrder::Ambiguous) {
            let alike = |other: &&Order| {
                other.style % super::STYLES == order.style % super::STYLES
                    && other.order != DateOrder::Ambiguous
            };
            let mut others = known.iter().filter(alike).map(|other| other.order);
            let Some(first) = others.next() else { continue };
            let fits = self
                .styles
                .iter()
                .find(|style| style.style == order.style)
                .is_some_and(|style| style.fit(first));
            if fits && others.all(|other| other == first) {
                order.order = first;
                order.basis = Basis::Alike;
            }
        }
        all
    }

    /// In which order to read the dates of one way of writing.
    #[must_use]
    pub fn of(&self, style: u8) -> DateOrder {
        self.all()
            .into_iter()
            .find(|order| order.style == style)
            .map_or(DateOrder::Ambiguous, |order| order.order)
    }
}

impl Style {
    fn new(style: u8) -> Self {
        Self { style, dates: 0, none: 0, differs: false, fits: [Fit::default(); 3], values: [0; 2] }
    }

    fn add(&mut self, written: &Written) {
        self.dates = self.dates.saturating_add(1);
        let read: [Option<DateTime>; 3] = DateOrder::ALL.map(|order| written.read(order));
        let fitting = read.iter().flatten().count();
        self.none = self.none.saturating_add(u32::from(fitting == 0));
        for (fit, read) in self.fits.iter_mut().zip(read) {
            let Some(at) = read else { continue };
            fit.all = fit.all.saturating_add(1);
            fit.only = fit.only.saturating_add(u32::from(fitting == 1));
            fit.step(at.date());
        }
        let [dmy, mdy, _] = read;
        self.differs |= dmy != mdy;
        let [first, _, last] = written.parts;
        for (seen, number) in self.values.iter_mut().zip([first, last]) {
            *seen |= 1 << number.value.min(127);
        }
    }

    fn fit(&self, order: DateOrder) -> bool {
        self.possible().any(|other| other == order)
    }

    fn possible(&self) -> impl Iterator<Item = DateOrder> + '_ {
        let dates = self.dates - self.none;
        DateOrder::ALL
            .into_iter()
            .zip(self.fits)
            .filter(move |(_, fit)| dates > 0 && fit.all == dates)
            .map(|(order, _)| order)
    }

    fn verdict(&self, order: DateOrder, basis: Basis) -> Order {
        let fit =
            DateOrder::ALL.into_iter().zip(self.fits).find(|(other, _)| *other == order).map(|(_, fit)| fit);
        let fit = fit.unwrap_or_default();
        let ambiguous = order == DateOrder::Ambiguous;
        Order {
            style: self.style,
            order,
            basis,
            dates: self.dates,
            settling: fit.only,
            against: if ambiguous { self.none } else { self.dates.saturating_sub(fit.all) },
        }
    }

    fn order(&self) -> Order {
        let possible: Vec<DateOrder> = self.possible().collect();
        match possible.as_slice() {
            [] => self.outvoted(),
            [only] => self.verdict(*only, Basis::Dates),
            _ => self.likely(&possible),
        }
    }

    /// No order fits every date: a few lines that only look like messages must not cost the file.
    fn outvoted(&self) -> Order {
        let mut fits: Vec<(DateOrder, Fit)> = DateOrder::ALL.into_iter().zip(self.fits).collect();
        fits.sort_by_key(|(_, fit)| std::cmp::Reverse(fit.all));
        match fits.as_slice() {
            [(order, best), (_, next), ..]
                if best.only >= 20
                    && (self.dates - self.none - best.all) * 20 <= best.only
                    && next.all < best.all =>
            {
                self.verdict(*order, Basis::Dates)
            }
            _ => self.verdict(DateOrder::Ambiguous, Basis::Nothing),
        }
    }

    /// Whether the first of two numbers of two digits stands still as a year does while the last runs through the days.
    fn is_year_first(&self, first: u32, last: u32) -> bool {
        const YEARS: u128 = ((1 << 50) - 1) & !((1 << 9) - 1);
        last >= 4
            && last >= first.saturating_mul(4)
            && self.values.first().is_some_and(|seen| seen & !YEARS == 0)
    }

    fn likely(&self, possible: &[DateOrder]) -> Order {
        let mut left = possible.to_vec();
        let mut basis = Basis::Nothing;
        if left.contains(&DateOrder::Ymd) && left.len() > 1 {
            let [first, last] = self.values.map(u128::count_ones);
            if self.is_year_first(first, last) {
                return self.verdict(DateOrder::Ymd, Basis::Year);
            }
            // A year of two digits in front is rare: it takes a file in which that number stands still.
            left.retain(|order| *order != DateOrder::Ymd);
            basis = if first > last { Basis::Year } else { Basis::Custom };
        }
        if !self.differs && left.contains(&DateOrder::Dmy) {
            return self.verdict(DateOrder::Dmy, Basis::Same);
        }
        let disorder = |order: &DateOrder| {
            let fit = DateOrder::ALL.into_iter().zip(self.fits).find(|(other, _)| other == order);
            fit.map_or(0, |(_, fit)| fit.forward.min(fit.backward))
        };
        if let [only] = left.as_slice() {
            return self.verdict(*only, basis);
        }
        let calm: Vec<DateOrder> = left.iter().copied().filter(|order| disorder(order) == 0).collect();
        if let [only] = calm.as_slice()
            && left.iter().all(|order| order == only || disorder(order) >= JUMPS)
        {
            return self.verdict(*only, Basis::Sequence);
        }
        // Points and dashes: no region of the world puts the month first with them.
        if !matches!(self.style % super::STYLES / 4, 0) && left.contains(&DateOrder::Dmy) {
            return self.verdict(DateOrder::Dmy, Basis::Custom);
        }
        self.verdict(DateOrder::Ambiguous, Basis::Nothing)
    }
}

impl Fit {
    fn step(&mut self, date: Date) {
        if let Some(last) = self.last.replace(date) {
            self.forward = self.forward.saturating_add(u32::from(date > last));
            self.backward = self.backward.saturating_add(u32::from(date < last));
        }
    }
}
