-- The foundation: every row carries its organisation and is keyed by it first, so that the tables can be
-- sharded by organisation, and so that an id tells nothing across organisations. Sealed columns are BLOB.

CREATE TABLE organisations (
    id BLOB NOT NULL,
    name BLOB NOT NULL,
    status TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (id)
) STRICT;

CREATE TABLE organisation_keys (
    organisation_id BLOB NOT NULL,
    id BLOB NOT NULL,
    epoch INTEGER NOT NULL,
    wrapped BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (organisation_id, id),
    FOREIGN KEY (organisation_id) REFERENCES organisations (id)
) STRICT;
CREATE UNIQUE INDEX organisation_keys_epoch ON organisation_keys (organisation_id, epoch);

CREATE TABLE data_keys (
    organisation_id BLOB NOT NULL,
    owner_id BLOB NOT NULL,
    organisation_key_id BLOB NOT NULL,
    wrapped BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (organisation_id, owner_id),
    FOREIGN KEY (organisation_id, organisation_key_id) REFERENCES organisation_keys (organisation_id, id)
) STRICT;

CREATE TABLE signing_keys (
    id BLOB NOT NULL,
    sealed_private BLOB NOT NULL,
    public BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (id)
) STRICT;

CREATE TABLE users (
    organisation_id BLOB NOT NULL,
    id BLOB NOT NULL,
    email_hash BLOB NOT NULL,
    email BLOB NOT NULL,
    name BLOB NOT NULL,
    role TEXT NOT NULL,
    status TEXT NOT NULL,
    password_hash BLOB,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (organisation_id, id),
    FOREIGN KEY (organisation_id) REFERENCES organisations (id)
) STRICT;
CREATE UNIQUE INDEX users_email_hash ON users (email_hash);

CREATE TABLE sessions (
    organisation_id BLOB NOT NULL,
    id BLOB NOT NULL,
    user_id BLOB NOT NULL,
    device BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    last_used_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    revoked_at INTEGER,
    PRIMARY KEY (organisation_id, id),
    FOREIGN KEY (organisation_id, user_id) REFERENCES users (organisation_id, id)
) STRICT;
CREATE INDEX sessions_user ON sessions (organisation_id, user_id);

CREATE TABLE refresh_tokens (
    organisation_id BLOB NOT NULL,
    hash BLOB NOT NULL,
    session_id BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    used_at INTEGER,
    PRIMARY KEY (organisation_id, hash),
    FOREIGN KEY (organisation_id, session_id) REFERENCES sessions (organisation_id, id)
) STRICT;

CREATE TABLE one_time_tokens (
    hash BLOB NOT NULL,
    kind TEXT NOT NULL,
    organisation_id BLOB,
    user_id BLOB,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    used_at INTEGER,
    PRIMARY KEY (hash)
) STRICT;

CREATE TABLE sign_in_failures (
    email_hash BLOB NOT NULL,
    failures INTEGER NOT NULL,
    last_at INTEGER NOT NULL,
    PRIMARY KEY (email_hash)
) STRICT;

CREATE TABLE cases (
    organisation_id BLOB NOT NULL,
    id BLOB NOT NULL,
    code_name TEXT NOT NULL,
    status TEXT NOT NULL,
    risk TEXT NOT NULL,
    closing_reason TEXT,
    summary BLOB NOT NULL,
    country BLOB,
    languages BLOB NOT NULL,
    created_by BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (organisation_id, id),
    FOREIGN KEY (organisation_id) REFERENCES organisations (id)
) STRICT;
CREATE UNIQUE INDEX cases_code_name ON cases (organisation_id, code_name);
CREATE INDEX cases_updated ON cases (organisation_id, updated_at, id);
CREATE INDEX cases_created ON cases (organisation_id, created_at, id);

CREATE TABLE case_events (
    organisation_id BLOB NOT NULL,
    id BLOB NOT NULL,
    case_id BLOB NOT NULL,
    kind TEXT NOT NULL,
    at INTEGER NOT NULL,
    recorded_at INTEGER NOT NULL,
    actor_id BLOB NOT NULL,
    from_status TEXT,
    to_status TEXT,
    subject_id BLOB,
    subject_role TEXT,
    reason BLOB,
    PRIMARY KEY (organisation_id, id),
    FOREIGN KEY (organisation_id, case_id) REFERENCES cases (organisation_id, id)
) STRICT;
CREATE INDEX case_events_case ON case_events (organisation_id, case_id, at, id);

CREATE TABLE assignments (
    organisation_id BLOB NOT NULL,
    id BLOB NOT NULL,
    case_id BLOB NOT NULL,
    user_id BLOB NOT NULL,
    role TEXT NOT NULL,
    from_at INTEGER NOT NULL,
    until_at INTEGER,
    PRIMARY KEY (organisation_id, id),
    FOREIGN KEY (organisation_id, case_id) REFERENCES cases (organisation_id, id),
    FOREIGN KEY (organisation_id, user_id) REFERENCES users (organisation_id, id)
) STRICT;
CREATE UNIQUE INDEX assignments_current ON assignments (organisation_id, user_id, case_id) WHERE until_at IS NULL;
CREATE INDEX assignments_case ON assignments (organisation_id, case_id);

