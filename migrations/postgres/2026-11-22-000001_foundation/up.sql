-- The foundation: every row carries its organisation and is keyed by it first, so that the tables can be
-- sharded by organisation, and so that an id tells nothing across organisations. Sealed columns are bytea.

CREATE TABLE organisations (
    id uuid NOT NULL,
    name bytea NOT NULL,
    status text NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    version bigint NOT NULL,
    PRIMARY KEY (id)
);

CREATE TABLE organisation_keys (
    organisation_id uuid NOT NULL,
    id uuid NOT NULL,
    epoch integer NOT NULL,
    wrapped bytea NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (organisation_id, id),
    FOREIGN KEY (organisation_id) REFERENCES organisations (id)
);
CREATE UNIQUE INDEX organisation_keys_epoch ON organisation_keys (organisation_id, epoch);

CREATE TABLE data_keys (
    organisation_id uuid NOT NULL,
    owner_id uuid NOT NULL,
    organisation_key_id uuid NOT NULL,
    wrapped bytea NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (organisation_id, owner_id),
    FOREIGN KEY (organisation_id, organisation_key_id) REFERENCES organisation_keys (organisation_id, id)
);

CREATE TABLE signing_keys (
    id uuid NOT NULL,
    sealed_private bytea NOT NULL,
    public bytea NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (id)
);

CREATE TABLE users (
    organisation_id uuid NOT NULL,
    id uuid NOT NULL,
    email_hash bytea NOT NULL,
    email bytea NOT NULL,
    name bytea NOT NULL,
    role text NOT NULL,
    status text NOT NULL,
    password_hash bytea,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    version bigint NOT NULL,
    PRIMARY KEY (organisation_id, id),
    FOREIGN KEY (organisation_id) REFERENCES organisations (id)
);
CREATE UNIQUE INDEX users_email_hash ON users (email_hash);

CREATE TABLE sessions (
    organisation_id uuid NOT NULL,
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    device bytea NOT NULL,
    created_at timestamptz NOT NULL,
    last_used_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    revoked_at timestamptz,
    PRIMARY KEY (organisation_id, id),
    FOREIGN KEY (organisation_id, user_id) REFERENCES users (organisation_id, id)
);
CREATE INDEX sessions_user ON sessions (organisation_id, user_id);

CREATE TABLE refresh_tokens (
    organisation_id uuid NOT NULL,
    hash bytea NOT NULL,
    session_id uuid NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    used_at timestamptz,
    PRIMARY KEY (organisation_id, hash),
    FOREIGN KEY (organisation_id, session_id) REFERENCES sessions (organisation_id, id)
);

CREATE TABLE one_time_tokens (
    hash bytea NOT NULL,
    kind text NOT NULL,
    organisation_id uuid,
    user_id uuid,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    used_at timestamptz,
    PRIMARY KEY (hash)
);

CREATE TABLE sign_in_failures (
    email_hash bytea NOT NULL,
    failures integer NOT NULL,
    last_at timestamptz NOT NULL,
    PRIMARY KEY (email_hash)
);

CREATE TABLE cases (
    organisation_id uuid NOT NULL,
    id uuid NOT NULL,
    code_name text NOT NULL,
    status text NOT NULL,
    risk text NOT NULL,
    closing_reason text,
    summary bytea NOT NULL,
    country bytea,
    languages bytea NOT NULL,
    created_by uuid NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    version bigint NOT NULL,
    PRIMARY KEY (organisation_id, id),
    FOREIGN KEY (organisation_id) REFERENCES organisations (id)
);
CREATE UNIQUE INDEX cases_code_name ON cases (organisation_id, code_name);
CREATE INDEX cases_updated ON cases (organisation_id, updated_at, id);
CREATE INDEX cases_created ON cases (organisation_id, created_at, id);

CREATE TABLE case_events (
    organisation_id uuid NOT NULL,
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    kind text NOT NULL,
    at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL,
    actor_id uuid NOT NULL,
    from_status text,
    to_status text,
    subject_id uuid,
    subject_role text,
    reason bytea,
    PRIMARY KEY (organisation_id, id),
    FOREIGN KEY (organisation_id, case_id) REFERENCES cases (organisation_id, id)
);
CREATE INDEX case_events_case ON case_events (organisation_id, case_id, at, id);

CREATE TABLE assignments (
    organisation_id uuid NOT NULL,
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    user_id uuid NOT NULL,
    role text NOT NULL,
    from_at timestamptz NOT NULL,
    until_at timestamptz,
    PRIMARY KEY (organisation_id, id),
    FOREIGN KEY (organisation_id, case_id) REFERENCES cases (organisation_id, id),
    FOREIGN KEY (organisation_id, user_id) REFERENCES users (organisation_id, id)
);
CREATE UNIQUE INDEX assignments_current ON assignments (organisation_id, user_id, case_id) WHERE until_at IS NULL;
CREATE INDEX assignments_case ON assignments (organisation_id, case_id);

