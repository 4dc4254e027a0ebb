//! Billing accounts: how they open, what an id means, who pays, and which orders they bear.

use std::future::poll_fn;
use std::task::Poll;
use std::time::Duration;

use axum::http::Method;
use domain::{
    AccountId, AccountReference, AccountReferences, AccountStatus, AccountTimes, AccountType,
    Address, BillingAccount, Clock, Organization, OrganizationNumber, Payer, Person, PersonId,
};
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::account_requests::{ACCOUNTS, request};
use crate::app::{Answer, Caller, INTERNAL, Test, TestApp, tests};
use crate::operator::cancel_account;
use crate::orders::{add, update};

pub(crate) const TESTS: &[Test] = tests![
    an_account_is_opened_once_by_the_worker,
    an_account_cancelled_before_it_opened_stays_so,
    an_account_is_found_at_once_and_listed_in_time,
    ids_of_concurrent_requests_never_repeat,
    an_invoice_number_stands_for_its_account,
    an_order_may_name_a_passive_account_by_its_invoice_number,
    a_cancelled_account_bears_no_orders,
    a_reserved_account_bears_one_product,
    two_orders_at_once_for_a_reserved_account_end_as_one,
    a_person_as_payer_is_shown_alone,
    the_same_key_opens_one_account,
    a_key_is_bound_to_its_body_and_its_app,
];

const EMAIL: (i64, &str) = (6420, "kari@example.com");

pub(crate) async fn open(app: &TestApp, request: &Value) -> Value {
    app.system_user().post(ACCOUNTS, request).await.ok().clone()
}

async fn account(app: &TestApp, id: &str) -> Value {
    let address = format!("{ACCOUNTS}/{id}");
    app.system_user().get(&address).await.ok().clone()
}

pub(crate) async fn list(app: &TestApp, query: &str) -> Answer {
    app.system_user().get(&format!("{ACCOUNTS}{query}")).await
}

pub(crate) fn id(account: &Value) -> String {
    account["id"].as_str().expect("an id").to_owned()
}

pub(crate) fn ids(answer: &Answer) -> Vec<String> {
    answer.list().iter().map(id).collect()
}

/// An account of the demo's organization's, as the operator keeps it.
async fn keep(app: &TestApp, id: i64, change: impl FnOnce(&mut BillingAccount)) {
    let telenor = Organization {
        number: OrganizationNumber::parse("914742315").expect("a number"),
        name: "TELENOR".to_owned(),
    };
    let mut account = BillingAccount {
        id: AccountId::new(id),
        owner: telenor.clone(),
        payer: Payer::Company(telenor),
        references: AccountReferences {
            first: AccountReference::parse("Drift").expect("a reference"),
            second: None,
            third: None,
        },
        address: Address::default(),
        format: "EHF".to_owned(),
        status: AccountStatus::Open,
        account_type: AccountType::Normal,
    };
    change(&mut account);
    let now = app.clock.now();
    let times = AccountTimes {
        opened_at: now,
        visible_at: now,
    };
    app.operate(async |tx| {
        let person = match &account.payer {
            Payer::Company(_) => None,
            Payer::Person(person) => {
                tx.persons().insert(PersonId::new(id), person).await?;
                Some(PersonId::new(id))
            }
        };
        tx.accounts().insert(&account, person, times).await
    })
    .await;
}

async fn an_account_is_opened_once_by_the_worker(app: &mut TestApp) {
    let opened = open(app, &request()).await;
    assert_eq!(
        (&opened["status"], &opened["type"]),
        (&json!("PASSIVE"), &json!("NORMAL"))
    );
    assert_eq!(app.run_due_jobs().await, 0);
    app.clock.advance(Duration::from_millis(1999));
    assert_eq!(app.run_due_jobs().await, 0);
    assert_eq!(account(app, &id(&opened)).await, opened);
    app.restart().await;
    app.clock.advance(Duration::from_millis(1));
    assert_eq!(app.run_due_jobs().await, 1);
    let mut expected = opened.clone();
    expected["status"] = json!("OPEN");
    assert_eq!(account(app, &id(&opened)).await, expected);
    assert_eq!((app.run_due_jobs().await, app.jobs_left().await), (0, 0));
}

