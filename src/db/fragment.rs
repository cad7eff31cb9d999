//! What Diesel wants to know of parts of statements that are written by hand.

/// The statement is remembered by its text, which differs from one use to the next.
macro_rules! by_text {
    ($name:ident $(<$($part:ident),+>)?) => {
        impl $(<$($part),+>)? diesel::query_builder::QueryId for $name $(<$($part),+>)? {
            type QueryId = ();
            const HAS_STATIC_QUERY_ID: bool = false;
        }
    };
}

/// A condition on columns, remembered by its text.
macro_rules! condition {
    ($name:ident<$first:ident $(, $more:ident)*>) => {
        impl<$first, $($more),*> diesel::expression::Expression for $name<$first, $($more),*>
        where
            $first: diesel::expression::Expression,
            $($more: diesel::expression::Expression,)*
        {
            type SqlType = diesel::sql_types::Bool;
        }

        impl<$first, $($more,)* Source> diesel::expression::AppearsOnTable<Source> for $name<$first, $($more),*>
        where
            $first: diesel::expression::AppearsOnTable<Source>,
            $($more: diesel::expression::AppearsOnTable<Source>,)*
        {
        }

        impl<$first, $($more,)* Source> diesel::expression::SelectableExpression<Source> for $name<$first, $($more),*>
        where
            $first: diesel::expression::SelectableExpression<Source>,
            $($more: diesel::expression::SelectableExpression<Source>,)*
        {
        }

        impl<$first, $($more,)* Grouping> diesel::expression::ValidGrouping<Grouping> for $name<$first, $($more),*>
        where
            $first: diesel::expression::ValidGrouping<Grouping>,
        {
            type IsAggregate = $first::IsAggregate;
        }

        $crate::db::fragment::by_text!($name<$first $(, $more)*>);
    };
}

pub(super) use {by_text, condition};
