-- configurations is a JSON list of {id, value}. owner_number is the agreement's owner when the order
-- was accepted: it is what look-ups are bound by.
CREATE TABLE orders (
    id BIGINT NOT NULL PRIMARY KEY,
    owner_number TEXT NOT NULL REFERENCES organizations (number),
    agreement_id BIGINT NOT NULL REFERENCES agreements (id),
    action TEXT NOT NULL,
    offering_id BIGINT,
    product_id BIGINT NOT NULL,
    configurations TEXT NOT NULL,
    state TEXT NOT NULL,
    client_app TEXT NOT NULL,
    system_user TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);

CREATE INDEX orders_by_owner ON orders (owner_number, created_at, id);

CREATE TABLE order_events (
    order_id BIGINT NOT NULL REFERENCES orders (id),
    position BIGINT NOT NULL,
    state TEXT NOT NULL,
    at BIGINT NOT NULL,
    actor TEXT NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (order_id, position)
);
