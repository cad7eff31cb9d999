-- Contact that keeps people alive: rules over time, the watch, alerts and their delivery, tasks, files.

-- A message as it stands after its corrections: its place in the log, and what it was judged to be. What was first
-- written down stays in sent_at and authenticity.
ALTER TABLE messages ADD COLUMN placed_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE messages ADD COLUMN judged TEXT NOT NULL DEFAULT 'unverified';
ALTER TABLE messages ADD COLUMN flags BLOB;
UPDATE messages SET judged = authenticity, placed_at = COALESCE(
    (SELECT c.sent_at FROM message_corrections c
     WHERE c.organisation_id = messages.organisation_id AND c.message_id = messages.id AND c.sent_at IS NOT NULL
     ORDER BY c.at DESC, c.id DESC LIMIT 1),
    sent_at);
DROP INDEX messages_case;
CREATE INDEX messages_case ON messages (organisation_id, case_id, placed_at, id);
CREATE INDEX messages_channel ON messages (organisation_id, channel_id, direction, placed_at, id);
ALTER TABLE message_corrections ADD COLUMN authenticity TEXT;

-- Since when somebody on this channel waits for an answer.
ALTER TABLE channels ADD COLUMN unanswered_since INTEGER;
CREATE INDEX channels_unanswered ON channels (organisation_id, unanswered_since, id) WHERE unanswered_since IS NOT NULL;

-- What a channel's safety rules were before each change of them: a message is judged by those of its time.
CREATE TABLE channel_rule_changes (
    organisation_id BLOB NOT NULL,
    id BLOB NOT NULL,
    case_id BLOB NOT NULL,
    channel_id BLOB NOT NULL,
    until_at INTEGER NOT NULL,
    author_id BLOB NOT NULL,
    safety BLOB NOT NULL,
    PRIMARY KEY (organisation_id, id),
    FOREIGN KEY (organisation_id, channel_id) REFERENCES channels (organisation_id, id)
) STRICT;
CREATE INDEX channel_rule_changes_channel ON channel_rule_changes (organisation_id, channel_id, until_at);

-- The contact watch of a case, and the three moments that it worked out.
CREATE TABLE watches (
    organisation_id BLOB NOT NULL,
    case_id BLOB NOT NULL,
    expected_every_hours INTEGER NOT NULL,
    grace_hours INTEGER NOT NULL,
    started_at INTEGER NOT NULL,
    last_sign_of_life_at INTEGER,
    due_at INTEGER NOT NULL,
    overdue_at INTEGER NOT NULL,
    silent_at INTEGER NOT NULL,
    stopped_at INTEGER,
    created_by BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (organisation_id, case_id),
    FOREIGN KEY (organisation_id, case_id) REFERENCES cases (organisation_id, id)
) STRICT;
CREATE INDEX watches_due ON watches (organisation_id, due_at, case_id) WHERE stopped_at IS NULL;

-- Who is told next, in order.
CREATE TABLE watch_escalations (
    organisation_id BLOB NOT NULL,
    case_id BLOB NOT NULL,
    position INTEGER NOT NULL,
    user_id BLOB NOT NULL,
    PRIMARY KEY (organisation_id, case_id, position),
    FOREIGN KEY (organisation_id, case_id) REFERENCES watches (organisation_id, case_id),
    FOREIGN KEY (organisation_id, user_id) REFERENCES users (organisation_id, id)
) STRICT;

-- Times in which no contact is expected, and none is to be made.
CREATE TABLE watch_pauses (
    organisation_id BLOB NOT NULL,
    id BLOB NOT NULL,
    case_id BLOB NOT NULL,
    from_at INTEGER NOT NULL,
    until_at INTEGER NOT NULL,
    ended_at INTEGER,
    reason BLOB NOT NULL,
    created_by BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (organisation_id, id),
    FOREIGN KEY (organisation_id, case_id) REFERENCES cases (organisation_id, id)
) STRICT;
CREATE INDEX watch_pauses_case ON watch_pauses (organisation_id, case_id, until_at);

