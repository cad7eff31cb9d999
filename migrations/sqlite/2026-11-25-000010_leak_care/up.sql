-- How finely a referral tells where somebody is; null where it tells nothing of that.
ALTER TABLE referrals ADD COLUMN precision TEXT;
UPDATE referrals SET precision = 'precise' WHERE classes LIKE '%location_precise%';
UPDATE referrals SET precision = 'cell' WHERE precision IS NULL AND classes LIKE '%location_coarse%';

-- Which organisation outside of this one a partner belongs to.
ALTER TABLE users ADD COLUMN affiliation BLOB;

-- The coarse answer that was last handed on, so that whoever asks again and again learns nothing from its wavering.
CREATE TABLE case_areas (
    organisation_id BLOB NOT NULL,
    case_id BLOB NOT NULL,
    settled BLOB NOT NULL,
    settled_at INTEGER NOT NULL,
    PRIMARY KEY (organisation_id, case_id),
    FOREIGN KEY (organisation_id, case_id) REFERENCES cases (organisation_id, id)
) STRICT;

-- With whom a case, or what concerns a site, is never shared. Exactly one of the two is named.
CREATE TABLE do_not_share (
    organisation_id BLOB NOT NULL,
    id BLOB NOT NULL,
    case_id BLOB,
    site_id BLOB,
    entry BLOB NOT NULL,
    created_by BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    removed_by BLOB,
    removed_at INTEGER,
    PRIMARY KEY (organisation_id, id),
    FOREIGN KEY (organisation_id, case_id) REFERENCES cases (organisation_id, id),
    FOREIGN KEY (organisation_id, site_id) REFERENCES sites (organisation_id, id),
    CHECK ((case_id IS NULL) <> (site_id IS NULL))
) STRICT;
CREATE INDEX do_not_share_case ON do_not_share (organisation_id, case_id, id);
CREATE INDEX do_not_share_site ON do_not_share (organisation_id, site_id, id);

-- How often somebody read a plan, by the minute.
CREATE TABLE plan_reads (
    organisation_id BLOB NOT NULL,
    operation_id BLOB NOT NULL,
    user_id BLOB NOT NULL,
    minute INTEGER NOT NULL,
    reads INTEGER NOT NULL,
    PRIMARY KEY (organisation_id, operation_id, user_id, minute),
    FOREIGN KEY (organisation_id, operation_id) REFERENCES operations (organisation_id, id),
    FOREIGN KEY (organisation_id, user_id) REFERENCES users (organisation_id, id)
) STRICT;
CREATE INDEX plan_reads_minute ON plan_reads (minute);
