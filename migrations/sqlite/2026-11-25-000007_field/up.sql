-- That a team in the field is well, or is not. When the next is due is not stored: it follows from the plan and from these,
-- and stands in `alerts` ahead of its time.
CREATE TABLE check_ins (
    organisation_id BLOB NOT NULL,
    id BLOB NOT NULL,
    operation_id BLOB NOT NULL,
    user_id BLOB NOT NULL,
    author_id BLOB NOT NULL,
    at INTEGER NOT NULL,
    recorded_at INTEGER NOT NULL,
    status TEXT NOT NULL,
    next_by INTEGER,
    position BLOB,
    note BLOB,
    PRIMARY KEY (organisation_id, id),
    FOREIGN KEY (organisation_id, operation_id) REFERENCES operations (organisation_id, id),
    FOREIGN KEY (organisation_id, user_id) REFERENCES users (organisation_id, id)
) STRICT;
CREATE INDEX check_ins_operation ON check_ins (organisation_id, operation_id, at, id);
CREATE INDEX alerts_operation ON alerts (organisation_id, operation_id, kind) WHERE operation_id IS NOT NULL;

-- Where a team searched, and the files it names: one sealed value.
ALTER TABLE reports ADD COLUMN findings BLOB;

ALTER TABLE tasks ADD COLUMN kind TEXT NOT NULL DEFAULT 'general';
