//! Databases to import into and to export from.

use std::path::Path;
use std::sync::Arc;

use domain::Author;
use gateway::ServerKey;
use operator::export::{ExportSettings, Format, export};
use operator::import::{ImportSettings, Importer, Report, Source, in_order};
use storage::{Store, Transaction};
use testkit::{Database, ManualClock, SeededEntropy};

/// An open database of either engine.
pub(crate) struct Place {
    pub(crate) store: Store,
    pub(crate) importer: Importer,
    _database: Database,
}

impl Place {
    /// With the API products of the documents, and nothing else.
    pub(crate) async fn new(database: Database) -> Self {
        let store = Store::open(database.url()).await.expect("a database");
        let define = async |tx: &mut Transaction| {
            tx.api_products().insert("info").await?;
            tx.api_products().insert("order").await
        };
        store.transact(define).await.expect("API products");
        let settings = ImportSettings {
            by: Some(Author::of_operator("a test")),
            makes_secrets: true,
        };
        let importer = Importer::new(
            store.clone(),
            (
                Arc::new(ManualClock::default()),
                Arc::new(SeededEntropy::new(7)),
            ),
            ServerKey::new(&[7; 32]),
            settings,
        );
        Self {
            store,
            importer,
            _database: database,
        }
    }

    /// Imports a file that is right.
    pub(crate) async fn import(&self, file: &Path) -> Report {
        let mut sources = [Source::of(file, None).expect("a source")];
        in_order(&mut sources).expect("an order");
        let checked = self.importer.check(&sources, |_| ()).await;
        let mut checked = checked.expect("a check");
        assert_eq!(checked.report.faults, [], "{}", file.display());
        let expected = checked.report.tallies.clone();
        let done = self
            .importer
            .apply(&mut checked, &sources, |_| (), |_| Ok(()));
        let done = done.await.expect("applied");
        assert_eq!(done.tallies, expected, "the check said so");
        done
    }

    pub(crate) async fn export(&self, format: Format) -> Vec<u8> {
        let settings = ExportSettings {
            format,
            with_password_hashes: true,
        };
        let mut out = Vec::new();
        let exported = export(&self.store, settings, &mut out).await;
        exported.expect("an export");
        out
    }
}
