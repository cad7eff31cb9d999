-- How far an organisation's audit rows are ordered, and how far the tree over them is built; the sequencer locks the row.
CREATE TABLE audit_heads (
    organisation_id uuid NOT NULL,
    size bigint NOT NULL,
    tiled bigint NOT NULL,
    checkpoint_at timestamptz,
    digest bytea,
    PRIMARY KEY (organisation_id)
);
-- Hashes of the tree in runs of 256: level 0 holds leaf hashes, each level above the roots of full runs below.
CREATE TABLE audit_tiles (
    organisation_id uuid NOT NULL,
    level integer NOT NULL,
    position bigint NOT NULL,
    hashes bytea NOT NULL,
    PRIMARY KEY (organisation_id, level, position)
);
-- What was signed, at a fixed cadence.
CREATE TABLE audit_checkpoints (
    organisation_id uuid NOT NULL,
    at timestamptz NOT NULL,
    size bigint NOT NULL,
    root_hash bytea NOT NULL,
    signature bytea NOT NULL,
    PRIMARY KEY (organisation_id, at)
);
-- Partial, so that a row costs nothing here until it is ordered.
CREATE UNIQUE INDEX audit_events_seq ON audit_events (organisation_id, seq) WHERE seq IS NOT NULL;
-- By organisation: each has its own order.
DROP INDEX audit_events_unordered;
CREATE INDEX audit_events_unordered ON audit_events (organisation_id, id) WHERE seq IS NULL;
