-- Imports of any size: the file lies among the files, is read and committed piece by piece, and goes on after a restart.
-- What waits in the old column cannot be read by the new reader; it would have expired within a day.
ALTER TABLE imports DROP COLUMN file;
ALTER TABLE imports ADD COLUMN state TEXT NOT NULL DEFAULT 'expired';
ALTER TABLE imports ADD COLUMN object_id BLOB;
ALTER TABLE imports ADD COLUMN attachment_id BLOB;
ALTER TABLE imports ADD COLUMN size INTEGER NOT NULL DEFAULT 0;
ALTER TABLE imports ADD COLUMN preview BLOB;
ALTER TABLE imports ADD COLUMN failure BLOB;
ALTER TABLE imports ADD COLUMN read_bytes INTEGER NOT NULL DEFAULT 0;
ALTER TABLE imports ADD COLUMN lease_id BLOB;
ALTER TABLE imports ADD COLUMN lease_until INTEGER;
CREATE INDEX imports_expiry ON imports (expires_at) WHERE object_id IS NOT NULL;
CREATE INDEX imports_reading ON imports (lease_until) WHERE state = 'reading';

CREATE TABLE import_commits (
    organisation_id BLOB NOT NULL,
    id BLOB NOT NULL,
    import_id BLOB NOT NULL,
    case_id BLOB NOT NULL,
    author_id BLOB NOT NULL,
    key_hash BLOB,
    state TEXT NOT NULL,
    answers BLOB NOT NULL,
    progress BLOB NOT NULL,
    read_bytes INTEGER NOT NULL,
    lease_id BLOB,
    lease_until INTEGER,
    created_at INTEGER NOT NULL,
    finished_at INTEGER,
    PRIMARY KEY (organisation_id, id),
    FOREIGN KEY (organisation_id, import_id) REFERENCES imports (organisation_id, id)
) STRICT;
CREATE INDEX import_commits_import ON import_commits (organisation_id, import_id, id);
CREATE UNIQUE INDEX import_commits_key ON import_commits (organisation_id, author_id, key_hash);
CREATE INDEX import_commits_running ON import_commits (lease_until) WHERE state = 'running';

-- Sender and moment of an imported message without an id of its own: an edited copy of it is found by that.
ALTER TABLE messages ADD COLUMN slot_key BLOB;
CREATE INDEX messages_slot ON messages (organisation_id, channel_id, slot_key) WHERE slot_key IS NOT NULL;
