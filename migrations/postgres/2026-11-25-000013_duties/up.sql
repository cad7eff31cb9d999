-- Who opened a case that is not theirs, why, until when, and who looked at it afterwards. It outlives the case.
CREATE TABLE break_glass (
    organisation_id uuid NOT NULL,
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    user_id uuid NOT NULL,
    reason bytea NOT NULL,
    hours integer NOT NULL,
    asked_at timestamptz NOT NULL,
    lapses_at timestamptz NOT NULL,
    opened_at timestamptz,
    closes_at timestamptz,
    approved_by uuid,
    ended_at timestamptz,
    ended_by uuid,
    reviewed_at timestamptz,
    reviewed_by uuid,
    outcome text,
    note bytea,
    PRIMARY KEY (organisation_id, id),
    FOREIGN KEY (organisation_id) REFERENCES organisations (id),
    FOREIGN KEY (organisation_id, user_id) REFERENCES users (organisation_id, id)
);
CREATE INDEX break_glass_user ON break_glass (organisation_id, user_id, asked_at, id);
CREATE INDEX break_glass_asked ON break_glass (organisation_id, asked_at, id);
CREATE INDEX break_glass_case ON break_glass (organisation_id, case_id);

-- That a case is to be destroyed, and what is left of one that was: its bare outline. It outlives the case.
CREATE TABLE shreds (
    organisation_id uuid NOT NULL,
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    ground text NOT NULL,
    reason bytea,
    asked_by uuid NOT NULL,
    asked_at timestamptz NOT NULL,
    ready_at timestamptz NOT NULL,
    withdrawn_at timestamptz,
    withdrawn_by uuid,
    done_at timestamptz,
    approved_by uuid,
    case_opened_at timestamptz,
    case_status text,
    case_closing_reason text,
    files integer NOT NULL,
    PRIMARY KEY (organisation_id, id),
    FOREIGN KEY (organisation_id) REFERENCES organisations (id),
    FOREIGN KEY (organisation_id, asked_by) REFERENCES users (organisation_id, id)
);
CREATE INDEX shreds_case ON shreds (organisation_id, case_id);
CREATE INDEX shreds_asked ON shreds (organisation_id, asked_at, id);

-- Whose files are removed from the store, again and again until `until_at`: one that was still arriving may come late.
CREATE TABLE doomed_files (
    organisation_id uuid NOT NULL,
    owner_id uuid NOT NULL,
    until_at timestamptz NOT NULL,
    cleared_at timestamptz,
    PRIMARY KEY (organisation_id, owner_id),
    FOREIGN KEY (organisation_id) REFERENCES organisations (id)
);

-- That a case must not be destroyed, by whose order, and when that ended.
CREATE TABLE legal_holds (
    organisation_id uuid NOT NULL,
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    reason bytea NOT NULL,
    authority bytea,
    placed_by uuid NOT NULL,
    placed_at timestamptz NOT NULL,
    ended_at timestamptz,
    ended_by uuid,
    end_reason bytea,
    PRIMARY KEY (organisation_id, id),
    FOREIGN KEY (organisation_id, case_id) REFERENCES cases (organisation_id, id)
);
CREATE INDEX legal_holds_case ON legal_holds (organisation_id, case_id, placed_at, id);

-- That a closed case is kept longer than its clock says, by whose decision, and until when.
CREATE TABLE retention_decisions (
    organisation_id uuid NOT NULL,
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    keep_until timestamptz NOT NULL,
    reason bytea NOT NULL,
    decided_by uuid NOT NULL,
    decided_at timestamptz NOT NULL,
    PRIMARY KEY (organisation_id, id),
    FOREIGN KEY (organisation_id, case_id) REFERENCES cases (organisation_id, id)
);
CREATE INDEX retention_decisions_case ON retention_decisions (organisation_id, case_id, decided_at, id);

-- On what ground a case is kept, from when on; a change is a new row.
CREATE TABLE legal_bases (
    organisation_id uuid NOT NULL,
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    basis text NOT NULL,
    terms bytea NOT NULL,
    from_at timestamptz NOT NULL,
    recorded_by uuid NOT NULL,
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (organisation_id, id),
    FOREIGN KEY (organisation_id, case_id) REFERENCES cases (organisation_id, id)
);
CREATE INDEX legal_bases_case ON legal_bases (organisation_id, case_id, recorded_at, id);

-- That somebody was given what is kept of them: when, by whom, sealed to which key, and the hash of what left.
CREATE TABLE subject_accesses (
    organisation_id uuid NOT NULL,
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    person_id uuid NOT NULL,
    particulars bytea NOT NULL,
    made_by uuid NOT NULL,
    made_at timestamptz NOT NULL,
    PRIMARY KEY (organisation_id, id),
    FOREIGN KEY (organisation_id, person_id) REFERENCES people (organisation_id, id),
    FOREIGN KEY (organisation_id, case_id) REFERENCES cases (organisation_id, id)
);
CREATE INDEX subject_accesses_person ON subject_accesses (organisation_id, person_id, made_at, id);

-- Of which case or operation an answer tells: it goes when they are destroyed.
ALTER TABLE idempotency_keys ADD COLUMN owner_id uuid;
CREATE INDEX idempotency_keys_owner ON idempotency_keys (organisation_id, owner_id);
