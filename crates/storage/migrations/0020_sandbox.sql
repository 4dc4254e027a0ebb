-- How a company lets the orders of its apps end in a sandbox, and after how long; empty for the time
-- that the server was started with.
CREATE TABLE sandbox_settings (
    organization TEXT NOT NULL PRIMARY KEY REFERENCES organizations (number),
    ending TEXT NOT NULL,
    reason TEXT NOT NULL,
    delay_ms BIGINT
);

-- What an order will do, as it was settled at its acceptance.
CREATE TABLE sandbox_plans (
    order_id BIGINT NOT NULL PRIMARY KEY REFERENCES orders (id),
    ends_at BIGINT NOT NULL,
    ending TEXT NOT NULL,
    reason TEXT NOT NULL
);