async fn an_account_cancelled_before_it_opened_stays_so(app: &mut TestApp) {
    let opened = id(&open(app, &request()).await);
    cancel_account(app, AccountId::parse(&opened).expect("an id")).await;
    app.finish_orders().await;
    assert_eq!(account(app, &opened).await["status"], "CANCELLED");
}

async fn an_account_is_found_at_once_and_listed_in_time(app: &mut TestApp) {
    app.restart_with(|choices| {
        choices.fulfillment.schedule.account_visible_after = SignedDuration::from_secs(60);
    })
    .await;
    let opened = id(&open(app, &request()).await);
    assert_eq!(account(app, &opened).await["status"], "PASSIVE");
    app.system_user().ordered(&update(&[(6140, &opened)])).await;
    app.finish_orders().await;
    app.clock
        .set("2026-06-01T12:00:59.999Z".parse().expect("a time"));
    let before = list(app, "").await;
    assert!(!ids(&before).contains(&opened), "{before:?}");
    assert_eq!(before.header("x-total-count"), "3");
    app.clock.advance(Duration::from_millis(1));
    let after = list(app, "").await;
    assert!(ids(&after).contains(&opened), "{after:?}");
    assert_eq!(after.header("x-total-count"), "4");
    assert_eq!(account(app, &opened).await["status"], "OPEN");
}

