ALTER TABLE organisation_keys DROP COLUMN used_since;
ALTER TABLE sessions DROP COLUMN seal_epoch;
DROP TABLE installation;
