use super::*;

fn plan(trouble: Trouble, cases: usize) -> Plan {
    let shape = Shape { sites: 12, missing: 0.25, towns: 60 };
    Plan { seed: 11, cases, cases_per_universe: 10, shape, trouble }
}

fn small() -> (Toy, Extent, Arc<Grid>) {
    let toy = Toy::small();
    let extent = toy.extent();
    let grid = Arc::new(Grid::new(&toy, &extent));
    (toy, extent, grid)
}

#[test]
fn the_same_seed_scores_the_same() {
    let (toy, extent, grid) = small();
    let table = || {
        run(&toy, &extent, &grid, &plan(Trouble::USUAL, 6))
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
    };
    assert_eq!(table(), table());
}

/// The full figures are those of the command; here, that nothing is badly off.
#[test]
fn the_estimate_keeps_its_word_and_beats_simpler_ways() {
    let (toy, extent, grid) = small();
    let scores = run(&toy, &extent, &grid, &plan(Trouble::USUAL, 80));
    let [ours, others @ ..] = scores.as_slice() else { panic!("no scores") };
    for (covered, level) in ours.covered.iter().zip(LEVELS) {
        assert!(covered.low - 0.05 < level && level < covered.high + 0.05, "{level}: {covered:?}");
    }
    for other in others {
        assert!(ours.log_score > other.log_score, "{} {} {}", other.method, ours.log_score, other.log_score);
        assert!(ours.top[2].share >= other.top[2].share - 0.05, "{}", other.method);
    }
}

#[test]
fn cases_hold_what_they_should() {
    let (toy, extent, _) = small();
    let mut random = Random::new(3);
    let universe = Universe::new(&mut random, &toy, &extent, plan(Trouble::USUAL, 1).shape);
    assert!(universe.sites.iter().any(|site| site.listed.is_none()) && universe.list.len() >= 4);
    for _ in 0..50 {
        let case = case(&mut random, &toy, &extent, &universe, Trouble::USUAL).unwrap();
        assert!(toy.country(case.at).is_some());
        assert!(case.clues.len() <= 20);
    }
}
