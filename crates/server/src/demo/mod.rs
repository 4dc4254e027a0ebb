//! The demo: data that holds every identifier of the source documents, loaded into an empty
//! database and never over what has changed.

mod people;
mod sandbox;

use std::sync::Arc;

use anyhow::{Context, bail};
use domain::access::{Operator, OperatorName, OperatorRole, Realm};
use gateway::hash_password;
use operator::import::{ImportSettings, Importer, Source};
use storage::Transaction;

use crate::wiring::Parts;

pub(crate) use people::LOGINS;
pub(crate) use sandbox::EmbeddedRecords;

/// The same form that `avtale import` takes; it alone has secrets in plain text.
const RECORDS: &str = include_str!("demo.ndjson");

const APP: &str = "demodemodemodemodemodemodemodemo";
const APP_SECRET: &str = "demosecretdemose";
const USER: &str = "API1000DEMO";
const PASSWORD: &str = "demo-password";

/// Everything on the operator's side; a key that everyone can read is for the sandbox alone.
const OPERATOR: &str = "demo";
const OPERATOR_KEY: &str = "demooperatorkeydemooperatorkeydemooperat";
const OPERATOR_PASSWORD: &str = "demo-operator-password";

/// Fills an empty database.
pub async fn load(parts: &Parts) -> anyhow::Result<()> {
    let empty = parts
        .store
        .read(async |tx| tx.organizations().count().await)
        .await?
        == 0;
    if !empty {
        return sandbox::note(&parts.store).await;
    }
    add_operator(parts).await?;
    let settings = ImportSettings {
        by: None,
        makes_secrets: false,
    };
    let importer = Importer::new(
        parts.store.clone(),
        (Arc::clone(&parts.clock), Arc::clone(&parts.entropy)),
        parts.key.clone(),
        settings,
    );
    let sources = [Source::built_in("demo.ndjson", RECORDS)];
    let mut checked = importer.check(&sources, |_| ()).await?;
    if let Some(fault) = checked.report.faults.first() {
        bail!("{}:{}: {}", fault.file, fault.line, fault.reason);
    }
    let done = importer.apply(&mut checked, &sources, |_| (), |_| Ok(()));
    done.await.context("failed to load the demo data")?;
    people::add(parts).await?;
    sandbox::note(&parts.store).await
}

async fn add_operator(parts: &Parts) -> anyhow::Result<()> {
    let operator = Operator {
        name: OperatorName::parse(OPERATOR).context("the demo's operator has no name")?,
        role: OperatorRole::Administrator,
        enabled: true,
        created_at: parts.clock.now(),
    };
    let key = parts.key.hash_operator_key(OPERATOR_KEY);
    let hash = hash_password(OPERATOR_PASSWORD, parts.entropy.as_ref())?;
    let logins = parts.logins();
    let login = (Realm::Operator, OPERATOR);
    // One who is there already comes from a start that was cut short.
    let add = async |tx: &mut Transaction| {
        tx.operators().insert(&operator, &key).await?;
        logins.set_password(tx, login, (&hash, false)).await
    };
    Ok(parts.store.transact(add).await?)
}

/// What the portal's examples log in with.
pub(crate) fn credentials() -> portal::Credentials {
    portal::Credentials {
        client_id: APP.to_owned(),
        client_secret: APP_SECRET.to_owned(),
        username: USER.to_owned(),
        password: PASSWORD.to_owned(),
    }
}

/// What a newcomer does next: commands that work when they are pasted.
pub(crate) fn next_steps(url: &str, operator_url: &str) -> String {
    format!(
        "\
The sandbox holds the documents' own examples. Its app is {APP} with the
secret {APP_SECRET}; its system user is {USER} with the password {PASSWORD}.

1. Get an access token:

TOKEN=$(curl -s -u {APP}:{APP_SECRET} -d grant_type=password -d username={USER} -d password={PASSWORD} {url}/oauth/v2/token | sed 's/.*\"access_token\":\"\\([^\"]*\\)\".*/\\1/')

2. See what is ordered on an agreement, and what may be:

curl -s -H \"Authorization: Bearer $TOKEN\" {url}/corporate-agreements/v2/agreements/5538579/products

3. Let another account pay for a product; a little later, step 2 shows it:

curl -s -H \"Authorization: Bearer $TOKEN\" -H 'Content-Type: application/json' -d '{{\"type\":\"UPDATE_PRODUCT\",\"agreementId\":5538579,\"productId\":2799029,\"configurations\":[{{\"id\":6140,\"value\":\"11175198\"}}]}}' {url}/corporate-agreements/v2/orders

The guide and the reference are at {url}/portal/. To make apps of your own there, sign in
as {email} of {organization} with the password {password}.
The console is at {operator_url}/console/: sign in as {OPERATOR} with the password
{OPERATOR_PASSWORD}.

The documents are at {url}/openapi.json and {url}/swagger.json.
",
        organization = LOGINS[0].organization,
        email = LOGINS[0].email,
        password = LOGINS[0].password,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_steps_name_what_the_file_holds() {
        for (member, value) in [
            ("clientId", APP),
            ("secret", APP_SECRET),
            ("name", USER),
            ("password", PASSWORD),
        ] {
            assert!(
                RECORDS.contains(&format!("\"{member}\":\"{value}\"")),
                "{member}"
            );
        }
    }
}
