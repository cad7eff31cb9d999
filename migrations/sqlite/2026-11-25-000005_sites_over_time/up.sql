-- What was seen of sites, when, by whom; the state of a site is derived from it. What the row of a site said before there
-- were observations stays as the state that its history begins with. The sealed capacity is copied as it is: it opens
-- under the name of its first column.
ALTER TABLE sites ADD COLUMN base_verification TEXT NOT NULL DEFAULT 'suspected';
ALTER TABLE sites ADD COLUMN base_activity TEXT NOT NULL DEFAULT 'unknown';
ALTER TABLE sites ADD COLUMN base_capacity BLOB;
UPDATE sites SET base_verification = verification, base_activity = activity, base_capacity = capacity;

CREATE TABLE observations (
    organisation_id BLOB NOT NULL,
    id BLOB NOT NULL,
    site_id BLOB NOT NULL,
    kind TEXT NOT NULL,
    at INTEGER NOT NULL,
    recorded_at INTEGER NOT NULL,
    author_id BLOB NOT NULL,
    source_kind TEXT NOT NULL,
    source_ref BLOB,
    source_label BLOB,
    reliability TEXT NOT NULL,
    credibility INTEGER NOT NULL,
    data BLOB NOT NULL,
    note BLOB,
    retracted_at INTEGER,
    retracted_by BLOB,
    retraction BLOB,
    PRIMARY KEY (organisation_id, id),
    FOREIGN KEY (organisation_id, site_id) REFERENCES sites (organisation_id, id)
) STRICT;
CREATE INDEX observations_site ON observations (organisation_id, site_id, at, id);
CREATE INDEX observations_kind ON observations (organisation_id, kind, at, id);

-- Who is behind sites: they belong to no case.
CREATE TABLE actors (
    organisation_id BLOB NOT NULL,
    id BLOB NOT NULL,
    kind TEXT NOT NULL,
    names BLOB NOT NULL,
    identifiers BLOB NOT NULL,
    country BLOB,
    note BLOB,
    created_by BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (organisation_id, id),
    FOREIGN KEY (organisation_id) REFERENCES organisations (id)
) STRICT;
CREATE INDEX actors_updated ON actors (organisation_id, updated_at, id);

CREATE TABLE site_actors (
    organisation_id BLOB NOT NULL,
    id BLOB NOT NULL,
    site_id BLOB NOT NULL,
    actor_id BLOB NOT NULL,
    relation TEXT NOT NULL,
    from_at INTEGER,
    until_at INTEGER,
    recorded_at INTEGER NOT NULL,
    author_id BLOB NOT NULL,
    source_kind TEXT NOT NULL,
    source_ref BLOB,
    source_label BLOB,
    reliability TEXT NOT NULL,
    credibility INTEGER NOT NULL,
    note BLOB,
    retracted_at INTEGER,
    retracted_by BLOB,
    retraction BLOB,
    PRIMARY KEY (organisation_id, id),
    FOREIGN KEY (organisation_id, site_id) REFERENCES sites (organisation_id, id),
    FOREIGN KEY (organisation_id, actor_id) REFERENCES actors (organisation_id, id)
) STRICT;
CREATE INDEX site_actors_site ON site_actors (organisation_id, site_id, recorded_at, id);
CREATE INDEX site_actors_actor ON site_actors (organisation_id, actor_id, recorded_at, id);
