DROP TABLE account_notices;
DROP TABLE duress_passwords;
DROP TABLE known_devices;
DROP TABLE recovery_codes;
DROP TABLE second_factors;
ALTER TABLE sessions DROP COLUMN coerced_at;
ALTER TABLE sessions DROP COLUMN factor;
ALTER TABLE sessions DROP COLUMN factor_at;
