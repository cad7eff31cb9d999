-- A copy of a plan that somebody took along, and what became of it: who holds which, of which state of the plan.
CREATE TABLE packs (
    organisation_id BLOB NOT NULL,
    id BLOB NOT NULL,
    operation_id BLOB NOT NULL,
    user_id BLOB NOT NULL,
    session_id BLOB,
    form TEXT NOT NULL,
    made_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    state TEXT NOT NULL,
    burnt_at INTEGER,
    burnt_by BLOB,
    plan_version INTEGER NOT NULL,
    plan_hash BLOB NOT NULL,
    recipient BLOB,
    PRIMARY KEY (organisation_id, id),
    FOREIGN KEY (organisation_id, operation_id) REFERENCES operations (organisation_id, id),
    FOREIGN KEY (organisation_id, user_id) REFERENCES users (organisation_id, id),
    FOREIGN KEY (organisation_id, session_id) REFERENCES sessions (organisation_id, id)
) STRICT;
CREATE INDEX packs_operation ON packs (organisation_id, operation_id, made_at, id);
CREATE INDEX packs_user ON packs (organisation_id, user_id);

-- The key that somebody's packs are sealed to unless they name another, and the device it was told from.
CREATE TABLE pack_keys (
    organisation_id BLOB NOT NULL,
    user_id BLOB NOT NULL,
    recipient BLOB NOT NULL,
    session_id BLOB,
    set_at INTEGER NOT NULL,
    PRIMARY KEY (organisation_id, user_id),
    FOREIGN KEY (organisation_id, user_id) REFERENCES users (organisation_id, id),
    FOREIGN KEY (organisation_id, session_id) REFERENCES sessions (organisation_id, id)
) STRICT;

-- Whose phone was reported lost, by whom, and what was ended and burnt by it.
CREATE TABLE lost_phones (
    organisation_id BLOB NOT NULL,
    id BLOB NOT NULL,
    user_id BLOB NOT NULL,
    session_id BLOB,
    reported_by BLOB NOT NULL,
    at INTEGER NOT NULL,
    note BLOB,
    sessions_ended INTEGER NOT NULL,
    packs_burnt INTEGER NOT NULL,
    PRIMARY KEY (organisation_id, id),
    FOREIGN KEY (organisation_id, user_id) REFERENCES users (organisation_id, id),
    FOREIGN KEY (organisation_id, session_id) REFERENCES sessions (organisation_id, id),
    FOREIGN KEY (organisation_id, reported_by) REFERENCES users (organisation_id, id)
) STRICT;
CREATE INDEX lost_phones_user ON lost_phones (organisation_id, user_id, at, id);
CREATE INDEX lost_phones_reported_by ON lost_phones (organisation_id, reported_by, at);
