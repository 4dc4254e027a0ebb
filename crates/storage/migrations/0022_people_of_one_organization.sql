-- Nobody proves an address, so it tells people apart within one organization alone. Among the logins
-- and sessions, a person of the portal is called by the organization's number, a slash and the address.
ALTER TABLE developers RENAME TO developers_by_address;
CREATE TABLE developers (
    organization_number TEXT NOT NULL REFERENCES organizations (number),
    email TEXT NOT NULL,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    enabled BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (organization_number, email)
);
INSERT INTO developers (organization_number, email, name, role, enabled, created_at)
    SELECT organization_number, email, name, role, enabled, created_at FROM developers_by_address;
DROP TABLE developers_by_address;

-- The name for which a secret of one-time codes was made, if it is not the login's own: devices that
-- people have set up go on working.
ALTER TABLE logins ADD COLUMN totp_name TEXT;

-- By way of a realm that nobody is in, for an address may look like such a name.
INSERT INTO logins (realm, name, password_hash, must_change, totp_seed, totp_last_step, changed_at,
                    totp_name)
    SELECT 'MOVING', d.organization_number || '/' || d.email, l.password_hash, l.must_change,
           l.totp_seed, l.totp_last_step, l.changed_at,
           CASE WHEN l.totp_seed IS NULL THEN NULL ELSE l.name END
    FROM logins l JOIN developers d ON d.email = l.name
    WHERE l.realm = 'PORTAL';
UPDATE sessions
    SET realm = 'MOVING',
        name = (SELECT d.organization_number || '/' || d.email
                FROM developers d WHERE d.email = sessions.name)
    WHERE realm = 'PORTAL' AND EXISTS (SELECT 1 FROM developers d WHERE d.email = sessions.name);
DELETE FROM sessions WHERE realm = 'PORTAL';
DELETE FROM logins WHERE realm = 'PORTAL';
INSERT INTO logins (realm, name, password_hash, must_change, totp_seed, totp_last_step, changed_at,
                    totp_name)
    SELECT 'PORTAL', name, password_hash, must_change, totp_seed, totp_last_step, changed_at,
           totp_name
    FROM logins WHERE realm = 'MOVING';
UPDATE sessions SET realm = 'PORTAL' WHERE realm = 'MOVING';
DELETE FROM logins WHERE realm = 'MOVING';
