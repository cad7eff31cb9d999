//! `farlight bench extraction`: what is found in messages of which it is known what they say.

use crate::location::borders::Borders;
use crate::location::extraction::score::{CORPUS, FIRST_LOOK, messages, score};
use crate::location::gazetteer::Gazetteer;
use crate::start::StartError;

/// Prints precision and recall for each language.
///
/// # Errors
/// [`StartError::Failed`] when the corpus cannot be read.
pub fn run(say: impl Fn(&str)) -> Result<(), StartError> {
    say(
        "Precision/recall of positions within 1, 5 and 25 km of what is meant, and of the other kinds of clue.",
    );
    rows(CORPUS, &say)?;
    say(
        "These were at hand when the reading was written; on messages never seen before it does worse. Those below \
         were seen after one score, which docs/location.md has.",
    );
    rows(FIRST_LOOK, &say)
}

fn rows(corpus: &str, say: &impl Fn(&str)) -> Result<(), StartError> {
    let messages = messages(corpus)
        .map_err(|line| StartError::Failed(format!("line {line} of a corpus is no message")))?;
    // Without an operator's own places, so that the figures are the same everywhere.
    for score in score(&messages, Gazetteer::embedded(), Borders::embedded()) {
        say(&score.to_string());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;

    #[test]
    fn every_language_and_all_of_them_have_a_row() {
        let lines = RefCell::new(Vec::new());
        run(|line| lines.borrow_mut().push(line.to_owned())).unwrap();
        let lines = lines.into_inner();
        for language in ["en", "zh", "km", "th", "vi", "my", "all"] {
            let row = lines.iter().find(|line| line.split_whitespace().next() == Some(language));
            assert!(row.is_some_and(|row| row.contains("25 km")), "{language}: {lines:?}");
        }
    }
}
