-- Imports of any size: the file lies among the files, is read and committed piece by piece, and goes on after a restart.
-- What waits in the old column cannot be read by the new reader; it would have expired within a day.
ALTER TABLE imports DROP COLUMN file;
ALTER TABLE imports ADD COLUMN state text NOT NULL DEFAULT 'expired';
ALTER TABLE imports ADD COLUMN object_id uuid;
ALTER TABLE imports ADD COLUMN attachment_id uuid;
ALTER TABLE imports ADD COLUMN size bigint NOT NULL DEFAULT 0;
ALTER TABLE imports ADD COLUMN preview bytea;
ALTER TABLE imports ADD COLUMN failure bytea;
ALTER TABLE imports ADD COLUMN read_bytes bigint NOT NULL DEFAULT 0;
ALTER TABLE imports ADD COLUMN lease_id uuid;
ALTER TABLE imports ADD COLUMN lease_until timestamptz;
CREATE INDEX imports_expiry ON imports (expires_at) WHERE object_id IS NOT NULL;
CREATE INDEX imports_reading ON imports (lease_until) WHERE state = 'reading';

CREATE TABLE import_commits (
    organisation_id uuid NOT NULL,
    id uuid NOT NULL,
    import_id uuid NOT NULL,
    case_id uuid NOT NULL,
    author_id uuid NOT NULL,
    key_hash bytea,
    state text NOT NULL,
    answers bytea NOT NULL,
    progress bytea NOT NULL,
    read_bytes bigint NOT NULL,
    lease_id uuid,
    lease_until timestamptz,
    created_at timestamptz NOT NULL,
    finished_at timestamptz,
    PRIMARY KEY (organisation_id, id),
    FOREIGN KEY (organisation_id, import_id) REFERENCES imports (organisation_id, id)
);
CREATE INDEX import_commits_import ON import_commits (organisation_id, import_id, id);
CREATE UNIQUE INDEX import_commits_key ON import_commits (organisation_id, author_id, key_hash);
CREATE INDEX import_commits_running ON import_commits (lease_until) WHERE state = 'running';

-- Sender and moment of an imported message without an id of its own: an edited copy of it is found by that.
ALTER TABLE messages ADD COLUMN slot_key bytea;
CREATE INDEX messages_slot ON messages (organisation_id, channel_id, slot_key) WHERE slot_key IS NOT NULL;
