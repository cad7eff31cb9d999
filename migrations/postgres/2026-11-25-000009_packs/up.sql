-- A copy of a plan that somebody took along, and what became of it: who holds which, of which state of the plan.
CREATE TABLE packs (
    organisation_id uuid NOT NULL,
    id uuid NOT NULL,
    operation_id uuid NOT NULL,
    user_id uuid NOT NULL,
    session_id uuid,
    form text NOT NULL,
    made_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    state text NOT NULL,
    burnt_at timestamptz,
    burnt_by uuid,
    plan_version bigint NOT NULL,
    plan_hash bytea NOT NULL,
    recipient bytea,
    PRIMARY KEY (organisation_id, id),
    FOREIGN KEY (organisation_id, operation_id) REFERENCES operations (organisation_id, id),
    FOREIGN KEY (organisation_id, user_id) REFERENCES users (organisation_id, id),
    FOREIGN KEY (organisation_id, session_id) REFERENCES sessions (organisation_id, id)
);
CREATE INDEX packs_operation ON packs (organisation_id, operation_id, made_at, id);
CREATE INDEX packs_user ON packs (organisation_id, user_id);

-- The key that somebody's packs are sealed to unless they name another, and the device it was told from.
CREATE TABLE pack_keys (
    organisation_id uuid NOT NULL,
    user_id uuid NOT NULL,
    recipient bytea NOT NULL,
    session_id uuid,
    set_at timestamptz NOT NULL,
    PRIMARY KEY (organisation_id, user_id),
    FOREIGN KEY (organisation_id, user_id) REFERENCES users (organisation_id, id),
    FOREIGN KEY (organisation_id, session_id) REFERENCES sessions (organisation_id, id)
);

-- Whose phone was reported lost, by whom, and what was ended and burnt by it.
CREATE TABLE lost_phones (
    organisation_id uuid NOT NULL,
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    session_id uuid,
    reported_by uuid NOT NULL,
    at timestamptz NOT NULL,
    note bytea,
    sessions_ended integer NOT NULL,
    packs_burnt integer NOT NULL,
    PRIMARY KEY (organisation_id, id),
    FOREIGN KEY (organisation_id, user_id) REFERENCES users (organisation_id, id),
    FOREIGN KEY (organisation_id, session_id) REFERENCES sessions (organisation_id, id),
    FOREIGN KEY (organisation_id, reported_by) REFERENCES users (organisation_id, id)
);
CREATE INDEX lost_phones_user ON lost_phones (organisation_id, user_id, at, id);
CREATE INDEX lost_phones_reported_by ON lost_phones (organisation_id, reported_by, at);
