//! The way back: a reset brings the demo's records back, whatever is under way, and leaves the other
//! company alone.

use std::time::Duration;

use axum::http::Method;
use domain::{
    AccountId, Agreement, AgreementId, AgreementStatus, Author, Clock, FulfillmentWay, OfferingId,
    Organization, ProductId, ProductStatus,
};
use jiff::SignedDuration;
use selfservice::fulfillment::WorkRefusal;
use serde_json::json;
use storage::NewProduct;

use super::sandbox::{RESET, chosen, run, sandbox};
use super::{ADMIN, DEVELOPER, OTHER, mandate, own, signed_in};
use crate::account_requests::request;
use crate::accounts;
use crate::app::{Caller, Test, TestApp, tests};
use crate::operator::{begin_at, cancel_account};
use crate::orders::{add, cancel, update};

pub(crate) const TESTS: &[Test] = tests![
    a_reset_brings_back_what_the_demo_began_with,
    a_reset_leaves_the_other_company_alone,
    a_claim_on_what_a_reset_took_away_changes_nothing,
    orders_of_people_and_of_workers_go_too,
    a_reset_forgets_the_keys_of_calls,
    what_waits_to_be_sent_is_not_sent,
    a_reset_beside_all_that_is_under_way_is_safe,
];

/// What the two companies read, besides [`TestApp::everything`].
const READS: [&str; 8] = [
    "/corporate-agreements/v2/agreements",
    "/corporate-agreements/v2/agreements/5538579",
    "/corporate-agreements/v2/agreements/123456",
    "/corporate-agreements/v2/orders",
    "/corporate-accounts/v2/accounts",
    "/corporate-accounts/v2/accounts/7654321",
    "/corporate-accounts/v2/accounts/1234567",
    "/organizations/v1/organizations",
];

async fn reset(app: &TestApp) {
    let router = app.customers_router();
    let mut visitor = signed_in(app, &router, DEVELOPER).await;
    let asked = visitor.get(RESET).await;
    assert!(asked.ok().contains("Reset the data"), "{asked:?}");
    let answer = visitor.post(RESET, &[]).await;
    assert_eq!(answer.location(), "/portal/sandbox", "{answer:?}");
}

/// The answers to all that both companies read.
async fn all_reads(app: &TestApp) -> Vec<String> {
    let mut seen = vec![app.everything().await];
    seen.extend(reads_of(&app.system_user()).await);
    seen.extend(reads_of(&app.of_other_organization()).await);
    seen
}

async fn reads_of(caller: &Caller<'_>) -> Vec<String> {
    let mut seen = Vec::new();
    for address in READS {
        let answer = caller.get(address).await;
        // What is another's tells nothing but the request's own id.
        let text = answer.status.is_success().then_some(answer.text.as_str());
        seen.push(format!("{address} {} {text:?}", answer.status));
    }
    seen
}

async fn nothing_is_broken(app: &TestApp) {
    let rules = app
        .store
        .read(async |tx| tx.invariants().check(10).await)
        .await
        .expect("the rules");
    assert!(rules.iter().all(|rule| rule.broken == 0), "{rules:?}");
    app.publish().await;
    let checked = app.selfservice().verify_journal(None, |_| ()).await;
    let checked = checked.expect("the journal");
    assert!(
        matches!(checked, selfservice::JournalCheck::Intact(_)),
        "{checked:?}"
    );
}

/// Ends an account, and adds an agreement with a product.
async fn as_an_operator_changes_it(app: &TestApp) {
    cancel_account(app, AccountId::new(7_654_321)).await;
    let agreement = Agreement {
        id: AgreementId::new(4_711),
        category: "Another".to_owned(),
        valid_from: jiff::civil::date(2020, 1, 1),
        valid_to: None,
        owner: Organization {
            number: own(),
            name: String::new(),
        },
        status: AgreementStatus::Active,
    };
    let product = NewProduct {
        id: ProductId::new(4_712),
        parent: None,
        offering: OfferingId::new(404),
        name: "Another",
        status: ProductStatus::Ordered,
        billing_account: None,
        created_at: app.clock.now(),
    };
    app.operate(async |tx| {
        tx.agreements().insert(&agreement).await?;
        tx.agreements()
            .offer(agreement.id, OfferingId::new(404))
            .await?;
        tx.products().insert(agreement.id, &product).await
    })
    .await;
}