-- What somebody must look at. One whose moment has not come yet is only scheduled: no reader sees it.
CREATE TABLE alerts (
    organisation_id BLOB NOT NULL,
    id BLOB NOT NULL,
    key BLOB NOT NULL,
    kind TEXT NOT NULL,
    case_id BLOB,
    operation_id BLOB,
    subject_id BLOB,
    since INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    dispatched_at INTEGER,
    level INTEGER NOT NULL,
    next_level_at INTEGER,
    acknowledged_by BLOB,
    acknowledged_at INTEGER,
    open_until INTEGER NOT NULL,
    resolved_at INTEGER,
    PRIMARY KEY (organisation_id, id)
) STRICT;
CREATE UNIQUE INDEX alerts_key ON alerts (organisation_id, key);
CREATE INDEX alerts_open ON alerts (organisation_id, open_until, since);
CREATE INDEX alerts_case ON alerts (organisation_id, case_id, kind);
CREATE INDEX alerts_waiting ON alerts (since) WHERE dispatched_at IS NULL;
CREATE INDEX alerts_levels ON alerts (next_level_at) WHERE next_level_at IS NOT NULL;

-- The last number of an organisation's alert events: taken under its row lock, so that they commit in order.
CREATE TABLE alert_heads (
    organisation_id BLOB NOT NULL,
    seq INTEGER NOT NULL,
    PRIMARY KEY (organisation_id),
    FOREIGN KEY (organisation_id) REFERENCES organisations (id)
) STRICT;

-- What happened to alerts, in one order, for those who listen.
CREATE TABLE alert_events (
    organisation_id BLOB NOT NULL,
    seq INTEGER NOT NULL,
    id BLOB NOT NULL,
    alert_id BLOB NOT NULL,
    change TEXT NOT NULL,
    level INTEGER NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (organisation_id, seq),
    FOREIGN KEY (organisation_id, alert_id) REFERENCES alerts (organisation_id, id)
) STRICT;
CREATE UNIQUE INDEX alert_events_id ON alert_events (organisation_id, id);
CREATE INDEX alert_events_at ON alert_events (at);

-- Where alerts are announced to other programs.
CREATE TABLE webhooks (
    organisation_id BLOB NOT NULL,
    id BLOB NOT NULL,
    url BLOB NOT NULL,
    secret BLOB NOT NULL,
    status TEXT NOT NULL,
    created_by BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (organisation_id, id),
    FOREIGN KEY (organisation_id) REFERENCES organisations (id)
) STRICT;

-- The outbox: what is still to be sent, and what became of it.
CREATE TABLE deliveries (
    organisation_id BLOB NOT NULL,
    id BLOB NOT NULL,
    event_id BLOB NOT NULL,
    alert_id BLOB NOT NULL,
    medium TEXT NOT NULL,
    target_id BLOB NOT NULL,
    status TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    next_attempt_at INTEGER NOT NULL,
    leased_until INTEGER,
    last_error TEXT,
    created_at INTEGER NOT NULL,
    ended_at INTEGER,
    PRIMARY KEY (organisation_id, id),
    FOREIGN KEY (organisation_id, alert_id) REFERENCES alerts (organisation_id, id)
) STRICT;
CREATE UNIQUE INDEX deliveries_once ON deliveries (organisation_id, event_id, medium, target_id);
CREATE INDEX deliveries_target ON deliveries (organisation_id, target_id, id);
CREATE INDEX deliveries_pending ON deliveries (next_attempt_at) WHERE status = 'pending';

-- The revocable address of a user's calendar: only its hash is kept.
CREATE TABLE calendar_feeds (
    organisation_id BLOB NOT NULL,
    hash BLOB NOT NULL,
    user_id BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (organisation_id, hash),
    FOREIGN KEY (organisation_id, user_id) REFERENCES users (organisation_id, id)
) STRICT;
CREATE UNIQUE INDEX calendar_feeds_user ON calendar_feeds (organisation_id, user_id);

