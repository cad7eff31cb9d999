-- How far an organisation's audit rows are ordered, and how far the tree over them is built; the sequencer locks the row.
CREATE TABLE audit_heads (
    organisation_id BLOB NOT NULL,
    size INTEGER NOT NULL,
    tiled INTEGER NOT NULL,
    checkpoint_at INTEGER,
    digest BLOB,
    PRIMARY KEY (organisation_id)
) STRICT;
-- Hashes of the tree in runs of 256: level 0 holds leaf hashes, each level above the roots of full runs below.
CREATE TABLE audit_tiles (
    organisation_id BLOB NOT NULL,
    level INTEGER NOT NULL,
    position INTEGER NOT NULL,
    hashes BLOB NOT NULL,
    PRIMARY KEY (organisation_id, level, position)
) STRICT;
-- What was signed, at a fixed cadence.
CREATE TABLE audit_checkpoints (
    organisation_id BLOB NOT NULL,
    at INTEGER NOT NULL,
    size INTEGER NOT NULL,
    root_hash BLOB NOT NULL,
    signature BLOB NOT NULL,
    PRIMARY KEY (organisation_id, at)
) STRICT;
-- Partial, so that a row costs nothing here until it is ordered.
CREATE UNIQUE INDEX audit_events_seq ON audit_events (organisation_id, seq) WHERE seq IS NOT NULL;
-- By organisation: each has its own order.
DROP INDEX audit_events_unordered;
CREATE INDEX audit_events_unordered ON audit_events (organisation_id, id) WHERE seq IS NULL;