CREATE TABLE referrals (
    organisation_id BLOB NOT NULL,
    id BLOB NOT NULL,
    case_id BLOB NOT NULL,
    user_id BLOB NOT NULL,
    classes TEXT NOT NULL,
    status TEXT NOT NULL,
    note BLOB NOT NULL,
    created_by BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (organisation_id, id),
    FOREIGN KEY (organisation_id, case_id) REFERENCES cases (organisation_id, id),
    FOREIGN KEY (organisation_id, user_id) REFERENCES users (organisation_id, id)
) STRICT;
CREATE INDEX referrals_case ON referrals (organisation_id, case_id, id);
CREATE INDEX referrals_user ON referrals (organisation_id, user_id, status);

CREATE TABLE people (
    organisation_id BLOB NOT NULL,
    id BLOB NOT NULL,
    case_id BLOB NOT NULL,
    role TEXT NOT NULL,
    names BLOB NOT NULL,
    documents BLOB NOT NULL,
    particulars BLOB NOT NULL,
    recognition BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (organisation_id, id),
    FOREIGN KEY (organisation_id, case_id) REFERENCES cases (organisation_id, id)
) STRICT;
CREATE INDEX people_case ON people (organisation_id, case_id, id);

CREATE TABLE channels (
    organisation_id BLOB NOT NULL,
    id BLOB NOT NULL,
    case_id BLOB NOT NULL,
    person_id BLOB NOT NULL,
    platform TEXT NOT NULL,
    handle BLOB NOT NULL,
    handle_hash BLOB NOT NULL,
    safety BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (organisation_id, id),
    FOREIGN KEY (organisation_id, person_id) REFERENCES people (organisation_id, id)
) STRICT;
CREATE INDEX channels_person ON channels (organisation_id, person_id, id);
CREATE INDEX channels_handle ON channels (organisation_id, handle_hash);

CREATE TABLE imports (
    organisation_id BLOB NOT NULL,
    id BLOB NOT NULL,
    case_id BLOB NOT NULL,
    author_id BLOB NOT NULL,
    format TEXT NOT NULL,
    file_name BLOB NOT NULL,
    file BLOB,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    committed_at INTEGER,
    PRIMARY KEY (organisation_id, id),
    FOREIGN KEY (organisation_id, case_id) REFERENCES cases (organisation_id, id)
) STRICT;
CREATE INDEX imports_case ON imports (organisation_id, case_id, id);

CREATE TABLE messages (
    organisation_id BLOB NOT NULL,
    id BLOB NOT NULL,
    case_id BLOB NOT NULL,
    channel_id BLOB NOT NULL,
    direction TEXT NOT NULL,
    form TEXT NOT NULL,
    sent_at INTEGER NOT NULL,
    recorded_at INTEGER NOT NULL,
    author_id BLOB NOT NULL,
    authenticity TEXT NOT NULL,
    ordinal INTEGER,
    import_id BLOB,
    dedupe_key BLOB,
    content BLOB NOT NULL,
    sender BLOB,
    PRIMARY KEY (organisation_id, id),
    FOREIGN KEY (organisation_id, case_id) REFERENCES cases (organisation_id, id),
    FOREIGN KEY (organisation_id, channel_id) REFERENCES channels (organisation_id, id)
) STRICT;
CREATE INDEX messages_case ON messages (organisation_id, case_id, sent_at, id);
CREATE UNIQUE INDEX messages_dedupe ON messages (organisation_id, channel_id, dedupe_key);

CREATE TABLE message_corrections (
    organisation_id BLOB NOT NULL,
    id BLOB NOT NULL,
    case_id BLOB NOT NULL,
    message_id BLOB NOT NULL,
    author_id BLOB NOT NULL,
    at INTEGER NOT NULL,
    sent_at INTEGER,
    content BLOB NOT NULL,
    PRIMARY KEY (organisation_id, id),
    FOREIGN KEY (organisation_id, message_id) REFERENCES messages (organisation_id, id)
) STRICT;
CREATE INDEX message_corrections_message ON message_corrections (organisation_id, message_id, id);
CREATE INDEX message_corrections_case ON message_corrections (organisation_id, case_id, at, id);

CREATE TABLE clues (
    organisation_id BLOB NOT NULL,
    id BLOB NOT NULL,
    case_id BLOB NOT NULL,
    kind TEXT NOT NULL,
    status TEXT NOT NULL,
    reliability TEXT NOT NULL,
    credibility INTEGER NOT NULL,
    observed_at INTEGER NOT NULL,
    observed_until INTEGER,
    reported_at INTEGER NOT NULL,
    recorded_at INTEGER NOT NULL,
    author_id BLOB NOT NULL,
    source_kind TEXT NOT NULL,
    source_ref BLOB,
    source_label BLOB,
    data BLOB NOT NULL,
    quote BLOB,
    note BLOB,
    decided_by BLOB,
    decided_at INTEGER,
    reason BLOB,
    updated_at INTEGER NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (organisation_id, id),
    FOREIGN KEY (organisation_id, case_id) REFERENCES cases (organisation_id, id)
) STRICT;
CREATE INDEX clues_case ON clues (organisation_id, case_id, observed_at, id);

