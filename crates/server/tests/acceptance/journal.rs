//! The journal: each mutation is in it once, and nothing in it can be altered unseen.

use std::time::Duration;

use domain::access::ClientId;
use domain::{Author, Clock, OrderId};
use selfservice::{JournalCheck, JournalHead};
use serde_json::json;
use storage::probe::{self, Statement};
use storage::{JournalFilter, PlacedRow};

use crate::app::{DEMO, Test, TestApp, tests};
use crate::orders::{add, cancel, update};

pub(crate) const TESTS: &[Test] = tests![
    an_order_is_in_the_journal_with_who_when_and_through_which_app,
    a_call_that_changes_nothing_is_not_in_the_journal,
    an_account_is_in_the_journal,
    changes_are_found_by_thing_app_organization_person_and_time,
    whatever_is_altered_is_noticed,
    an_end_that_was_cut_off_is_noticed_by_a_kept_head,
    an_intact_journal_is_told_to_be,
];

/// All that was written down, or what a filter lets through, in words.
async fn lines(app: &TestApp, filter: &JournalFilter) -> Vec<String> {
    app.publish().await;
    let rows = app.selfservice().search_journal(filter, 0, 1_000).await;
    rows.expect("the journal").iter().map(in_words).collect()
}

fn in_words(PlacedRow { row, .. }: &PlacedRow) -> String {
    let author = &row.change.author;
    let app = author.app.as_ref().map_or("-", ClientId::as_str);
    let owner = row
        .change
        .organization
        .as_ref()
        .map_or("-", |number| number.as_str());
    let line = &row.line;
    format!(
        "{owner} {} {app}: {} {}",
        author.name, line.noun, line.action
    )
}

async fn an_order_is_in_the_journal_with_who_when_and_through_which_app(app: &mut TestApp) {
    let id = app.system_user().ordered(&add(404, &[])).await;
    app.finish_orders().await;
    let of_order = JournalFilter {
        noun: Some("order".to_owned()),
        subject: Some(id.clone()),
        ..JournalFilter::default()
    };
    let user = format!("914742315 API1000DEMO {}", DEMO.0);
    assert_eq!(
        lines(app, &of_order).await,
        [
            format!("{user}: order acknowledged"),
            "914742315 fulfillment -: order in_progress".to_owned(),
            "914742315 fulfillment -: order completed".to_owned(),
        ]
    );
    let rows = app.selfservice().search_journal(&of_order, 0, 9).await;
    let shown = app.system_user().order(&id).await;
    for (row, event) in rows
        .expect("rows")
        .iter()
        .zip(shown["history"].as_array().expect("lines"))
    {
        assert_eq!(event["at"], json!(format!("{:.3}", row.row.change.at)));
        assert!(
            row.row.line.facts.contains("\"agreement\":5538579"),
            "{row:?}"
        );
    }
}

async fn a_call_that_changes_nothing_is_not_in_the_journal(app: &mut TestApp) {
    let caller = app.system_user();
    caller.place(&add(999_999, &[])).await.refused(400_002);
    let key = ("idempotency-key", "k");
    for _ in 0..2 {
        let call = caller.call(axum::http::Method::POST, "/corporate-agreements/v2/orders");
        call.header(key.0, key.1)
            .body(add(404, &[]).to_string())
            .send()
            .await
            .ok();
    }
    let all = lines(app, &JournalFilter::default()).await;
    assert_eq!(all.len(), 1, "{all:?}");
    let id = caller.ordered(&update(&[(6420, "a@example.com")])).await;
    cancel(&caller, &id).await.ok();
    cancel(&caller, &id).await.refused(409_900);
    assert_eq!(lines(app, &JournalFilter::default()).await.len(), 3);
}

async fn an_account_is_in_the_journal(app: &mut TestApp) {
    let body = json!({
        "accountReference1": "Drift",
        "ownerOrganizationNumber": "914742315",
        "payerOrganizationNumber": "914742315",
    });
    let opened = app
        .system_user()
        .post("/corporate-accounts/v2/accounts", &body)
        .await;
    opened.ok();
    app.finish_orders().await;
    let all = lines(app, &JournalFilter::default()).await;
    let user = format!("914742315 API1000DEMO {}", DEMO.0);
    let expected = [
        format!("{user}: account passive"),
        "914742315 fulfillment -: account open".to_owned(),
    ];
    assert_eq!(all, expected);
}

async fn changes_are_found_by_thing_app_organization_person_and_time(app: &mut TestApp) {
    let began = app.clock.now();
    app.system_user().ordered(&add(404, &[])).await;
    let theirs =
        json!({ "type": "ADD_PRODUCT", "agreementId": 7_000_001, "productOfferingId": 404 });
    app.of_other_organization().ordered(&theirs).await;
    app.finish_orders().await;
    app.clock.advance(Duration::from_mins(1));
    let later = app.clock.now();
    let last = app.system_user().ordered(&add(404, &[])).await;
    let organization = domain::OrganizationNumber::parse("976967631").expect("nine digits");
    let kari = Author::of_operator("kari");
    let id = OrderId::parse(&last).expect("an id");
    let selfservice = app.selfservice();
    let held = selfservice.hold_order(&kari, (id, None), "a question");
    assert!(held.await.is_ok());
    let made = |author: Option<&str>, since, until| JournalFilter {
        author: author.map(str::to_owned),
        since,
        until,
        ..JournalFilter::default()
    };
    for (filter, expected) in [
        (made(None, None, None), 8),
        (
            JournalFilter {
                organization: Some(organization),
                ..JournalFilter::default()
            },
            3,
        ),
        (
            JournalFilter {
                app: Some(ClientId::new(DEMO.0)),
                ..JournalFilter::default()
            },
            2,
        ),
        (
            JournalFilter {
                noun: Some("order".to_owned()),
                subject: Some(last),
                ..JournalFilter::default()
            },
            2,
        ),
        (made(Some("kari"), None, None), 1),
        (made(None, Some(later), None), 2),
        (made(None, None, Some(later)), 6),
        (made(None, Some(began), Some(began)), 0),
    ] {
        assert_eq!(lines(app, &filter).await.len(), expected, "{filter:?}");
    }
    let given_up = selfservice.fail_order(&kari, (id, None), "no answer");
    assert!(given_up.await.is_ok());
}