/// Waits for all of them at the same time.
async fn all<F: Future>(futures: impl Iterator<Item = F>) -> Vec<F::Output> {
    let mut waiting: Vec<_> = futures.map(Box::pin).collect();
    let mut done = Vec::new();
    poll_fn(|context| {
        waiting.retain_mut(|future| match future.as_mut().poll(context) {
            Poll::Ready(output) => {
                done.push(output);
                false
            }
            Poll::Pending => true,
        });
        if waiting.is_empty() {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    })
    .await;
    done
}

async fn ids_of_concurrent_requests_never_repeat(app: &mut TestApp) {
    let caller = app.system_user();
    caller.get(ACCOUNTS).await.ok();
    let mut seen = Vec::new();
    for _ in 0..2 {
        let (caller, request) = (&app.system_user(), &request());
        let answers = all((0..50).map(|_| caller.post(ACCOUNTS, request))).await;
        seen.extend(answers.iter().map(|answer| id(answer.ok())));
        app.restart().await;
    }
    assert!(seen.iter().all(|id| id.len() == 8), "{seen:?}");
    let listed = ids(&list(app, "?pageSize=1000").await);
    assert!(seen.iter().all(|id| listed.contains(id)), "{seen:?}");
    seen.sort_unstable();
    seen.dedup();
    assert_eq!((seen.len(), listed.len()), (100, 103));
}

async fn an_invoice_number_stands_for_its_account(app: &mut TestApp) {
    // An id of the caller's own may begin with 55 itself.
    keep(app, 55_123_456, |_| {}).await;
    for (number, expected) in [
        ("551234567", "1234567"),
        ("5511175198", "11175198"),
        ("5501234567", "1234567"),
        ("55123456", "55123456"),
        ("5555123456", "55123456"),
    ] {
        assert_eq!(account(app, number).await["id"], expected, "{number}");
    }
    let opened = id(&open(app, &request()).await);
    let by_invoice = account(app, &format!("55{opened}")).await;
    assert_eq!(by_invoice["id"], *opened);
    for number in [
        "123456789",
        "1234567890",
        "5612345678",
        "55011175198",
        "555511175198",
        "55",
        "x",
    ] {
        let answer = app.system_user().get(&format!("{ACCOUNTS}/{number}")).await;
        answer.refused(404_903);
    }
}

async fn an_order_may_name_a_passive_account_by_its_invoice_number(app: &mut TestApp) {
    let opened = id(&open(app, &request()).await);
    for (number, expected) in [
        ("551234567", "1234567"),
        (&*format!("55{opened}"), &*opened),
    ] {
        app.system_user().ordered(&update(&[(6140, number)])).await;
        app.finish_orders().await;
        let product = app.system_user().product(2_799_029).await;
        assert_eq!(product["billingAccountId"], expected, "{number}");
    }
    for number in ["123456789", "1234567890", "55011175198"] {
        let answer = app.system_user().place(&update(&[(6140, number)])).await;
        answer.refused(400_901).names("configurations[0].value");
    }
}

/// Refused for the value of the first configuration, with this reason, and without a trace.
async fn assert_unfit(app: &TestApp, order: &Value, reason: &str) {
    let before = app.everything().await;
    let answer = app.system_user().place(order).await;
    answer.refused(400_901);
    let expected = json!([{ "field": "configurations[0].value", "message": reason }]);
    assert_eq!(answer.body["details"], expected);
    assert_eq!(app.everything().await, before);
}

async fn a_cancelled_account_bears_no_orders(app: &mut TestApp) {
    cancel_account(app, AccountId::new(7_654_321)).await;
    let reason = "the billing account is cancelled";
    for number in ["7654321", "557654321"] {
        assert_unfit(app, &update(&[(6140, number)]), reason).await;
        assert_unfit(app, &add(13883, &[(6140, number), EMAIL]), reason).await;
    }
    assert_eq!(account(app, "7654321").await["status"], "CANCELLED");
}

async fn a_reserved_account_bears_one_product(app: &mut TestApp) {
    keep(app, 22_000_001, |account| {
        account.account_type = AccountType::Reserved;
    })
    .await;
    assert_eq!(account(app, "22000001").await["type"], "RESERVED");
    let first = update(&[(6140, "22000001")]);
    let second = add(13883, &[(6140, "22000001"), EMAIL]);
    app.system_user().ordered(&first).await;
    app.finish_orders().await;
    let reason = "the billing account is reserved for one product, and has one";
    assert_unfit(app, &second, reason).await;
    // Its own product may name it again, and lets go of it for another account.
    app.system_user().ordered(&first).await;
    app.system_user()
        .ordered(&update(&[(6140, "1234567")]))
        .await;
    app.finish_orders().await;
    let id = app.system_user().ordered(&second).await;
    app.finish_orders().await;
    assert_eq!(app.system_user().order(&id).await["state"], "COMPLETED");
    assert_unfit(app, &first, reason).await;
}

async fn two_orders_at_once_for_a_reserved_account_end_as_one(app: &mut TestApp) {
    keep(app, 22_000_001, |account| {
        account.account_type = AccountType::Reserved;
    })
    .await;
    let order = add(13883, &[(6140, "22000001"), EMAIL]);
    let first = app.system_user().ordered(&order).await;
    app.clock.advance(std::time::Duration::from_millis(1));
    let second = app.system_user().place(&order).await;
    app.finish_orders().await;
    assert_eq!(app.system_user().order(&first).await["state"], "COMPLETED");
    if second.status.is_success() {
        let id = second.body[0]["orderId"].as_str().expect("an id");
        let order = app.system_user().order(id).await;
        let expected = "the account was cancelled, or reserved for another product";
        let reason = &order["history"][2]["reason"];
        assert_eq!(
            (&order["state"], reason),
            (&json!("FAILED"), &json!(expected))
        );
    } else {
        second.refused(400_901);
    }
    let products = app.system_user().products_of("5538579").await;
    // Nothing is left of the one that failed.
    assert_eq!(products["ordered"].as_array().map(Vec::len), Some(2));
    let products = products.to_string();
    let paid = products.matches(r#""billingAccountId":"22000001""#).count();
    assert_eq!(paid, 1, "{products}");
}

async fn a_person_as_payer_is_shown_alone(app: &mut TestApp) {
    for (id, middle_name) in [(33_000_001, Some("Roger")), (33_000_002, None)] {
        let person = Person {
            first_name: "Ola".to_owned(),
            middle_name: middle_name.map(str::to_owned),
            last_name: "Nordmann".to_owned(),
        };
        keep(app, id, |account| account.payer = Payer::Person(person)).await;
    }
    let shown = account(app, "33000001").await;
    let members: Vec<_> = shown.as_object().expect("an object").keys().collect();
    let expected = [
        "id",
        "accountReference1",
        "owner",
        "personalPayer",
        "invoice",
        "status",
        "type",
    ];
    assert_eq!(members, expected);
    let person = r#"{"firstName":"Ola","lastName":"Nordmann","middleName":"Roger"}"#;
    assert_eq!(shown["personalPayer"].to_string(), person);
    assert_eq!(list(app, "").await.list()[3], shown);
    let without = account(app, "33000002").await;
    let person = r#"{"firstName":"Ola","lastName":"Nordmann"}"#;
    assert_eq!(without["personalPayer"].to_string(), person);
}

async fn open_with_key(caller: &Caller<'_>, key: &str, request: &Value) -> Answer {
    caller
        .call(Method::POST, ACCOUNTS)
        .header("idempotency-key", key)
        .body(request.to_string())
        .send()
        .await
}

async fn the_same_key_opens_one_account(app: &mut TestApp) {
    let first = open_with_key(&app.system_user(), "key-1", &request()).await;
    assert_eq!(first.ok()["status"], "PASSIVE");
    let second = open_with_key(&app.system_user(), "key-1", &request()).await;
    assert_eq!(
        (&second.text, second.media_type()),
        (&first.text, first.media_type())
    );
    app.finish_orders().await;
    assert_eq!(account(app, &id(&first.body)).await["status"], "OPEN");
    app.restart().await;
    let third = open_with_key(&app.system_user(), "key-1", &request()).await;
    assert_eq!((third.status, &third.text), (first.status, &first.text));
    assert_eq!(list(app, "").await.header("x-total-count"), "4");
    let (caller, request) = (&app.system_user(), &request());
    let answers = all((0..8).map(|_| open_with_key(caller, "key-2", request))).await;
    let (opened, in_flight): (Vec<_>, Vec<_>) = answers
        .iter()
        .partition(|answer| answer.status.is_success());
    assert!(in_flight.iter().all(|answer| answer.code() == 409_902));
    assert_ne!(opened[0].body["id"], first.body["id"]);
    assert!(opened.iter().all(|answer| answer.text == opened[0].text));
    assert_eq!(list(app, "").await.header("x-total-count"), "5");
}

async fn a_key_is_bound_to_its_body_and_its_app(app: &mut TestApp) {
    let caller = app.system_user();
    let mut other = request();
    other["accountReference1"] = json!("a_b");
    open_with_key(&caller, "key-1", &other)
        .await
        .refused(400_033);
    let first = open_with_key(&caller, "key-1", &request()).await;
    let before = app.everything().await;
    other["accountReference1"] = json!("Another");
    let refused = open_with_key(&caller, "key-1", &other).await;
    refused.refused(409_901).names("Idempotency-Key");
    let order = caller.call(Method::POST, "/corporate-agreements/v2/orders");
    let order = order
        .header("idempotency-key", "key-1")
        .body(add(404, &[]).to_string());
    order.send().await.refused(409_901);
    assert_eq!(app.everything().await, before);
    let elsewhere = open_with_key(&app.basic(INTERNAL), "key-1", &other).await;
    assert_ne!(elsewhere.ok()["id"], first.ok()["id"]);
    assert_eq!(elsewhere.body["accountReference1"], "Another");
}