CREATE TABLE sites (
    organisation_id BLOB NOT NULL,
    id BLOB NOT NULL,
    names BLOB NOT NULL,
    place BLOB NOT NULL,
    country BLOB NOT NULL,
    verification TEXT NOT NULL,
    activity TEXT NOT NULL,
    capacity BLOB,
    provenance BLOB NOT NULL,
    created_by BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (organisation_id, id),
    FOREIGN KEY (organisation_id) REFERENCES organisations (id)
) STRICT;
CREATE INDEX sites_updated ON sites (organisation_id, updated_at, id);

CREATE TABLE operations (
    organisation_id BLOB NOT NULL,
    id BLOB NOT NULL,
    kind TEXT NOT NULL,
    status TEXT NOT NULL,
    title BLOB NOT NULL,
    plan BLOB NOT NULL,
    checklist BLOB NOT NULL,
    target BLOB,
    site_id BLOB,
    lead_id BLOB NOT NULL,
    starts_at INTEGER NOT NULL,
    ends_at INTEGER NOT NULL,
    plan_hash BLOB,
    created_by BLOB NOT NULL,
    submitted_by BLOB,
    submitted_at INTEGER,
    approved_by BLOB,
    approved_at INTEGER,
    outcome BLOB,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (organisation_id, id),
    FOREIGN KEY (organisation_id, lead_id) REFERENCES users (organisation_id, id),
    FOREIGN KEY (organisation_id, site_id) REFERENCES sites (organisation_id, id)
) STRICT;
CREATE INDEX operations_updated ON operations (organisation_id, updated_at, id);
CREATE INDEX operations_status ON operations (organisation_id, status, id);

CREATE TABLE operation_cases (
    organisation_id BLOB NOT NULL,
    operation_id BLOB NOT NULL,
    case_id BLOB NOT NULL,
    PRIMARY KEY (organisation_id, operation_id, case_id),
    FOREIGN KEY (organisation_id, operation_id) REFERENCES operations (organisation_id, id),
    FOREIGN KEY (organisation_id, case_id) REFERENCES cases (organisation_id, id)
) STRICT;
CREATE INDEX operation_cases_case ON operation_cases (organisation_id, case_id);

CREATE TABLE operation_members (
    organisation_id BLOB NOT NULL,
    operation_id BLOB NOT NULL,
    user_id BLOB NOT NULL,
    added_by BLOB NOT NULL,
    added_at INTEGER NOT NULL,
    PRIMARY KEY (organisation_id, operation_id, user_id),
    FOREIGN KEY (organisation_id, operation_id) REFERENCES operations (organisation_id, id),
    FOREIGN KEY (organisation_id, user_id) REFERENCES users (organisation_id, id)
) STRICT;
CREATE INDEX operation_members_user ON operation_members (organisation_id, user_id);

CREATE TABLE operation_events (
    organisation_id BLOB NOT NULL,
    id BLOB NOT NULL,
    operation_id BLOB NOT NULL,
    kind TEXT NOT NULL,
    at INTEGER NOT NULL,
    actor_id BLOB NOT NULL,
    reason BLOB,
    PRIMARY KEY (organisation_id, id),
    FOREIGN KEY (organisation_id, operation_id) REFERENCES operations (organisation_id, id)
) STRICT;
CREATE INDEX operation_events_operation ON operation_events (organisation_id, operation_id, at, id);

CREATE TABLE reports (
    organisation_id BLOB NOT NULL,
    id BLOB NOT NULL,
    operation_id BLOB NOT NULL,
    author_id BLOB NOT NULL,
    at INTEGER NOT NULL,
    recorded_at INTEGER NOT NULL,
    seen BLOB NOT NULL,
    position BLOB,
    PRIMARY KEY (organisation_id, id),
    FOREIGN KEY (organisation_id, operation_id) REFERENCES operations (organisation_id, id)
) STRICT;
CREATE INDEX reports_operation ON reports (organisation_id, operation_id, at, id);

CREATE TABLE idempotency_keys (
    organisation_id BLOB NOT NULL,
    user_id BLOB NOT NULL,
    key_hash BLOB NOT NULL,
    request_hash BLOB NOT NULL,
    status INTEGER NOT NULL,
    response BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (organisation_id, user_id, key_hash)
) STRICT;
CREATE INDEX idempotency_keys_created ON idempotency_keys (created_at);

CREATE TABLE audit_events (
    organisation_id BLOB NOT NULL,
    id BLOB NOT NULL,
    seq INTEGER,
    at INTEGER NOT NULL,
    actor_id BLOB,
    session_id BLOB,
    action TEXT NOT NULL,
    outcome TEXT NOT NULL,
    object_id BLOB,
    case_id BLOB,
    detail BLOB,
    leaf_hash BLOB NOT NULL,
    PRIMARY KEY (organisation_id, id)
) STRICT;
CREATE INDEX audit_events_at ON audit_events (organisation_id, at, id);
CREATE INDEX audit_events_unordered ON audit_events (id) WHERE seq IS NULL;
