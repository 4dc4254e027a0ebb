-- Exactly one of payer_number and payer_person is set. The address is the card's when the account
-- was opened. place counts an owner's accounts from 0 without a gap, so that any page of the list
-- is found at once. visible_at bounds the list alone; the account can be read by its id before.
-- reserved_for is the one product that an account of type RESERVED pays for.
CREATE TABLE accounts (
    id BIGINT NOT NULL PRIMARY KEY,
    owner_number TEXT NOT NULL REFERENCES organizations (number),
    place BIGINT NOT NULL,
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
    reserved_for BIGINT,
    opened_at BIGINT NOT NULL,
    visible_at BIGINT NOT NULL,
    UNIQUE (owner_number, place),
    CHECK ((payer_number IS NULL) <> (payer_person IS NULL))
);

CREATE INDEX accounts_by_visibility ON accounts (owner_number, visible_at);
CREATE INDEX accounts_by_reservation ON accounts (reserved_for);
