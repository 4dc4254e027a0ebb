//! What somebody writes into the journal who has no key: it gets a place, a mark, and no readers.

use selfservice::JournalCheck;
use serde_json::json;
use storage::probe::{self, Statement};

use crate::app::{Test, TestApp, tests};
use crate::journal::{check, six_changes};
use crate::orders::add;

pub(crate) const TESTS: &[Test] = tests![
    what_somebody_else_writes_is_sealed_as_forged_and_told_to_nobody,
    a_change_that_was_altered_before_its_seal_is_forged,
    a_row_that_is_there_before_all_others_is_forged,
];

/// What somebody may add who can write to the database: with the code of another row, with one that
/// was made up, and with none. The first was made by the server.
static FORGERIES: [Statement; 3] = [
    Statement::new(
        "INSERT INTO journal (id, at, organization, author, client_app, noun, subject, action,
                facts, mac)
         SELECT 'forged-1', at, organization, author, client_app, noun, subject, 'cancelled',
                facts, mac
         FROM journal WHERE position = 1",
    ),
    Statement::new(
        "INSERT INTO journal (id, at, organization, author, client_app, noun, subject, action,
                facts, mac)
         SELECT 'forged-2', at, organization, author, client_app, noun, subject, 'cancelled',
                facts, 'feed'
         FROM journal WHERE position = 1",
    ),
    Statement::new(
        "INSERT INTO journal (id, at, organization, author, client_app, noun, subject, action,
                facts, mac)
         SELECT 'forged-3', at, organization, author, client_app, noun, subject, 'cancelled',
                facts, ''
         FROM journal WHERE position = 1",
    ),
];

async fn what_somebody_else_writes_is_sealed_as_forged_and_told_to_nobody(app: &mut TestApp) {
    static WHITEWASH: Statement =
        Statement::new("UPDATE journal SET genuine = TRUE WHERE position = 8");
    let caller = app.system_user();
    let hook = json!({ "url": "https://hooks.example.com/" });
    let made = caller.post("/notifications/v1/endpoints", &hook).await;
    let hook = made.ok()["id"].as_str().expect("an id").to_owned();
    six_changes(app).await;
    let told = async || {
        let events = caller.get("/notifications/v1/events").await;
        let hook = format!("/notifications/v1/endpoints/{hook}/deliveries");
        let deliveries = caller.get(&hook).await;
        let events = events.ok()["events"].as_array().map(Vec::len);
        (events, deliveries.list().len())
    };
    let before = told().await;
    for forgery in &FORGERIES {
        app.operate(async |tx| probe::execute(tx, forgery, &[]).await)
            .await;
    }
    app.publish().await;
    assert_eq!(told().await, before);
    let forged = JournalCheck::Forged(3, vec![8, 9, 10]);
    assert_eq!(check(app, None).await, forged);
    // The chain goes on, and the mark stays.
    app.system_user().ordered(&add(404, &[])).await;
    app.publish().await;
    assert_eq!(
        told().await,
        (before.0.map(|events| events + 1), before.1 + 1)
    );
    let head = app.selfservice().journal_head().await.expect("a head");
    assert_eq!(head.position, 11);
    assert_eq!(check(app, Some(&head)).await, forged);
    app.operate(async |tx| probe::execute(tx, &WHITEWASH, &[]).await)
        .await;
    assert_eq!(check(app, None).await, JournalCheck::Broken(8));
}

async fn a_change_that_was_altered_before_its_seal_is_forged(app: &mut TestApp) {
    static ALTER: Statement =
        Statement::new("UPDATE journal SET author = 'nobody' WHERE position IS NULL");
    app.system_user().ordered(&add(404, &[])).await;
    app.operate(async |tx| probe::execute(tx, &ALTER, &[]).await)
        .await;
    app.publish().await;
    let forged = JournalCheck::Forged(1, vec![1]);
    assert_eq!(check(app, None).await, forged);
}

async fn a_row_that_is_there_before_all_others_is_forged(app: &mut TestApp) {
    static FIRST: Statement = Statement::new(
        "INSERT INTO journal (id, at, author, noun, subject, action, facts, mac)
         VALUES ('forged', 0, 'kari', 'operator', 'mallory', 'added', '{}', '')",
    );
    app.operate(async |tx| probe::execute(tx, &FIRST, &[]).await)
        .await;
    app.publish().await;
    let forged = JournalCheck::Forged(1, vec![1]);
    assert_eq!(check(app, None).await, forged);
}
