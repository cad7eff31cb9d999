//! The part of an ordered list that is wanted: what every page is cut by.

mod merged;

use std::collections::HashMap;

pub use merged::{beyond, merged};

use super::types::{Id, Time};
use crate::error::Result;

/// Up to `limit` rows after a place in a list that is ordered by a moment and then by the id.
#[derive(Debug, Clone, Copy)]
pub struct Window {
    /// The last place of the page before.
    pub after: Option<(Time, Id)>,
    /// Newest first.
    pub descending: bool,
    /// Rows at most.
    pub limit: i64,
}

impl Window {
    /// As `within!` cuts a query, for places that were loaded in no order.
    pub fn cut(self, mut places: Vec<(Time, Id)>) -> Vec<(Time, Id)> {
        if let Some(after) = self.after {
            places.retain(|place| if self.descending { *place < after } else { *place > after });
        }
        places.sort_unstable();
        if self.descending {
            places.reverse();
        }
        places.truncate(usize::try_from(self.limit).unwrap_or(usize::MAX));
        places
    }
}

/// The places of a page among some rows, which `places` looks up, a thousand ids at a time: SQLite binds only so many.
///
/// # Errors
/// What `places` says.
pub fn looked_up(
    window: Window,
    ids: &[Id],
    mut places: impl FnMut(&[Id]) -> Result<Vec<(Time, Id)>>,
) -> Result<Vec<(Time, Id)>> {
    let mut found = Vec::new();
    for chunk in ids.chunks(1_000) {
        found.extend(places(chunk)?);
    }
    Ok(window.cut(found))
}

/// Puts rows into the order of their places in a list, each with its moment there. One that has gone since is left out.
pub fn in_order<R>(places: &[(Time, Id)], rows: Vec<R>, id: impl Fn(&R) -> Id) -> Vec<(Time, R)> {
    let mut rows: HashMap<Id, R> = rows.into_iter().map(|row| (id(&row), row)).collect();
    places.iter().filter_map(|(at, id)| rows.remove(id).map(|row| (*at, row))).collect()
}

/// Cuts a boxed query to a [`Window`], by the two columns of its order.
///
/// `within!(query, window, cases::created_at, cases::id).load(c)`
macro_rules! within {
    ($query:expr, $window:expr, $at:expr, $id:expr) => {{
        let window: $crate::db::window::Window = $window;
        let query = match window.after {
            None => $query,
            Some(place) => $query.filter($crate::db::window::beyond($at, $id, place, window.descending)),
        };
        if window.descending {
            query.order(($at.desc(), $id.desc()))
        } else {
            query.order(($at.asc(), $id.asc()))
        }
        .limit(window.limit)
    }};
}
pub(crate) use within;

#[cfg(test)]
mod tests {
    use super::*;

    fn place(at: i64) -> (Time, Id) {
        (Time::from_micros(at), Id::NOWHERE)
    }

    #[test]
    fn places_are_cut_as_a_page_is() {
        let all = || vec![place(3), place(1), place(4), place(2)];
        let window = |after, descending| Window { after, descending, limit: 2 };
        assert_eq!(window(None, false).cut(all()), [place(1), place(2)]);
        assert_eq!(window(None, true).cut(all()), [place(4), place(3)]);
        assert_eq!(window(Some(place(2)), false).cut(all()), [place(3), place(4)]);
        assert_eq!(window(Some(place(2)), true).cut(all()), [place(1)]);
    }
}
