-- The thumbprint (RFC 7638) of the key that a session is bound to; null for a session that is bound to none.
ALTER TABLE sessions ADD COLUMN key_thumbprint bytea;

-- Proofs that were used for what changes something, until they would be refused for their age.
CREATE TABLE used_proofs (
    organisation_id uuid NOT NULL,
    hash bytea NOT NULL,
    until timestamptz NOT NULL,
    PRIMARY KEY (organisation_id, hash)
);
CREATE INDEX used_proofs_until ON used_proofs (until);
