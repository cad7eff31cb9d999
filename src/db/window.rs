//! The part of an ordered list that is wanted: what every page is cut by.

use super::types::{Id, Time};

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

/// Cuts a boxed query to a [`Window`], by the two columns of its order.
///
/// `within!(query, window, cases::created_at, cases::id).load(c)`
macro_rules! within {
    ($query:expr, $window:expr, $at:expr, $id:expr) => {{
        let window: $crate::db::window::Window = $window;
        match (window.descending, window.after) {
            (false, None) => $query.order(($at.asc(), $id.asc())),
            (false, Some((at, id))) => {
                $query.filter($at.gt(at).or($at.eq(at).and($id.gt(id)))).order(($at.asc(), $id.asc()))
            }
            (true, None) => $query.order(($at.desc(), $id.desc())),
            (true, Some((at, id))) => {
                $query.filter($at.lt(at).or($at.eq(at).and($id.lt(id)))).order(($at.desc(), $id.desc()))
            }
        }
        .limit(window.limit)
    }};
}
pub(crate) use within;