pub(crate) async fn check(app: &TestApp, kept: Option<&JournalHead>) -> JournalCheck {
    let check = app.selfservice().verify_journal(kept, |_| {}).await;
    check.expect("an outcome")
}

/// Six changes of two orders.
pub(crate) async fn six_changes(app: &TestApp) {
    for offering in [404, 404] {
        app.system_user().ordered(&add(offering, &[])).await;
    }
    app.finish_orders().await;
    app.publish().await;
}

static COPY: Statement = Statement::new("CREATE TABLE journal_copy AS SELECT * FROM journal");
static CLEAR: Statement = Statement::new("DELETE FROM journal");
static RESTORE: Statement = Statement::new("INSERT INTO journal SELECT * FROM journal_copy");

/// What somebody may do who can write to the database, and the first position where it shows.
static ALTERATIONS: [(Statement, i64); 14] = [
    (
        Statement::new("UPDATE journal SET mac = '' WHERE position = 3"),
        3,
    ),
    (
        Statement::new("UPDATE journal SET mac = 'feed' WHERE position = 6"),
        6,
    ),
    (
        Statement::new("UPDATE journal SET genuine = FALSE WHERE position = 2"),
        2,
    ),
    (
        Statement::new("UPDATE journal SET author = 'nobody' WHERE position = 4"),
        4,
    ),
    (
        Statement::new(
            "UPDATE journal SET facts = replace(facts, '404', '405') WHERE position = 5",
        ),
        5,
    ),
    (
        Statement::new("UPDATE journal SET at = at + 1 WHERE position = 1"),
        1,
    ),
    (
        Statement::new("UPDATE journal SET organization = '976967631' WHERE position = 2"),
        2,
    ),
    (
        Statement::new("UPDATE journal SET client_app = 'x' WHERE position = 3"),
        3,
    ),
    (
        Statement::new("UPDATE journal SET sequence = 9 WHERE position = 3"),
        3,
    ),
    (
        Statement::new("UPDATE journal SET seal = 'feed' WHERE position = 6"),
        6,
    ),
    (
        Statement::new("UPDATE journal SET position = position + 10 WHERE position >= 4"),
        4,
    ),
    (
        Statement::new("UPDATE journal SET position = 99 WHERE position = 1"),
        1,
    ),
    (Statement::new("DELETE FROM journal WHERE position = 2"), 2),
    (
        Statement::new(
            "INSERT INTO journal SELECT 'new', at, organization, author, client_app, noun, subject,
                    action, facts, mac, 7, 7, genuine, seal FROM journal WHERE position = 6",
        ),
        7,
    ),
];

async fn whatever_is_altered_is_noticed(app: &mut TestApp) {
    six_changes(app).await;
    app.operate(async |tx| probe::execute(tx, &COPY, &[]).await)
        .await;
    for (alteration, position) in &ALTERATIONS {
        app.operate(async |tx| probe::execute(tx, alteration, &[]).await)
            .await;
        let expected = JournalCheck::Broken(*position);
        assert_eq!(check(app, None).await, expected, "{}", alteration.text());
        app.operate(async |tx| {
            probe::execute(tx, &CLEAR, &[]).await?;
            probe::execute(tx, &RESTORE, &[]).await
        })
        .await;
        assert!(matches!(check(app, None).await, JournalCheck::Intact(_)));
    }
}

async fn an_end_that_was_cut_off_is_noticed_by_a_kept_head(app: &mut TestApp) {
    static CUT: Statement = Statement::new("DELETE FROM journal WHERE position > 4");
    six_changes(app).await;
    let head = app.selfservice().journal_head().await.expect("a head");
    assert_eq!(head.position, 6);
    assert_eq!(JournalHead::parse(&head.to_string()).as_ref(), Some(&head));
    assert_eq!(
        check(app, Some(&head)).await,
        JournalCheck::Intact(head.clone())
    );
    app.operate(async |tx| probe::execute(tx, &CUT, &[]).await)
        .await;
    assert!(matches!(check(app, None).await, JournalCheck::Intact(_)));
    assert_eq!(check(app, Some(&head)).await, JournalCheck::OtherHead);
}

async fn an_intact_journal_is_told_to_be(app: &mut TestApp) {
    let empty = JournalHead::default();
    assert_eq!(check(app, Some(&empty)).await, JournalCheck::Intact(empty));
    six_changes(app).await;
    app.restart().await;
    let head = app.selfservice().journal_head().await.expect("a head");
    assert_eq!(check(app, None).await, JournalCheck::Intact(head));
}
