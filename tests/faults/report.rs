//! One line of the table that `scripts/faults` prints.

use std::io::Write as _;
use std::time::Instant;

use crate::engine::setting;

/// Whether many rounds are asked for.
pub fn is_long() -> bool {
    setting("FARLIGHT_FAULTS_LONG").is_some()
}

/// How many rounds.
pub fn rounds(short: usize, long: usize) -> usize {
    let asked = setting("FARLIGHT_FAULTS_ROUNDS").and_then(|rounds| rounds.parse().ok());
    asked.unwrap_or(if is_long() { long } else { short })
}

/// What was counted.
#[derive(Default)]
pub struct Tally {
    pub acknowledged: usize,
    pub unanswered: usize,
    pub refused: usize,
    pub lost: usize,
    /// Things of which a part is there.
    pub halves: usize,
    /// What else is wrong, in words.
    pub wrong: Vec<String>,
}

impl Tally {
    pub fn add(&mut self, other: Self) {
        self.acknowledged += other.acknowledged;
        self.unanswered += other.unanswered;
        self.refused += other.refused;
        self.lost += other.lost;
        self.halves += other.halves;
        self.wrong.extend(other.wrong);
    }

    #[track_caller]
    pub fn assert_clean(&self) {
        let Self { lost, halves, wrong, .. } = self;
        assert!((*lost, *halves) == (0, 0) && wrong.is_empty(), "{lost} lost, {halves} halves, {wrong:#?}");
    }
}

/// A row of the table.
pub struct Row {
    fault: String,
    engine: &'static str,
    began: Instant,
    rounds: usize,
}

impl Row {
    pub fn begin(fault: &str, engine: &'static str, rounds: usize) -> Self {
        Self { fault: fault.to_owned(), engine, began: Instant::now(), rounds }
    }

    /// Writes it down; `soundness` is what the database and the audit log were found to be.
    pub fn end(self, tally: &Tally, soundness: (&str, &str), note: &str) {
        let line = format!(
            "{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{:.1}\t{note}\n",
            self.fault,
            self.engine,
            self.rounds,
            tally.acknowledged,
            tally.unanswered,
            tally.refused,
            tally.lost,
            tally.halves,
            soundness.0,
            soundness.1,
            self.began.elapsed().as_secs_f64(),
        );
        print!("{line}");
        if let Some(file) = setting("FARLIGHT_FAULTS_REPORT") {
            let mut file = std::fs::File::options().create(true).append(true).open(file).unwrap();
            file.write_all(line.as_bytes()).unwrap();
        }
    }
}

/// Numbers that look random; the seed is told, so that a run can be made again.
pub struct Dice(u64);

impl Dice {
    pub fn new(name: &str) -> Self {
        let seed = setting("FARLIGHT_FAULTS_SEED").and_then(|seed| seed.parse().ok());
        let seed = seed.unwrap_or_else(|| uuid::Uuid::now_v7().as_u64_pair().1);
        println!("{name}: FARLIGHT_FAULTS_SEED={seed}");
        Self(seed | 1)
    }

    pub fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 16
    }

    pub fn within(&mut self, range: std::ops::Range<u64>) -> u64 {
        range.start + self.next() % (range.end - range.start)
    }

    /// True once in so many.
    pub fn once_in(&mut self, times: u64) -> bool {
        self.next().is_multiple_of(times)
    }
}
