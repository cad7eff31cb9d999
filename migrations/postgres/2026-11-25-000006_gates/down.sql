ALTER TABLE users DROP COLUMN verified_person_hash;
ALTER TABLE users DROP COLUMN verified_person;
DROP TABLE operation_waivers;
DROP TABLE consents;
