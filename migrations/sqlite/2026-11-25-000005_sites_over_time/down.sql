DROP TABLE site_actors;
DROP TABLE actors;
DROP TABLE observations;
ALTER TABLE sites DROP COLUMN base_capacity;
ALTER TABLE sites DROP COLUMN base_activity;
ALTER TABLE sites DROP COLUMN base_verification;