CREATE TABLE referrals (
    organisation_id uuid NOT NULL,
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    user_id uuid NOT NULL,
    classes text NOT NULL,
    status text NOT NULL,
    note bytea NOT NULL,
    created_by uuid NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    version bigint NOT NULL,
    PRIMARY KEY (organisation_id, id),
    FOREIGN KEY (organisation_id, case_id) REFERENCES cases (organisation_id, id),
    FOREIGN KEY (organisation_id, user_id) REFERENCES users (organisation_id, id)
);
CREATE INDEX referrals_case ON referrals (organisation_id, case_id, id);
CREATE INDEX referrals_user ON referrals (organisation_id, user_id, status);

CREATE TABLE people (
    organisation_id uuid NOT NULL,
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    role text NOT NULL,
    names bytea NOT NULL,
    documents bytea NOT NULL,
    particulars bytea NOT NULL,
    recognition bytea NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    version bigint NOT NULL,
    PRIMARY KEY (organisation_id, id),
    FOREIGN KEY (organisation_id, case_id) REFERENCES cases (organisation_id, id)
);
CREATE INDEX people_case ON people (organisation_id, case_id, id);

CREATE TABLE channels (
    organisation_id uuid NOT NULL,
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    person_id uuid NOT NULL,
    platform text NOT NULL,
    handle bytea NOT NULL,
    handle_hash bytea NOT NULL,
    safety bytea NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    version bigint NOT NULL,
    PRIMARY KEY (organisation_id, id),
    FOREIGN KEY (organisation_id, person_id) REFERENCES people (organisation_id, id)
);
CREATE INDEX channels_person ON channels (organisation_id, person_id, id);
CREATE INDEX channels_handle ON channels (organisation_id, handle_hash);

CREATE TABLE imports (
    organisation_id uuid NOT NULL,
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    author_id uuid NOT NULL,
    format text NOT NULL,
    file_name bytea NOT NULL,
    file bytea,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    committed_at timestamptz,
    PRIMARY KEY (organisation_id, id),
    FOREIGN KEY (organisation_id, case_id) REFERENCES cases (organisation_id, id)
);
CREATE INDEX imports_case ON imports (organisation_id, case_id, id);

CREATE TABLE messages (
    organisation_id uuid NOT NULL,
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    channel_id uuid NOT NULL,
    direction text NOT NULL,
    form text NOT NULL,
    sent_at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL,
    author_id uuid NOT NULL,
    authenticity text NOT NULL,
    ordinal integer,
    import_id uuid,
    dedupe_key bytea,
    content bytea NOT NULL,
    sender bytea,
    PRIMARY KEY (organisation_id, id),
    FOREIGN KEY (organisation_id, case_id) REFERENCES cases (organisation_id, id),
    FOREIGN KEY (organisation_id, channel_id) REFERENCES channels (organisation_id, id)
);
CREATE INDEX messages_case ON messages (organisation_id, case_id, sent_at, id);
CREATE UNIQUE INDEX messages_dedupe ON messages (organisation_id, channel_id, dedupe_key);

CREATE TABLE message_corrections (
    organisation_id uuid NOT NULL,
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    message_id uuid NOT NULL,
    author_id uuid NOT NULL,
    at timestamptz NOT NULL,
    sent_at timestamptz,
    content bytea NOT NULL,
    PRIMARY KEY (organisation_id, id),
    FOREIGN KEY (organisation_id, message_id) REFERENCES messages (organisation_id, id)
);
CREATE INDEX message_corrections_message ON message_corrections (organisation_id, message_id, id);
CREATE INDEX message_corrections_case ON message_corrections (organisation_id, case_id, at, id);

CREATE TABLE clues (
    organisation_id uuid NOT NULL,
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    kind text NOT NULL,
    status text NOT NULL,
    reliability text NOT NULL,
    credibility integer NOT NULL,
    observed_at timestamptz NOT NULL,
    observed_until timestamptz,
    reported_at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL,
    author_id uuid NOT NULL,
    source_kind text NOT NULL,
    source_ref uuid,
    source_label bytea,
    data bytea NOT NULL,
    quote bytea,
    note bytea,
    decided_by uuid,
    decided_at timestamptz,
    reason bytea,
    updated_at timestamptz NOT NULL,
    version bigint NOT NULL,
    PRIMARY KEY (organisation_id, id),
    FOREIGN KEY (organisation_id, case_id) REFERENCES cases (organisation_id, id)
);
CREATE INDEX clues_case ON clues (organisation_id, case_id, observed_at, id);