async fn a_reset_brings_back_what_the_demo_began_with(app: &mut TestApp) {
    sandbox(app).await;
    let fresh = all_reads(app).await;
    let mut gone = Vec::new();
    for choice in [
        ["FAILED", "No", "0"],
        ["HELD", "No", "0"],
        ["COMPLETED", "", "2"],
    ] {
        chosen(app, choice).await;
        for order in [add(404, &[]), update(&[(6140, "11175198")])] {
            gone.push(app.system_user().ordered(&order).await);
            run(app, 1).await;
        }
        accounts::open(app, &request()).await;
    }
    as_an_operator_changes_it(app).await;
    assert_ne!(all_reads(app).await, fresh);
    reset(app).await;
    assert_eq!(all_reads(app).await, fresh);
    for order in &gone {
        let path = format!("/corporate-agreements/v2/orders/{order}");
        app.system_user().get(&path).await.refused(404_902);
    }
    nothing_is_broken(app).await;
    // The settings went back, and no id is given out again.
    let next = app.system_user().ordered(&add(404, &[])).await;
    assert!(!gone.contains(&next));
    run(app, 2).await;
    assert_eq!(app.system_user().order(&next).await["state"], "COMPLETED");
    reset(app).await;
    assert_eq!(all_reads(app).await, fresh);
}

async fn a_reset_leaves_the_other_company_alone(app: &mut TestApp) {
    sandbox(app).await;
    let mut order = add(404, &[]);
    order["agreementId"] = json!(7_000_001);
    let theirs = app.of_other_organization().ordered(&order).await;
    run(app, 1).await;
    let before = reads_of(&app.of_other_organization()).await;
    reset(app).await;
    assert_eq!(reads_of(&app.of_other_organization()).await, before);
    let router = app.customers_router();
    let mut other = signed_in(app, &router, OTHER).await;
    let own = app.system_user().ordered(&add(404, &[])).await;
    assert_eq!(other.post(RESET, &[]).await.location(), "/portal/sandbox");
    app.system_user().order(&own).await;
    let gone = format!("/corporate-agreements/v2/orders/{theirs}");
    app.of_other_organization()
        .get(&gone)
        .await
        .refused(404_902);
}

async fn a_claim_on_what_a_reset_took_away_changes_nothing(app: &mut TestApp) {
    sandbox(app).await;
    let fresh = all_reads(app).await;
    app.system_user()
        .ordered(&update(&[(6420, "x@example.com")]))
        .await;
    let now = app.clock.now() + SignedDuration::from_secs(2);
    let claim = app
        .operate(async |tx| {
            let queue = storage::Queue::BuiltIn;
            tx.jobs().make_ready(queue, now).await?;
            let none = std::collections::HashSet::new();
            tx.jobs().claim(queue, ("", &none), now).await
        })
        .await;
    let (job, _) = claim.expect("a job");
    reset(app).await;
    let finished = app.operate(async |tx| tx.jobs().finish(&job).await).await;
    assert!(!finished);
    run(app, 60).await;
    assert_eq!(all_reads(app).await, fresh);
}

