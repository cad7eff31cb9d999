ALTER TABLE tasks DROP COLUMN kind;
ALTER TABLE reports DROP COLUMN findings;
DROP INDEX alerts_operation;
DROP TABLE check_ins;
