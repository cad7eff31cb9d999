//! `farlight bench location`: whether estimates keep their word, and what they cost.

use std::sync::Arc;
use std::time::Instant;

use crate::location::estimate::{Earth, Extent, Grid, World};
use crate::location::simulation::{Toy, cost, report};

/// Clues of the case that is measured.
const CLUES: usize = 50;

/// What is simulated, and where.
#[derive(Debug, Clone, Copy)]
pub struct Order {
    /// The same seed makes the same cases.
    pub seed: u64,
    /// How many cases of each kind.
    pub cases: usize,
    /// On a small made-up earth, which is quick, instead of the real borders.
    pub toy: bool,
}

/// Prints the tables.
pub fn run(order: Order, say: impl Fn(&str)) {
    if order.toy {
        let toy = Toy::three();
        measure(&toy, &toy.extent(), order, say);
    } else {
        measure(&Earth::embedded(), &Extent::region(), order, say);
    }
}

fn measure(world: &dyn World, extent: &Extent, order: Order, say: impl Fn(&str)) {
    let start = Instant::now();
    let grid = Arc::new(Grid::new(world, extent));
    say(&format!("grid of {} cells made in {:.1} s", grid.len(), start.elapsed().as_secs_f64()));
    say("");
    say(&cost(world, extent, &grid, CLUES, &|| start.elapsed()).to_string());
    say("");
    say(&format!("seed {}, {} cases of each kind", order.seed, order.cases));
    for scenario in report(world, extent, &grid, order.seed, order.cases) {
        say("");
        say(&scenario.to_string());
    }
    say("");
    say("Simulated: the cases are invented. Only closed cases can tell how often real clues are wrong.");
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;

    #[test]
    fn both_tables_are_printed() {
        let toy = Toy::small();
        let lines = RefCell::new(String::new());
        let order = Order { seed: 1, cases: 1, toy: true };
        measure(&toy, &toy.extent(), order, |line| *lines.borrow_mut() += &format!("{line}\n"));
        let lines = lines.into_inner();
        assert!(lines.contains("GB/s") && lines.contains("of the floor"), "{lines}");
        for words in ["As expected", "all sources lie", "60% of clues wrong", "graded F6"] {
            assert!(lines.contains(words), "{words}: {lines}");
        }
        for method in ["estimate", "prior", "latest pin", "plain product"] {
            assert_eq!(lines.matches(&format!("\n{method} ")).count(), 5, "{method}: {lines}");
        }
    }
}
