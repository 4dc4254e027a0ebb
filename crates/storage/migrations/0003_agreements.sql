CREATE TABLE agreements (
    id BIGINT NOT NULL PRIMARY KEY,
    owner_number TEXT NOT NULL REFERENCES organizations (number),
    category TEXT NOT NULL,
    valid_from TEXT NOT NULL,
    valid_to TEXT,
    status TEXT NOT NULL
);

CREATE INDEX agreements_by_owner ON agreements (owner_number, id);

CREATE TABLE offerings (
    id BIGINT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL
);

-- The settings that an offering's products have; allowed_values is a JSON list of texts.
CREATE TABLE offering_configurations (
    offering_id BIGINT NOT NULL REFERENCES offerings (id),
    configuration_id BIGINT NOT NULL,
    name TEXT NOT NULL,
    value_type TEXT NOT NULL,
    required BOOLEAN NOT NULL,
    default_value TEXT,
    allowed_values TEXT NOT NULL,
    max_length BIGINT,
    pattern TEXT,
    PRIMARY KEY (offering_id, configuration_id)
);

CREATE TABLE agreement_offerings (
    agreement_id BIGINT NOT NULL REFERENCES agreements (id),
    offering_id BIGINT NOT NULL REFERENCES offerings (id),
    PRIMARY KEY (agreement_id, offering_id)
);

-- turns counts the orders accepted for a product: each order's turn is the count it found, so that
-- they are carried out in the order of acceptance.
CREATE TABLE products (
    id BIGINT NOT NULL PRIMARY KEY,
    agreement_id BIGINT NOT NULL REFERENCES agreements (id),
    parent_id BIGINT REFERENCES products (id),
    offering_id BIGINT NOT NULL REFERENCES offerings (id),
    name TEXT NOT NULL,
    status TEXT NOT NULL,
    billing_account_id BIGINT,
    created_at BIGINT NOT NULL,
    turns BIGINT NOT NULL
);

CREATE INDEX products_by_agreement ON products (agreement_id, created_at, id);

CREATE TABLE product_configurations (
    product_id BIGINT NOT NULL REFERENCES products (id),
    configuration_id BIGINT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (product_id, configuration_id)
);