async fn orders_of_people_and_of_workers_go_too(app: &mut TestApp) {
    let fresh = all_reads(app).await;
    let by = Author::of_operator("worker 7");
    begin_at(app, FulfillmentWay::Desk).await;
    for order in [add(404, &[]), update(&[(6420, "a@example.com")])] {
        app.system_user().ordered(&order).await;
    }
    begin_at(app, FulfillmentWay::Pull).await;
    for _ in 0..3 {
        app.system_user().ordered(&add(404, &[])).await;
    }
    let lease = SignedDuration::from_mins(1);
    let claimed = app.selfservice().claim_orders(&by, 2, lease).await;
    let claimed = claimed.expect("orders");
    let held = (claimed[1].order.id, None);
    let held = app.selfservice().hold_order(&by, held, "why").await;
    held.expect("an order");
    reset(app).await;
    assert_eq!(all_reads(app).await, fresh);
    for work in claimed {
        let (id, claim) = (work.order.id, work.claim);
        let report = (id, Some(claim));
        let desk = app.selfservice();
        for refused in [
            desk.complete_order(&by, report, None).await.err(),
            desk.fail_order(&by, report, "why").await.err(),
            desk.resume_order(&by, id).await.err(),
            desk.extend_claim(id, claim, lease).await.err(),
        ] {
            assert!(
                matches!(refused, Some(WorkRefusal::UnknownOrder)),
                "{refused:?}"
            );
        }
    }
    assert_eq!(all_reads(app).await, fresh);
    nothing_is_broken(app).await;
}

async fn a_reset_forgets_the_keys_of_calls(app: &mut TestApp) {
    let place = async |caller: Caller<'_>, order: &serde_json::Value| {
        let call = caller.call(Method::POST, "/corporate-agreements/v2/orders");
        let call = call.header("idempotency-key", "key-1");
        let answer = call.body(order.to_string()).send().await;
        answer.ok().to_string()
    };
    let mut others = add(404, &[]);
    others["agreementId"] = json!(7_000_001);
    let own = place(app.system_user(), &add(404, &[])).await;
    let theirs = place(app.of_other_organization(), &others).await;
    assert_eq!(place(app.system_user(), &add(404, &[])).await, own);
    reset(app).await;
    assert_ne!(place(app.system_user(), &add(404, &[])).await, own);
    assert_eq!(place(app.of_other_organization(), &others).await, theirs);
}

async fn what_waits_to_be_sent_is_not_sent(app: &mut TestApp) {
    let endpoint = json!({ "url": "https://example.com/told" });
    let address = "/notifications/v1/endpoints";
    let made = app.system_user().post(address, &endpoint).await;
    let id = made.body["id"].as_str().expect("an id").to_owned();
    app.system_user().ordered(&add(404, &[])).await;
    app.publish().await;
    let deliveries = format!("{address}/{id}/deliveries");
    let waiting = app.system_user().get(&deliveries).await;
    assert!(waiting.text.contains("PENDING"), "{}", waiting.text);
    reset(app).await;
    let none = app.system_user().get(&deliveries).await;
    none.ok();
    assert!(!none.text.contains("PENDING"), "{}", none.text);
    app.clock.advance(Duration::from_mins(1));
    app.deliver_due().await;
    let none = app.system_user().get(&deliveries).await;
    assert!(!none.text.contains("FAILED"), "{}", none.text);
}

async fn a_reset_beside_all_that_is_under_way_is_safe(app: &mut TestApp) {
    let fresh = all_reads(app).await;
    let other = app.another_node().await;
    let by = mandate(ADMIN.0, own());
    for round in 0..4 {
        let email = format!("number{round}@example.com");
        let mut first = String::new();
        for order in [update(&[(6420, &email)]), add(404, &[]), add(404, &[])] {
            first = app.system_user().ordered(&order).await;
        }
        app.clock.advance(Duration::from_secs(1));
        let (near, far) = (app.worker(), other.selfservice.worker());
        let (caller, more) = (app.system_user(), add(404, &[]));
        let (one, two, reset, placed, cancelled) = tokio::join!(
            near.run_due_jobs(),
            far.run_due_jobs(),
            other.selfservice.reset_sandbox(&by),
            caller.place(&more),
            cancel(&caller, &first),
        );
        assert!(one.is_ok() && two.is_ok(), "{one:?} {two:?}");
        assert!(reset.is_ok(), "{reset:?}");
        assert!(placed.status.is_success(), "{placed:?}");
        // Whether it was cancelled, taken up or gone, an answer says so.
        assert!(!cancelled.status.is_server_error(), "{cancelled:?}");
        nothing_is_broken(app).await;
    }
    app.finish_orders().await;
    reset(app).await;
    assert_eq!(all_reads(app).await, fresh);
}
