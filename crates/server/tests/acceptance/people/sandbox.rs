//! The sandbox's controls: each end of an order, and its time, is settled at its acceptance. Any error
//! is a click away.

use std::time::Duration;

use domain::OrderId;
use serde_json::{Value, json};

use super::{ADMIN, DEVELOPER, after, journal, signed_in};
use crate::account_requests::{ACCOUNTS, request};
use crate::accounts;
use crate::app::{Test, TestApp, tests};
use crate::console::visitor::{Answer, Visitor};
use crate::orders::{add, setting, update};

pub(crate) const TESTS: &[Test] = tests![
    orders_of_each_kind_end_as_was_chosen,
    a_later_choice_changes_no_accepted_order,
    a_held_order_keeps_the_later_ones_of_its_product_waiting,
    the_other_company_s_orders_end_as_ever,
    an_order_takes_the_time_that_was_chosen,
    a_choice_that_fits_nothing_is_refused,
    what_an_app_opens_takes_the_same_time,
    hostile_words_are_shown_as_words,
    an_error_is_chosen_and_provoked,
    the_journal_says_who_chose_and_who_began_again,
    elsewhere_nothing_is_there,
];

const SETTINGS: &str = "/portal/sandbox/settings";
pub(super) const RESET: &str = "/portal/sandbox/reset";

pub(super) async fn sandbox(app: &mut TestApp) {
    app.restart_with(|choices| choices.wire.sandbox_faults = true)
        .await;
}

async fn choose(visitor: &mut Visitor<'_>, [end, reason, seconds]: [&str; 3]) -> Answer {
    let fields = [("end", end), ("reason", reason), ("seconds", seconds)];
    visitor.post(SETTINGS, &fields).await
}

pub(super) async fn chosen(app: &TestApp, choice: [&str; 3]) {
    let router = app.customers_router();
    let mut visitor = signed_in(app, &router, DEVELOPER).await;
    let answer = choose(&mut visitor, choice).await;
    assert_eq!(answer.location(), "/portal/sandbox", "{answer:?}");
}

fn id(text: &str) -> OrderId {
    OrderId::parse(text).expect("an id")
}

pub(super) async fn run(app: &TestApp, seconds: u64) {
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
        let by = domain::Author::of_operator("kari");
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

async fn a_held_order_keeps_the_later_ones_of_its_product_waiting(app: &mut TestApp) {
    sandbox(app).await;
    chosen(app, ["HELD", "A person looks", "0"]).await;
    let order = update(&[(6420, "a@example.com")]);
    let first = app.system_user().ordered(&order).await;
    chosen(app, ["COMPLETED", "", "0"]).await;
    let order = update(&[(6420, "b@example.com")]);
    let second = app.system_user().ordered(&order).await;
    run(app, 60).await;
    let seen = app.system_user().order(&second).await;
    assert_eq!(seen["state"], "ACKNOWLEDGED");
    let by = domain::Author::of_operator("kari");
    let resumed = app.selfservice().resume_order(&by, id(&first)).await;
    resumed.expect("a held order");
    run(app, 0).await;
    for order in [first, second] {
        let seen = app.system_user().order(&order).await;
        assert_eq!(seen["state"], "COMPLETED");
    }
    let product = app.system_user().product(2_799_029).await;
    assert_eq!(setting(&product, 6420), Some("b@example.com"));
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

async fn what_an_app_opens_takes_the_same_time(app: &mut TestApp) {
    sandbox(app).await;
    chosen(app, ["FAILED", "Out of stock", "10"]).await;
    let opened = accounts::open(app, &request()).await;
    let address = format!("{ACCOUNTS}/{}", accounts::id(&opened));
    for (seconds, status) in [(9, "PASSIVE"), (1, "OPEN")] {
        run(app, seconds).await;
        let seen = app.system_user().get(&address).await;
        assert_eq!(seen.ok()["status"], status);
    }
}

async fn hostile_words_are_shown_as_words(app: &mut TestApp) {
    const WORDS: &str =
        "<script>alert(1)</script>\"><img src=x> {{ page.token }} ' OR 1=1 -- %s 🙂";
    sandbox(app).await;
    chosen(app, ["FAILED", WORDS, "0"]).await;
    let order = app.system_user().ordered(&add(404, &[])).await;
    run(app, 0).await;
    assert_eq!(told(&app.system_user().order(&order).await).1, WORDS);
    let router = app.customers_router();
    let mut developer = signed_in(app, &router, DEVELOPER).await;
    let mut operator = Visitor::demo(app).await;
    for page in [
        developer.get("/portal/sandbox").await,
        developer.get("/portal/use/orders").await,
        operator.get(&format!("/console/orders/{order}")).await,
    ] {
        let shown = page.ok();
        assert!(
            !shown.contains("<script>") && !shown.contains("<img src=x>"),
            "{shown}"
        );
    }
    let page = developer.get("/portal/sandbox").await;
    assert!(page.ok().contains("{{ page.token }}"), "{page:?}");
}

async fn an_error_is_chosen_and_provoked(app: &mut TestApp) {
    sandbox(app).await;
    let router = app.customers_router();
    let mut visitor = signed_in(app, &router, DEVELOPER).await;
    let page = visitor.get("/portal/sandbox").await;
    let (_, form) = page
        .ok()
        .split_once("<form action=\"/portal/try/place_order\"")
        .expect("the form");
    let codes = form.matches("<option value=\"").count();
    assert_eq!(codes, api::ErrorCode::ALL.len(), "{form}");
    let wanted = visitor.get("/portal/try/place_order?provoke=42901").await;
    let chosen = after(wanted.ok(), "<option value=\"42901\" ");
    assert!(chosen.starts_with("selected"), "{chosen}");
    for nothing in ["1", "x", "", "-42901"] {
        let address = format!("/portal/try/place_order?provoke={nothing}");
        let page = visitor.get(&address).await;
        assert!(
            page.ok().contains("<option value=\"\" selected"),
            "{page:?}"
        );
    }
}

async fn the_journal_says_who_chose_and_who_began_again(app: &mut TestApp) {
    sandbox(app).await;
    chosen(app, ["HELD", "A person looks", "1"]).await;
    let router = app.customers_router();
    let mut visitor = signed_in(app, &router, DEVELOPER).await;
    let answer = visitor.post(RESET, &[]).await;
    assert_eq!(answer.location(), "/portal/sandbox", "{answer:?}");
    let by = "by 914742315/developer@example.com in 914742315";
    let lines = [format!("sandbox reset {by}"), format!("sandbox set {by}")];
    assert_eq!(journal(app, &["sandbox"]).await, lines);
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