-- What somebody has to do on a case.
CREATE TABLE tasks (
    organisation_id BLOB NOT NULL,
    id BLOB NOT NULL,
    case_id BLOB NOT NULL,
    title BLOB NOT NULL,
    note BLOB,
    due_at INTEGER NOT NULL,
    assignee_id BLOB NOT NULL,
    status TEXT NOT NULL,
    created_by BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    ended_by BLOB,
    ended_at INTEGER,
    updated_at INTEGER NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (organisation_id, id),
    FOREIGN KEY (organisation_id, case_id) REFERENCES cases (organisation_id, id),
    FOREIGN KEY (organisation_id, assignee_id) REFERENCES users (organisation_id, id)
) STRICT;
CREATE INDEX tasks_case ON tasks (organisation_id, case_id, due_at, id);
CREATE INDEX tasks_assignee ON tasks (organisation_id, assignee_id, due_at, id) WHERE status = 'open';

-- Files of a case; their bytes lie sealed in the store.
CREATE TABLE attachments (
    organisation_id BLOB NOT NULL,
    id BLOB NOT NULL,
    case_id BLOB NOT NULL,
    object_id BLOB NOT NULL,
    size INTEGER NOT NULL,
    particulars BLOB NOT NULL,
    working TEXT NOT NULL,
    author_id BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (organisation_id, id),
    FOREIGN KEY (organisation_id, case_id) REFERENCES cases (organisation_id, id)
) STRICT;
CREATE INDEX attachments_case ON attachments (organisation_id, case_id, id);

-- Which files were sent with a message.
CREATE TABLE message_attachments (
    organisation_id BLOB NOT NULL,
    message_id BLOB NOT NULL,
    attachment_id BLOB NOT NULL,
    PRIMARY KEY (organisation_id, message_id, attachment_id),
    FOREIGN KEY (organisation_id, message_id) REFERENCES messages (organisation_id, id),
    FOREIGN KEY (organisation_id, attachment_id) REFERENCES attachments (organisation_id, id)
) STRICT;
CREATE INDEX message_attachments_attachment ON message_attachments (organisation_id, attachment_id);

-- Who held a file, and what they did with it.
CREATE TABLE attachment_custody (
    organisation_id BLOB NOT NULL,
    id BLOB NOT NULL,
    case_id BLOB NOT NULL,
    attachment_id BLOB NOT NULL,
    at INTEGER NOT NULL,
    actor_id BLOB NOT NULL,
    action TEXT NOT NULL,
    PRIMARY KEY (organisation_id, id),
    FOREIGN KEY (organisation_id, attachment_id) REFERENCES attachments (organisation_id, id)
) STRICT;
CREATE INDEX attachment_custody_attachment ON attachment_custody (organisation_id, attachment_id, at, id);

-- Files that are still arriving, in parts.
CREATE TABLE uploads (
    organisation_id BLOB NOT NULL,
    id BLOB NOT NULL,
    case_id BLOB NOT NULL,
    author_id BLOB NOT NULL,
    particulars BLOB NOT NULL,
    length INTEGER NOT NULL,
    received INTEGER NOT NULL,
    parts INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (organisation_id, id),
    FOREIGN KEY (organisation_id, case_id) REFERENCES cases (organisation_id, id)
) STRICT;
CREATE INDEX uploads_expiring ON uploads (expires_at);

-- The pieces of a file that have arrived, each an object of its own: the row decides which object counts.
CREATE TABLE upload_parts (
    organisation_id BLOB NOT NULL,
    upload_id BLOB NOT NULL,
    position INTEGER NOT NULL,
    object_id BLOB NOT NULL,
    length INTEGER NOT NULL,
    PRIMARY KEY (organisation_id, upload_id, position),
    FOREIGN KEY (organisation_id, upload_id) REFERENCES uploads (organisation_id, id)
) STRICT;

-- How many bytes of files an organisation keeps.
CREATE TABLE storage_usage (
    organisation_id BLOB NOT NULL,
    bytes INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (organisation_id),
    FOREIGN KEY (organisation_id) REFERENCES organisations (id)
) STRICT;
