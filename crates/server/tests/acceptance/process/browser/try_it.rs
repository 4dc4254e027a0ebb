//! Try-It in a browser: from an operation's page by way of the sign-in to an order that is completed.

use fantoccini::Locator;

use super::accessibility::faults_of;
use super::driver::{Driver, axe};
use super::session::{Screen, Session, browse};
use crate::app::{Process, processes};
use crate::process::program::Program;

pub(crate) const TESTS: &[Process] = processes![
    an_order_is_tried_and_seen_complete,
    pages_of_calls_are_accessible,
];

pub(super) const WIDE: Screen = Screen {
    dark: false,
    width: 1280,
};
const NARROW: Screen = Screen {
    dark: true,
    width: 360,
};

/// How often a page is looked at again before the order should be done.
pub(super) const LOOKS: usize = 200;

/// From a page that takes somebody who is signed in.
pub(super) async fn sign_in(session: &Session) {
    for (field, text) in [
        ("#organization", "914742315"),
        ("#email", "developer@example.com"),
        ("#password", "demo-portal-password"),
    ] {
        let field = session.client.find(Locator::Css(field)).await;
        let field = field.expect("a field");
        field.clear().await.expect("it is empty");
        field.send_keys(text).await.expect("it is typed");
    }
    session.enter().await;
}

pub(super) async fn there(session: &Session, selector: &str) -> String {
    let found = session.client.wait().for_element(Locator::Css(selector));
    let Ok(found) = found.await else {
        let shown = session.run("return document.body.innerText").await;
        panic!("no {selector}: {shown}");
    };
    found.text().await.expect("words")
}

pub(super) async fn click(session: &Session, selector: &str) {
    let found = session.client.find(Locator::Css(selector)).await;
    found
        .expect("it is there")
        .click()
        .await
        .expect("it leads on");
}

pub(super) async fn go(session: &Session, url: &str) {
    session.client.goto(url).await.expect("a page");
}

fn an_order_is_tried_and_seen_complete() {
    let Some(driver) = Driver::start() else {
        return;
    };
    let folder = tempfile::tempdir().expect("a folder");
    let program = Program::serve(folder.path(), &["--demo-order-delay", "0"]);
    let home = program.url("").trim_end_matches('/').to_owned();
    browse((&driver, &program), WIDE, async move |session: Session| {
        go(&session, &format!("{home}/portal/operations/place_order")).await;
        click(&session, "main a[href='/portal/try/place_order']").await;
        there(&session, "#email").await;
        sign_in(&session).await;
        there(&session, "#body").await;
        click(&session, "main form button.main").await;
        let status = there(&session, "#answer + [role=status]").await;
        assert!(status.starts_with("200 OK"), "{status}");
        let answer = there(&session, "main pre").await;
        assert!(answer.contains("orderId"), "{answer}");
        for _ in 0..LOOKS {
            go(&session, &format!("{home}/portal/use/orders")).await;
            if there(&session, "main tbody tr").await.contains("COMPLETED") {
                return;
            }
        }
        panic!("the order is not completed");
    });
}

fn pages_of_calls_are_accessible() {
    let (Some(driver), Some(axe)) = (Driver::start(), axe()) else {
        return;
    };
    let folder = tempfile::tempdir().expect("a folder");
    let program = Program::serve(folder.path(), &[]);
    for screen in [WIDE, NARROW] {
        let home = program.url("").trim_end_matches('/').to_owned();
        let axe = axe.clone();
        browse(
            (&driver, &program),
            screen,
            async move |session: Session| {
                go(&session, &format!("{home}/portal/try/create_endpoint")).await;
                sign_in(&session).await;
                there(&session, "#body").await;
                let mut faults = faults_of(&session, &axe, "the form").await;
                click(&session, "main form button.main").await;
                there(&session, "#answer").await;
                faults.extend(faults_of(&session, &axe, "the answer").await);
                for path in ["use", "use/log", "use/orders", "use/notifications"] {
                    go(&session, &format!("{home}/portal/{path}")).await;
                    faults.extend(faults_of(&session, &axe, path).await);
                }
                click(&session, "main tbody a").await;
                there(&session, "main dl.facts").await;
                faults.extend(faults_of(&session, &axe, "an endpoint").await);
                assert!(faults.is_empty(), "{screen:?}\n{}", faults.join("\n"));
            },
        );
    }
}
