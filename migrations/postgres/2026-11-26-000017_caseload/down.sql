DROP INDEX operations_starts;
DROP INDEX users_caseload;
DROP INDEX users_created;
ALTER TABLE users DROP COLUMN urgent_caseload;
ALTER TABLE users DROP COLUMN caseload;
