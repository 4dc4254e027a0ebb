//! One-time codes: setting them up with a device, signing in with them, and doing without again.

use std::time::Duration;

use domain::access::OperatorRole;
use totp_rs::{Algorithm, Secret, TOTP};

use super::visitor::Visitor;
use super::{add_operator, journal, password};
use crate::app::{Test, TestApp, tests};

pub(crate) const TESTS: &[Test] = tests![
    a_device_makes_the_codes_that_signing_in_takes,
    a_code_works_once,
    only_the_right_code_sets_codes_up,
    doing_without_codes_takes_the_password_and_a_long_one,
];

/// What makes codes, as a telephone does.
pub(crate) struct Device(TOTP);

impl Device {
    /// Reads what the page shows.
    fn read(page: &str) -> Self {
        let shown = page.split_once("class=\"secret\">").expect("a secret").1;
        let (shown, _) = shown.split_once('<').expect("its end");
        Self::with_secret(shown)
    }

    /// Is told the secret, in groups of letters.
    pub(crate) fn with_secret(shown: &str) -> Self {
        let secret = Secret::Encoded(shown.replace(' ', ""))
            .to_bytes()
            .expect("base 32");
        Self(TOTP {
            algorithm: Algorithm::SHA1,
            digits: 6,
            skew: 1,
            step: 30,
            secret,
        })
    }

    pub(crate) fn code(&self, app: &TestApp) -> String {
        let now = domain::Clock::now(app.clock.as_ref()).as_second();
        self.0.generate(now.unsigned_abs())
    }
}

fn seed(page: &str) -> String {
    let rest = page.split_once("name=\"seed\" value=\"").expect("a seed").1;
    rest.split_once('"').expect("its end").0.to_owned()
}

/// Sets codes up; what makes them.
async fn set_up(app: &TestApp, visitor: &mut Visitor<'_>) -> Device {
    let page = visitor.get("/console/account/codes").await;
    assert!(page.ok().contains("<svg class=\"qr\""), "{page:?}");
    let (device, seed) = (Device::read(page.ok()), seed(page.ok()));
    let fields = [("seed", seed.as_str()), ("code", &device.code(app))];
    let answer = visitor.post("/console/account/codes", &fields).await;
    assert_eq!(answer.location(), "/console/account");
    let page = visitor.get("/console/account").await;
    assert!(page.ok().contains("takes a code"), "{page:?}");
    device
}

async fn a_device_makes_the_codes_that_signing_in_takes(app: &mut TestApp) {
    add_operator(app, "kari", OperatorRole::Viewer).await;
    let mut other = Visitor::signed_in(app, "kari").await;
    let mut visitor = Visitor::signed_in(app, "kari").await;
    let device = set_up(app, &mut visitor).await;
    assert!(visitor.is_signed_in().await && !other.is_signed_in().await);
    // Those who have codes are offered no others.
    let page = visitor.get("/console/account/codes").await;
    assert!(!page.ok().contains("class=\"secret\""), "{page:?}");
    app.clock.advance(Duration::from_secs(30));
    let (own, code) = (password("kari"), device.code(app));
    for (word, code) in [(own.as_str(), ""), (&own, "000000"), ("wrong", &code)] {
        let answer = Visitor::new(app).sign_in("kari", word, code).await;
        answer.refused(422, "The name, the password or the code is wrong.");
    }
    let spaced = format!("{} {}", &code[..3], &code[3..]);
    let answer = Visitor::new(app).sign_in("kari", &own, &spaced).await;
    assert_eq!(answer.location(), "/console/");
    let actions: Vec<_> = journal(app, "kari")
        .await
        .into_iter()
        .map(|line| line.0)
        .collect();
    assert!(
        actions.contains(&"set up one-time codes".to_owned()),
        "{actions:?}"
    );
}

async fn a_code_works_once(app: &mut TestApp) {
    add_operator(app, "kari", OperatorRole::Viewer).await;
    let mut visitor = Visitor::signed_in(app, "kari").await;
    let device = set_up(app, &mut visitor).await;
    let own = password("kari");
    // The one that set codes up is used up, too.
    let used = device.code(app);
    let answer = Visitor::new(app).sign_in("kari", &own, &used).await;
    answer.refused(422, "wrong");
    app.clock.advance(Duration::from_secs(30));
    let fresh = device.code(app);
    let answer = Visitor::new(app).sign_in("kari", &own, &fresh).await;
    assert_eq!(answer.location(), "/console/");
    let answer = Visitor::new(app).sign_in("kari", &own, &fresh).await;
    answer.refused(422, "wrong");
}

async fn only_the_right_code_sets_codes_up(app: &mut TestApp) {
    add_operator(app, "kari", OperatorRole::Viewer).await;
    let mut visitor = Visitor::signed_in(app, "kari").await;
    let page = visitor.get("/console/account/codes").await;
    let (device, seed) = (Device::read(page.ok()), seed(page.ok()));
    let answer = visitor
        .post(
            "/console/account/codes",
            &[("seed", &seed), ("code", "000000")],
        )
        .await;
    answer.refused(422, "not the code that your device should show");
    // The same secret is shown again, so that the device need not read another.
    assert!(answer.body.contains(&seed), "{answer:?}");
    let code = device.code(app);
    for wrong in ["", "x", &seed[1..]] {
        let fields = [("seed", wrong), ("code", code.as_str())];
        let answer = visitor.post("/console/account/codes", &fields).await;
        answer.refused(400, "never offered");
    }
    let answer = Visitor::new(app)
        .sign_in("kari", &password("kari"), "")
        .await;
    assert_eq!(answer.location(), "/console/");
}

async fn doing_without_codes_takes_the_password_and_a_long_one(app: &mut TestApp) {
    add_operator(app, "kari", OperatorRole::Viewer).await;
    let mut visitor = Visitor::signed_in(app, "kari").await;
    set_up(app, &mut visitor).await;
    let (own, short, remove) = (
        password("kari"),
        "fjord-78",
        "/console/account/codes/remove",
    );
    visitor.get("/console/account").await.ok();
    // Beside a code, a short one will do.
    let fields = [("current", own.as_str()), ("new", short), ("again", short)];
    visitor
        .post("/console/account/password", &fields)
        .await
        .location();
    visitor.get("/console/account/codes").await.ok();
    let answer = visitor.post(remove, &[("password", "wrong")]).await;
    answer.refused(422, "This is not your password.");
    let answer = visitor.post(remove, &[("password", short)]).await;
    answer.refused(422, "change it first");
    let fields = [("current", short), ("new", own.as_str()), ("again", &own)];
    visitor
        .post("/console/account/password", &fields)
        .await
        .location();
    visitor.get("/console/account/codes").await.ok();
    visitor.post(remove, &[("password", &own)]).await.location();
    let answer = Visitor::new(app).sign_in("kari", &own, "").await;
    assert_eq!(answer.location(), "/console/");
}
