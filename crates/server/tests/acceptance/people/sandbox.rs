//! The sandbox's controls: each end of an order is settled at its acceptance, and a reset brings the
//! demo's records back without touching the other company.

use std::time::Duration;

use domain::OrderId;
use domain::access::OperatorName;
use serde_json::{Value, json};

use super::{ADMIN, DEVELOPER, OTHER, signed_in};
use crate::app::{Test, TestApp, tests};
use crate::console::visitor::{Answer, Visitor};
use crate::orders::{add, update};

pub(crate) const TESTS: &[Test] = tests![
    orders_of_each_kind_end_as_was_chosen,
    a_later_choice_changes_no_accepted_order,
    the_other_company_s_orders_end_as_ever,
    an_order_takes_the_time_that_was_chosen,
    a_choice_that_fits_nothing_is_refused,
    a_reset_brings_back_what_the_demo_began_with,
    a_reset_leaves_the_other_company_alone,
    a_claim_on_what_a_reset_took_away_changes_nothing,
    elsewhere_nothing_is_there,
];

const SETTINGS: &str = "/portal/sandbox/settings";
const RESET: &str = "/portal/sandbox/reset";

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

async fn sandbox(app: &mut TestApp) {
    app.restart_with(|choices| choices.wire.sandbox_faults = true)
        .await;
}

async fn choose(visitor: &mut Visitor<'_>, [end, reason, seconds]: [&str; 3]) -> Answer {
    let fields = [("end", end), ("reason", reason), ("seconds", seconds)];
    visitor.post(SETTINGS, &fields).await
}

async fn chosen(app: &TestApp, choice: [&str; 3]) {
    let router = app.customers_router();
    let mut visitor = signed_in(app, &router, DEVELOPER).await;
    let answer = choose(&mut visitor, choice).await;
    assert_eq!(answer.location(), "/portal/sandbox", "{answer:?}");
}

async fn reset(app: &TestApp) {
    let router = app.customers_router();
    let mut visitor = signed_in(app, &router, DEVELOPER).await;
    let asked = visitor.get(RESET).await;
    assert!(asked.ok().contains("Reset the data"), "{asked:?}");
    let answer = visitor.post(RESET, &[]).await;
    assert_eq!(answer.location(), "/portal/sandbox", "{answer:?}");
}

fn id(text: &str) -> OrderId {
    OrderId::parse(text).expect("an id")
}

async fn run(app: &TestApp, seconds: u64) {
    app.run_due_jobs().await;
    app.clock.advance(Duration::from_secs(seconds));
    app.run_due_jobs().await;
}

/// The last of an order's history, after its states.
fn told(order: &Value) -> (Vec<&str>, &str) {
    let history = order["history"].as_array().expect("a history");
    let states = history.iter().filter_map(|event| event["state"].as_str());
    let last = history.last().and_then(|event| event["reason"].as_str());
    (states.collect(), last.unwrap_or_default())
}

async fn orders_of_each_kind_end_as_was_chosen(app: &mut TestApp) {
    sandbox(app).await;
    for order in [add(404, &[]), update(&[(6420, "kari@example.com")])] {
        let before = app.system_user().products_of("5538579").await;
        chosen(app, ["FAILED", "Out of stock", ""]).await;
        let failed = app.system_user().ordered(&order).await;
        run(app, 1).await;
        run(app, 1).await;
        let seen = app.system_user().order(&failed).await;
        let through = vec!["ACKNOWLEDGED", "IN_PROGRESS", "FAILED"];
        assert_eq!(told(&seen), (through, "Out of stock"));
        assert_eq!(app.system_user().products_of("5538579").await, before);

        chosen(app, ["HELD", "A person looks", "0"]).await;
        let held = app.system_user().ordered(&order).await;
        run(app, 0).await;
        let seen = app.system_user().order(&held).await;
        let through = vec!["ACKNOWLEDGED", "IN_PROGRESS", "HELD"];
        assert_eq!(told(&seen), (through, "A person looks"));
        let operator = OperatorName::parse("kari").expect("a name");
        let by = domain::Author::of_operator(operator.as_str());
        let resumed = app.selfservice().resume_order(&by, id(&held)).await;
        resumed.expect("a held order");
        run(app, 0).await;
        let seen = app.system_user().order(&held).await;
        assert_eq!(seen["state"], "COMPLETED");
        chosen(app, ["COMPLETED", "", ""]).await;
        let done = app.system_user().ordered(&order).await;
        run(app, 2).await;
        assert_eq!(app.system_user().order(&done).await["state"], "COMPLETED");
    }
}

