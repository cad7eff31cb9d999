-- Every request writes a row of the log, and nearly every one looks up a key: neither is stored beside its own key any more
-- and sought twice. The order of ids is that of time, to the millisecond, so that no index of the log has both.
CREATE TABLE audit_events_by_key (
    organisation_id BLOB NOT NULL,
    id BLOB NOT NULL,
    seq INTEGER,
    at INTEGER NOT NULL,
    actor_id BLOB,
    session_id BLOB,
    action TEXT NOT NULL,
    outcome TEXT NOT NULL,
    object_id BLOB,
    case_id BLOB,
    detail BLOB,
    leaf_hash BLOB NOT NULL,
    PRIMARY KEY (organisation_id, id)
) STRICT, WITHOUT ROWID;
INSERT INTO audit_events_by_key (
    organisation_id, id, seq, at, actor_id, session_id, action, outcome, object_id, case_id, detail, leaf_hash
) SELECT organisation_id, id, seq, at, actor_id, session_id, action, outcome, object_id, case_id, detail, leaf_hash
FROM audit_events ORDER BY organisation_id, id;
DROP TABLE audit_events;
ALTER TABLE audit_events_by_key RENAME TO audit_events;
CREATE UNIQUE INDEX audit_events_seq ON audit_events (organisation_id, seq) WHERE seq IS NOT NULL;
-- What a partial index is of comes first in it, or SQLite would sooner look through the log itself, in the same order.
CREATE INDEX audit_events_unordered ON audit_events (seq, organisation_id, id) WHERE seq IS NULL;
CREATE INDEX audit_events_actor ON audit_events (organisation_id, actor_id, id) WHERE actor_id IS NOT NULL;
CREATE INDEX audit_events_case ON audit_events (organisation_id, case_id, id) WHERE case_id IS NOT NULL;
CREATE INDEX audit_events_refused ON audit_events (outcome, organisation_id, id) WHERE outcome = 'refused';

CREATE TABLE data_keys_by_key (
    organisation_id BLOB NOT NULL,
    owner_id BLOB NOT NULL,
    organisation_key_id BLOB NOT NULL,
    wrapped BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (organisation_id, owner_id),
    FOREIGN KEY (organisation_id, organisation_key_id) REFERENCES organisation_keys (organisation_id, id)
) STRICT, WITHOUT ROWID;
INSERT INTO data_keys_by_key (organisation_id, owner_id, organisation_key_id, wrapped, created_at)
SELECT organisation_id, owner_id, organisation_key_id, wrapped, created_at FROM data_keys ORDER BY organisation_id, owner_id;
DROP TABLE data_keys;
ALTER TABLE data_keys_by_key RENAME TO data_keys;
