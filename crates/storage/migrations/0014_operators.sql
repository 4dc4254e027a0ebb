-- Who may call the operator's API. The hash is keyed with a key that the database doesn't hold.
CREATE TABLE operators (
    name TEXT NOT NULL PRIMARY KEY,
    role TEXT NOT NULL,
    key_hash TEXT NOT NULL UNIQUE,
    enabled BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL
);

-- The operator lists the orders of all organizations, newest first, and what waits for a person.
CREATE INDEX orders_by_acceptance ON orders (created_at, id);
CREATE INDEX jobs_at_the_desk ON jobs (kind, subject) WHERE queue = 'DESK';
