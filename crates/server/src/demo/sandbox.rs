//! The demo's records, for a sandbox that goes back to them.

use std::pin::Pin;

use anyhow::Context;
use domain::OrganizationNumber;
use domain::access::ClientId;
use jiff::Timestamp;
use operator::import::{Source, put_back};
use selfservice::{DEMO_DATA, DemoRecords};
use storage::{Error, Store, Transaction};

use super::{APP, RECORDS};

/// The records that are in the program.
pub(crate) struct EmbeddedRecords;

impl DemoRecords for EmbeddedRecords {
    fn put_back<'a>(
        &'a self,
        tx: &'a mut Transaction,
        organizations: &'a [OrganizationNumber],
        now: Timestamp,
    ) -> Pin<Box<dyn Future<Output = Result<(), Error>> + Send + 'a>> {
        Box::pin(async move {
            let source = Source::built_in("demo.ndjson", RECORDS);
            put_back(tx, &source, organizations, now).await
        })
    }
}

/// Notes that the database holds the demo's data, if it does: an older one does not say so, and is
/// known by the demo's app.
pub(super) async fn note(store: &Store) -> anyhow::Result<()> {
    let note = async |tx: &mut Transaction| {
        let app = ClientId::new(APP);
        if tx.imports().app(&app).await?.is_some() {
            tx.installation().settle(DEMO_DATA, "loaded").await?;
        }
        Ok::<_, Error>(())
    };
    store
        .transact(note)
        .await
        .context("failed to note the demo")
}
