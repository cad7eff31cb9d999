//! What happened on a case, from every source, in one order.

use std::collections::HashMap;

use super::store;
use crate::authz::policy::{Decision, decide, operation_grants};
use crate::authz::{Action, Class, Scope, Tx};
use crate::cases::model::{CaseStatus, EVENT_REASON, OpenCase};
use crate::cases::store::{CaseEventKind, CaseEventRow};
use crate::clues::model::{ClueView, Doubts};
use crate::clues::store::ClueRow;
use crate::crypto::Access;
use crate::db::types::{Id, Time};
use crate::db::window::Window;
use crate::error::Result;
use crate::messages::model::{Authenticity, CORRECTION, Correction, Corrections, MessageView};
use crate::messages::store::{CorrectionRow, MessageRow};
use crate::reports::model::ReportView;
use crate::reports::store::ReportRow;
use crate::{clues, messages, reports, view};

crate::words! {
    /// What kind of thing happened.
    pub enum TimelineKind {
        /// The case was opened.
        Opened = "opened",
        /// Its status changed.
        Status = "status",
        /// Somebody was put on it or taken off it.
        Assignment = "assignment",
        /// Something was said.
        Message = "message",
        /// A message was corrected.
        Correction = "correction",
        /// Somebody was somewhere.
        Clue = "clue",
        /// A team reported from the field.
        Report = "report",
    }
}

crate::words! {
    /// What changed about an assignment.
    pub enum AssignmentChange {
        /// Put on the case.
        Assigned = "assigned",
        /// Taken off it.
        Unassigned = "unassigned",
    }
}

view! {
    /// One thing that happened on a case. Which fields there are beside the first four follows from `kind`.
    pub struct TimelineItem from TimelineFields {
        /// When it happened, UTC: when a message was sent, the moment that a clue is about.
        outline at: Time,
        /// When it was written down here, UTC.
        outline recorded_at: Time,
        /// What kind of thing it is.
        outline kind: TimelineKind,
        /// The id of the message, clue, correction, report, or of this entry in the case's own history.
        outline id: Id,
        /// Who did it, or wrote it down.
        outline_maybe actor_id: Id,
        /// For a message: all of it.
        outline_maybe message: MessageView,
        /// For a clue: all of it.
        outline_maybe clue: ClueView,
        /// For a report: all of it.
        outline_maybe report: ReportView,
        /// For a status change: from.
        outline_maybe from_status: CaseStatus,
        /// For a status change: to.
        outline_maybe to_status: CaseStatus,
        /// For an assignment: what changed.
        outline_maybe change: AssignmentChange,
        /// For an assignment: whose.
        outline_maybe user_id: Id,
        /// For an assignment: as what.
        outline_maybe role: String,
        /// For a correction: of which message.
        outline_maybe message_id: Id,
        /// For a correction: when the message was sent, rightly.
        outline_maybe sent_at: Time,
        /// For a correction: what the message was judged to be.
        outline_maybe authenticity: Authenticity,
        /// For a correction: what was written, rightly.
        content body: String,
        /// For a correction: the translation, rightly.
        content translation: String,
        /// For a status change or a correction: why.
        content reason: String,
    }
}

/// Something that happened, as its table has it.
pub enum Event {
    /// In the case's own history.
    Case(CaseEventRow),
    /// A message.
    Message(MessageRow),
    /// A correction.
    Correction(CorrectionRow),
    /// A clue.
    Clue(ClueRow),
    /// A field report.
    Report(ReportRow),
}

impl Event {
    /// Its place in the timeline.
    pub fn place(&self) -> (Time, Id) {
        match self {
            Self::Case(row) => (row.at, row.id),
            Self::Message(row) => row.place(),
            Self::Correction(row) => (row.at, row.id),
            Self::Clue(row) => (row.observed_at, row.id),
            Self::Report(row) => (row.at, row.id),
        }
    }
}

/// Whether the caller may see things of this kind: as the list that they are from says.
pub fn is_visible(scope: &Scope, kind: TimelineKind) -> bool {
    let allowed = |action| decide(scope.role, action) == Decision::Allow;
    match kind {
        TimelineKind::Opened | TimelineKind::Status => true,
        TimelineKind::Assignment => allowed(Action::AssignmentList),
        TimelineKind::Message | TimelineKind::Correction => allowed(Action::MessageList),
        TimelineKind::Clue => allowed(Action::ClueList),
        TimelineKind::Report => allowed(Action::ReportList) && operation_grants(scope.role).has(Class::Plan),
    }
}

