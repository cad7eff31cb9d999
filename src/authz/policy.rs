//! The role matrix: [`decide`] is the one place that says which role may do what, [`reach`] on which cases, and
//! [`case_grants`] with which fields. Its outcome is a committed snapshot, `tests/api/snapshots/`.

use super::action::Action;
use super::fields::{Class, Grants};
use crate::alerts::model::AlertKind;

crate::words! {
    /// What somebody is in their organisation.
    pub enum Role {
        /// Users and settings; no case data at all.
        Admin = "admin",
        /// All cases of the organisation; assigns, confirms, plans, approves the plans of others.
        Coordinator = "coordinator",
        /// The cases assigned to them.
        Caseworker = "caseworker",
        /// The operations they are named on, from approval to completion.
        FieldOfficer = "field_officer",
        /// What was written and where it points; people only by pseudonym.
        Analyst = "analyst",
        /// The audit log; no content.
        Auditor = "auditor",
        /// Cases referred to them, as far as consent goes.
        Partner = "partner",
    }
}

/// What the function gate says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// Go on to the other gates.
    Allow,
    /// 403: the role does not do this.
    Refuse,
    /// 404: for this role such rows do not exist. A field officer must not even learn whether a case has messages.
    Absent,
}

/// Which cases are in a role's reach.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// None.
    Nothing,
    /// Those of the operations the user is named on, from approval to completion.
    Operation,
    /// Those assigned to the user.
    Assigned,
    /// Those referred to the user and accepted.
    Referred,
    /// Every case of the organisation.
    Organisation,
}

/// Which cases are in the reach of `role`.
pub const fn reach(role: Role) -> Reach {
    match role {
        Role::Admin | Role::Auditor => Reach::Nothing,
        Role::Coordinator | Role::Analyst => Reach::Organisation,
        Role::Caseworker => Reach::Assigned,
        Role::FieldOfficer => Reach::Operation,
        Role::Partner => Reach::Referred,
    }
}

/// Which classes of a case in reach `role` may see. A partner's are further cut to what consent covers.
pub const fn case_grants(role: Role) -> Grants {
    match role {
        Role::Admin | Role::Auditor => Grants::NONE,
        Role::Coordinator => Grants::all(),
        Role::Caseworker => Grants::all_but(&[Class::Plan]),
        Role::FieldOfficer => Grants::of(&[Class::Outline]),
        Role::Analyst => {
            Grants::of(&[Class::Outline, Class::Content, Class::LocationCoarse, Class::LocationPrecise])
        }
        Role::Partner => Grants::all_but(&[Class::Plan, Class::Source]),
    }
}

/// Which classes of a site `role` may see.
pub const fn site_grants(role: Role) -> Grants {
    match role {
        Role::Coordinator | Role::Caseworker => Grants::all_but(&[Class::Plan]),
        Role::Analyst => {
            Grants::of(&[Class::Outline, Class::LocationCoarse, Class::LocationPrecise, Class::Source])
        }
        Role::Admin | Role::FieldOfficer | Role::Auditor | Role::Partner => Grants::NONE,
    }
}

/// Which classes of an actor, and of what it is to a site, `role` may see. Actors are of no case: who they are is for all
/// who seek, an analyst too, and for nobody in the field or outside of the house.
pub const fn actor_grants(role: Role) -> Grants {
    match role {
        Role::Coordinator | Role::Caseworker | Role::Analyst => {
            Grants::of(&[Class::Outline, Class::Identity, Class::LocationPrecise, Class::Source])
        }
        Role::Admin | Role::FieldOfficer | Role::Auditor | Role::Partner => Grants::NONE,
    }
}

/// Which classes of an operation in reach `role` may see.
///
/// A field officer reaches an operation only while named on it and only from approval to completion, so what is in
/// reach is also what may be seen. `Recognition` opens the cards of its people.
pub const fn operation_grants(role: Role) -> Grants {
    match role {
        Role::Coordinator => Grants::all(),
        Role::FieldOfficer => Grants::of(&[
            Class::Outline,
            Class::LocationCoarse,
            Class::LocationPrecise,
            Class::Plan,
            Class::Recognition,
        ]),
        Role::Caseworker => Grants::of(&[Class::Outline]),
        Role::Admin | Role::Analyst | Role::Auditor | Role::Partner => Grants::NONE,
    }
}

/// Which classes of a checkpoint of the audit log `role` may see. How many rows a log has tells how much is going on, and
/// a minute's rows how much tonight: everybody can be a witness by a digest that tells neither.
pub const fn audit_grants(role: Role) -> Grants {
    match role {
        Role::Auditor => Grants::of(&[Class::Outline, Class::Source]),
        _ => Grants::of(&[Class::Outline]),
    }
}

