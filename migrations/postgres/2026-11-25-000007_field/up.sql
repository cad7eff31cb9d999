-- That a team in the field is well, or is not. When the next is due is not stored: it follows from the plan and from these,
-- and stands in `alerts` ahead of its time.
CREATE TABLE check_ins (
    organisation_id uuid NOT NULL,
    id uuid NOT NULL,
    operation_id uuid NOT NULL,
    user_id uuid NOT NULL,
    author_id uuid NOT NULL,
    at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL,
    status text NOT NULL,
    next_by timestamptz,
    position bytea,
    note bytea,
    PRIMARY KEY (organisation_id, id),
    FOREIGN KEY (organisation_id, operation_id) REFERENCES operations (organisation_id, id),
    FOREIGN KEY (organisation_id, user_id) REFERENCES users (organisation_id, id)
);
CREATE INDEX check_ins_operation ON check_ins (organisation_id, operation_id, at, id);
CREATE INDEX alerts_operation ON alerts (organisation_id, operation_id, kind) WHERE operation_id IS NOT NULL;

-- Where a team searched, and the files it names: one sealed value.
ALTER TABLE reports ADD COLUMN findings bytea;

ALTER TABLE tasks ADD COLUMN kind text NOT NULL DEFAULT 'general';
