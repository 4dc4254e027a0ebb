-- The people of organizations who sign in to the portal. Nobody proves an address, so it tells people
-- apart within one organization alone. Among the logins and sessions, a person is called by the
-- organization's number, a slash and the address.
CREATE TABLE developers (
    organization_number TEXT NOT NULL REFERENCES organizations (number),
    email TEXT NOT NULL,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    enabled BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (organization_number, email)
);

-- Links with which people choose a password. The hash is keyed with a key that the database doesn't
-- hold. One that was used is gone.
CREATE TABLE invitations (
    token_hash TEXT NOT NULL PRIMARY KEY,
    email TEXT NOT NULL,
    organization_number TEXT NOT NULL REFERENCES organizations (number),
    role TEXT NOT NULL,
    invited_by TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    UNIQUE (organization_number, email)
);

-- What became of the last time that an API product was asked for.
CREATE TABLE api_product_requests (
    client_app TEXT NOT NULL REFERENCES client_apps (id),
    api_product TEXT NOT NULL REFERENCES api_products (name),
    state TEXT NOT NULL,
    asked_by TEXT NOT NULL,
    asked_at BIGINT NOT NULL,
    decided_by TEXT,
    decided_at BIGINT,
    reason TEXT,
    PRIMARY KEY (client_app, api_product)
);
CREATE INDEX api_product_requests_open ON api_product_requests (asked_at) WHERE state = 'ASKED';

-- Whether the organization's own people have disabled it; then they may enable it, too.
ALTER TABLE client_apps ADD COLUMN disabled_by_owner BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE system_users ADD COLUMN disabled_by_owner BOOLEAN NOT NULL DEFAULT FALSE;
CREATE INDEX client_apps_by_owner ON client_apps (owner_number);
CREATE INDEX system_users_by_owner ON system_users (owner_number);
