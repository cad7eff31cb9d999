//! The fourth gate: what must hold beside role, reach and classes before something is done. [`obligations`] is the one
//! place that says so, asked inside the executing transaction; the role matrix shows it as a column.
//!
//! A stolen session is worth less by it: whoever holds a token, and neither the password nor the phone of its user, reads
//! what the user reads in a day's work, and lets nobody in, hands nothing out and turns nothing off.

use super::Tx;
use super::action::Action;
use crate::error::{Error, Result};
use crate::factors;

/// How lately a caller must have shown to be who they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Freshness {
    /// The session is enough.
    Any,
    /// Within the last minutes, by the second factor where they have one, and else by the password. For what somebody
    /// needs to get a second factor, whatever their role asks for.
    Proven,
    /// The same, and by a second factor in any case where the role asks for one.
    ProvenAsRoleAsks,
}

/// What an action asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Obligations {
    /// How fresh the caller's proof must be.
    pub freshness: Freshness,
}

const NONE: Obligations = Obligations { freshness: Freshness::Any };
const PROVEN: Obligations = Obligations { freshness: Freshness::Proven };
const FRESH: Obligations = Obligations { freshness: Freshness::ProvenAsRoleAsks };

/// What must hold before `action` is done. Exhaustive: a new action does not compile until somebody has decided.
pub const fn obligations(action: Action) -> Obligations {
    use Action as A;
    match action {
        // Grants: who works here, as what, and whether at all. A suspension is among them because it is given and taken
        // back by the same request, and locks colleagues out; in a hurry a lost phone is reported instead.
        A::UserInvite | A::UserUpdate => FRESH,
        // Opens a case to people of another house.
        A::ReferralCreate => FRESH,
        // Sends news of what happens here to an address outside, or stops doing so: silence is worth as much to a thief.
        A::WebhookCreate | A::WebhookUpdate | A::WebhookRotate | A::WebhookDelete => FRESH,
        // Makes an address that opens without a session, for as long as nobody ends it.
        A::CalendarCreate => FRESH,
        // All that stands on record of a site, in one piece and made to be carried away. Both forms, or the one would be
        // the way round the other.
        A::DossierShow | A::DossierPrint => FRESH,
        // Says whose copy of a plan some words came from. A thief would ask it until his words point at nobody.
        A::OperationCanary => FRESH,
        // A case that is nobody's business but of those who are on it, opened; the approval of one is a grant.
        A::BreakGlassAsk | A::BreakGlassApprove => FRESH,
        // All that is kept of somebody, in one piece and made to be carried away.
        A::SubjectAccessMake => FRESH,
        // What does not come back, and what stood in its way.
        A::ShredAsk | A::ShredApprove | A::LegalHoldEnd => FRESH,

        // What protects accounts: a thief of a session must not make one his own, nor another's.
        A::TotpEnrol | A::TotpConfirm => PROVEN,
        A::TotpRemove | A::RecoveryCodesMake | A::DuressPut | A::DuressEnd | A::UserTotpReset => FRESH,

        // Take away, or call off: in a hurry nobody is to look for a code.
        A::BreakGlassEnd | A::ShredWithdraw | A::LegalHoldPlace => NONE,
        A::BreakGlassList | A::BreakGlassReview | A::ShredList | A::LegalHoldList => NONE,
        A::LegalBasisList | A::LegalBasisPut | A::RetentionDue | A::RetentionList | A::RetentionKeep => NONE,
        A::SubjectAccessList => NONE,
        // A copy for the field shows its member nothing that the plan does not, is marked and on record, and is taken at
        // the roadside by a weak link: no code is asked for there.
        A::PackTake | A::PackKeyShow | A::PackKeyPut | A::PackKeyEnd | A::PackList | A::PackSetAside => NONE,
        // Take away and never give, and are done by whoever is called from the roadside.
        A::LostPhoneReport | A::LostPhoneList | A::UserSessionList | A::UserSessionRevoke => NONE,
        A::CalendarShow | A::CalendarEnd | A::CalendarFeed => NONE,
        // A second person decides: their obligation is that they are not the first.
        A::OperationApprove | A::OperationReject | A::OperationWaive | A::OperationWaiverEnd => NONE,
        // Page by page and on record, as an auditor's day's work; the export is a command on the server.
        A::AuditList | A::AuditProof | A::AuditConsistency | A::AuditCheckpoint => NONE,
        // Somebody is at the door. What opens it again is a key that no session holds.
        A::SystemSeal | A::SystemUnseal | A::SealShow => NONE,
        // Carries its own proof: the password as it is.
        A::MePassword => NONE,
        // Gives the proof.
        A::Login | A::StepUp => NONE,
        A::Health
        | A::Ready
        | A::Metrics
        | A::Refresh
        | A::Setup
        | A::InvitationAccept
        | A::UploadOptions
        | A::MeShow
        | A::SessionList
        | A::SessionRevoke
        | A::Logout
        | A::UserList
        | A::UserShow
        | A::WebhookList
        | A::WebhookShow
        | A::WebhookDeliveries => NONE,
        // The work itself: cases and people, what they write, where they are, and who goes to them. Asking for a code
        // between a call for help and its answer costs more than it protects.
        A::SyncChanges
        | A::SyncBatch
        | A::CaseList
        | A::CaseCreate
        | A::CaseShow
        | A::CaseUpdate
        | A::CaseStatus
        | A::CaseTimeline
        | A::AssignmentList
        | A::AssignmentPut
        | A::AssignmentEnd
        | A::ReferralList
        | A::ReferralAccept
        | A::ReferralReturn
        | A::ReferralMine
        | A::PersonList
        | A::PersonCreate
        | A::PersonShow
        | A::PersonUpdate
        | A::ConsentList
        | A::ConsentCreate
        | A::ConsentWithdraw
        | A::ChannelList
        | A::ChannelCreate
        | A::ChannelUpdate
        | A::ChannelAdvice
        | A::ChannelHistory
        | A::MessageList
        | A::MessageCreate
        | A::MessageCorrect
        | A::WatchShow
        | A::WatchPut
        | A::WatchPause
        | A::WatchPauseEnd
        | A::WorklistShow
        | A::AlertList
        | A::EventStream
        | A::AlertAcknowledge
        | A::TaskList
        | A::TaskCreate
        | A::TaskShow
        | A::TaskUpdate
        | A::ImportList
        | A::ImportPreview
        | A::ImportPaste
        | A::ImportFromAttachment
        | A::ImportShow
        | A::ImportProgress
        | A::ImportCancel
        | A::ImportCommit
        | A::AttachmentList
        | A::AttachmentCreate
        | A::AttachmentShow
        | A::AttachmentCustody
        | A::UploadCreate
        | A::UploadShow
        | A::UploadAppend
        | A::UploadRemove
        | A::ClueList
        | A::ClueCreate
        | A::ClueUpdate
        | A::ClueExtract
        | A::LocationExtract
        | A::LocationShow
        | A::LocationMap
        | A::LocationRelated
        | A::SiteEvidence
        | A::DoNotShareList
        | A::DoNotSharePut
        | A::DoNotShareEnd
        | A::SiteDoNotShareList
        | A::SiteDoNotSharePut
        | A::SiteDoNotShareEnd
        | A::SiteList
        | A::SiteCreate
        | A::SiteShow
        | A::SiteUpdate
        | A::SiteHistory
        | A::SiteScale
        | A::ObservationList
        | A::ObservationCreate
        | A::ObservationRetract
        | A::ActorList
        | A::ActorCreate
        | A::ActorShow
        | A::ActorUpdate
        | A::ActorSites
        | A::SiteActorList
        | A::SiteActorCreate
        | A::SiteActorEnd
        | A::SiteActorRetract
        | A::BoardShow
        | A::OperationList
        | A::OperationCreate
        | A::OperationShow
        | A::OperationUpdate
        | A::OperationSubmit
        | A::OperationStart
        | A::OperationComplete
        | A::OperationAbort
        | A::OperationGates
        | A::OperationChecklist
        | A::OperationMemberPut
        | A::OperationMemberEnd
        | A::ReportCreate
        | A::ReportList
        | A::OperationAttach
        | A::CheckInCreate
        | A::CheckInList
        | A::CheckInState => NONE,
    }
}

/// The gate.
///
/// # Errors
/// 403 `step-up-needed` when the proof is too old, 403 `factor-needed` when the role asks for a second factor and there
/// is none.
pub(super) fn check(tx: &mut Tx<'_, '_>, action: Action) -> Result<()> {
    let is_excused = match obligations(action).freshness {
        Freshness::Any => return Ok(()),
        Freshness::Proven => true,
        Freshness::ProvenAsRoleAsks => false,
    };
    let settings = &tx.services.settings.auth;
    let needs_factor = !is_excused && settings.second_factor_required_for.contains(&tx.scope.role);
    // A session that is coerced stands as it does at home: it must not differ by what it is asked.
    let standing = factors::store::standing(&tx.scope.clone().at_home(), tx.conn)?;
    if needs_factor && !standing.has_factor {
        return Err(Error::factor_needed());
    }
    let until = standing.fresh_until(needs_factor, settings.step_up_seconds);
    if until.is_some_and(|until| until > tx.scope.now) {
        Ok(())
    } else {
        Err(Error::step_up_needed(settings.step_up_seconds))
    }
}