async fn a_later_choice_changes_no_accepted_order(app: &mut TestApp) {
    sandbox(app).await;
    chosen(app, ["FAILED", "Out of stock", "10"]).await;
    let order = app.system_user().ordered(&add(404, &[])).await;
    chosen(app, ["COMPLETED", "", "0"]).await;
    // Not even where nobody can choose.
    app.restart_with(|choices| choices.wire.sandbox_faults = false)
        .await;
    run(app, 4).await;
    let seen = app.system_user().order(&order).await;
    assert_eq!(seen["state"], "ACKNOWLEDGED");
    run(app, 2).await;
    let seen = app.system_user().order(&order).await;
    assert_eq!(seen["state"], "IN_PROGRESS");
    run(app, 4).await;
    let seen = app.system_user().order(&order).await;
    assert_eq!(told(&seen).1, "Out of stock");
}

async fn the_other_company_s_orders_end_as_ever(app: &mut TestApp) {
    sandbox(app).await;
    chosen(app, ["FAILED", "Out of stock", "0"]).await;
    let mut order = add(404, &[]);
    order["agreementId"] = json!(7_000_001);
    let order = app.of_other_organization().ordered(&order).await;
    run(app, 2).await;
    let seen = app.of_other_organization().order(&order).await;
    assert_eq!(seen["state"], "COMPLETED");
}

async fn an_order_takes_the_time_that_was_chosen(app: &mut TestApp) {
    sandbox(app).await;
    chosen(app, ["COMPLETED", "", "3600"]).await;
    let order = app.system_user().ordered(&add(404, &[])).await;
    run(app, 1799).await;
    let seen = app.system_user().order(&order).await;
    assert_eq!(seen["state"], "ACKNOWLEDGED");
    run(app, 1800).await;
    let seen = app.system_user().order(&order).await;
    assert_eq!(seen["state"], "IN_PROGRESS");
    run(app, 1).await;
    assert_eq!(app.system_user().order(&order).await["state"], "COMPLETED");
}

async fn a_choice_that_fits_nothing_is_refused(app: &mut TestApp) {
    sandbox(app).await;
    let router = app.customers_router();
    let mut visitor = signed_in(app, &router, ADMIN).await;
    let long = "x".repeat(201);
    for (choice, status) in [
        (["CANCELLED", "Why", "1"], 422),
        (["", "", ""], 400),
        (["FAILED", " ", "1"], 422),
        (["HELD", "", "1"], 422),
        (["HELD", "a\u{7}b", "1"], 422),
        (["FAILED", &long, "1"], 422),
        (["COMPLETED", "", "3601"], 422),
        (["COMPLETED", "", "-1"], 422),
        (["COMPLETED", "", "soon"], 422),
        (["COMPLETED", "", "NaN"], 422),
    ] {
        let answer = choose(&mut visitor, choice).await;
        assert_eq!(answer.status.as_u16(), status, "{choice:?}: {answer:?}");
    }
    let page = visitor.get("/portal/sandbox").await;
    assert!(page.ok().contains("Any error"), "{page:?}");
}

/// The answers to all that both companies read.
async fn all_reads(app: &TestApp) -> Vec<String> {
    let mut seen = vec![app.everything().await];
    for caller in [app.system_user(), app.of_other_organization()] {
        for address in READS {
            let answer = caller.get(address).await;
            // What is another's tells nothing but the request's own id.
            let text = answer.status.is_success().then_some(answer.text.as_str());
            seen.push(format!("{address} {} {text:?}", answer.status));
        }
    }
    seen
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
    }
    assert_ne!(all_reads(app).await, fresh);
    reset(app).await;
    assert_eq!(all_reads(app).await, fresh);
    for order in &gone {
        let path = format!("/corporate-agreements/v2/orders/{order}");
        app.system_user().get(&path).await.refused(404_902);
    }
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
    let before = app.of_other_organization().order(&theirs).await;
    reset(app).await;
    assert_eq!(app.of_other_organization().order(&theirs).await, before);
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
    let now = domain::Clock::now(app.clock.as_ref()) + jiff::SignedDuration::from_secs(2);
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

async fn elsewhere_nothing_is_there(app: &mut TestApp) {
    app.restart_with(|choices| choices.wire.sandbox_faults = false)
        .await;
    let router = app.customers_router();
    let mut visitor = signed_in(app, &router, ADMIN).await;
    for address in ["/portal/sandbox", RESET] {
        visitor.get(address).await.refused(404, "Nothing is here");
    }
    for address in [SETTINGS, RESET] {
        let answer = visitor.post(address, &[("end", "COMPLETED")]).await;
        answer.refused(404, "Nothing is here");
    }
    let page = visitor.get("/portal/apps").await;
    assert!(!page.ok().contains("/portal/sandbox"), "{page:?}");
}
