//! All that a database holds, as bytes to search in.

use storage::probe::{self, Statement};
use storage::{Error, Transaction};

use crate::app::TestApp;

static FILE: Statement =
    Statement::new("SELECT file FROM pragma_database_list WHERE name = 'main'");

static DUMP: Statement =
    Statement::new("SELECT CAST(schema_to_xml(current_schema(), true, false, '') AS TEXT)");

/// The file with its log, or every row of every table.
pub(super) async fn everything(app: &TestApp) -> Vec<u8> {
    let text = async |statement: &'static Statement| {
        let body = async |tx: &mut Transaction| {
            let read = |row: &probe::Row<'_>| row.get::<String>(0);
            probe::fetch_optional(tx, statement, &[], read).await
        };
        let found: Result<Option<String>, Error> = app.store.read(body).await;
        found.ok().flatten()
    };
    if let Some(file) = text(&FILE).await {
        let mut bytes = std::fs::read(&file).expect("the database");
        bytes.extend(std::fs::read(format!("{file}-wal")).unwrap_or_default());
        return bytes;
    }
    text(&DUMP).await.expect("a dump").into_bytes()
}
