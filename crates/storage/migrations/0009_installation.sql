-- Facts about this installation, such as the fingerprint of the key that its hashes were made with.
CREATE TABLE installation (
    fact TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
);
