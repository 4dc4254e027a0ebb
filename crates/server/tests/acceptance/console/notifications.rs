//! Notification endpoints in the console.

use domain::access::OperatorRole;
use serde_json::json;

use super::add_operator;
use super::visitor::Visitor;
use crate::app::{Caller, Test, TestApp, tests};
use crate::orders::add;

pub(crate) const TESTS: &[Test] = tests![
    endpoints_are_listed_without_what_is_secret,
    an_endpoint_is_disabled_with_a_reason_and_enabled_again,
    a_delivery_has_its_attempts_and_is_sent_again,
    a_viewer_sees_and_does_nothing,
];

const ALL: &str = "/console/notifications";
/// Bound and never listened on, so that what is sent there does not arrive.
const NOWHERE: &str = "http://127.0.0.1:1/hook?token=sesame";

async fn subscribe(caller: &Caller<'_>) -> String {
    let made = caller
        .post("/notifications/v1/endpoints", &json!({ "url": NOWHERE }))
        .await;
    made.ok()["id"].as_str().expect("an id").to_owned()
}

/// An endpoint that nothing arrives at, with one delivery.
async fn failing(app: &TestApp) -> String {
    let id = subscribe(&app.system_user()).await;
    app.system_user().ordered(&add(404, &[])).await;
    app.deliver_due().await;
    id
}

async fn endpoints_are_listed_without_what_is_secret(app: &mut TestApp) {
    let mut visitor = Visitor::demo(app).await;
    let none = visitor.get(ALL).await;
    assert!(
        none.ok().contains("No customer wants to be told"),
        "{none:?}"
    );
    let own = failing(app).await;
    let theirs = subscribe(&app.of_other_organization()).await;
    for (query, shown, hidden) in [
        ("", &[&own, &theirs][..], &[][..]),
        ("state=failing", &[&own], &[&theirs]),
        ("state=enabled", &[&theirs], &[&own]),
        ("organization=976967631", &[&theirs], &[&own]),
        ("state=disabled", &[], &[&own, &theirs]),
    ] {
        let page = visitor.get(&format!("{ALL}?{query}")).await;
        for id in shown {
            assert!(page.ok().contains(id.as_str()), "{query}: {page:?}");
        }
        for id in hidden {
            assert!(!page.ok().contains(id.as_str()), "{query}: {page:?}");
        }
        for secret in ["sesame", "whsec_", "/hook"] {
            assert!(!page.body.contains(secret), "{page:?}");
        }
    }
    visitor
        .get(&format!("{ALL}?state=odd"))
        .await
        .refused(400, "no endpoints of the kind `odd`");
    let page = visitor.get(&format!("{ALL}/{own}")).await;
    assert!(page.ok().contains("Endpoint at 127.0.0.1:1"), "{page:?}");
    assert!(!page.body.contains("sesame"), "{page:?}");
}

async fn an_endpoint_is_disabled_with_a_reason_and_enabled_again(app: &mut TestApp) {
    let id = failing(app).await;
    let mut visitor = Visitor::demo(app).await;
    let address = format!("{ALL}/{id}");
    visitor.get(&address).await.ok();
    let disable = format!("{address}/disable");
    for reason in ["", "  "] {
        let answer = visitor.post(&disable, &[("reason", reason)]).await;
        answer.refused(422, "The customer wants to know why.");
    }
    let done = visitor
        .post(&disable, &[("reason", "you asked us to")])
        .await;
    let page = visitor.get(done.location()).await;
    assert!(page.ok().contains("The endpoint is disabled."), "{page:?}");
    assert!(page.body.contains("you asked us to"), "{page:?}");
    let own = format!("/notifications/v1/endpoints/{id}");
    let seen = app.system_user().get(&own).await;
    assert_eq!(seen.ok()["disabledReason"], "you asked us to");
    let again = visitor.post(&disable, &[("reason", "another")]).await;
    let page = visitor.get(again.location()).await;
    assert!(page.ok().contains("was disabled already"), "{page:?}");
    let done = visitor.post(&format!("{address}/enable"), &[]).await;
    let page = visitor.get(done.location()).await;
    assert!(page.ok().contains("The endpoint is enabled."), "{page:?}");
    app.publish().await;
    let address = format!("/console/journal?author=demo&noun=endpoint&subject={id}");
    let journal = visitor.get(&address).await;
    for action in ["</span> disabled<br>", "</span> enabled<br>"] {
        assert_eq!(
            journal.ok().matches(action).count(),
            1,
            "{action}: {journal:?}"
        );
    }
}

async fn a_delivery_has_its_attempts_and_is_sent_again(app: &mut TestApp) {
    let id = failing(app).await;
    let mut visitor = Visitor::demo(app).await;
    let page = visitor.get(&format!("{ALL}/{id}")).await;
    let (_, rest) = page
        .ok()
        .split_once(&format!("{id}/deliveries/"))
        .expect("a delivery");
    let address = format!("{ALL}/{id}/deliveries/{}", &rest[..36]);
    let page = visitor.get(&address).await;
    for words in ["order.acknowledged", "PENDING", "UNREACHABLE"] {
        assert!(page.ok().contains(words), "{words}: {page:?}");
    }
    assert_eq!(page.body.matches("UNREACHABLE").count(), 1);
    let again = visitor.post(&format!("{address}/redeliver"), &[]).await;
    assert_eq!(again.location(), address);
    app.deliver_due().await;
    let page = visitor.get(&address).await;
    assert_eq!(page.ok().matches("UNREACHABLE").count(), 2, "{page:?}");
    let none = visitor.get(&format!("{ALL}/{id}?state=FAILED")).await;
    assert!(none.ok().contains("No delivery is FAILED."), "{none:?}");
    let disable = format!("{ALL}/{id}/disable");
    visitor.get(&format!("{ALL}/{id}")).await.ok();
    visitor.post(&disable, &[("reason", "x")]).await.location();
    visitor
        .post(&format!("{address}/redeliver"), &[])
        .await
        .refused(409, "enable it first");
    app.publish().await;
    let journal = visitor
        .get("/console/journal?author=demo&noun=endpoint")
        .await;
    assert_eq!(
        journal.ok().matches("redelivery asked").count(),
        1,
        "{journal:?}"
    );
}

async fn a_viewer_sees_and_does_nothing(app: &mut TestApp) {
    let id = failing(app).await;
    add_operator(app, "vera", OperatorRole::Viewer).await;
    let mut vera = Visitor::signed_in(app, "vera").await;
    let page = vera.get(&format!("{ALL}/{id}")).await;
    assert!(page.ok().contains("order.acknowledged"), "{page:?}");
    for deed in ["/disable", "/enable"] {
        assert!(!page.body.contains(deed), "{deed}: {page:?}");
        let answer = vera
            .post(&format!("{ALL}/{id}{deed}"), &[("reason", "x")])
            .await;
        answer.refused(403, "Your role does not allow this");
    }
}
