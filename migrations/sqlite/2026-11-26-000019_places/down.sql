-- What the sequencer had not seen yet has its place all the same: the next one comes after it.
UPDATE audit_heads SET size = COALESCE(
    (SELECT MAX(seq) + 1 FROM audit_events
     WHERE audit_events.organisation_id = audit_heads.organisation_id AND seq IS NOT NULL), size
);
DROP INDEX audit_events_case;
CREATE INDEX audit_events_case ON audit_events (organisation_id, case_id, id) WHERE case_id IS NOT NULL;
