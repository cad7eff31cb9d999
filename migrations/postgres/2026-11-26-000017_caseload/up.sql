-- How many open cases somebody is on, and how many of these are at high or critical risk: kept, because counting all of an
-- organisation's for its board takes seconds once there are hundreds of thousands.
ALTER TABLE users ADD COLUMN caseload bigint NOT NULL DEFAULT 0;
ALTER TABLE users ADD COLUMN urgent_caseload bigint NOT NULL DEFAULT 0;
UPDATE users SET (caseload, urgent_caseload) = (
    SELECT count(*), count(CASE WHEN cases.risk IN ('high', 'critical') THEN 1 END)
    FROM assignments
    JOIN cases ON cases.organisation_id = assignments.organisation_id AND cases.id = assignments.case_id
    WHERE assignments.organisation_id = users.organisation_id
        AND assignments.user_id = users.id
        AND assignments.until_at IS NULL
        AND cases.status <> 'closed'
);
CREATE INDEX users_created ON users (organisation_id, created_at, id);
CREATE INDEX users_caseload ON users (organisation_id, status, role, urgent_caseload, caseload, id);
-- Which operations began lately, for the same board.
CREATE INDEX operations_starts ON operations (organisation_id, status, starts_at, id);
