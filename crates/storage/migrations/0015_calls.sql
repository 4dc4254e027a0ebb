-- Finished calls, counted by the minute: minute counts from 1970 in UTC. system_user is empty where a
-- call was refused before it was known. unlogged is how many of the calls are not in call_log.
CREATE TABLE call_minutes (
    minute BIGINT NOT NULL,
    operation TEXT NOT NULL,
    client_app TEXT NOT NULL,
    system_user TEXT NOT NULL,
    code BIGINT NOT NULL,
    calls BIGINT NOT NULL,
    unlogged BIGINT NOT NULL,
    PRIMARY KEY (minute, operation, client_app, system_user, code)
);

CREATE INDEX call_minutes_by_app ON call_minutes (client_app, minute);

-- How long they took: bucket is a range of microseconds, on a scale that the program fixes.
CREATE TABLE call_latencies (
    minute BIGINT NOT NULL,
    operation TEXT NOT NULL,
    bucket BIGINT NOT NULL,
    calls BIGINT NOT NULL,
    PRIMARY KEY (minute, operation, bucket)
);

-- Whose data answers have shown. presumed: the answer came from a back end that does not say whose data
-- it shows, so that any organization of the caller's may be in it.
CREATE TABLE data_reads (
    minute BIGINT NOT NULL,
    organization TEXT NOT NULL,
    client_app TEXT NOT NULL,
    system_user TEXT NOT NULL,
    operation TEXT NOT NULL,
    presumed BOOLEAN NOT NULL,
    calls BIGINT NOT NULL,
    first_at BIGINT NOT NULL,
    last_at BIGINT NOT NULL,
    PRIMARY KEY (minute, organization, client_app, system_user, operation, presumed)
);

CREATE INDEX data_reads_by_app ON data_reads (client_app, minute);
CREATE INDEX data_reads_by_organization ON data_reads (organization, minute);

-- The latest calls one by one, as far as there was room. number tells those of one instant apart.
CREATE TABLE call_log (
    client_app TEXT NOT NULL,
    at BIGINT NOT NULL,
    number BIGINT NOT NULL,
    transaction_id TEXT NOT NULL,
    system_user TEXT NOT NULL,
    method TEXT NOT NULL,
    path TEXT NOT NULL,
    operation TEXT NOT NULL,
    code BIGINT NOT NULL,
    microseconds BIGINT NOT NULL,
    PRIMARY KEY (client_app, at, number)
);

CREATE INDEX call_log_by_age ON call_log (at);

-- What waited, once a minute.
CREATE TABLE gauge_minutes (
    name TEXT NOT NULL,
    minute BIGINT NOT NULL,
    value BIGINT NOT NULL,
    PRIMARY KEY (name, minute)
);

CREATE INDEX gauge_minutes_by_age ON gauge_minutes (minute);
