//! The demo: data that holds every identifier of the source documents, loaded into an empty
//! database and never over what has changed.

mod access;
mod catalogue;
mod companies;

use domain::OrganizationNumber;
use storage::Transaction;

use crate::wiring::Parts;

const APP: &str = "demodemodemodemodemodemodemodemo";
const APP_SECRET: &str = "demosecretdemose";
const USER: &str = "API1000DEMO";
const PASSWORD: &str = "demo-password";

/// TELENOR, which owns the apps, the accounts and an agreement.
const FIRST: &str = "914742315";
/// Telenor ASA, which the same system user may act for.
const SECOND: &str = "987654321";
/// The other company, which shares nothing with them.
const OTHER: &str = "976967631";

/// Fills an empty database.
pub async fn load(parts: &Parts) -> anyhow::Result<()> {
    let empty = parts
        .store
        .read(async |tx| tx.organizations().count().await)
        .await?
        == 0;
    if !empty {
        return Ok(());
    }
    let users = access::users(parts)?;
    let load = async |tx: &mut Transaction| {
        companies::load(tx, parts.clock.now()).await?;
        catalogue::load(tx, parts.clock.now()).await?;
        access::load(tx, parts, &users).await
    };
    Ok(parts.store.transact(load).await?)
}

/// What a newcomer does next: commands that work when they are pasted.
pub(crate) fn next_steps(url: &str) -> String {
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

The documents are at {url}/openapi.json and {url}/swagger.json.
"
    )
}

/// A number that is known to be well formed.
fn organization(number: &'static str) -> Result<OrganizationNumber, storage::Error> {
    known(number, OrganizationNumber::parse(number))
}

/// What a constant of the demo stands for; a mistake in one is reported, not hidden.
fn known<T>(text: &str, parsed: Option<T>) -> Result<T, storage::Error> {
    parsed
        .ok_or_else(|| storage::Error::Unavailable(format!("demo data holds a bad value: {text}")))
}