/// Of which alerts `role` is told, where it reaches the case. Duress and unsafe contact are of the class `contact`,
/// the watch of `content`, which a field officer is not granted; the estimate is of `location_precise`; a plan waits for an
/// approver. What a team in the field sends or fails to send is for those to act on who are not out there with it; its own
/// members ask how they stand at `/v1/operations/{id}/check-ins/state`. Who may have a plan in view is told who reads it
/// unusually often, whose phone was lost, and who was forced to sign in; the last is told to nobody who it is about.
pub const fn alert_kinds(role: Role) -> &'static [AlertKind] {
    use AlertKind::{
        ApprovalNeeded, CheckInHelp, CheckInOverdue, Coerced, Duress, EstimateChanged, LostPhone, Overdue,
        PlanReads, Silent, UnsafeContact,
    };
    match role {
        Role::Coordinator => &[
            Overdue,
            Silent,
            Duress,
            UnsafeContact,
            ApprovalNeeded,
            EstimateChanged,
            CheckInOverdue,
            CheckInHelp,
            PlanReads,
            LostPhone,
            Coerced,
        ],
        Role::Caseworker => &[Overdue, Silent, Duress, UnsafeContact, EstimateChanged],
        Role::Analyst => &[Overdue, Silent, EstimateChanged],
        // A partner is told by whoever referred the case to them.
        Role::Admin | Role::FieldOfficer | Role::Auditor | Role::Partner => &[],
    }
}

/// The function gate.
pub fn decide(role: Role, action: Action) -> Decision {
    let rule = rule(action);
    if rule.allow.contains(&role) {
        Decision::Allow
    } else if rule.absent.contains(&role) {
        Decision::Absent
    } else {
        Decision::Refuse
    }
}

/// Whether a stranger may do it.
pub fn is_public(action: Action) -> bool {
    rule(action).public
}

struct Rule {
    public: bool,
    allow: &'static [Role],
    absent: &'static [Role],
}

const fn public() -> Rule {
    Rule { public: true, allow: Role::ALL, absent: &[] }
}

const fn only(allow: &'static [Role]) -> Rule {
    Rule { public: false, allow, absent: &[] }
}

/// As [`only`], for what is inside a case: a field officer reaches the outline of a case and nothing in it.
const fn inside_case(allow: &'static [Role]) -> Rule {
    Rule { public: false, allow, absent: &[Role::FieldOfficer] }
}

