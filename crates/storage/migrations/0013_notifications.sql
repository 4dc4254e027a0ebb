-- Where customers want to be told of changes. An endpoint belongs to the system user that made it.
-- event_types are words with a blank between them, none for all. generation counts the secrets; the
-- one before signs too until previous_until. due_at is when the next delivery may be sent, empty
-- when none waits. Whoever sends holds the endpoint until leased_until, by its fence. failures counts
-- the rounds since failing_since, in which nothing arrived.
CREATE TABLE notification_endpoints (
    id TEXT NOT NULL PRIMARY KEY,
    system_user TEXT NOT NULL REFERENCES system_users (name),
    url TEXT NOT NULL,
    description TEXT NOT NULL,
    event_types TEXT NOT NULL,
    enabled BOOLEAN NOT NULL,
    disabled_reason TEXT,
    generation BIGINT NOT NULL,
    previous_until BIGINT,
    created_at BIGINT NOT NULL,
    failing_since BIGINT,
    failures BIGINT NOT NULL,
    due_at BIGINT,
    leased_until BIGINT NOT NULL,
    fence BIGINT NOT NULL
);

CREATE INDEX notification_endpoints_by_user ON notification_endpoints (system_user, created_at, id);
CREATE INDEX notification_endpoints_by_due ON notification_endpoints (due_at)
    WHERE enabled AND due_at IS NOT NULL;

-- One event for one endpoint; event and position are the change's in the journal. attempts counts
-- all, tries those since it was last made out or asked for. due_at is set while it is PENDING.
CREATE TABLE notification_deliveries (
    endpoint TEXT NOT NULL,
    position BIGINT NOT NULL,
    event TEXT NOT NULL,
    event_type TEXT NOT NULL,
    organization TEXT NOT NULL,
    state TEXT NOT NULL,
    attempts BIGINT NOT NULL,
    tries BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    due_at BIGINT,
    PRIMARY KEY (endpoint, position)
);

CREATE UNIQUE INDEX notification_deliveries_by_event ON notification_deliveries (endpoint, event);
CREATE INDEX notification_deliveries_pending ON notification_deliveries (endpoint, position)
    WHERE state = 'PENDING';
CREATE INDEX notification_deliveries_by_due ON notification_deliveries (endpoint, due_at)
    WHERE state = 'PENDING';
CREATE INDEX notification_deliveries_by_age ON notification_deliveries (created_at);

-- The log of what was sent.
CREATE TABLE notification_attempts (
    endpoint TEXT NOT NULL,
    position BIGINT NOT NULL,
    number BIGINT NOT NULL,
    at BIGINT NOT NULL,
    outcome TEXT NOT NULL,
    status BIGINT,
    duration_ms BIGINT NOT NULL,
    PRIMARY KEY (endpoint, position, number)
);

CREATE INDEX notification_attempts_by_age ON notification_attempts (at);
