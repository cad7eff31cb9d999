DROP INDEX audit_events_unordered;
CREATE INDEX audit_events_unordered ON audit_events (id) WHERE seq IS NULL;
DROP INDEX audit_events_seq;
DROP TABLE audit_checkpoints;
DROP TABLE audit_tiles;
DROP TABLE audit_heads;
