-- How lately whoever holds a session has shown to be its user, and by what.
ALTER TABLE sessions ADD COLUMN factor_at INTEGER;
ALTER TABLE sessions ADD COLUMN factor TEXT;
-- Since when a session is that of somebody who was forced; null for nearly all.
ALTER TABLE sessions ADD COLUMN coerced_at INTEGER;

-- The secret of an authenticator app, the step of the last code that was good, and a secret that waits to be confirmed.
CREATE TABLE second_factors (
    organisation_id BLOB NOT NULL,
    user_id BLOB NOT NULL,
    secret BLOB,
    confirmed_at INTEGER,
    last_step INTEGER NOT NULL,
    pending BLOB,
    pending_at INTEGER,
    PRIMARY KEY (organisation_id, user_id),
    FOREIGN KEY (organisation_id, user_id) REFERENCES users (organisation_id, id)
) STRICT;

CREATE TABLE recovery_codes (
    organisation_id BLOB NOT NULL,
    user_id BLOB NOT NULL,
    hash BLOB NOT NULL,
    made_at INTEGER NOT NULL,
    used_at INTEGER,
    PRIMARY KEY (organisation_id, user_id, hash),
    FOREIGN KEY (organisation_id, user_id) REFERENCES users (organisation_id, id)
) STRICT;

-- Devices that somebody has signed in on: whoever guesses elsewhere does not slow them down.
CREATE TABLE known_devices (
    organisation_id BLOB NOT NULL,
    hash BLOB NOT NULL,
    user_id BLOB NOT NULL,
    made_at INTEGER NOT NULL,
    last_used_at INTEGER NOT NULL,
    PRIMARY KEY (organisation_id, hash),
    FOREIGN KEY (organisation_id, user_id) REFERENCES users (organisation_id, id)
) STRICT;
CREATE INDEX known_devices_user ON known_devices (organisation_id, user_id, last_used_at);

-- The password that somebody gives when they are forced.
CREATE TABLE duress_passwords (
    organisation_id BLOB NOT NULL,
    user_id BLOB NOT NULL,
    hash BLOB NOT NULL,
    set_at INTEGER NOT NULL,
    PRIMARY KEY (organisation_id, user_id),
    FOREIGN KEY (organisation_id, user_id) REFERENCES users (organisation_id, id)
) STRICT;

-- What happened to an account, for its user to be told.
CREATE TABLE account_notices (
    organisation_id BLOB NOT NULL,
    id BLOB NOT NULL,
    user_id BLOB NOT NULL,
    kind TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (organisation_id, id),
    FOREIGN KEY (organisation_id, user_id) REFERENCES users (organisation_id, id)
) STRICT;
CREATE INDEX account_notices_user ON account_notices (organisation_id, user_id, at);
