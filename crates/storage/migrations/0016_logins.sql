-- With what people sign in to pages: a password, and the seed of the secret that their device makes
-- one-time codes from. The secret takes the seed and a key that the database doesn't hold.
CREATE TABLE logins (
    realm TEXT NOT NULL,
    name TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    must_change BOOLEAN NOT NULL,
    totp_seed TEXT,
    totp_last_step BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    PRIMARY KEY (realm, name)
);

-- Who is signed in, by the keyed hash of what the browser holds. A session that ends is gone.
CREATE TABLE sessions (
    token_hash TEXT NOT NULL PRIMARY KEY,
    realm TEXT NOT NULL,
    name TEXT NOT NULL,
    started_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    FOREIGN KEY (realm, name) REFERENCES logins (realm, name)
);
CREATE INDEX sessions_by_person ON sessions (realm, name);
CREATE INDEX sessions_by_last_use ON sessions (seen_at);
