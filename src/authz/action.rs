//! Everything that can be done, by name. The name is the `operationId` in OpenAPI, the `action` in the audit log
//! and the row of the role matrix.

/// A type that stands for one [`Action`], so that a handler's first argument says what it may do.
pub trait Permission: 'static {
    /// The action.
    const ACTION: Action;
}

macro_rules! actions {
    ($($(#[doc = $doc:literal])+ $name:ident = $word:literal),+ $(,)?) => {
        crate::words! {
            /// One thing that can be done through the API.
            pub enum Action { $($(#[doc = $doc])+ $name = $word),+ }
        }

        impl Action {
            /// One sentence, for OpenAPI.
            pub fn summary(self) -> &'static str {
                match self { $(Self::$name => concat!($($doc),+).trim_ascii()),+ }
            }
        }

        /// One marker type per action.
        pub mod may {
            $(
                $(#[doc = $doc])+
                pub struct $name;
                impl super::Permission for $name {
                    const ACTION: super::Action = super::Action::$name;
                }
            )+
        }
    };
}

actions! {
    /// Whether the process lives.
    Health = "health",
    /// Whether it can serve: it is not sealed, and the database answers.
    Ready = "ready",
    /// Counters in the text format of Prometheus, for loopback or with the metrics token.
    Metrics = "metrics",
    /// Whether the service is sealed, and how many shares of its key were given so far.
    SealShow = "system.seal_show",
    /// Seals the whole installation at once: every session ends, every server forgets its keys, and nothing can be read or
    /// written until those who keep the key open it again. Needs nobody else and no second factor.
    SystemSeal = "system.seal",
    /// Gives one share of the root key, or the passphrase that opens it. The service opens with the last one needed.
    SystemUnseal = "system.unseal",
    /// Sign in.
    Login = "auth.login",
    /// A new access token, and the next refresh token, for a refresh token; each works once.
    Refresh = "auth.refresh",
    /// Found an organisation and its first admin, with the one-time link printed at the first start.
    Setup = "setup",
    /// Set the first password, with a one-time invitation.
    InvitationAccept = "invitation.accept",

    /// Who am I, and what may I do?
    MeShow = "me.show",
    /// Change my password; every other session of mine ends.
    MePassword = "me.password",
    /// My sessions.
    SessionList = "session.list",
    /// End one of my sessions, at once and everywhere.
    SessionRevoke = "session.revoke",
    /// The key that my packs are sealed to.
    PackKeyShow = "pack_key.show",
    /// Have my packs sealed to this key of age from now on.
    PackKeyPut = "pack_key.put",
    /// Forget the key that my packs are sealed to.
    PackKeyEnd = "pack_key.end",
    /// End the session of this request.
    Logout = "auth.logout",
    /// Show once more who I am, for what asks for a fresh proof.
    StepUp = "auth.step_up",
    /// A new secret for my authenticator app; the one in use stays until a code of the new one confirms it.
    TotpEnrol = "totp.enrol",
    /// Confirm the new secret by a code; the answer holds recovery codes, once.
    TotpConfirm = "totp.confirm",
    /// Do without a second factor.
    TotpRemove = "totp.remove",
    /// New recovery codes; those from before are good no more.
    RecoveryCodesMake = "recovery_codes.make",
    /// Set the password to give when I am forced: the session that it opens shows nothing, and coordinators are alerted.
    DuressPut = "duress_password.put",
    /// Do without a duress password; the answer is the same if there was none.
    DuressEnd = "duress_password.end",

    /// Make an address for my calendar; one that I had before stops working.
    CalendarCreate = "calendar.create",
    /// Whether I have a calendar address.
    CalendarShow = "calendar.show",
    /// End my calendar address.
    CalendarEnd = "calendar.end",
    /// Contact windows and due dates of the coming 14 days, for a calendar that knows the address.
    CalendarFeed = "calendar.feed",

    /// What has changed of what my device is to hold; nothing is 204.
    SyncChanges = "sync.changes",
    /// Do what was done without a link: a list of items, each by itself and once for ever.
    SyncBatch = "sync.batch",

    /// The users of the organisation.
    UserList = "user.list",
    /// Invite a user; the answer holds a one-time invitation.
    UserInvite = "user.invite",
    /// One user.
    UserShow = "user.show",
    /// Change name, role or state of a user; every session of theirs ends.
    UserUpdate = "user.update",

    /// Remove a user's second factor: their phone and their recovery codes are gone. Every session of theirs ends.
    UserTotpReset = "user.totp_reset",

    /// The devices that a user is signed in on.
    UserSessionList = "user.session_list",
    /// End a user's session on one device, at once and everywhere; the packs that it took count as burnt.
    UserSessionRevoke = "user.session_revoke",
    /// Report somebody's phone as lost: their sessions end at once, their packs count as burnt, coordinators are alerted.
    LostPhoneReport = "lost_phone.report",
    /// When phones of a user were reported lost, and by whom.
    LostPhoneList = "lost_phone.list",

    /// The cases in reach, newest activity first unless sorted otherwise.
    CaseList = "case.list",
    /// Open a case; whoever opens it as a caseworker leads it.
    CaseCreate = "case.create",
    /// One case.
    CaseShow = "case.show",
    /// Change a case's summary, risk, country or languages.
    CaseUpdate = "case.update",
    /// Move a case along its status machine.
    CaseStatus = "case.status",
    /// Everything that happened on a case, in one order, with the time of the event and the time it was recorded.
    CaseTimeline = "case.timeline",

    /// Who works on a case, now and before.
    AssignmentList = "assignment.list",
    /// Put a user on a case, or change what they are on it.
    AssignmentPut = "assignment.put",
    /// Take a user off a case.
    AssignmentEnd = "assignment.end",

    /// Ask for access to a case that I am not on, in an emergency; coordinators are alerted.
    BreakGlassAsk = "break_glass.ask",
    /// Accesses in an emergency: all of them for who reviews them, their own for others.
    BreakGlassList = "break_glass.list",
    /// Open a case for somebody who asked for it in an emergency.
    BreakGlassApprove = "break_glass.approve",
    /// End an access in an emergency before its time, or turn it down.
    BreakGlassEnd = "break_glass.end",
    /// Say what an access in an emergency was used for, and whether it was needed.
    BreakGlassReview = "break_glass.review",

    /// Ask for a case to be destroyed; those on it and the coordinators are alerted.
    ShredAsk = "shred.ask",
    /// Destroy a case for which another coordinator asked. There is no way back.
    ShredApprove = "shred.approve",
    /// Call it off.
    ShredWithdraw = "shred.withdraw",
    /// What is to be destroyed, and the bare outline of what was.
    ShredList = "shred.list",
    /// The legal holds on a case, newest first.
    LegalHoldList = "legal_hold.list",
    /// Say that a case must not be destroyed.
    LegalHoldPlace = "legal_hold.place",
    /// Say that a case need not be kept any more.
    LegalHoldEnd = "legal_hold.end",

    /// On what grounds a case is and was kept, newest first.
    LegalBasisList = "legal_basis.list",
    /// Say on what ground a case is kept from now on; what was said before stays.
    LegalBasisPut = "legal_basis.put",
    /// The closed cases that were kept for as long as they are to be: somebody decides.
    RetentionDue = "retention.due",
    /// The decisions to keep a case for longer, newest first.
    RetentionList = "retention.list",
    /// Keep a closed case until another day, with a reason.
    RetentionKeep = "retention.keep",
    /// Make a file of everything that is kept of a person, to be given to them; sealed to a key of age.
    SubjectAccessMake = "subject_access.make",
    /// When a person was given what is kept of them, and by whom.
    SubjectAccessList = "subject_access.list",

    /// To whom a case was referred.
    ReferralList = "referral.list",
    /// Offer a case to a partner, with the classes that consent covers and an end.
    ReferralCreate = "referral.create",
    /// Accept a referral; the case comes into the partner's reach.
    ReferralAccept = "referral.accept",
    /// Give a referred case back, or take it back; it leaves the partner's reach at once.
    ReferralReturn = "referral.return",
    /// The referrals offered to me.
    ReferralMine = "referral.mine",

    /// The people of a case.
    PersonList = "person.list",
    /// Add a person to a case.
    PersonCreate = "person.create",
    /// One person.
    PersonShow = "person.show",
    /// Change what is known of a person.
    PersonUpdate = "person.update",

    /// What a person agreed to, newest first.
    ConsentList = "consent.list",
    /// Record what a person agreed to.
    ConsentCreate = "consent.create",
    /// Take a consent back; from then on it does not hold.
    ConsentWithdraw = "consent.withdraw",

    /// The ways to reach a person.
    ChannelList = "channel.list",
    /// Add a way to reach a person.
    ChannelCreate = "channel.create",
    /// Change a channel's handle or safety rules.
    ChannelUpdate = "channel.update",
    /// Whether a person may be written to on a channel, and when next.
    ChannelAdvice = "channel.advice",
    /// What the safety rules of a channel were before each change, oldest first; what holds now is on the channel.
    ChannelHistory = "channel.rules_history",

    /// The contact log of a case; `q` searches its text.
    MessageList = "message.list",
    /// Log a contact.
    MessageCreate = "message.create",
    /// Correct a message: the original stays, the correction points at it.
    MessageCorrect = "message.correct",

    /// The contact watch of a case: whether a sign of life is due, and by when.
    WatchShow = "watch.show",
    /// Set how often a sign of life is expected, and who is told when none comes.
    WatchPut = "watch.put",
    /// Say until when no contact is expected, and none is to be made.
    WatchPause = "watch.pause",
    /// End a pause now.
    WatchPauseEnd = "watch.pause_end",
    /// What waits for me: duress, silence, contact that is due, unanswered messages, tasks; oldest first.
    WorklistShow = "worklist.show",
    /// The alerts that concern me.
    AlertList = "alert.list",
    /// What happens to the alerts that concern me, as it happens (Server-Sent Events).
    EventStream = "event.stream",
    /// Take an alert on: nobody further is called.
    AlertAcknowledge = "alert.acknowledge",
    /// The tasks of a case.
    TaskList = "task.list",
    /// Give somebody a task on a case.
    TaskCreate = "task.create",
    /// One task.
    TaskShow = "task.show",
    /// Change a task, or say that it is done.
    TaskUpdate = "task.update",

    /// The chat exports that were brought to a case, newest first.
    ImportList = "import.list",
    /// Upload a chat export and see what is in it; nothing is added yet.
    ImportPreview = "import.preview",
    /// Paste a conversation and see how it is read; nothing is added yet.
    ImportPaste = "import.paste",
    /// Read a chat export that is an attachment: one that came by a resumable upload.
    ImportFromAttachment = "import.from_attachment",
    /// One import: how far it is, what is in the file, what was committed.
    ImportShow = "import.show",
    /// How far an import is, as it goes on (Server-Sent Events).
    ImportProgress = "import.progress",
    /// Give an import up and forget its file; what was added by then stays.
    ImportCancel = "import.cancel",
    /// Add the messages of a previewed export to the log; what is there already is not added again.
    ImportCommit = "import.commit",

    /// The files of a case.
    AttachmentList = "attachment.list",
    /// Bring a file: stored as it came, with a position in its metadata proposed as a clue.
    AttachmentCreate = "attachment.create",
    /// The bytes of a file, or of its working copy; always to be saved, never to be shown.
    AttachmentShow = "attachment.show",
    /// Who held a file, and what they did with it.
    AttachmentCustody = "attachment.custody",
    /// What resumable uploads can do here: the tus protocol 1.0.0.
    UploadOptions = "upload.options",
    /// Begin a resumable upload of a file of the case (tus creation).
    UploadCreate = "upload.create",
    /// How much of a resumable upload is here.
    UploadShow = "upload.show",
    /// Go on with a resumable upload; the last byte makes it an attachment with the same id.
    UploadAppend = "upload.append",
    /// Give a resumable upload up (tus termination).
    UploadRemove = "upload.remove",

    /// The location clues of a case.
    ClueList = "clue.list",
    /// Record a location clue.
    ClueCreate = "clue.create",
    /// Grade, confirm or reject a clue.
    ClueUpdate = "clue.update",

    /// Run the extractor over the messages of a case again; what was rejected is not proposed again.
    ClueExtract = "clue.extract",
    /// What a text says of where its writer is; nothing is stored.
    LocationExtract = "location.extract",
    /// Where somebody probably is, why, and what to ask next.
    LocationShow = "location.show",
    /// The same as a map: a drawing, or for programs that draw.
    LocationMap = "location.map",
    /// Other cases that point at the same place, with why.
    LocationRelated = "location.related",
    /// What all cases say together of a site: who may be there, and how many are held.
    SiteEvidence = "site.evidence",

    /// With whom a case is never shared.
    DoNotShareList = "do_not_share.list",
    /// Name a party with whom a case is never shared; referrals to whom it names end at once.
    DoNotSharePut = "do_not_share.put",
    /// Remove a party from a case's list, with a reason.
    DoNotShareEnd = "do_not_share.end",
    /// With whom nothing that concerns a site is shared.
    SiteDoNotShareList = "site.do_not_share_list",
    /// Name a party with whom no case that points to a site is shared; referrals to whom it names end at once.
    SiteDoNotSharePut = "site.do_not_share_put",
    /// Remove a party from a site's list, with a reason.
    SiteDoNotShareEnd = "site.do_not_share_end",

    /// The sites known to the organisation.
    SiteList = "site.list",
    /// Add a site.
    SiteCreate = "site.create",
    /// One site.
    SiteShow = "site.show",
    /// Change what is known of a site.
    SiteUpdate = "site.update",
    /// What a site was over time: each change of its state, with the observations that made it.
    SiteHistory = "site.history",
    /// How many people and buildings were reported of a site over time.
    SiteScale = "site.scale",
    /// What was seen of a site, newest first.
    ObservationList = "observation.list",
    /// Record what was seen of a site; its state follows from it.
    ObservationCreate = "observation.create",
    /// Retract an observation, with a reason: it stays on record and counts no more.
    ObservationRetract = "observation.retract",
    /// All that stands on record of a site, with grades and sources; it names no case and nobody of the staff.
    DossierShow = "dossier.show",
    /// The same as a paper to print, in Markdown.
    DossierPrint = "dossier.print",

    /// The people, companies and groups behind sites.
    ActorList = "actor.list",
    /// Add an actor.
    ActorCreate = "actor.create",
    /// One actor.
    ActorShow = "actor.show",
    /// Change what is known of an actor.
    ActorUpdate = "actor.update",
    /// The sites that an actor has to do with, newest first.
    ActorSites = "actor.sites",
    /// Who has to do with a site, newest first.
    SiteActorList = "site_actor.list",
    /// Say what an actor is to a site.
    SiteActorCreate = "site_actor.create",
    /// Say until when an actor had to do with a site.
    SiteActorEnd = "site_actor.end",
    /// Retract what was said of an actor and a site, with a reason: it stays on record.
    SiteActorRetract = "site_actor.retract",

    /// Cases that wait for a rescue, teams that are free, who carries how much, and plans in each other's way.
    BoardShow = "board.show",
    /// The operations in reach.
    OperationList = "operation.list",
    /// Plan an operation.
    OperationCreate = "operation.create",
    /// One operation; for its members also target, plan and recognition cards, from approval to completion.
    OperationShow = "operation.show",
    /// Change a plan; an approval it had is void.
    OperationUpdate = "operation.update",
    /// Put an operation before an approver.
    OperationSubmit = "operation.submit",
    /// Approve somebody else's plan.
    OperationApprove = "operation.approve",
    /// Send a plan back, with a reason.
    OperationReject = "operation.reject",
    /// Begin an approved operation.
    OperationStart = "operation.start",
    /// End an operation, with its outcome.
    OperationComplete = "operation.complete",
    /// Break an operation off, with a reason.
    OperationAbort = "operation.abort",
    /// What must hold before an operation begins, and whether it does; for its members without what it is decided by.
    OperationGates = "operation.gates",
    /// Answer for a gate that is closed, on somebody else's plan as it is; a change of the plan takes it back.
    OperationWaive = "operation.waive",
    /// Take the waiver of a gate back.
    OperationWaiverEnd = "operation.waiver_end",
    /// Tick items of an operation's checklist; the plan stays as it is.
    OperationChecklist = "operation.checklist",
    /// Name a user on an operation.
    OperationMemberPut = "operation.member_put",
    /// Take a user off an operation.
    OperationMemberEnd = "operation.member_end",
    /// Whose copy of the plan some words or a position came from.
    OperationCanary = "operation.canary",
    /// Take a pack along: everything a member needs offline, as JSON or sealed with age; the copy is on record.
    PackTake = "pack.take",
    /// Who holds which copy of a plan, and whether it is still the plan.
    PackList = "pack.list",
    /// Leave a plan as it is although a copy of it was burnt, with a reason.
    PackSetAside = "pack.set_aside",
    /// Report from the field: what was seen, and where.
    ReportCreate = "report.create",
    /// The reports of an operation.
    ReportList = "report.list",
    /// Bring a file from the field; it lies with one of the operation's cases, and a report can name it.
    OperationAttach = "operation.attach",
    /// Say how the team is: `ok`, `delayed`, `help` or `duress`.
    CheckInCreate = "check_in.create",
    /// The check-ins of an operation, newest first.
    CheckInList = "check_in.list",
    /// How a team stands with its check-ins: when the next is due, and what the last one said.
    CheckInState = "check_in.state",

    /// Where the organisation's alerts are announced.
    WebhookList = "webhook.list",
    /// Announce alerts to an address; the answer holds the secret that signs them, once.
    WebhookCreate = "webhook.create",
    /// One webhook.
    WebhookShow = "webhook.show",
    /// Change a webhook's address, or turn it off or on.
    WebhookUpdate = "webhook.update",
    /// Remove a webhook; what waits for it is given up.
    WebhookDelete = "webhook.delete",
    /// A new secret; the one before signs along for a day.
    WebhookRotate = "webhook.rotate_secret",
    /// How the announcements to a webhook went, newest first.
    WebhookDeliveries = "webhook.deliveries",

    /// The audit log of the organisation.
    AuditList = "audit.list",
    /// The latest signed checkpoint of the audit log; those who are no auditors see its digest, and can keep it.
    AuditCheckpoint = "audit.checkpoint",
    /// A proof that a row is in the audit log that was signed.
    AuditProof = "audit.proof",
    /// A proof that the audit log has only grown.
    AuditConsistency = "audit.consistency",
}
