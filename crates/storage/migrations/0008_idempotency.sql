-- The answers to accepted calls that carried an idempotency key. The fingerprint tells another body
-- under the same key.
CREATE TABLE idempotency_keys (
    client_app TEXT NOT NULL,
    system_user TEXT NOT NULL,
    key TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    answer TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (client_app, system_user, key)
);

CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at);
