//! Copies of whole databases, taken while others write.

use std::fs::File;
use std::path::PathBuf;

use storage::backup::{self, Engine};
use storage::{Error, Store};

use crate::scratch::{self, Scratch, Test, found, tests};

pub(crate) const SQLITE_TESTS: &[Test] = tests![
    a_copy_is_one_state_while_others_write,
    a_copy_is_one_file,
    a_damaged_copy_is_found_out,
    a_copy_of_nothing_makes_nothing,
];

pub(crate) const POSTGRES_TESTS: &[Test] = tests![a_scratch_database_comes_and_goes];

fn empty_beside(scratch: &Scratch, name: &str) -> PathBuf {
    let path = PathBuf::from(scratch.path()).with_file_name(name);
    File::create(&path).expect("a file");
    path
}

async fn families(store: &Store, from: i64, count: i64) -> Result<(), Error> {
    for id in from..from + count {
        store.transact(async |tx| found(tx, id).await).await?;
    }
    Ok(())
}

/// More than the copy takes in one step.
const BALLAST: &str = "CREATE TABLE ballast AS
    WITH RECURSIVE row(number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM row LIMIT 2500)
    SELECT hex(randomblob(2000)) AS bytes FROM row";

/// Others write between its steps, which a copy without a snapshot would begin anew for.
async fn a_copy_is_one_state_while_others_write(scratch: Scratch) {
    let store = scratch.families().await;
    families(&store, 0, 100).await.expect("families");
    let others = scratch.other_process();
    others.execute_batch(BALLAST).expect("ballast");
    let copy = empty_beside(&scratch, "copy.db");
    let mut told = Vec::new();
    backup::copy(scratch.path().as_ref(), &copy, |done, total| {
        if told.len() < 5 {
            let late = "INSERT INTO parents (id, name, active) VALUES (?1, ?1, TRUE)";
            others
                .execute(late, [(1000 + told.len()).to_string()])
                .expect("a parent");
        }
        told.push((done, total));
    })
    .expect("a copy");
    assert!(told.len() > 2 && told.is_sorted(), "{told:?}");
    assert!(told.last().is_some_and(|(done, total)| done == total));
    let check = backup::check(&copy).expect("a check");
    assert!(check.pages > 2000);
    assert_eq!((check.damage, check.orphans), (vec![], vec![]));
    let url = format!("sqlite:{}", copy.display());
    let copied = storage::probe::connect(&url).await.expect("a database");
    assert_eq!(scratch::count(&copied).await, 100);
}

async fn a_copy_is_one_file(scratch: Scratch) {
    let store = scratch.families().await;
    families(&store, 0, 10).await.expect("families");
    let copy = empty_beside(&scratch, "copy.db");
    backup::copy(scratch.path().as_ref(), &copy, |_, _| {}).expect("a copy");
    let folder = copy.parent().expect("a folder");
    let names = std::fs::read_dir(folder).expect("a folder");
    let beside = names
        .filter_map(|entry| entry.expect("a name").file_name().into_string().ok())
        .filter(|name| name.starts_with("copy"));
    assert_eq!(beside.collect::<Vec<_>>(), ["copy.db"]);
    let engine = backup::engine_of(&copy).expect("a file");
    assert_eq!(engine, Some(Engine::Sqlite));
}

async fn a_damaged_copy_is_found_out(scratch: Scratch) {
    let store = scratch.families().await;
    families(&store, 0, 200).await.expect("families");
    let copy = empty_beside(&scratch, "copy.db");
    backup::copy(scratch.path().as_ref(), &copy, |_, _| {}).expect("a copy");
    let whole = std::fs::read(&copy).expect("the copy");
    let mut damaged = whole.clone();
    // Every page but the first, from its head on.
    for page in damaged.chunks_mut(4096).skip(1) {
        page[..16].fill(0xAB);
    }
    std::fs::write(&copy, &damaged).expect("written");
    assert_ne!(backup::check(&copy).expect("a check").damage, [""; 0]);
    std::fs::write(&copy, &whole).expect("written");
    let other = rusqlite::Connection::open(&copy).expect("the copy");
    other
        .execute_batch("PRAGMA foreign_keys = OFF; INSERT INTO children VALUES (7777)")
        .expect("an orphan");
    drop(other);
    let check = backup::check(&copy).expect("a check");
    assert_eq!(check.orphans, ["children"]);
}

async fn a_copy_of_nothing_makes_nothing(scratch: Scratch) {
    let nothing = PathBuf::from(scratch.path()).with_file_name("nothing.db");
    let copy = empty_beside(&scratch, "copy.db");
    assert!(backup::copy(&nothing, &copy, |_, _| {}).is_err());
    assert!(!nothing.exists());
    assert_eq!(backup::engine_of(&copy).expect("a file"), None);
}

async fn a_scratch_database_comes_and_goes(scratch: Scratch) {
    // As unlike others as the test's own database.
    let (_, own) = scratch.url().rsplit_once('/').expect("a name");
    let name = &format!("{own}_place");
    backup::drop_database(scratch.url(), name)
        .await
        .expect("gone");
    let url = backup::create_database(scratch.url(), name).await;
    let url = url.expect("a database");
    assert_eq!(backup::count_tables(&url).await, Ok(0));
    let store = Store::open(&url).await.expect("an up-to-date database");
    assert!(store.schema_version().await.expect("a version") > 0);
    store.close().await;
    assert!(backup::count_tables(&url).await.expect("a count") > 20);
    backup::empty(&url).await.expect("emptied");
    assert_eq!(backup::count_tables(&url).await, Ok(0));
    backup::drop_database(scratch.url(), name)
        .await
        .expect("gone");
    assert!(backup::count_tables(&url).await.is_err());
}
