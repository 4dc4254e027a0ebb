-- Exactly one of payer_number and payer_person is set. The address is the card's when the account
-- was opened. visible_at bounds the list alone; the account can be read by its id at once.
CREATE TABLE accounts (
    id BIGINT NOT NULL PRIMARY KEY,
    owner_number TEXT NOT NULL REFERENCES organizations (number),
    payer_number TEXT REFERENCES organizations (number),
    payer_person BIGINT REFERENCES persons (id),
    reference1 TEXT NOT NULL,
    reference2 TEXT,
    reference3 TEXT,
    street_name TEXT,
    street_address TEXT,
    entrance_code TEXT,
    postal_code TEXT,
    postal_place TEXT,
    format TEXT NOT NULL,
    status TEXT NOT NULL,
    account_type TEXT NOT NULL,
    opened_at BIGINT NOT NULL,
    visible_at BIGINT NOT NULL,
    CHECK ((payer_number IS NULL) <> (payer_person IS NULL))
);

CREATE INDEX accounts_by_owner ON accounts (owner_number, id);
