-- The thumbprint (RFC 7638) of the key that a session is bound to; null for a session that is bound to none.
ALTER TABLE sessions ADD COLUMN key_thumbprint BLOB;

-- Proofs that were used for what changes something, until they would be refused for their age.
CREATE TABLE used_proofs (
    organisation_id BLOB NOT NULL,
    hash BLOB NOT NULL,
    until INTEGER NOT NULL,
    PRIMARY KEY (organisation_id, hash)
) STRICT;
CREATE INDEX used_proofs_until ON used_proofs (until);
