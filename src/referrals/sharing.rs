//! What a referral opens: the field classes that consent covers, and how finely they tell where somebody is.

use crate::authz::{Class, Grants};
use crate::error::{Error, Result};
use crate::estimates::audience::Precision;

crate::words! {
    /// A field class that consent may cover. Plans and sources are not among them.
    pub enum SharedClass {
        /// Who somebody is.
        Identity = "identity",
        /// How somebody is recognised and spoken to.
        Recognition = "recognition",
        /// How somebody is reached.
        Contact = "contact",
        /// What was written.
        Content = "content",
        /// Country or town.
        LocationCoarse = "location_coarse",
        /// Coordinates and names of places.
        LocationPrecise = "location_precise",
    }
}

impl SharedClass {
    /// The class itself.
    pub const fn class(self) -> Class {
        match self {
            Self::Identity => Class::Identity,
            Self::Recognition => Class::Recognition,
            Self::Contact => Class::Contact,
            Self::Content => Class::Content,
            Self::LocationCoarse => Class::LocationCoarse,
            Self::LocationPrecise => Class::LocationPrecise,
        }
    }
}

/// The classes as the column holds them: sorted, once each, with commas.
pub fn join_classes(mut classes: Vec<SharedClass>) -> String {
    classes.sort_unstable();
    classes.dedup();
    classes.iter().map(|class| class.as_str()).collect::<Vec<_>>().join(",")
}

/// The reverse of [`join_classes`].
///
/// # Errors
/// `internal` when the column holds something else.
pub fn split_classes(classes: &str) -> Result<Vec<SharedClass>> {
    classes
        .split(',')
        .map(|word| word.parse().map_err(|_| Error::internal("referrals.classes holds an unknown class")))
        .collect()
}

/// What accepted referrals with these classes open together: nothing if there is none, else also the outline.
///
/// # Errors
/// `internal` when a column holds something else.
pub fn union(columns: &[String]) -> Result<Grants> {
    if columns.is_empty() {
        return Ok(Grants::NONE);
    }
    let mut classes = vec![Class::Outline];
    for column in columns {
        classes.extend(split_classes(column)?.into_iter().map(SharedClass::class));
    }
    Ok(Grants::of(&classes))
}

/// How finely a referral of these classes tells where somebody is: as precisely as it is known with the class
/// `location_precise`, and with `location_coarse` alone by a cell if nothing else is said.
///
/// # Errors
/// 422 on `/precision` for one that does not go with the classes.
pub fn precision(classes: &[SharedClass], asked: Option<Precision>) -> Result<Option<Precision>> {
    let refused = |detail: &str| Err(Error::invalid("/precision", detail));
    if classes.contains(&SharedClass::LocationPrecise) {
        // Less would only pretend: the class opens sites and clues as they are.
        return match asked {
            None | Some(Precision::Precise) => Ok(Some(Precision::Precise)),
            Some(_) => refused("is precise with the class location_precise; refer location_coarse for less"),
        };
    }
    if classes.contains(&SharedClass::LocationCoarse) {
        return match asked {
            Some(Precision::Precise) => refused("needs the class location_precise"),
            asked => Ok(Some(asked.unwrap_or(Precision::Cell))),
        };
    }
    if asked.is_none() {
        Ok(None)
    } else {
        refused("goes with the class location_coarse or location_precise")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn any_classes() -> impl Strategy<Value = Vec<SharedClass>> {
        proptest::collection::vec(proptest::sample::select(SharedClass::ALL), 1..8)
    }

    proptest! {
        #[test]
        fn classes_come_back_once_each(classes in any_classes()) {
            let column = join_classes(classes.clone());
            let back = split_classes(&column).unwrap();
            for class in SharedClass::ALL {
                prop_assert_eq!(back.contains(class), classes.contains(class));
            }
            prop_assert_eq!(join_classes(back), column);
        }

        #[test]
        fn referrals_open_their_classes_together_and_nothing_else(
            all in proptest::collection::vec(any_classes(), 1..4),
        ) {
            let columns: Vec<_> = all.iter().cloned().map(join_classes).collect();
            let grants = union(&columns).unwrap();
            let shared: Vec<Class> = all.concat().into_iter().map(SharedClass::class).collect();
            for class in Class::ALL {
                prop_assert_eq!(grants.has(*class), *class == Class::Outline || shared.contains(class));
            }
        }
    }

    #[test]
    fn a_precision_goes_with_the_classes() {
        use Precision::{Cell, Precise, Province};
        use SharedClass::{Identity, LocationCoarse, LocationPrecise};
        let told = |classes: &[SharedClass], asked| precision(classes, asked).ok();
        assert_eq!(told(&[Identity], None), Some(None));
        assert_eq!(told(&[Identity, LocationCoarse], None), Some(Some(Cell)));
        assert_eq!(told(&[LocationCoarse], Some(Province)), Some(Some(Province)));
        assert_eq!(told(&[LocationCoarse, LocationPrecise], None), Some(Some(Precise)));
        for (classes, asked) in [
            (Identity, Cell),
            (LocationCoarse, Precise),
            (LocationPrecise, Cell),
            (LocationPrecise, Province),
        ] {
            assert_eq!(told(&[classes], Some(asked)), None, "{classes} {asked}");
        }
    }

    #[test]
    fn no_referral_opens_nothing_and_a_strange_column_is_an_error() {
        assert_eq!(union(&[]).unwrap(), Grants::NONE);
        for column in ["", "plan", "source", "identity,", "everything"] {
            assert!(split_classes(column).is_err(), "{column:?}");
        }
    }
}
