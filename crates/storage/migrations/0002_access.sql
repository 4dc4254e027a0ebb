CREATE TABLE system_users (
    name TEXT NOT NULL PRIMARY KEY,
    owner_number TEXT NOT NULL REFERENCES organizations (number),
    password_hash TEXT NOT NULL,
    enabled BOOLEAN NOT NULL
);

CREATE TABLE system_user_organizations (
    system_user TEXT NOT NULL REFERENCES system_users (name),
    organization_number TEXT NOT NULL REFERENCES organizations (number),
    PRIMARY KEY (system_user, organization_number)
);

CREATE TABLE api_products (
    name TEXT NOT NULL PRIMARY KEY,
    enabled BOOLEAN NOT NULL
);

-- Which operations, by operation id, an API product holds.
CREATE TABLE api_product_operations (
    api_product TEXT NOT NULL REFERENCES api_products (name),
    operation TEXT NOT NULL,
    PRIMARY KEY (api_product, operation)
);

-- Which scopes the tokens of an app with this API product may have.
CREATE TABLE api_product_scopes (
    api_product TEXT NOT NULL REFERENCES api_products (name),
    scope TEXT NOT NULL,
    PRIMARY KEY (api_product, scope)
);

-- Operations that an operator has switched off for everyone.
CREATE TABLE disabled_operations (
    operation TEXT NOT NULL PRIMARY KEY
);

-- grants and basic_networks (in CIDR notation) are words with a blank between them. The spike arrest
-- lets one call through each 1/spike_per_second seconds, and spike_burst of them at once.
CREATE TABLE client_apps (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    owner_number TEXT NOT NULL REFERENCES organizations (number),
    enabled BOOLEAN NOT NULL,
    grants TEXT NOT NULL,
    basic_networks TEXT NOT NULL,
    bound_system_user TEXT REFERENCES system_users (name),
    expires_in_as_string BOOLEAN NOT NULL,
    may_introspect BOOLEAN NOT NULL,
    spike_per_second BIGINT NOT NULL CHECK (spike_per_second BETWEEN 1 AND 1000000),
    spike_burst BIGINT NOT NULL CHECK (spike_burst BETWEEN 1 AND 1000000)
);

-- Two places, so that a secret can be replaced while the old one still works. The hash is keyed with
-- a key that the database doesn't hold.
CREATE TABLE client_secrets (
    client_app TEXT NOT NULL REFERENCES client_apps (id),
    place BIGINT NOT NULL CHECK (place IN (1, 2)),
    hash TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (client_app, place),
    UNIQUE (client_app, hash)
);

-- The quota is what this app may call this product in one minute, hour, day or month.
CREATE TABLE client_app_products (
    client_app TEXT NOT NULL REFERENCES client_apps (id),
    api_product TEXT NOT NULL REFERENCES api_products (name),
    quota_calls BIGINT CHECK (quota_calls >= 0),
    quota_period TEXT,
    PRIMARY KEY (client_app, api_product),
    CHECK ((quota_calls IS NULL) = (quota_period IS NULL))
);

-- scopes are words with a blank between them. acr is the authentication context class of the end
-- user; a password is a single factor.
CREATE TABLE access_tokens (
    hash TEXT NOT NULL PRIMARY KEY,
    client_app TEXT NOT NULL REFERENCES client_apps (id),
    system_user TEXT REFERENCES system_users (name),
    scopes TEXT NOT NULL,
    issued_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    revoked BOOLEAN NOT NULL,
    acr TEXT NOT NULL DEFAULT 'urn:telenor.identity.aal.1'
);

CREATE INDEX access_tokens_by_expiry ON access_tokens (expires_at);
