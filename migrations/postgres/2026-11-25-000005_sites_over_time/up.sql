-- What was seen of sites, when, by whom; the state of a site is derived from it. What the row of a site said before there
-- were observations stays as the state that its history begins with. The sealed capacity is copied as it is: it opens
-- under the name of its first column.
ALTER TABLE sites ADD COLUMN base_verification text NOT NULL DEFAULT 'suspected';
ALTER TABLE sites ADD COLUMN base_activity text NOT NULL DEFAULT 'unknown';
ALTER TABLE sites ADD COLUMN base_capacity bytea;
UPDATE sites SET base_verification = verification, base_activity = activity, base_capacity = capacity;

CREATE TABLE observations (
    organisation_id uuid NOT NULL,
    id uuid NOT NULL,
    site_id uuid NOT NULL,
    kind text NOT NULL,
    at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL,
    author_id uuid NOT NULL,
    source_kind text NOT NULL,
    source_ref uuid,
    source_label bytea,
    reliability text NOT NULL,
    credibility integer NOT NULL,
    data bytea NOT NULL,
    note bytea,
    retracted_at timestamptz,
    retracted_by uuid,
    retraction bytea,
    PRIMARY KEY (organisation_id, id),
    FOREIGN KEY (organisation_id, site_id) REFERENCES sites (organisation_id, id)
);
CREATE INDEX observations_site ON observations (organisation_id, site_id, at, id);
CREATE INDEX observations_kind ON observations (organisation_id, kind, at, id);

-- Who is behind sites: they belong to no case.
CREATE TABLE actors (
    organisation_id uuid NOT NULL,
    id uuid NOT NULL,
    kind text NOT NULL,
    names bytea NOT NULL,
    identifiers bytea NOT NULL,
    country bytea,
    note bytea,
    created_by uuid NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    version bigint NOT NULL,
    PRIMARY KEY (organisation_id, id),
    FOREIGN KEY (organisation_id) REFERENCES organisations (id)
);
CREATE INDEX actors_updated ON actors (organisation_id, updated_at, id);

CREATE TABLE site_actors (
    organisation_id uuid NOT NULL,
    id uuid NOT NULL,
    site_id uuid NOT NULL,
    actor_id uuid NOT NULL,
    relation text NOT NULL,
    from_at timestamptz,
    until_at timestamptz,
    recorded_at timestamptz NOT NULL,
    author_id uuid NOT NULL,
    source_kind text NOT NULL,
    source_ref uuid,
    source_label bytea,
    reliability text NOT NULL,
    credibility integer NOT NULL,
    note bytea,
    retracted_at timestamptz,
    retracted_by uuid,
    retraction bytea,
    PRIMARY KEY (organisation_id, id),
    FOREIGN KEY (organisation_id, site_id) REFERENCES sites (organisation_id, id),
    FOREIGN KEY (organisation_id, actor_id) REFERENCES actors (organisation_id, id)
);
CREATE INDEX site_actors_site ON site_actors (organisation_id, site_id, recorded_at, id);
CREATE INDEX site_actors_actor ON site_actors (organisation_id, actor_id, recorded_at, id);