CREATE TABLE sites (
    organisation_id uuid NOT NULL,
    id uuid NOT NULL,
    names bytea NOT NULL,
    place bytea NOT NULL,
    country bytea NOT NULL,
    verification text NOT NULL,
    activity text NOT NULL,
    capacity bytea,
    provenance bytea NOT NULL,
    created_by uuid NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    version bigint NOT NULL,
    PRIMARY KEY (organisation_id, id),
    FOREIGN KEY (organisation_id) REFERENCES organisations (id)
);
CREATE INDEX sites_updated ON sites (organisation_id, updated_at, id);

CREATE TABLE operations (
    organisation_id uuid NOT NULL,
    id uuid NOT NULL,
    kind text NOT NULL,
    status text NOT NULL,
    title bytea NOT NULL,
    plan bytea NOT NULL,
    checklist bytea NOT NULL,
    target bytea,
    site_id uuid,
    lead_id uuid NOT NULL,
    starts_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    plan_hash bytea,
    created_by uuid NOT NULL,
    submitted_by uuid,
    submitted_at timestamptz,
    approved_by uuid,
    approved_at timestamptz,
    outcome bytea,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    version bigint NOT NULL,
    PRIMARY KEY (organisation_id, id),
    FOREIGN KEY (organisation_id, lead_id) REFERENCES users (organisation_id, id),
    FOREIGN KEY (organisation_id, site_id) REFERENCES sites (organisation_id, id)
);
CREATE INDEX operations_updated ON operations (organisation_id, updated_at, id);
CREATE INDEX operations_status ON operations (organisation_id, status, id);

CREATE TABLE operation_cases (
    organisation_id uuid NOT NULL,
    operation_id uuid NOT NULL,
    case_id uuid NOT NULL,
    PRIMARY KEY (organisation_id, operation_id, case_id),
    FOREIGN KEY (organisation_id, operation_id) REFERENCES operations (organisation_id, id),
    FOREIGN KEY (organisation_id, case_id) REFERENCES cases (organisation_id, id)
);
CREATE INDEX operation_cases_case ON operation_cases (organisation_id, case_id);

CREATE TABLE operation_members (
    organisation_id uuid NOT NULL,
    operation_id uuid NOT NULL,
    user_id uuid NOT NULL,
    added_by uuid NOT NULL,
    added_at timestamptz NOT NULL,
    PRIMARY KEY (organisation_id, operation_id, user_id),
    FOREIGN KEY (organisation_id, operation_id) REFERENCES operations (organisation_id, id),
    FOREIGN KEY (organisation_id, user_id) REFERENCES users (organisation_id, id)
);
CREATE INDEX operation_members_user ON operation_members (organisation_id, user_id);

CREATE TABLE operation_events (
    organisation_id uuid NOT NULL,
    id uuid NOT NULL,
    operation_id uuid NOT NULL,
    kind text NOT NULL,
    at timestamptz NOT NULL,
    actor_id uuid NOT NULL,
    reason bytea,
    PRIMARY KEY (organisation_id, id),
    FOREIGN KEY (organisation_id, operation_id) REFERENCES operations (organisation_id, id)
);
CREATE INDEX operation_events_operation ON operation_events (organisation_id, operation_id, at, id);

CREATE TABLE reports (
    organisation_id uuid NOT NULL,
    id uuid NOT NULL,
    operation_id uuid NOT NULL,
    author_id uuid NOT NULL,
    at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL,
    seen bytea NOT NULL,
    position bytea,
    PRIMARY KEY (organisation_id, id),
    FOREIGN KEY (organisation_id, operation_id) REFERENCES operations (organisation_id, id)
);
CREATE INDEX reports_operation ON reports (organisation_id, operation_id, at, id);

CREATE TABLE idempotency_keys (
    organisation_id uuid NOT NULL,
    user_id uuid NOT NULL,
    key_hash bytea NOT NULL,
    request_hash bytea NOT NULL,
    status integer NOT NULL,
    response bytea NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (organisation_id, user_id, key_hash)
);
CREATE INDEX idempotency_keys_created ON idempotency_keys (created_at);

CREATE TABLE audit_events (
    organisation_id uuid NOT NULL,
    id uuid NOT NULL,
    seq bigint,
    at timestamptz NOT NULL,
    actor_id uuid,
    session_id uuid,
    action text NOT NULL,
    outcome text NOT NULL,
    object_id uuid,
    case_id uuid,
    detail bytea,
    leaf_hash bytea NOT NULL,
    PRIMARY KEY (organisation_id, id)
);
CREATE INDEX audit_events_at ON audit_events (organisation_id, at, id);
CREATE INDEX audit_events_unordered ON audit_events (id) WHERE seq IS NULL;
