//! One-time codes in the portal: of the person in one organization.

use std::time::Duration;

use domain::access::Realm;

use super::{OTHER, signed_in, try_to_sign_in};
use crate::app::{Test, TestApp, tests};
use crate::console::codes::Device;
use crate::console::visitor::Visitor;

pub(crate) const TESTS: &[Test] = tests![codes_are_set_up_and_removed];

/// Somebody signs in with the code that a device shows.
async fn sign_in_with(visitor: &mut Visitor<'_>, code: &str) -> String {
    visitor.get("/portal/sign-in").await.ok();
    let fields = [
        ("organization", "976967631"),
        ("email", OTHER.0),
        ("password", OTHER.1),
        ("code", code),
    ];
    let answer = visitor.post("/portal/sign-in", &fields).await;
    answer.header("location").to_owned()
}

async fn codes_are_set_up_and_removed(app: &mut TestApp) {
    let router = app.customers_router();
    let mut visitor = signed_in(app, &router, OTHER).await;
    let logins = app.gateway().logins();
    let page = visitor.get("/portal/account/codes").await;
    let (_, rest) = page
        .ok()
        .split_once("name=\"seed\" value=\"")
        .expect("a seed");
    let (seed, _) = rest.split_once('"').expect("its end");
    let offered = logins.offered_codes(
        (Realm::Portal, "976967631/other@example.com"),
        seed,
        "Avtale",
    );
    let offered = offered.expect("what the page shows");
    assert!(page.body.contains(&offered.secret), "{page:?}");
    // The device tells organizations apart, too.
    assert!(
        offered.address.contains("976967631%2Fother%40example.com"),
        "{}",
        offered.address
    );
    let device = Device::with_secret(&offered.secret);
    let wrong = [("seed", seed), ("code", "000000")];
    let answer = visitor.post("/portal/account/codes", &wrong).await;
    answer.refused(422, "not the code that your device should show");
    let right = [("seed", seed), ("code", &device.code(app))];
    let answer = visitor.post("/portal/account/codes", &right).await;
    assert_eq!(answer.location(), "/portal/account");
    app.clock.advance(Duration::from_secs(30));
    let mut other = Visitor::of_portal(app, &router);
    let answer = try_to_sign_in(&mut other, OTHER).await;
    answer.refused(422, "is wrong");
    let code = device.code(app);
    assert_eq!(sign_in_with(&mut other, &code).await, "/portal/apps");
    other.get("/portal/account/codes").await.ok();
    for (password, status) in [("wrong", 422), (OTHER.1, 303)] {
        let fields = [("password", password)];
        let answer = other.post("/portal/account/codes/remove", &fields).await;
        assert_eq!(answer.status.as_u16(), status, "{answer:?}");
    }
    signed_in(app, &router, OTHER).await;
}
