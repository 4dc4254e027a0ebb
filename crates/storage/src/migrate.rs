//! Brings the tables up to date: every migration once, in order, in its transaction.
//!
//! A migration that was applied is never edited, for its checksum is compared at every start.

use sha2::{Digest, Sha256};

use crate::sql::{Param, Statement};
use crate::{Error, Store, Transaction};

/// One step of the schema, applied once and for all.
#[derive(Debug, Clone, Copy)]
pub struct Migration {
    /// Counts from one without a gap.
    pub version: i64,
    /// The file's name without its number.
    pub name: &'static str,
    /// Statements separated by semicolons.
    pub sql: &'static str,
}

impl Migration {
    const fn new(version: i64, name: &'static str, sql: &'static str) -> Self {
        Self { version, name, sql }
    }
}

/// Every file of `migrations/`, in its order.
pub const MIGRATIONS: &[Migration] = &[
    Migration::new(
        1,
        "organizations",
        include_str!("../migrations/0001_organizations.sql"),
    ),
    Migration::new(2, "access", include_str!("../migrations/0002_access.sql")),
    Migration::new(
        3,
        "agreements",
        include_str!("../migrations/0003_agreements.sql"),
    ),
    Migration::new(4, "orders", include_str!("../migrations/0004_orders.sql")),
    Migration::new(5, "jobs", include_str!("../migrations/0005_jobs.sql")),
    Migration::new(
        6,
        "accounts",
        include_str!("../migrations/0006_accounts.sql"),
    ),
    Migration::new(7, "limits", include_str!("../migrations/0007_limits.sql")),
    Migration::new(
        8,
        "idempotency",
        include_str!("../migrations/0008_idempotency.sql"),
    ),
    Migration::new(
        9,
        "installation",
        include_str!("../migrations/0009_installation.sql"),
    ),
    Migration::new(
        10,
        "subscriptions",
        include_str!("../migrations/0010_subscriptions.sql"),
    ),
    Migration::new(
        11,
        "fulfillment",
        include_str!("../migrations/0011_fulfillment.sql"),
    ),
    Migration::new(
        12,
        "journal",
        include_str!("../migrations/0012_journal.sql"),
    ),
    Migration::new(
        13,
        "notifications",
        include_str!("../migrations/0013_notifications.sql"),
    ),
    Migration::new(
        14,
        "operators",
        include_str!("../migrations/0014_operators.sql"),
    ),
    Migration::new(15, "calls", include_str!("../migrations/0015_calls.sql")),
    Migration::new(16, "logins", include_str!("../migrations/0016_logins.sql")),
    Migration::new(
        17,
        "token_owners",
        include_str!("../migrations/0017_token_owners.sql"),
    ),
    Migration::new(
        18,
        "offered_on",
        include_str!("../migrations/0018_offered_on.sql"),
    ),
    Migration::new(
        19,
        "developers",
        include_str!("../migrations/0019_developers.sql"),
    ),
    Migration::new(
        20,
        "sandbox",
        include_str!("../migrations/0020_sandbox.sql"),
    ),
];

pub(crate) static STATEMENTS: &[&Statement] = &[&LIST, &RECORD];

const TABLE: &str = "CREATE TABLE IF NOT EXISTS schema_migrations (
    version BIGINT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    checksum TEXT NOT NULL,
    applied_at TEXT NOT NULL
)";

static LIST: Statement =
    Statement::new("SELECT version, checksum FROM schema_migrations ORDER BY version");

static RECORD: Statement = Statement::new(
    "INSERT INTO schema_migrations (version, name, checksum, applied_at)
     VALUES ($1, $2, $3, CAST(CURRENT_TIMESTAMP AS TEXT))",
);

/// Applies what is missing, and refuses a database that another program has made.
pub(crate) async fn run(store: &Store, migrations: &'static [Migration]) -> Result<(), Error> {
    while store
        .transact(async |transaction| apply_next(transaction, migrations).await)
        .await?
    {}
    Ok(())
}

/// The last migration that was applied.
pub(crate) async fn version(transaction: &mut Transaction) -> Result<i64, Error> {
    let applied = transaction.fetch_all(&LIST, &[], |row| row.get::<i64>(0));
    Ok(applied.await?.last().copied().unwrap_or(0))
}

/// Whether there was a migration to apply. What is missing is asked again each time, because
/// another node may have applied it meanwhile.
async fn apply_next(
    transaction: &mut Transaction,
    migrations: &'static [Migration],
) -> Result<bool, Error> {
    transaction.lock_schema().await?;
    transaction.run_script(TABLE).await?;
    let applied = transaction
        .fetch_all(&LIST, &[], |row| {
            Ok((row.get::<i64>(0)?, row.get::<String>(1)?))
        })
        .await?;
    let mut missing = migrations.iter();
    for (version, checksum) in applied {
        let migration = missing.next().ok_or_else(|| newer(version))?;
        compare(migration, version, &checksum)?;
    }
    let Some(migration) = missing.next() else {
        return Ok(false);
    };
    transaction.run_script(migration.sql).await?;
    let checksum = checksum_of(migration);
    let record = [
        migration.version.into(),
        Param::Text(migration.name),
        Param::Text(&checksum),
    ];
    transaction.execute(&RECORD, &record).await?;
    tracing::info!(
        version = migration.version,
        name = migration.name,
        "migrated"
    );
    Ok(true)
}

fn compare(migration: &Migration, version: i64, checksum: &str) -> Result<(), Error> {
    let Migration {
        version: expected,
        name,
        ..
    } = migration;
    if version != *expected {
        return Err(Error::Schema(format!(
            "it has applied migration {version} where this program has {expected} ({name})"
        )));
    }
    if checksum != checksum_of(migration) {
        return Err(Error::Schema(format!(
            "migration {version} ({name}) was applied with another text than this program has"
        )));
    }
    Ok(())
}

fn newer(version: i64) -> Error {
    Error::Schema(format!(
        "it is at version {version}, which is newer than this program; run a program at least as new"
    ))
}

fn checksum_of(migration: &Migration) -> String {
    hex::encode(Sha256::digest(migration.sql))
}
