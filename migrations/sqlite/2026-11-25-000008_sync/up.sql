-- What a device was last sent: kinds and ids in clear, of each record a keyed hash. Kept for as long as its session.
CREATE TABLE sync_points (
    organisation_id BLOB NOT NULL,
    session_id BLOB NOT NULL,
    id BLOB NOT NULL,
    sent BLOB NOT NULL,
    used_at INTEGER NOT NULL,
    PRIMARY KEY (organisation_id, session_id, id),
    FOREIGN KEY (organisation_id, session_id) REFERENCES sessions (organisation_id, id)
) STRICT;

-- What was done by a batch, for ever: an item that comes again is known however late. A keyed hash tells a repetition
-- from another item with its id; nothing of the answer is kept.
CREATE TABLE batch_items (
    organisation_id BLOB NOT NULL,
    user_id BLOB NOT NULL,
    id BLOB NOT NULL,
    digest BLOB NOT NULL,
    done_at INTEGER NOT NULL,
    PRIMARY KEY (organisation_id, user_id, id),
    FOREIGN KEY (organisation_id, user_id) REFERENCES users (organisation_id, id)
) STRICT;