fn rule(action: Action) -> Rule {
    use Action as A;
    use Role::{Admin, Analyst, Auditor, Caseworker, Coordinator, FieldOfficer, Partner};
    match action {
        A::Health
        | A::Ready
        | A::Metrics
        | A::Login
        | A::Refresh
        | A::Setup
        | A::InvitationAccept
        | A::CalendarFeed
        | A::UploadOptions => public(),

        A::MeShow | A::MePassword | A::SessionList | A::SessionRevoke | A::Logout | A::StepUp => {
            only(Role::ALL)
        }
        A::TotpEnrol | A::TotpConfirm | A::TotpRemove | A::RecoveryCodesMake => only(Role::ALL),
        A::DuressPut | A::DuressEnd => only(Role::ALL),
        A::PackKeyShow | A::PackKeyPut | A::PackKeyEnd => only(&[Coordinator, FieldOfficer]),

        A::SyncChanges => only(&[Coordinator, Caseworker, FieldOfficer, Analyst, Partner]),
        // Each item is decided on by itself.
        A::SyncBatch => only(&[Coordinator, Caseworker, FieldOfficer, Analyst]),

        A::CalendarCreate | A::CalendarShow | A::CalendarEnd => only(&[Coordinator, Caseworker]),

        A::UserList | A::UserShow => only(&[Admin, Coordinator]),
        A::UserInvite | A::UserUpdate | A::UserTotpReset => only(&[Admin]),
        A::UserSessionList | A::UserSessionRevoke | A::LostPhoneList => only(&[Admin, Coordinator]),
        // Whoever is called from the roadside makes the report: everybody but those who work elsewhere.
        A::LostPhoneReport => only(&[Admin, Coordinator, Caseworker, FieldOfficer, Analyst, Auditor]),

        A::CaseList | A::CaseShow => only(&[Coordinator, Caseworker, FieldOfficer, Analyst, Partner]),
        A::CaseCreate => only(&[Coordinator, Caseworker]),
        A::CaseUpdate | A::CaseStatus => only(&[Coordinator, Caseworker]),
        A::CaseTimeline => inside_case(&[Coordinator, Caseworker, Analyst, Partner]),

        A::AssignmentList => inside_case(&[Coordinator, Caseworker, Analyst]),
        A::AssignmentPut | A::AssignmentEnd => inside_case(&[Coordinator]),

        A::ReferralList => inside_case(&[Coordinator, Caseworker]),
        A::ReferralCreate => inside_case(&[Coordinator]),
        A::ReferralMine | A::ReferralAccept => only(&[Partner]),
        A::ReferralReturn => only(&[Coordinator, Partner]),

        A::PersonList | A::PersonShow => inside_case(&[Coordinator, Caseworker, Analyst, Partner]),
        A::PersonCreate | A::PersonUpdate => inside_case(&[Coordinator, Caseworker]),

        A::ConsentList | A::ConsentCreate | A::ConsentWithdraw => inside_case(&[Coordinator, Caseworker]),

        A::ChannelList | A::ChannelAdvice | A::ChannelHistory => {
            inside_case(&[Coordinator, Caseworker, Partner])
        }
        A::ChannelCreate | A::ChannelUpdate => inside_case(&[Coordinator, Caseworker]),

        A::MessageList => inside_case(&[Coordinator, Caseworker, Analyst, Partner]),
        A::MessageCreate | A::MessageCorrect => inside_case(&[Coordinator, Caseworker]),
        A::ImportList
        | A::ImportPreview
        | A::ImportPaste
        | A::ImportFromAttachment
        | A::ImportShow
        | A::ImportProgress
        | A::ImportCancel
        | A::ImportCommit => inside_case(&[Coordinator, Caseworker]),

        A::WatchShow => inside_case(&[Coordinator, Caseworker, Analyst, Partner]),
        A::WatchPut | A::WatchPause | A::WatchPauseEnd => inside_case(&[Coordinator, Caseworker]),
        A::WorklistShow => only(&[Coordinator, Caseworker, FieldOfficer, Analyst, Partner]),
        A::AlertList | A::EventStream => only(&[Coordinator, Caseworker, FieldOfficer, Analyst, Partner]),
        A::AlertAcknowledge => only(&[Coordinator, Caseworker]),
        A::TaskList | A::TaskCreate => inside_case(&[Coordinator, Caseworker, Analyst]),
        A::TaskShow | A::TaskUpdate => inside_case(&[Coordinator, Caseworker, Analyst]),
        A::AttachmentList | A::AttachmentShow => inside_case(&[Coordinator, Caseworker, Analyst, Partner]),
        A::AttachmentCreate
        | A::AttachmentCustody
        | A::UploadCreate
        | A::UploadShow
        | A::UploadAppend
        | A::UploadRemove => inside_case(&[Coordinator, Caseworker]),

        A::ClueList => inside_case(&[Coordinator, Caseworker, Analyst, Partner]),
        A::ClueCreate | A::ClueUpdate => inside_case(&[Coordinator, Caseworker, Analyst]),

        A::LocationShow | A::LocationMap => inside_case(&[Coordinator, Caseworker, Analyst, Partner]),
        A::LocationRelated | A::ClueExtract => inside_case(&[Coordinator, Caseworker, Analyst]),
        A::LocationExtract | A::SiteEvidence => only(&[Coordinator, Caseworker, Analyst]),

        A::DoNotShareList | A::DoNotSharePut => inside_case(&[Coordinator, Caseworker]),
        A::DoNotShareEnd => inside_case(&[Coordinator]),
        A::SiteDoNotShareList => only(&[Coordinator, Caseworker]),
        // Its referrals may be on cases that a caseworker does not reach.
        A::SiteDoNotSharePut | A::SiteDoNotShareEnd => only(&[Coordinator]),

        A::SiteList
        | A::SiteShow
        | A::SiteCreate
        | A::SiteUpdate
        | A::SiteHistory
        | A::SiteScale
        | A::ObservationList
        | A::ObservationCreate
        | A::ObservationRetract => only(&[Coordinator, Caseworker, Analyst]),

        A::ActorList | A::ActorShow | A::ActorSites | A::SiteActorList => {
            only(&[Coordinator, Caseworker, Analyst])
        }
        A::ActorCreate
        | A::ActorUpdate
        | A::SiteActorCreate
        | A::SiteActorEnd
        | A::SiteActorRetract
        | A::DossierShow
        | A::DossierPrint => only(&[Coordinator, Analyst]),

        A::OperationList | A::OperationShow => only(&[Coordinator, Caseworker, FieldOfficer]),
        A::BoardShow
        | A::OperationCreate
        | A::OperationUpdate
        | A::OperationSubmit
        | A::OperationApprove
        | A::OperationReject
        | A::OperationWaive
        | A::OperationWaiverEnd
        | A::OperationMemberPut
        | A::OperationMemberEnd
        | A::OperationCanary => only(&[Coordinator]),
        A::OperationGates => only(&[Coordinator, FieldOfficer]),
        A::OperationStart | A::OperationComplete | A::OperationAbort | A::OperationChecklist => {
            only(&[Coordinator, FieldOfficer])
        }
        A::PackTake => only(&[Coordinator, FieldOfficer]),
        A::PackList | A::PackSetAside => only(&[Coordinator]),
        A::ReportCreate
        | A::ReportList
        | A::OperationAttach
        | A::CheckInCreate
        | A::CheckInList
        | A::CheckInState => only(&[Coordinator, FieldOfficer]),

        A::WebhookList
        | A::WebhookCreate
        | A::WebhookShow
        | A::WebhookUpdate
        | A::WebhookDelete
        | A::WebhookRotate
        | A::WebhookDeliveries => only(&[Admin]),

        A::AuditList | A::AuditProof | A::AuditConsistency => only(&[Auditor]),
        A::AuditCheckpoint => only(Role::ALL),
    }
}