/// The part of the timeline in a window, of these kinds, each of which is visible.
///
/// # Errors
/// Of the database.
pub fn events(
    tx: &mut Tx<'_, '_>,
    case_id: Id,
    kinds: &[TimelineKind],
    window: Window,
) -> Result<Vec<Event>> {
    let wanted = |kind| kinds.contains(&kind);
    let Tx { scope, conn, .. } = tx;
    let mut history = Vec::new();
    if wanted(TimelineKind::Opened) {
        history.push(CaseEventKind::Opened);
    }
    if wanted(TimelineKind::Status) {
        history.push(CaseEventKind::Status);
    }
    if wanted(TimelineKind::Assignment) {
        history.extend([CaseEventKind::Assigned, CaseEventKind::Unassigned]);
    }
    // The window of the whole lies within the windows of the parts: as many of each as could be wanted of all.
    let mut events = Vec::new();
    if !history.is_empty() {
        events
            .extend(store::case_events(scope, conn, case_id, &history, window)?.into_iter().map(Event::Case));
    }
    if wanted(TimelineKind::Message) {
        let rows = messages::store::list(scope, conn, case_id, None, window)?;
        events.extend(rows.into_iter().map(Event::Message));
    }
    if wanted(TimelineKind::Correction) {
        events.extend(store::corrections(scope, conn, case_id, window)?.into_iter().map(Event::Correction));
    }
    if wanted(TimelineKind::Clue) {
        events.extend(store::clues(scope, conn, case_id, window)?.into_iter().map(Event::Clue));
    }
    if wanted(TimelineKind::Report) {
        events.extend(store::reports(scope, conn, case_id, window)?.into_iter().map(Event::Report));
    }
    events.sort_by_key(Event::place);
    if window.descending {
        events.reverse();
    }
    events.truncate(usize::try_from(window.limit).unwrap_or(usize::MAX));
    Ok(events)
}

/// What is needed to show some events.
pub struct Shower {
    case: OpenCase,
    corrections: Corrections,
    doubts: Doubts,
    operations: HashMap<Id, Access>,
}

impl Shower {
    /// Loads what `events` need beside themselves.
    ///
    /// # Errors
    /// Of the database.
    pub fn new(tx: &mut Tx<'_, '_>, case: OpenCase, events: &[Event]) -> Result<Self> {
        let ids: Vec<Id> = events
            .iter()
            .filter_map(|event| if let Event::Message(row) = event { Some(row.id) } else { None })
            .collect();
        let mut corrections = Corrections::new();
        for row in messages::store::corrections_of(&tx.scope, tx.conn, &ids)? {
            corrections.entry(row.message_id).or_default().push(row);
        }
        let mut operations = HashMap::new();
        for event in events {
            if let Event::Report(row) = event
                && !operations.contains_key(&row.operation_id)
            {
                let access = tx.vault_of(row.operation_id, operation_grants(tx.scope.role))?;
                operations.insert(row.operation_id, access);
            }
        }
        let clues =
            events.iter().filter_map(|event| if let Event::Clue(row) = event { Some(row) } else { None });
        let doubts = clues::model::doubts(tx, clues)?;
        Ok(Self { case, corrections, doubts, operations })
    }

    /// What the caller may see of an event.
    ///
    /// # Errors
    /// `internal` when a column was changed or moved.
    pub fn show(&self, event: &Event) -> Result<TimelineItem> {
        let access = &self.case.access;
        let (at, id) = event.place();
        let fields = match event {
            Event::Case(row) => self.history(row)?,
            Event::Message(row) => {
                let corrections = self.corrections.get(&id).map_or(&[][..], Vec::as_slice);
                let mut fields = blank(at, row.recorded_at, TimelineKind::Message, id, row.author_id);
                fields.message = Some(messages::model::show(access, row, corrections)?);
                fields
            }
            Event::Correction(row) => {
                let mut fields = blank(at, row.at, TimelineKind::Correction, id, row.author_id);
                fields.message_id = Some(row.message_id);
                fields.sent_at = row.sent_at;
                fields.authenticity = row.authenticity;
                if let Some(Correction { reason, body, translation, attachments: _ }) =
                    access.open(&CORRECTION, id, &row.content)?
                {
                    fields.reason = Some(reason);
                    fields.body = body;
                    fields.translation = translation;
                }
                fields
            }
            Event::Clue(row) => {
                let mut fields = blank(at, row.recorded_at, TimelineKind::Clue, id, row.author_id);
                fields.clue = Some(clues::model::show(access, row, &self.doubts)?);
                fields
            }
            Event::Report(row) => {
                let mut fields = blank(at, row.recorded_at, TimelineKind::Report, id, row.author_id);
                let access = self.operations.get(&row.operation_id);
                fields.report = access.map(|access| reports::model::show(access, row)).transpose()?;
                fields
            }
        };
        Ok(fields.redact(access.grants()))
    }

    fn history(&self, row: &CaseEventRow) -> Result<TimelineFields> {
        let (kind, change) = match row.kind {
            CaseEventKind::Opened => (TimelineKind::Opened, None),
            CaseEventKind::Status => (TimelineKind::Status, None),
            CaseEventKind::Assigned => (TimelineKind::Assignment, Some(AssignmentChange::Assigned)),
            CaseEventKind::Unassigned => (TimelineKind::Assignment, Some(AssignmentChange::Unassigned)),
        };
        let mut fields = blank(row.at, row.recorded_at, kind, row.id, row.actor_id);
        fields.from_status = row.from_status;
        fields.to_status = row.to_status;
        fields.change = change;
        fields.user_id = row.subject_id;
        fields.role.clone_from(&row.subject_role);
        fields.reason = self.case.access.open_opt(&EVENT_REASON, row.id, row.reason.as_ref())?;
        Ok(fields)
    }
}

fn blank(at: Time, recorded_at: Time, kind: TimelineKind, id: Id, actor_id: Id) -> TimelineFields {
    TimelineFields {
        at,
        recorded_at,
        kind,
        id,
        actor_id: Some(actor_id),
        message: None,
        clue: None,
        report: None,
        from_status: None,
        to_status: None,
        change: None,
        user_id: None,
        role: None,
        message_id: None,
        sent_at: None,
        authenticity: None,
        body: None,
        translation: None,
        reason: None,
    }
}
