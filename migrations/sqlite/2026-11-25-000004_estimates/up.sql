-- What was last made of the clues of a case, to notice when that changes, and whether it is to be looked at again.
CREATE TABLE case_estimates (
    organisation_id BLOB NOT NULL,
    case_id BLOB NOT NULL,
    dirty_at INTEGER,
    lease_until INTEGER,
    computed_at INTEGER,
    summary BLOB,
    PRIMARY KEY (organisation_id, case_id),
    FOREIGN KEY (organisation_id, case_id) REFERENCES cases (organisation_id, id)
) STRICT;
CREATE INDEX case_estimates_dirty ON case_estimates (dirty_at) WHERE dirty_at IS NOT NULL;
