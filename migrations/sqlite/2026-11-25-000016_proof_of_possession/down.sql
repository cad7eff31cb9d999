DROP TABLE used_proofs;
ALTER TABLE sessions DROP COLUMN key_thumbprint;
