-- What there is one of: whether the installation is sealed, how often it was, and the key that look-ups hang on.
CREATE TABLE installation (
    id integer NOT NULL PRIMARY KEY CHECK (id = 1),
    seal_epoch bigint NOT NULL,
    sealed boolean NOT NULL,
    changed_at timestamptz,
    -- Wrapped by the root key: opening it shows that a root key is the right one.
    base_key bytea,
    -- While the root key is changed: the new one, under the old one, for servers that are running.
    handover bytea
);
INSERT INTO installation (id, seal_epoch, sealed) VALUES (1, 0, false);

-- A session is of the time between two seals, and ends with it.
ALTER TABLE sessions ADD COLUMN seal_epoch bigint NOT NULL DEFAULT 0;

-- Since when a key seals; null while servers only learn to open what is sealed with it.
ALTER TABLE organisation_keys ADD COLUMN used_since timestamptz;
UPDATE organisation_keys SET used_since = created_at;
