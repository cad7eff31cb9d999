-- The order of ids is that of time, to the millisecond, so that no index of the log has both: each is paid for by every request.
DROP INDEX audit_events_at;
DROP INDEX audit_events_actor;
CREATE INDEX audit_events_actor ON audit_events (organisation_id, actor_id, id) WHERE actor_id IS NOT NULL;
DROP INDEX audit_events_case;
CREATE INDEX audit_events_case ON audit_events (organisation_id, case_id, id) WHERE case_id IS NOT NULL;
DROP INDEX audit_events_refused;
CREATE INDEX audit_events_refused ON audit_events (organisation_id, id) WHERE outcome = 'refused';
