//! What becomes of each table when somebody asks what is kept of them.

/// What becomes of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Treatment {
    /// It is in the file, in this section.
    In(&'static str),
    /// It is not, for this reason, which the file tells.
    Left(&'static str),
}

use Treatment::{In, Left};

const WORK: &str =
    "how the work on the case is organised; it says nothing of you that is not told elsewhere here";
const PROTECTS: &str = "it shows how you are protected, and would endanger you in other hands";
const OTHERS: &str = "it is about other people";
const SECURITY: &str = "it is about operations, and would endanger those who take part and others who wait";
const BYTES: &str =
    "the files themselves are handed over apart; their names are told with the messages they came with";

/// Every table that names a case, a person or something of theirs.
pub const TABLES: &[(&str, Treatment)] = &[
    ("alerts", Left(WORK)),
    ("assignments", Left("who works on your case: other people, who are protected too")),
    ("attachment_custody", Left(WORK)),
    ("attachments", Left(BYTES)),
    (
        "audit_events",
        Left("who of us looked at what; ask for it by itself, and we tell you without their names"),
    ),
    ("break_glass", Left("who of us opened your case in an emergency; ask for it by itself")),
    ("case_areas", Left(SECURITY)),
    ("case_estimates", Left(SECURITY)),
    ("case_events", In("history")),
    ("cases", In("case")),
    ("channel_rule_changes", Left(PROTECTS)),
    ("channels", In("channels")),
    ("clues", In("places")),
    ("consents", In("consents")),
    ("do_not_share", Left(OTHERS)),
    ("import_commits", Left(WORK)),
    ("imports", Left("what was in an imported conversation is told with its messages")),
    ("legal_bases", In("legal_basis")),
    ("legal_holds", Left("it is about proceedings, and may concern others")),
    ("message_attachments", In("messages")),
    ("message_corrections", In("messages")),
    ("messages", In("messages")),
    ("operation_cases", Left(SECURITY)),
    ("operations", Left(SECURITY)),
    ("people", In("person")),
    ("referrals", In("shared")),
    ("reports", Left(SECURITY)),
    ("retention_decisions", Left(WORK)),
    ("shreds", Left(WORK)),
    ("subject_accesses", In("earlier_answers")),
    ("tasks", Left(WORK)),
    ("upload_parts", Left(BYTES)),
    ("uploads", Left(BYTES)),
    ("watch_escalations", Left("who of us is called; other people, who are protected too")),
    ("watch_pauses", Left(WORK)),
    ("watches", Left(PROTECTS)),
];

/// What is left out of a section that is in the file, and why.
pub const WITHIN: &[(&str, &str)] = &[
    ("people: others on your case", OTHERS),
    ("channels: words of warning, questions and rules", PROTECTS),
    ("messages: who of us wrote; who else wrote in a conversation of several", OTHERS),
    ("messages: how far we trusted each, and what we were warned of", PROTECTS),
    ("messages: on other people's channels", OTHERS),
    ("places: what others told of where you are, and who they are", OTHERS),
    ("places: how good we thought a clue to be", "it would tell of those who gave other clues"),
    ("consents: who interpreted", OTHERS),
    ("shared: which person there", OTHERS),
    ("every number by which a record is kept", "it is of use to nobody but who breaks in"),
];
