-- What somebody agreed to, and whether they took it back.
CREATE TABLE consents (
    organisation_id BLOB NOT NULL,
    id BLOB NOT NULL,
    case_id BLOB NOT NULL,
    person_id BLOB NOT NULL,
    purpose TEXT NOT NULL,
    method TEXT NOT NULL,
    given_at INTEGER NOT NULL,
    expires_at INTEGER,
    message_id BLOB,
    terms BLOB NOT NULL,
    interpreter BLOB,
    recorded_by BLOB NOT NULL,
    recorded_at INTEGER NOT NULL,
    withdrawn_at INTEGER,
    withdrawn_by BLOB,
    withdrawal BLOB,
    PRIMARY KEY (organisation_id, id),
    FOREIGN KEY (organisation_id, case_id) REFERENCES cases (organisation_id, id),
    FOREIGN KEY (organisation_id, person_id) REFERENCES people (organisation_id, id),
    FOREIGN KEY (organisation_id, message_id) REFERENCES messages (organisation_id, id)
) STRICT;
CREATE INDEX consents_person ON consents (organisation_id, person_id, given_at, id);

-- Gates of one exact plan that somebody else than its planners answers for.
CREATE TABLE operation_waivers (
    organisation_id BLOB NOT NULL,
    id BLOB NOT NULL,
    operation_id BLOB NOT NULL,
    gate TEXT NOT NULL,
    plan_hash BLOB NOT NULL,
    reason BLOB NOT NULL,
    given_by BLOB NOT NULL,
    given_at INTEGER NOT NULL,
    PRIMARY KEY (organisation_id, id),
    FOREIGN KEY (organisation_id, operation_id) REFERENCES operations (organisation_id, id)
) STRICT;
CREATE UNIQUE INDEX operation_waivers_gate ON operation_waivers (organisation_id, operation_id, gate);

-- Which human being is behind an account: sealed, and a keyed hash to compare by.
ALTER TABLE users ADD COLUMN verified_person BLOB;
ALTER TABLE users ADD COLUMN verified_person_hash BLOB;
