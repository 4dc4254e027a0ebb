-- Column types are TEXT, BIGINT and BOOLEAN alone, so that one text serves both engines.
-- Instants are milliseconds since 1970 in UTC, days are yyyy-MM-dd.

-- accounts counts the billing accounts that the organization owns.
CREATE TABLE organizations (
    number TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    accounts BIGINT NOT NULL
);

CREATE TABLE address_cards (
    id BIGINT NOT NULL PRIMARY KEY,
    organization_number TEXT NOT NULL REFERENCES organizations (number),
    name TEXT NOT NULL,
    street_name TEXT,
    street_address TEXT,
    entrance_code TEXT,
    postal_code TEXT,
    postal_place TEXT,
    format TEXT NOT NULL
);

CREATE INDEX address_cards_by_organization ON address_cards (organization_number, id);

CREATE TABLE persons (
    id BIGINT NOT NULL PRIMARY KEY,
    first_name TEXT NOT NULL,
    middle_name TEXT,
    last_name TEXT NOT NULL
);
