//! Whose word something known of a site is.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::authz::Tx;
use crate::db::types::Id;
use crate::error::{Error, Result};
use crate::http::text::Line;
use crate::reports;
use crate::text::normalise;

crate::words! {
    /// Who or what tells it. A site belongs to no case, so that no message and no person of a case is among them.
    pub enum WitnessKind {
        /// A report from the field.
        FieldReport = "field_report",
        /// Somebody whom the label describes.
        Person = "person",
        /// Another organisation.
        Organisation = "organisation",
        /// Pictures from above.
        Imagery = "imagery",
        /// Something public.
        OpenSource = "open_source",
        /// A colleague, from what they know.
        Staff = "staff",
    }
}

/// Whose word it is.
#[derive(Clone)]
pub struct Witness {
    /// Who or what.
    pub kind: WitnessKind,
    /// The report, for a report from the field.
    pub report_id: Option<Id>,
    /// Words on it.
    pub label: Option<String>,
}

impl Witness {
    /// The colleague who writes it down.
    pub const fn staff() -> Self {
        Self { kind: WitnessKind::Staff, report_id: None, label: None }
    }

    /// A report from the field.
    pub const fn report(id: Id) -> Self {
        Self { kind: WitnessKind::FieldReport, report_id: Some(id), label: None }
    }

    /// By what equal voices are known: what one says twice is heard once. Whom nothing describes is somebody else
    /// each time.
    pub fn voice(&self, record: Id, author: Id) -> String {
        match (self.kind, self.report_id, &self.label) {
            (WitnessKind::FieldReport, Some(report), _) => format!("report:{report}"),
            (WitnessKind::Staff, _, _) => format!("staff:{author}"),
            (kind, _, Some(label)) => format!("{kind}:{}", normalise(label)),
            (kind, _, None) => format!("{kind}:{record}"),
        }
    }
}

/// Whose word it is, as it is sent.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WitnessIn {
    /// Who or what.
    kind: WitnessKind,
    /// For `field_report`: which.
    #[serde(default)]
    report_id: Option<Id>,
    /// Words on it. Equal words are one source.
    #[serde(default)]
    label: Option<Line<500>>,
}

impl WitnessIn {
    /// Checks that a report that is named is one of the organisation's.
    ///
    /// # Errors
    /// 422 below `/source`.
    pub fn checked(self, tx: &mut Tx<'_, '_>) -> Result<Witness> {
        let Self { kind, report_id, label } = self;
        if let Some(id) = report_id {
            if kind != WitnessKind::FieldReport {
                let detail = format!("does not go with a source of the kind {kind}");
                return Err(Error::invalid("/source/report_id", detail));
            }
            if !reports::store::exists(&tx.scope, tx.conn, id)? {
                return Err(Error::invalid("/source/report_id", "is no report of your organisation"));
            }
        }
        Ok(Witness { kind, report_id, label: label.map(Line::into_inner) })
    }
}

/// Whose word it is, as it is shown.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct WitnessView {
    /// Who or what.
    pub kind: WitnessKind,
    /// Which report.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub report_id: Option<Id>,
    /// Words on it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub label: Option<String>,
}

impl From<Witness> for WitnessView {
    fn from(Witness { kind, report_id, label }: Witness) -> Self {
        Self { kind, report_id, label }
    }
}
