-- Who opened a case that is not theirs, why, until when, and who looked at it afterwards. It outlives the case.
CREATE TABLE break_glass (
    organisation_id BLOB NOT NULL,
    id BLOB NOT NULL,
    case_id BLOB NOT NULL,
    user_id BLOB NOT NULL,
    reason BLOB NOT NULL,
    hours INTEGER NOT NULL,
    asked_at INTEGER NOT NULL,
    lapses_at INTEGER NOT NULL,
    opened_at INTEGER,
    closes_at INTEGER,
    approved_by BLOB,
    ended_at INTEGER,
    ended_by BLOB,
    reviewed_at INTEGER,
    reviewed_by BLOB,
    outcome TEXT,
    note BLOB,
    PRIMARY KEY (organisation_id, id),
    FOREIGN KEY (organisation_id) REFERENCES organisations (id),
    FOREIGN KEY (organisation_id, user_id) REFERENCES users (organisation_id, id)
) STRICT;
CREATE INDEX break_glass_user ON break_glass (organisation_id, user_id, asked_at, id);
CREATE INDEX break_glass_asked ON break_glass (organisation_id, asked_at, id);
CREATE INDEX break_glass_case ON break_glass (organisation_id, case_id);

-- That a case is to be destroyed, and what is left of one that was: its bare outline. It outlives the case.
CREATE TABLE shreds (
    organisation_id BLOB NOT NULL,
    id BLOB NOT NULL,
    case_id BLOB NOT NULL,
    ground TEXT NOT NULL,
    reason BLOB,
    asked_by BLOB NOT NULL,
    asked_at INTEGER NOT NULL,
    ready_at INTEGER NOT NULL,
    withdrawn_at INTEGER,
    withdrawn_by BLOB,
    done_at INTEGER,
    approved_by BLOB,
    case_opened_at INTEGER,
    case_status TEXT,
    case_closing_reason TEXT,
    files INTEGER NOT NULL,
    PRIMARY KEY (organisation_id, id),
    FOREIGN KEY (organisation_id) REFERENCES organisations (id),
    FOREIGN KEY (organisation_id, asked_by) REFERENCES users (organisation_id, id)
) STRICT;
CREATE INDEX shreds_case ON shreds (organisation_id, case_id);
CREATE INDEX shreds_asked ON shreds (organisation_id, asked_at, id);

-- Whose files are removed from the store, again and again until `until_at`: one that was still arriving may come late.
CREATE TABLE doomed_files (
    organisation_id BLOB NOT NULL,
    owner_id BLOB NOT NULL,
    until_at INTEGER NOT NULL,
    cleared_at INTEGER,
    PRIMARY KEY (organisation_id, owner_id),
    FOREIGN KEY (organisation_id) REFERENCES organisations (id)
) STRICT;

-- That a case must not be destroyed, by whose order, and when that ended.
CREATE TABLE legal_holds (
    organisation_id BLOB NOT NULL,
    id BLOB NOT NULL,
    case_id BLOB NOT NULL,
    reason BLOB NOT NULL,
    authority BLOB,
    placed_by BLOB NOT NULL,
    placed_at INTEGER NOT NULL,
    ended_at INTEGER,
    ended_by BLOB,
    end_reason BLOB,
    PRIMARY KEY (organisation_id, id),
    FOREIGN KEY (organisation_id, case_id) REFERENCES cases (organisation_id, id)
) STRICT;
CREATE INDEX legal_holds_case ON legal_holds (organisation_id, case_id, placed_at, id);

-- That a closed case is kept longer than its clock says, by whose decision, and until when.
CREATE TABLE retention_decisions (
    organisation_id BLOB NOT NULL,
    id BLOB NOT NULL,
    case_id BLOB NOT NULL,
    keep_until INTEGER NOT NULL,
    reason BLOB NOT NULL,
    decided_by BLOB NOT NULL,
    decided_at INTEGER NOT NULL,
    PRIMARY KEY (organisation_id, id),
    FOREIGN KEY (organisation_id, case_id) REFERENCES cases (organisation_id, id)
) STRICT;
CREATE INDEX retention_decisions_case ON retention_decisions (organisation_id, case_id, decided_at, id);

-- On what ground a case is kept, from when on; a change is a new row.
CREATE TABLE legal_bases (
    organisation_id BLOB NOT NULL,
    id BLOB NOT NULL,
    case_id BLOB NOT NULL,
    basis TEXT NOT NULL,
    terms BLOB NOT NULL,
    from_at INTEGER NOT NULL,
    recorded_by BLOB NOT NULL,
    recorded_at INTEGER NOT NULL,
    PRIMARY KEY (organisation_id, id),
    FOREIGN KEY (organisation_id, case_id) REFERENCES cases (organisation_id, id)
) STRICT;
CREATE INDEX legal_bases_case ON legal_bases (organisation_id, case_id, recorded_at, id);

-- That somebody was given what is kept of them: when, by whom, sealed to which key, and the hash of what left.
CREATE TABLE subject_accesses (
    organisation_id BLOB NOT NULL,
    id BLOB NOT NULL,
    case_id BLOB NOT NULL,
    person_id BLOB NOT NULL,
    particulars BLOB NOT NULL,
    made_by BLOB NOT NULL,
    made_at INTEGER NOT NULL,
    PRIMARY KEY (organisation_id, id),
    FOREIGN KEY (organisation_id, person_id) REFERENCES people (organisation_id, id),
    FOREIGN KEY (organisation_id, case_id) REFERENCES cases (organisation_id, id)
) STRICT;
CREATE INDEX subject_accesses_person ON subject_accesses (organisation_id, person_id, made_at, id);

-- Of which case or operation an answer tells: it goes when they are destroyed.
ALTER TABLE idempotency_keys ADD COLUMN owner_id BLOB;
CREATE INDEX idempotency_keys_owner ON idempotency_keys (organisation_id, owner_id);
