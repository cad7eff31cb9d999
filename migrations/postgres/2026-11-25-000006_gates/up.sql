-- What somebody agreed to, and whether they took it back.
CREATE TABLE consents (
    organisation_id uuid NOT NULL,
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    person_id uuid NOT NULL,
    purpose text NOT NULL,
    method text NOT NULL,
    given_at timestamptz NOT NULL,
    expires_at timestamptz,
    message_id uuid,
    terms bytea NOT NULL,
    interpreter bytea,
    recorded_by uuid NOT NULL,
    recorded_at timestamptz NOT NULL,
    withdrawn_at timestamptz,
    withdrawn_by uuid,
    withdrawal bytea,
    PRIMARY KEY (organisation_id, id),
    FOREIGN KEY (organisation_id, case_id) REFERENCES cases (organisation_id, id),
    FOREIGN KEY (organisation_id, person_id) REFERENCES people (organisation_id, id),
    FOREIGN KEY (organisation_id, message_id) REFERENCES messages (organisation_id, id)
);
CREATE INDEX consents_person ON consents (organisation_id, person_id, given_at, id);

-- Gates of one exact plan that somebody else than its planners answers for.
CREATE TABLE operation_waivers (
    organisation_id uuid NOT NULL,
    id uuid NOT NULL,
    operation_id uuid NOT NULL,
    gate text NOT NULL,
    plan_hash bytea NOT NULL,
    reason bytea NOT NULL,
    given_by uuid NOT NULL,
    given_at timestamptz NOT NULL,
    PRIMARY KEY (organisation_id, id),
    FOREIGN KEY (organisation_id, operation_id) REFERENCES operations (organisation_id, id)
);
CREATE UNIQUE INDEX operation_waivers_gate ON operation_waivers (organisation_id, operation_id, gate);

-- Which human being is behind an account: sealed, and a keyed hash to compare by.
ALTER TABLE users ADD COLUMN verified_person bytea;
ALTER TABLE users ADD COLUMN verified_person_hash bytea;
