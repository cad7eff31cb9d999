DROP INDEX audit_events_refused;
CREATE INDEX audit_events_refused ON audit_events (organisation_id, at, id) WHERE outcome = 'refused';
DROP INDEX audit_events_case;
CREATE INDEX audit_events_case ON audit_events (organisation_id, case_id, at, id) WHERE case_id IS NOT NULL;
DROP INDEX audit_events_actor;
CREATE INDEX audit_events_actor ON audit_events (organisation_id, actor_id, at, id) WHERE actor_id IS NOT NULL;
CREATE INDEX audit_events_at ON audit_events (organisation_id, at, id);
