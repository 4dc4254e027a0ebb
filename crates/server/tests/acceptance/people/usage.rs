//! Use: what an organization's people see of calls, orders and notifications, and of nobody else's.

use super::{ADMIN, DEVELOPER, OTHER, signed_in};
use crate::app::{Test, TestApp, tests};
use crate::console::visitor::Answer;

pub(crate) const TESTS: &[Test] = tests![
    use_shows_the_own_organizations_calls_and_limits_alone,
    orders_and_endpoints_are_shown_to_their_own_organization_alone,
    an_event_is_sent_again_in_the_name_of_who_asks,
];

const LISTS: [&str; 4] = [
    "/portal/use",
    "/portal/use/log",
    "/portal/use/orders",
    "/portal/use/notifications",
];

/// A page without the places where its paths may be broken.
fn unbroken(page: &Answer) -> String {
    page.ok().replace("<wbr>", "")
}

async fn use_shows_the_own_organizations_calls_and_limits_alone(app: &mut TestApp) {
    let (caller, other) = (app.system_user(), app.of_other_organization());
    caller.get("/corporate-agreements/v2/agreements").await.ok();
    caller.get("/corporate-agreements/v2/agreements/1").await;
    other.get("/organizations/v1/organizations").await.ok();
    app.selfservice().flush_calls().await.expect("the calls");
    let router = app.customers_router();
    let mut own = signed_in(app, &router, DEVELOPER).await;
    let demo = "/portal/use?app=demodemodemodemodemodemodemodemo";
    for (by, words) in [
        ("", "1,000,000 calls a day"),
        ("&by=day", "not failed"),
        ("&by=operation", "/portal/operations/list_agreements"),
        ("&by=operation", "/portal/operations/get_agreement"),
        ("&by=code", "/portal/errors/404001"),
    ] {
        let page = own.get(&format!("{demo}{by}")).await;
        assert!(page.ok().contains(words), "{words}: {}", page.body);
    }
    let all = own.get("/portal/use?by=operation").await;
    assert!(all.ok().contains("list_agreements"), "{all:?}");
    assert!(!all.body.contains("list_organizations"), "{all:?}");
    let unknown = own.get("/portal/use?by=week").await;
    unknown.refused(400, "Calls are counted by day");
    let log = unbroken(&own.get("/portal/use/log").await);
    assert!(
        log.contains("/corporate-agreements/v2/agreements/1<"),
        "{log}"
    );
    assert!(log.contains("/portal/errors/404001"), "{log}");
    assert!(!log.contains("/organizations/v1/organizations"), "{log}");
    let failed = unbroken(&own.get("/portal/use/log?failed=true").await);
    assert!(!failed.contains("/v2/agreements<"), "{failed}");
    assert!(failed.contains("/v2/agreements/1<"), "{failed}");
    let mut stranger = signed_in(app, &router, OTHER).await;
    stranger.get(demo).await.refused(404, "Nothing is here");
    let none = stranger
        .get("/portal/use/log?app=demodemodemodemodemodemodemodemo")
        .await;
    assert!(none.ok().contains("There are no such calls"), "{none:?}");
    let log = unbroken(&stranger.get("/portal/use/log").await);
    assert!(log.contains("/organizations/v1/organizations"), "{log}");
    assert!(!log.contains("corporate-agreements"), "{log}");
    own.get("/portal/use/log?before=x")
        .await
        .refused(400, "parameters that can");
}

async fn orders_and_endpoints_are_shown_to_their_own_organization_alone(app: &mut TestApp) {
    let order = order_and_endpoint(app).await;
    let router = app.customers_router();
    let mut own = signed_in(app, &router, ADMIN).await;
    let page = own.get("/portal/use/orders").await;
    assert!(
        page.ok().contains(&order.0) && page.body.contains("ACKNOWLEDGED"),
        "{page:?}"
    );
    app.finish_orders().await;
    let page = own.get("/portal/use/orders?state=COMPLETED").await;
    assert!(page.ok().contains(&order.0), "{page:?}");
    let page = own.get("/portal/use/orders?state=FAILED").await;
    assert!(!page.ok().contains(&order.0), "{page:?}");
    assert!(
        own.get("/portal/use/notifications")
            .await
            .ok()
            .contains(&order.1)
    );
    let mut stranger = signed_in(app, &router, OTHER).await;
    for address in LISTS {
        let page = stranger.get(address).await;
        let shows = page.ok().contains(&order.0) || page.body.contains(&order.1);
        assert!(!shows, "{address}: {page:?}");
    }
    let address = format!("/portal/use/notifications/{}", order.1);
    stranger.get(&address).await.refused(404, "Nothing is here");
}

async fn an_event_is_sent_again_in_the_name_of_who_asks(app: &mut TestApp) {
    let (_, endpoint) = order_and_endpoint(app).await;
    app.finish_orders().await;
    app.publish().await;
    let router = app.customers_router();
    let address = format!("/portal/use/notifications/{endpoint}");
    let mut own = signed_in(app, &router, ADMIN).await;
    let page = own.get(&address).await;
    let event = event_of(&page);
    let again = format!("{address}/redeliver");
    let mut stranger = signed_in(app, &router, OTHER).await;
    let fields = [("event", event.as_str())];
    stranger
        .post(&again, &fields)
        .await
        .refused(404, "Nothing is here");
    own.get(&address).await.ok();
    assert_eq!(own.post(&again, &fields).await.location(), address);
    assert!(own.get(&address).await.ok().contains("is sent again"));
    own.post(&again, &[("event", "nothing")])
        .await
        .refused(404, "Nothing is here");
    app.deliver_due().await;
    assert!(own.get(&address).await.ok().contains("PENDING"));
}

fn event_of(page: &Answer) -> String {
    let words = "name=\"event\" value=\"";
    super::after(page.ok(), words).to_owned()
}

/// An order of the demo's organization, and an endpoint that is told of it.
async fn order_and_endpoint(app: &TestApp) -> (String, String) {
    let caller = app.system_user();
    let endpoint = serde_json::json!({"url": "http://127.0.0.1:9/hook"});
    let endpoint = caller.post("/notifications/v1/endpoints", &endpoint).await;
    let endpoint = endpoint.ok()["id"].as_str().expect("an id").to_owned();
    let order = serde_json::json!({
        "type": "ADD_PRODUCT", "agreementId": 5_538_579, "productOfferingId": 404,
    });
    let order = caller.ordered(&order).await;
    (order, endpoint)
}
