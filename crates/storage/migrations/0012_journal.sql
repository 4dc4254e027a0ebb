-- One row for each mutation, written in its transaction. noun, subject and action tell what was done
-- to what; facts is a JSON object. A moment later, and one after another, each gets its position
-- among all rows, its sequence number within the organization if customers are told of it, and a
-- seal over itself and the row before, with a key that the database doesn't hold. mac is the code that
-- whoever wrote the row has made over its columns, with another such key; genuine is what was found when
-- the row got its position: whether the code fits. The seal covers it.
CREATE TABLE journal (
    id TEXT NOT NULL PRIMARY KEY,
    at BIGINT NOT NULL,
    organization TEXT,
    author TEXT NOT NULL,
    client_app TEXT,
    noun TEXT NOT NULL,
    subject TEXT NOT NULL,
    action TEXT NOT NULL,
    facts TEXT NOT NULL,
    mac TEXT NOT NULL,
    position BIGINT,
    sequence BIGINT,
    genuine BOOLEAN,
    seal TEXT
);

CREATE INDEX journal_unplaced ON journal (at, id) WHERE position IS NULL;
CREATE UNIQUE INDEX journal_by_position ON journal (position) WHERE position IS NOT NULL;
CREATE INDEX journal_by_organization ON journal (organization, position) WHERE position IS NOT NULL;
CREATE INDEX journal_by_subject ON journal (noun, subject, position) WHERE position IS NOT NULL;
CREATE INDEX journal_by_app ON journal (client_app, position) WHERE position IS NOT NULL;

-- The last sequence number of each organization.
CREATE TABLE journal_sequences (
    organization TEXT NOT NULL PRIMARY KEY,
    last BIGINT NOT NULL
);
