//! Statements of several kinds: a word says which kind, and each has a shape of its own.

/// Declares the kinds, the sum of their shapes, and how one finds the other.
///
/// ```ignore
/// kinds! {
///     /// What kind of statement it is.
///     pub enum ClueKind;
///     /// What it says.
///     pub enum ClueData {
///         /// They were at this position.
///         Point = "point" => PointData,
///     }
/// }
/// ```
#[macro_export]
macro_rules! kinds {
    (
        $(#[$kind_meta:meta])+ pub enum $kinds:ident;
        $(#[$data_meta:meta])+ pub enum $sum:ident {
            $($(#[$doc:meta])+ $kind:ident = $word:literal => $data:ident),+ $(,)?
        }
    ) => {
        $crate::words! {
            $(#[$kind_meta])+
            pub enum $kinds { $($(#[$doc])+ $kind = $word),+ }
        }

        $(#[$data_meta])+
        #[derive(Debug, Clone, PartialEq, serde::Serialize)]
        #[serde(untagged)]
        pub enum $sum {
            $($(#[$doc])+ $kind($data)),+
        }

        impl $sum {
            /// The kind of this statement.
            pub const fn kind(&self) -> $kinds {
                match self { $(Self::$kind(_) => $kinds::$kind),+ }
            }

            /// Reads `data` as a statement of `kind`.
            ///
            /// # Errors
            /// 422 with a pointer below `/data`.
            pub fn parse(kind: $kinds, data: serde_json::Value) -> $crate::error::Result<Self> {
                match kind {
                    $($kinds::$kind => $crate::http::body::parse_value(data, "/data").map(Self::$kind)),+
                }
            }
        }

        /// Any of the shapes: which one is said by `kind`. Not "one of", because the same data may be that of several
        /// kinds.
        impl utoipa::PartialSchema for $sum {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
                utoipa::openapi::schema::AnyOfBuilder::new()
                    .description(Some("The shape that belongs to `kind`."))
                    $(.item(utoipa::openapi::Ref::from_schema_name(<$data as utoipa::ToSchema>::name())))+
                    .into()
            }
        }

        impl utoipa::ToSchema for $sum {
            fn schemas(
                schemas: &mut Vec<(String, utoipa::openapi::RefOr<utoipa::openapi::Schema>)>,
            ) {
                $(
                    schemas.push((
                        <$data as utoipa::ToSchema>::name().into_owned(),
                        <$data as utoipa::PartialSchema>::schema(),
                    ));
                    <$data as utoipa::ToSchema>::schemas(schemas);
                )+
            }
        }
    };
}
