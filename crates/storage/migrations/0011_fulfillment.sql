-- Who carries out the orders of an offering; empty for the operator's default.
ALTER TABLE offerings ADD COLUMN fulfillment TEXT;

-- Who carries this order out, as it was settled at its acceptance.
ALTER TABLE orders ADD COLUMN fulfillment TEXT NOT NULL DEFAULT 'simulated';

-- Each queue serves the organizations in turn, so that one with many jobs does not keep the others
-- waiting. A claimed job is not ready, and due again when its lease ends.
ALTER TABLE jobs ADD COLUMN queue TEXT NOT NULL DEFAULT 'BUILT_IN';
ALTER TABLE jobs ADD COLUMN organization TEXT NOT NULL DEFAULT '';
ALTER TABLE jobs ADD COLUMN ready BOOLEAN NOT NULL DEFAULT FALSE;
UPDATE jobs SET due_at = leased_until WHERE leased_until > due_at;
UPDATE jobs SET organization = (SELECT o.owner_number FROM orders o WHERE o.id = jobs.subject)
WHERE kind = 'FULFILL_ORDER';
UPDATE jobs SET organization = (SELECT a.owner_number FROM accounts a WHERE a.id = jobs.subject)
WHERE kind = 'ACTIVATE_ACCOUNT';
ALTER TABLE jobs DROP COLUMN leased_until;

DROP INDEX jobs_by_due;
CREATE INDEX jobs_to_come ON jobs (queue, due_at) WHERE NOT ready AND NOT waits;
CREATE INDEX jobs_ready ON jobs (queue, organization, due_at) WHERE ready;
