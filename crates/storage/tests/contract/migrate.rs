//! Migrations are applied once, in order, whole, and never with another text.

use std::collections::BTreeSet;

use storage::probe::{self, MIGRATIONS, Migration, Statement};
use storage::{Error, Store};
use tokio::task::JoinSet;

use crate::scratch::{Scratch, Test, tests};

pub(crate) const TESTS: &[Test] = tests![
    every_file_is_listed_in_its_place,
    opening_again_changes_nothing,
    a_longer_list_continues_where_the_shorter_one_ended,
    another_text_is_refused,
    a_newer_database_is_refused,
    a_migration_that_fails_leaves_nothing_of_itself,
    nodes_that_start_at_once_migrate_once,
];

const FIRST: Migration = Migration {
    version: 1,
    name: "first",
    sql: "CREATE TABLE steps (id BIGINT NOT NULL PRIMARY KEY); INSERT INTO steps VALUES (1);",
};
const SECOND: Migration = Migration {
    version: 2,
    name: "second",
    sql: "INSERT INTO steps VALUES (2)",
};
const EDITED: Migration = Migration {
    sql: "INSERT INTO steps VALUES (3)",
    ..SECOND
};
const BROKEN: Migration = Migration {
    sql: "INSERT INTO steps VALUES (4); INSERT INTO nowhere VALUES (1);",
    ..SECOND
};

async fn steps(store: &Store) -> Vec<i64> {
    static STEPS: Statement = Statement::new("SELECT id FROM steps ORDER BY id");
    let steps = store.read(async |snapshot| {
        probe::fetch_all(snapshot, &STEPS, &[], |row| row.get::<i64>(0)).await
    });
    steps.await.expect("the steps")
}

async fn every_file_is_listed_in_its_place(_: Scratch) {
    let directory = concat!(env!("CARGO_MANIFEST_DIR"), "/migrations");
    let files: BTreeSet<_> = std::fs::read_dir(directory)
        .expect("the migrations")
        .map(|entry| {
            entry
                .expect("a migration")
                .file_name()
                .into_string()
                .expect("a name")
        })
        .collect();
    let listed = MIGRATIONS.iter().map(|migration| {
        let Migration { version, name, .. } = migration;
        format!("{version:04}_{name}.sql")
    });
    assert!(
        files.into_iter().eq(listed),
        "MIGRATIONS lists other files than migrations/ has"
    );
    assert!(
        (1..)
            .zip(MIGRATIONS)
            .all(|(version, migration)| migration.version == version)
    );
}

async fn opening_again_changes_nothing(scratch: Scratch) {
    for _ in 0..2 {
        let store = Store::open(scratch.url())
            .await
            .expect("an up-to-date database");
        store.close().await;
    }
}

async fn a_longer_list_continues_where_the_shorter_one_ended(scratch: Scratch) {
    let store = probe::connect(scratch.url()).await.expect("a database");
    probe::run_migrations(&store, &[FIRST])
        .await
        .expect("the first");
    assert_eq!(steps(&store).await, [1]);
    probe::run_migrations(&store, &[FIRST, SECOND])
        .await
        .expect("the second");
    assert_eq!(steps(&store).await, [1, 2]);
}

async fn another_text_is_refused(scratch: Scratch) {
    let store = probe::connect(scratch.url()).await.expect("a database");
    probe::run_migrations(&store, &[FIRST, SECOND])
        .await
        .expect("both");
    let refused = probe::run_migrations(&store, &[FIRST, EDITED])
        .await
        .expect_err("another text");
    assert_eq!(
        refused.to_string(),
        "use the database's schema: migration 2 (second) was applied with another text than this \
         program has"
    );
    assert_eq!(steps(&store).await, [1, 2]);
}

async fn a_newer_database_is_refused(scratch: Scratch) {
    let store = probe::connect(scratch.url()).await.expect("a database");
    probe::run_migrations(&store, &[FIRST, SECOND])
        .await
        .expect("both");
    let refused = probe::run_migrations(&store, &[FIRST])
        .await
        .expect_err("a newer database");
    assert_eq!(
        refused.to_string(),
        "use the database's schema: it is at version 2, which is newer than this program; run a \
         program at least as new"
    );
}

async fn a_migration_that_fails_leaves_nothing_of_itself(scratch: Scratch) {
    let store = probe::connect(scratch.url()).await.expect("a database");
    let failed = probe::run_migrations(&store, &[FIRST, BROKEN]).await;
    assert!(matches!(failed, Err(Error::Statement { .. })), "{failed:?}");
    assert_eq!(steps(&store).await, [1]);
    probe::run_migrations(&store, &[FIRST, SECOND])
        .await
        .expect("the repaired one");
    assert_eq!(steps(&store).await, [1, 2]);
}

async fn nodes_that_start_at_once_migrate_once(scratch: Scratch) {
    let mut nodes = JoinSet::new();
    for _ in 0..6 {
        let scratch = scratch.clone();
        nodes.spawn(async move {
            let store = probe::connect(scratch.url()).await?;
            probe::run_migrations(&store, &[FIRST, SECOND]).await?;
            store.close().await;
            Ok(())
        });
    }
    assert_eq!(nodes.join_all().await, vec![Ok::<_, Error>(()); 6]);
    let store = probe::connect(scratch.url()).await.expect("a database");
    assert_eq!(steps(&store).await, [1, 2]);
}
