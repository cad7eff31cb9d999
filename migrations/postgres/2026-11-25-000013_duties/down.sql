DROP INDEX idempotency_keys_owner;
ALTER TABLE idempotency_keys DROP COLUMN owner_id;
DROP TABLE subject_accesses;
DROP TABLE legal_bases;
DROP TABLE retention_decisions;
DROP TABLE legal_holds;
DROP TABLE doomed_files;
DROP TABLE shreds;
DROP TABLE break_glass;
