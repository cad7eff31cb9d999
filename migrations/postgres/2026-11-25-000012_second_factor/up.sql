-- How lately whoever holds a session has shown to be its user, and by what.
ALTER TABLE sessions ADD COLUMN factor_at timestamptz;
ALTER TABLE sessions ADD COLUMN factor text;
-- Since when a session is that of somebody who was forced; null for nearly all.
ALTER TABLE sessions ADD COLUMN coerced_at timestamptz;

-- The secret of an authenticator app, the step of the last code that was good, and a secret that waits to be confirmed.
CREATE TABLE second_factors (
    organisation_id uuid NOT NULL,
    user_id uuid NOT NULL,
    secret bytea,
    confirmed_at timestamptz,
    last_step bigint NOT NULL,
    pending bytea,
    pending_at timestamptz,
    PRIMARY KEY (organisation_id, user_id),
    FOREIGN KEY (organisation_id, user_id) REFERENCES users (organisation_id, id)
);

CREATE TABLE recovery_codes (
    organisation_id uuid NOT NULL,
    user_id uuid NOT NULL,
    hash bytea NOT NULL,
    made_at timestamptz NOT NULL,
    used_at timestamptz,
    PRIMARY KEY (organisation_id, user_id, hash),
    FOREIGN KEY (organisation_id, user_id) REFERENCES users (organisation_id, id)
);

-- Devices that somebody has signed in on: whoever guesses elsewhere does not slow them down.
CREATE TABLE known_devices (
    organisation_id uuid NOT NULL,
    hash bytea NOT NULL,
    user_id uuid NOT NULL,
    made_at timestamptz NOT NULL,
    last_used_at timestamptz NOT NULL,
    PRIMARY KEY (organisation_id, hash),
    FOREIGN KEY (organisation_id, user_id) REFERENCES users (organisation_id, id)
);
CREATE INDEX known_devices_user ON known_devices (organisation_id, user_id, last_used_at);

-- The password that somebody gives when they are forced.
CREATE TABLE duress_passwords (
    organisation_id uuid NOT NULL,
    user_id uuid NOT NULL,
    hash bytea NOT NULL,
    set_at timestamptz NOT NULL,
    PRIMARY KEY (organisation_id, user_id),
    FOREIGN KEY (organisation_id, user_id) REFERENCES users (organisation_id, id)
);

-- What happened to an account, for its user to be told.
CREATE TABLE account_notices (
    organisation_id uuid NOT NULL,
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    kind text NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (organisation_id, id),
    FOREIGN KEY (organisation_id, user_id) REFERENCES users (organisation_id, id)
);
CREATE INDEX account_notices_user ON account_notices (organisation_id, user_id, at);
