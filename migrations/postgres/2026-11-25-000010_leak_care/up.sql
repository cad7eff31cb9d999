-- How finely a referral tells where somebody is; null where it tells nothing of that.
ALTER TABLE referrals ADD COLUMN precision text;
UPDATE referrals SET precision = 'precise' WHERE classes LIKE '%location_precise%';
UPDATE referrals SET precision = 'cell' WHERE precision IS NULL AND classes LIKE '%location_coarse%';

-- Which organisation outside of this one a partner belongs to.
ALTER TABLE users ADD COLUMN affiliation bytea;

-- The coarse answer that was last handed on, so that whoever asks again and again learns nothing from its wavering.
CREATE TABLE case_areas (
    organisation_id uuid NOT NULL,
    case_id uuid NOT NULL,
    settled bytea NOT NULL,
    settled_at timestamptz NOT NULL,
    PRIMARY KEY (organisation_id, case_id),
    FOREIGN KEY (organisation_id, case_id) REFERENCES cases (organisation_id, id)
);

-- With whom a case, or what concerns a site, is never shared. Exactly one of the two is named.
CREATE TABLE do_not_share (
    organisation_id uuid NOT NULL,
    id uuid NOT NULL,
    case_id uuid,
    site_id uuid,
    entry bytea NOT NULL,
    created_by uuid NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    removed_by uuid,
    removed_at timestamptz,
    PRIMARY KEY (organisation_id, id),
    FOREIGN KEY (organisation_id, case_id) REFERENCES cases (organisation_id, id),
    FOREIGN KEY (organisation_id, site_id) REFERENCES sites (organisation_id, id),
    CHECK ((case_id IS NULL) <> (site_id IS NULL))
);
CREATE INDEX do_not_share_case ON do_not_share (organisation_id, case_id, id);
CREATE INDEX do_not_share_site ON do_not_share (organisation_id, site_id, id);

-- How often somebody read a plan, by the minute.
CREATE TABLE plan_reads (
    organisation_id uuid NOT NULL,
    operation_id uuid NOT NULL,
    user_id uuid NOT NULL,
    minute timestamptz NOT NULL,
    reads integer NOT NULL,
    PRIMARY KEY (organisation_id, operation_id, user_id, minute),
    FOREIGN KEY (organisation_id, operation_id) REFERENCES operations (organisation_id, id),
    FOREIGN KEY (organisation_id, user_id) REFERENCES users (organisation_id, id)
);
CREATE INDEX plan_reads_minute ON plan_reads (minute);
