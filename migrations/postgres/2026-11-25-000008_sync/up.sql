-- What a device was last sent: kinds and ids in clear, of each record a keyed hash. Kept for as long as its session.
CREATE TABLE sync_points (
    organisation_id uuid NOT NULL,
    session_id uuid NOT NULL,
    id uuid NOT NULL,
    sent bytea NOT NULL,
    used_at timestamptz NOT NULL,
    PRIMARY KEY (organisation_id, session_id, id),
    FOREIGN KEY (organisation_id, session_id) REFERENCES sessions (organisation_id, id)
);

-- What was done by a batch, for ever: an item that comes again is known however late. A keyed hash tells a repetition
-- from another item with its id; nothing of the answer is kept.
CREATE TABLE batch_items (
    organisation_id uuid NOT NULL,
    user_id uuid NOT NULL,
    id uuid NOT NULL,
    digest bytea NOT NULL,
    done_at timestamptz NOT NULL,
    PRIMARY KEY (organisation_id, user_id, id),
    FOREIGN KEY (organisation_id, user_id) REFERENCES users (organisation_id, id)
);
