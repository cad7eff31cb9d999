DROP TABLE plan_reads;
DROP TABLE do_not_share;
DROP TABLE case_areas;
ALTER TABLE users DROP COLUMN affiliation;
ALTER TABLE referrals DROP COLUMN precision;
