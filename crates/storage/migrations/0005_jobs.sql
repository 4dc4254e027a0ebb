-- Blocks of numbers that nodes have taken; ids are made from them by a keyed permutation.
CREATE TABLE sequences (
    name TEXT NOT NULL PRIMARY KEY,
    next BIGINT NOT NULL
);

-- Durable background work. A job waits as long as its lane holds one with an earlier turn. The fence
-- counts the claims: whoever holds an older one can't write any more.
CREATE TABLE jobs (
    kind TEXT NOT NULL,
    subject BIGINT NOT NULL,
    lane BIGINT NOT NULL,
    turn BIGINT NOT NULL,
    waits BOOLEAN NOT NULL,
    due_at BIGINT NOT NULL,
    leased_until BIGINT NOT NULL,
    fence BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    PRIMARY KEY (kind, subject)
);

CREATE INDEX jobs_by_due ON jobs (waits, due_at);
CREATE INDEX jobs_by_lane ON jobs (kind, lane, turn);
