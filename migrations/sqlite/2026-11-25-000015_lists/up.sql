-- What a list costs is what its page costs: each is a run of one of these, or some of them merged. What an index had of
-- the id alone where the list is in the order of a moment gives way to one that has both.

-- Of one status and one risk; several of them are merged.
CREATE INDEX cases_kind_updated ON cases (organisation_id, status, risk, updated_at, id);
CREATE INDEX cases_kind_created ON cases (organisation_id, status, risk, created_at, id);
CREATE INDEX cases_closing ON cases (organisation_id, closing_reason, created_at, id) WHERE closing_reason IS NOT NULL;

DROP INDEX people_case;
CREATE INDEX people_case ON people (organisation_id, case_id, created_at, id);
DROP INDEX channels_person;
CREATE INDEX channels_person ON channels (organisation_id, person_id, created_at, id);
CREATE INDEX channels_case ON channels (organisation_id, case_id);
DROP INDEX imports_case;
CREATE INDEX imports_case ON imports (organisation_id, case_id, created_at, id);
DROP INDEX attachments_case;
CREATE INDEX attachments_case ON attachments (organisation_id, case_id, created_at, id);
CREATE INDEX clues_recorded ON clues (organisation_id, case_id, recorded_at, id);
CREATE INDEX clues_source ON clues (organisation_id, case_id, source_ref, id) WHERE source_ref IS NOT NULL;
CREATE INDEX case_estimates_made ON case_estimates (organisation_id, computed_at, case_id);
-- With the operation, for the same reason as below.
DROP INDEX operation_members_user;
CREATE INDEX operation_members_user ON operation_members (organisation_id, user_id, operation_id);
-- The status is a column, as with tasks.
DROP INDEX deliveries_pending;
CREATE INDEX deliveries_pending ON deliveries (status, next_attempt_at, id);
DROP INDEX assignments_case;
CREATE INDEX assignments_case ON assignments (organisation_id, case_id, from_at, id);
DROP INDEX referrals_case;
CREATE INDEX referrals_case ON referrals (organisation_id, case_id, created_at, id);
CREATE INDEX referrals_mine ON referrals (organisation_id, user_id, created_at, id);
DROP INDEX do_not_share_case;
CREATE INDEX do_not_share_case ON do_not_share (organisation_id, case_id, created_at, id);
DROP INDEX do_not_share_site;
CREATE INDEX do_not_share_site ON do_not_share (organisation_id, site_id, created_at, id);
-- With the operation, so that none of a case is sought in the key, of which SQLite would sooner read all.
DROP INDEX operation_cases_case;
CREATE INDEX operation_cases_case ON operation_cases (organisation_id, case_id, operation_id);
DROP INDEX operations_status;
CREATE INDEX operations_status ON operations (organisation_id, status, updated_at, id);

-- The open tasks of somebody: the status is a column, since no engine knows of a value that is bound that it is `open`.
DROP INDEX tasks_assignee;
CREATE INDEX tasks_assignee ON tasks (organisation_id, assignee_id, status, due_at, id);

-- A state of a watch that ends again lasts as long as its terms say: by each term, those that are in it are one run.
DROP INDEX watches_due;
CREATE INDEX watches_due ON watches (organisation_id, grace_hours, due_at, case_id) WHERE stopped_at IS NULL;
CREATE INDEX watches_overdue ON watches (organisation_id, expected_every_hours, overdue_at, case_id) WHERE stopped_at IS NULL;
CREATE INDEX watches_silent ON watches (organisation_id, silent_at, case_id) WHERE stopped_at IS NULL;

-- By kind; several are merged. Those that nobody has resolved are few of all.
DROP INDEX alerts_open;
-- With the moment, so that those of one thing are never sought among all of a kind.
DROP INDEX alerts_case;
CREATE INDEX alerts_case ON alerts (organisation_id, case_id, kind, since, id);
DROP INDEX alerts_operation;
CREATE INDEX alerts_operation ON alerts (organisation_id, operation_id, kind, since, id) WHERE operation_id IS NOT NULL;
CREATE INDEX alerts_subject ON alerts (organisation_id, subject_id, kind, since, id) WHERE subject_id IS NOT NULL;
CREATE INDEX alerts_kind ON alerts (organisation_id, kind, since, id);
CREATE INDEX alerts_unresolved ON alerts (organisation_id, kind, since, id) WHERE resolved_at IS NULL;

DROP INDEX sessions_user;
CREATE INDEX sessions_user ON sessions (organisation_id, user_id, created_at, id);

-- Who did something, on which case, and what was refused. The rest is sifted: each further index is paid for by every
-- request that is put on record.
CREATE INDEX audit_events_actor ON audit_events (organisation_id, actor_id, at, id) WHERE actor_id IS NOT NULL;
CREATE INDEX audit_events_case ON audit_events (organisation_id, case_id, at, id) WHERE case_id IS NOT NULL;
CREATE INDEX audit_events_refused ON audit_events (organisation_id, at, id) WHERE outcome = 'refused';

-- On a case that is closed nobody waits for an answer: it is worked out again when the case is reopened.
UPDATE channels SET unanswered_since = NULL WHERE unanswered_since IS NOT NULL AND EXISTS (
    SELECT 1 FROM cases WHERE cases.organisation_id = channels.organisation_id AND cases.id = channels.case_id
        AND cases.status = 'closed');
