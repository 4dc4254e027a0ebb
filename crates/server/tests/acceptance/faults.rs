//! Faults of ours: a database that fails and a panic are answers too, and leave nothing behind.

use axum::http::Method;
use storage::probe::{self, Statement};

use crate::app::{DEMO, DEMO_USER, Test, TestApp, tests};
use crate::orders::{add, update};

pub(crate) const TESTS: &[Test] = tests![
    a_closed_database_is_a_fault_of_ours,
    a_broken_table_is_a_fault_of_ours,
    a_panic_anywhere_in_an_order_is_an_answer_and_leaves_nothing_behind,
];

const AGREEMENTS: &str = "/corporate-agreements/v2/agreements";

async fn a_closed_database_is_a_fault_of_ours(app: &mut TestApp) {
    let (reader, writer) = (app.system_user(), app.system_user());
    reader.get(AGREEMENTS).await.ok();
    app.store.close().await;
    reader.get(AGREEMENTS).await.refused(500_100);
    writer.place(&add(404, &[])).await.refused(500_100);
    app.request_token(DEMO, DEMO_USER).await.refused(500_100);
    let ready = app.anonymous().get("/readyz").await;
    assert_eq!(ready.status.as_u16(), 503);
    assert_eq!(app.anonymous().get("/healthz").await.ok(), "ok\n");
    app.is_broken_on_purpose();
}

async fn a_broken_table_is_a_fault_of_ours(app: &mut TestApp) {
    static BREAK: Statement = Statement::new("ALTER TABLE agreements RENAME TO agreements_gone");
    static MEND: Statement = Statement::new("ALTER TABLE agreements_gone RENAME TO agreements");
    app.system_user().get(AGREEMENTS).await.ok();
    let before = app.everything().await;
    app.operate(async |tx| probe::execute(tx, &BREAK, &[]).await)
        .await;
    let answer = app.system_user().get(AGREEMENTS).await;
    answer.refused(500_100);
    assert_eq!(answer.body["origin"], "BACKEND");
    assert!(
        !answer.text.contains("agreements_gone") && answer.fields().is_empty(),
        "{answer:?}"
    );
    app.system_user()
        .place(&add(404, &[]))
        .await
        .refused(500_100);
    app.operate(async |tx| probe::execute(tx, &MEND, &[]).await)
        .await;
    assert_eq!(app.everything().await, before);
}

/// The clock breaks at each of its readings in turn; the last ones come after the order's commit.
async fn a_panic_anywhere_in_an_order_is_an_answer_and_leaves_nothing_behind(app: &mut TestApp) {
    let caller = app.system_user();
    let before = app.everything().await;
    for (panics, reading) in (1..50).enumerate() {
        app.panic_at_reading(reading);
        let answer = caller
            .call(Method::POST, "/corporate-agreements/v2/orders")
            .header("x-request-id", "so-the-edge-does-not-ask")
            .body(update(&[(6420, "kari@example.com")]).to_string())
            .send()
            .await;
        app.panic_at_reading(0);
        if answer.status.is_success() {
            assert!(panics > 1, "the clock was not read in between");
            return;
        }
        answer.refused(50001);
        assert!(!answer.text.contains("clock"), "{answer:?}");
        assert_eq!(app.everything().await, before, "at reading {reading}");
    }
    panic!("the order never got through");
}
