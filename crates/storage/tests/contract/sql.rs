//! Statements, parameters and rows mean the same on both engines.

use storage::probe::{self, Param, Row, Statement};
use storage::{Error, Store};

use crate::scratch::{INSERT_CHILD, INSERT_PARENT, Scratch, Test, count, found, tests};

pub(crate) const TESTS: &[Test] = tests![
    parameters_go_by_number,
    values_come_back_as_they_went_in,
    affected_rows_are_counted,
    a_taken_key_and_a_missing_parent_are_conflicts,
    a_defective_statement_is_told_apart,
    a_wrong_number_of_parameters_is_a_defect,
    a_null_character_is_refused,
    a_value_of_another_type_is_inconsistent,
    one_row_is_expected_where_one_is_asked_for,
    locked_rows_are_skipped_where_there_are_any,
    returning_completes_although_a_row_cannot_be_decoded,
    runs_are_counted_by_engine,
];

async fn one<T>(
    store: &Store,
    statement: &'static Statement,
    params: &[Param<'_>],
    decode: impl Fn(&Row<'_>) -> Result<T, Error>,
) -> Result<Option<T>, Error> {
    store
        .transact(async |transaction| {
            probe::fetch_optional(transaction, statement, params, &decode).await
        })
        .await
}

async fn run(
    store: &Store,
    statement: &'static Statement,
    params: &[Param<'_>],
) -> Result<u64, Error> {
    store
        .transact(async |transaction| probe::execute(transaction, statement, params).await)
        .await
}

async fn parameters_go_by_number(store: Store) {
    static ECHO: Statement = Statement::new(
        "SELECT CAST($2 AS BIGINT), CAST($1 AS TEXT), CAST($2 AS BIGINT), 'costs $', $3",
    );
    let params = ["one".into(), 2.into(), Param::Text("three")];
    let row = one(&store, &ECHO, &params, |row| {
        let numbers = (row.get::<i64>(0)?, row.get::<i64>(2)?);
        Ok((
            numbers,
            row.get::<String>(1)?,
            row.get::<String>(3)?,
            row.get::<String>(4)?,
        ))
    });
    let (one, costs, three) = ("one".to_owned(), "costs $".to_owned(), "three".to_owned());
    assert_eq!(row.await, Ok(Some(((2, 2), one, costs, three))));
}

async fn values_come_back_as_they_went_in(scratch: Scratch) {
    static FIND: Statement =
        Statement::new("SELECT name, active, note FROM parents WHERE id = $1 AND active = $2");
    let store = scratch.families().await;
    let families = [
        (i64::MIN, "", false, None),
        (0, "Blåbærsyltetøy \u{1f9c7} '; --", true, Some("")),
        (i64::MAX, "line\nbreak", true, Some("$1 ?1")),
    ];
    for (id, name, active, note) in families {
        let params = [id.into(), name.into(), active.into(), note.into()];
        assert_eq!(run(&store, &INSERT_PARENT, &params).await, Ok(1));
        let wanted = [id.into(), active.into()];
        let stored = one(&store, &FIND, &wanted, |row| {
            Ok((
                row.get::<String>(0)?,
                row.get::<bool>(1)?,
                row.get::<Option<String>>(2)?,
            ))
        });
        let expected = (name.to_owned(), active, note.map(str::to_owned));
        assert_eq!(stored.await, Ok(Some(expected)));
        assert_eq!(
            one(&store, &FIND, &[id.into(), (!active).into()], |_| Ok(())).await,
            Ok(None)
        );
    }
}

async fn affected_rows_are_counted(scratch: Scratch) {
    static RENAME: Statement =
        Statement::new("UPDATE parents SET note = $1 WHERE note IS NULL AND id < $2");
    let store = scratch.families().await;
    for id in 0..5 {
        store
            .transact(async |transaction| found(transaction, id).await)
            .await
            .expect("stored");
    }
    assert_eq!(
        run(&store, &RENAME, &["first".into(), 3.into()]).await,
        Ok(3)
    );
    assert_eq!(
        run(&store, &RENAME, &["second".into(), 4.into()]).await,
        Ok(1)
    );
    assert_eq!(
        run(&store, &RENAME, &["third".into(), 4.into()]).await,
        Ok(0)
    );
}

async fn a_taken_key_and_a_missing_parent_are_conflicts(scratch: Scratch) {
    static DELETE: Statement = Statement::new("DELETE FROM parents WHERE id = $1");
    let store = scratch.families().await;
    store
        .transact(async |transaction| found(transaction, 1).await)
        .await
        .expect("stored");
    let same_key = [1.into(), "other".into(), true.into(), Param::Null];
    let same_name = [2.into(), "family 1".into(), true.into(), Param::Null];
    let outcomes = [
        run(&store, &INSERT_PARENT, &same_key).await,
        run(&store, &INSERT_PARENT, &same_name).await,
        run(&store, &INSERT_CHILD, &[7.into()]).await,
        run(&store, &DELETE, &[1.into()]).await,
    ];
    for outcome in outcomes {
        assert!(matches!(outcome, Err(Error::Conflict(_))), "{outcome:?}");
    }
    assert_eq!(count(&store).await, 1);
}

async fn a_defective_statement_is_told_apart(scratch: Scratch) {
    static NONSENSE: Statement = Statement::new("SELEKT 1");
    static NO_TABLE: Statement = Statement::new("DELETE FROM nowhere");
    let store = scratch.families().await;
    let without_name = [1.into(), Param::Null, true.into(), Param::Null];
    for outcome in [
        run(&store, &NONSENSE, &[]).await,
        run(&store, &NO_TABLE, &[]).await,
        run(&store, &INSERT_PARENT, &without_name).await,
    ] {
        assert!(
            matches!(outcome, Err(Error::Statement { .. })),
            "{outcome:?}"
        );
    }
}

async fn a_wrong_number_of_parameters_is_a_defect(scratch: Scratch) {
    let store = scratch.families().await;
    for params in [&[][..], &[1.into(), 2.into()][..]] {
        let outcome = run(&store, &INSERT_CHILD, params).await;
        assert!(
            matches!(outcome, Err(Error::Statement { .. })),
            "{outcome:?}"
        );
    }
}

/// PostgreSQL cannot store it.
async fn a_null_character_is_refused(scratch: Scratch) {
    let store = scratch.families().await;
    let params = [1.into(), "a\0b".into(), true.into(), Param::Null];
    let outcome = run(&store, &INSERT_PARENT, &params).await;
    assert!(
        matches!(outcome, Err(Error::Statement { .. })),
        "{outcome:?}"
    );
}

async fn a_value_of_another_type_is_inconsistent(scratch: Scratch) {
    static READ: Statement = Statement::new("SELECT id, name, note FROM parents");
    let store = scratch.families().await;
    store
        .transact(async |transaction| found(transaction, 1).await)
        .await
        .expect("stored");
    let outcomes = [
        one(&store, &READ, &[], |row| row.get::<String>(0).map(drop)).await,
        one(&store, &READ, &[], |row| row.get::<i64>(1).map(drop)).await,
        one(&store, &READ, &[], |row| row.get::<String>(2).map(drop)).await,
        one(&store, &READ, &[], |row| row.get::<bool>(3).map(drop)).await,
    ];
    for (place, outcome) in outcomes.into_iter().enumerate() {
        let Err(Error::Inconsistent {
            column,
            index,
            statement,
            ..
        }) = outcome
        else {
            panic!("column {place}: {outcome:?}");
        };
        let columns = ["id", "name", "note", "(none)"];
        assert_eq!((column.as_str(), index), (columns[place], place));
        assert_eq!(statement, READ.text());
    }
}

async fn one_row_is_expected_where_one_is_asked_for(scratch: Scratch) {
    static ALL: Statement = Statement::new("SELECT id FROM parents ORDER BY id");
    let store = scratch.families().await;
    for id in 1..3 {
        store
            .transact(async |transaction| found(transaction, id).await)
            .await
            .expect("stored");
    }
    let outcome = one(&store, &ALL, &[], |row| row.get::<i64>(0)).await;
    assert!(
        matches!(outcome, Err(Error::Inconsistent { .. })),
        "{outcome:?}"
    );
    let all = store.read(async |snapshot| {
        probe::fetch_all(snapshot, &ALL, &[], |row| row.get::<i64>(0)).await
    });
    assert_eq!(all.await, Ok(vec![1, 2]));
}

async fn locked_rows_are_skipped_where_there_are_any(scratch: Scratch) {
    static CLAIM: Statement = Statement::new(
        "UPDATE parents SET note = $1 WHERE note IS NULL AND id =
             (SELECT id FROM parents WHERE note IS NULL ORDER BY id LIMIT 1 /* skip locked */)",
    );
    let store = scratch.families().await;
    for id in 0..20 {
        store
            .transact(async |transaction| found(transaction, id).await)
            .await
            .expect("stored");
    }
    let mut claims = tokio::task::JoinSet::new();
    for worker in 0..20 {
        let store = store.clone();
        claims.spawn(async move { run(&store, &CLAIM, &[Param::Text(&worker.to_string())]).await });
    }
    assert_eq!(claims.join_all().await, vec![Ok(1); 20]);
}

async fn returning_completes_although_a_row_cannot_be_decoded(scratch: Scratch) {
    static INSERT: Statement = Statement::new(
        "INSERT INTO parents (id, name, active) VALUES ($1, $2, TRUE), ($3, $4, FALSE)
         RETURNING id, name",
    );
    static NAMES: Statement = Statement::new("SELECT name FROM parents ORDER BY id");
    let store = scratch.families().await;
    let outcome = store.transact(async |transaction| {
        let params = [1.into(), "one".into(), 2.into(), Param::Text("two")];
        let decoded =
            probe::fetch_all(transaction, &INSERT, &params, |row| row.get::<i64>(1)).await;
        assert!(
            matches!(decoded, Err(Error::Inconsistent { .. })),
            "{decoded:?}"
        );
        probe::fetch_all(transaction, &NAMES, &[], |row| row.get::<String>(0)).await
    });
    assert_eq!(outcome.await, Ok(vec!["one".to_owned(), "two".to_owned()]));
}

async fn runs_are_counted_by_engine(scratch: Scratch) {
    static ONCE: Statement = Statement::new("SELECT id FROM parents WHERE id = $1 AND 1 = 1");
    let store = scratch.families().await;
    let before = ONCE.runs(scratch.engine);
    assert!(one(&store, &ONCE, &[], |_| Ok(())).await.is_err());
    assert_eq!(ONCE.runs(scratch.engine), before);
    assert_eq!(one(&store, &ONCE, &[1.into()], |_| Ok(())).await, Ok(None));
    assert_eq!(ONCE.runs(scratch.engine), before + 1);
}
