//! One-time codes in the portal: of the person in one organization, also those that were set up when
//! people were known by their address alone.

use std::time::Duration;

use domain::access::Realm;
use storage::probe::{self, Statement};

use super::{OTHER, signed_in, try_to_sign_in};
use crate::app::{Test, TestApp, tests};
use crate::console::codes::Device;
use crate::console::visitor::Visitor;

pub(crate) const TESTS: &[Test] = tests![
    codes_are_set_up_and_removed,
    a_device_that_was_set_up_for_the_address_alone_goes_on,
];

const LOGIN: &str = "976967631/other@example.com";
const SEED: &str = "00112233445566778899aabbccddeeff";

/// What codes are made from as it has been before.
static BEFORE: Statement = Statement::new(
    "UPDATE logins SET totp_seed = $1, totp_name = $2 WHERE realm = 'PORTAL' AND name = $3",
);

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
    let offered = logins.offered_codes((Realm::Portal, LOGIN), seed, "Avtale");
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

async fn a_device_that_was_set_up_for_the_address_alone_goes_on(app: &mut TestApp) {
    let logins = app.gateway().logins();
    let told = logins.offered_codes((Realm::Portal, OTHER.0), SEED, "Avtale");
    let device = Device::with_secret(&told.expect("a secret").secret);
    let row = [SEED.into(), OTHER.0.into(), LOGIN.into()];
    app.operate(async |tx| probe::execute(tx, &BEFORE, &row).await)
        .await;
    let router = app.customers_router();
    let mut visitor = Visitor::of_portal(app, &router);
    assert_eq!(sign_in_with(&mut visitor, "").await, "");
    let code = device.code(app);
    assert_eq!(sign_in_with(&mut visitor, &code).await, "/portal/apps");
    // Codes that are set up from now on are for the person in the organization.
    visitor.get("/portal/account/codes").await.ok();
    let fields = [("password", OTHER.1)];
    let answer = visitor.post("/portal/account/codes/remove", &fields).await;
    assert_eq!(answer.location(), "/portal/account");
    let fields = [("seed", SEED), ("code", &device.code(app))];
    let answer = visitor.post("/portal/account/codes", &fields).await;
    answer.refused(422, "not the code that your device should show");
}
