//! Field classes: which fields of a row somebody may see.
//!
//! A view is declared with [`view!`](crate::view), which demands a class for each field. What was not granted is
//! absent from the JSON, not null.

use serde::{Deserialize, Serialize};

crate::words! {
    /// What kind of thing a field tells, and so who may see it.
    pub enum Class {
        /// Ids, status, risk, dates, counts, code name, assignments. The only class that is not sealed, but for the
        /// names and addresses of staff.
        Outline = "outline",
        /// Who somebody is: names, documents, birth.
        Identity = "identity",
        /// How somebody is recognised in the field, without saying who it is. A class of its own, so that a field
        /// officer's card can be opened with a key that opens no name.
        Recognition = "recognition",
        /// How somebody is reached: handles, rules, duress words, who wrote.
        Contact = "contact",
        /// What was written.
        Content = "content",
        /// Country or town.
        LocationCoarse = "location_coarse",
        /// Coordinates and names of places.
        LocationPrecise = "location_precise",
        /// What is planned, and what came of it.
        Plan = "plan",
        /// Where knowledge comes from.
        Source = "source",
    }
}

/// A set of classes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Grants(u16);

impl Grants {
    /// No class at all.
    pub const NONE: Self = Self(0);

    /// Exactly these.
    pub const fn of(classes: &[Class]) -> Self {
        let mut bits = 0;
        let mut index = 0;
        while index < classes.len() {
            bits |= 1 << classes[index] as u16;
            index += 1;
        }
        Self(bits)
    }

    /// Every class.
    pub const fn all() -> Self {
        Self::of(Class::ALL)
    }

    /// Everything but these.
    pub const fn all_but(classes: &[Class]) -> Self {
        Self(Self::all().0 & !Self::of(classes).0)
    }

    /// Whether `class` is granted.
    pub const fn has(self, class: Class) -> bool {
        self.0 & (1 << class as u16) != 0
    }

    /// What both grant.
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// The classes by name.
    pub fn names(self) -> Vec<&'static str> {
        Class::ALL.iter().filter(|class| self.has(**class)).map(|class| class.as_str()).collect()
    }
}

/// Declares what an endpoint shows, with a class for each field.
///
/// ```ignore
/// view! {
///     /// One case.
///     pub struct CaseView from CaseFields {
///         /// The id.
///         outline id: Id,
///         /// What it is about.
///         content summary: String,
///         /// Why it was closed.
///         outline_maybe closing_reason: ClosingReason,
///     }
/// }
/// ```
/// makes `CaseFields` (all public, what the slice fills in: `T` for `outline`, `Option<T>` for every other class
/// and for `outline_maybe`) and `CaseView` (all private, what is sent). The only way from one to the other is
/// `CaseFields::redact(grants)`, which drops what is not granted even if it was opened by mistake.
#[macro_export]
macro_rules! view {
    (
        $(#[$meta:meta])*
        pub struct $view:ident from $fields:ident {
            $($(#[$fmeta:meta])* $class:ident $field:ident : $ty:ty ),* $(,)?
        }
    ) => {
        $crate::view!(@split [$(#[$meta])*] $view $fields [] $( {$(#[$fmeta])* $class $field : $ty} )*);
    };
    // Each field becomes: meta, class, whether the input is optional, name, type.
    (@split [$($meta:tt)*] $view:ident $fields:ident [$($done:tt)*]) => {
        $crate::view!(@emit [$($meta)*] $view $fields $($done)*);
    };
    (@split [$($meta:tt)*] $view:ident $fields:ident [$($done:tt)*]
        {$(#[$fmeta:meta])* outline $field:ident : $ty:ty} $($rest:tt)*) => {
        $crate::view!(@split [$($meta)*] $view $fields
            [$($done)* {[$(#[$fmeta])*] Outline, required, $field, $ty, $ty, Some}] $($rest)*);
    };
    (@split [$($meta:tt)*] $view:ident $fields:ident [$($done:tt)*]
        {$(#[$fmeta:meta])* $class:ident $field:ident : $ty:ty} $($rest:tt)*) => {
        $crate::view!(@split [$($meta)*] $view $fields
            [$($done)* {[$(#[$fmeta])*] $class, optional, $field, $ty, Option<$ty>, std::convert::identity}] $($rest)*);
    };
    (@emit [$(#[$meta:meta])*] $view:ident $fields:ident
        $({[$(#[$fmeta:meta])*] $class:ident, $need:ident, $field:ident, $ty:ty, $input:ty, $lift:expr})*) => {
        $(#[$meta])*
        ///
        /// What the caller may not see is absent.
        #[derive(Debug, Clone, serde::Serialize, utoipa::ToSchema)]
        pub struct $view {
            $(
                $(#[$fmeta])*
                #[serde(skip_serializing_if = "Option::is_none")]
                #[schema(nullable = false)]
                $field: Option<$ty>,
            )*
        }

        #[doc = concat!("What [`", stringify!($view), "`] is made from.")]
        #[derive(Debug)]
        pub struct $fields {
            $($(#[$fmeta])* pub $field: $input,)*
        }

        impl $fields {
            /// Keeps what is granted.
            pub fn redact(self, grants: $crate::authz::Grants) -> $view {
                $view {
                    $($field: if grants.has($crate::view!(@class $class)) { ($lift)(self.$field) } else { None },)*
                }
            }
        }
    };
    (@class Outline) => { $crate::authz::Class::Outline };
    (@class outline_maybe) => { $crate::authz::Class::Outline };
    (@class identity) => { $crate::authz::Class::Identity };
    (@class recognition) => { $crate::authz::Class::Recognition };
    (@class contact) => { $crate::authz::Class::Contact };
    (@class content) => { $crate::authz::Class::Content };
    (@class location_coarse) => { $crate::authz::Class::LocationCoarse };
    (@class location_precise) => { $crate::authz::Class::LocationPrecise };
    (@class plan) => { $crate::authz::Class::Plan };
    (@class source) => { $crate::authz::Class::Source };
}
