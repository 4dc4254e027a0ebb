//! The demo's people, who sign in to the portal.

use anyhow::Context;
use domain::OrganizationNumber;
use domain::access::{Developer, DeveloperEmail, DeveloperRole, Realm};
use portal::DemoLogin;
use storage::Transaction;

use crate::wiring::Parts;

/// Whom the page to sign in names.
pub(crate) const LOGINS: [DemoLogin; 3] = [
    DemoLogin {
        organization: "914742315",
        email: "admin@example.com",
        password: "demo-portal-password",
    },
    DemoLogin {
        organization: "914742315",
        email: "developer@example.com",
        password: "demo-portal-password",
    },
    DemoLogin {
        organization: "976967631",
        email: "other@example.com",
        password: "other-portal-password",
    },
];

/// Passwords that everybody knows need no salt of their own, and hashing them takes a moment at each
/// start of a sandbox.
const HASH: &str = "$argon2id$v=19$m=19456,t=2,p=1$HyYtNDtCSVBXXmVsc3qBiA$BYfwguKhhh0RqHkyCWxokH/C0CqD491BIl1KZonqfwk";
const OTHER_HASH: &str = "$argon2id$v=19$m=19456,t=2,p=1$PkVMU1phaG92fYSLkpmgpw$nrrYTPfPTd00CwipmiY9GGCz6mxvRZIj4ExHYSqeghw";

/// For each login the name, the role and the password's hash.
const PEOPLE: [(&str, DeveloperRole, &str); 3] = [
    ("Anne Admin", DeveloperRole::Administrator, HASH),
    ("Dag Developer", DeveloperRole::Developer, HASH),
    ("Oda Other", DeveloperRole::Administrator, OTHER_HASH),
];

/// Adds them to the organizations that are there.
pub(super) async fn add(parts: &Parts) -> anyhow::Result<()> {
    let logins = parts.logins();
    let mut people = Vec::new();
    for (login, (name, role, hash)) in LOGINS.into_iter().zip(PEOPLE) {
        let (email, number) = (login.email, login.organization);
        let developer = Developer {
            email: DeveloperEmail::parse(email).context("a person of the demo has no address")?,
            organization: OrganizationNumber::parse(number).context("there is no such number")?,
            name: name.to_owned(),
            role,
            enabled: true,
            created_at: parts.clock.now(),
        };
        people.push((developer, hash));
    }
    let add = async |tx: &mut Transaction| {
        for (developer, hash) in &people {
            tx.developers().insert(developer).await?;
            let name = developer.login().to_string();
            let login = (Realm::Portal, name.as_str());
            logins.set_password(tx, login, (hash, false)).await?;
        }
        Ok::<_, storage::Error>(())
    };
    Ok(parts.store.transact(add).await?)
}
