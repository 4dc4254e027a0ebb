//! The sandbox's controls in a browser: an order ends as was chosen, and is gone after the reset.

use fantoccini::Locator;
use serde_json::Value;

use super::driver::Driver;
use super::session::{Screen, Session, browse};
use super::try_it::{LOOKS, WIDE, click, go, sign_in, there};
use crate::app::{Process, processes};
use crate::process::program::Program;

pub(crate) const TESTS: &[Process] = processes![
    an_order_fails_as_was_chosen_and_is_gone_after_the_reset,
    an_error_is_chosen_and_provoked,
    the_sandbox_fits_a_narrow_screen,
];

const NARROW: Screen = Screen {
    dark: true,
    width: 360,
};

/// Goes to the page, by way of the sign-in, and waits for its form.
async fn open(session: &Session, home: &str) {
    go(session, &format!("{home}/portal/sandbox")).await;
    sign_in(session).await;
    there(session, "#end").await;
}

async fn type_into(session: &Session, field: &str, text: &str) {
    let found = session.client.find(Locator::Css(field)).await;
    let found = found.expect("a field");
    found.send_keys(text).await.expect("it is typed");
}

async fn choose(session: &Session, field: &str, value: &str) {
    let found = session.client.find(Locator::Css(field)).await;
    let found = found.expect("a choice");
    found.select_by_value(value).await.expect("it is chosen");
}

fn an_order_fails_as_was_chosen_and_is_gone_after_the_reset() {
    let Some(driver) = Driver::start() else {
        return;
    };
    let folder = tempfile::tempdir().expect("a folder");
    let program = Program::serve(folder.path(), &[]);
    let home = program.url("").trim_end_matches('/').to_owned();
    browse((&driver, &program), WIDE, async move |session: Session| {
        open(&session, &home).await;
        choose(&session, "#end", "FAILED").await;
        type_into(&session, "#reason", "Out of stock").await;
        type_into(&session, "#seconds", "0").await;
        click(&session, "form[action='/portal/sandbox/settings'] button").await;
        let told = there(&session, ".notice.good").await;
        assert!(told.contains("end FAILED"), "{told}");
        go(&session, &format!("{home}/portal/try/place_order")).await;
        click(&session, "main form button.main").await;
        let answer = there(&session, "#answer ~ pre").await;
        let answer: Value = serde_json::from_str(&answer).expect("JSON");
        let order = answer[0]["orderId"].as_str().expect("an id").to_owned();
        fails(&session, &home, &order).await;
        go(&session, &format!("{home}/portal/sandbox")).await;
        click(&session, "main a[href='/portal/sandbox/reset']").await;
        there(&session, "form[action='/portal/sandbox/reset'] button").await;
        click(&session, "form[action='/portal/sandbox/reset'] button").await;
        there(&session, ".notice.good").await;
        go(&session, &format!("{home}/portal/use/orders")).await;
        let orders = there(&session, "main").await;
        assert!(!orders.contains(&order), "{orders}");
    });
}

/// Looks with Try-It until the order has failed, with the reason.
async fn fails(session: &Session, home: &str, order: &str) {
    for _ in 0..LOOKS {
        go(session, &format!("{home}/portal/try/get_order")).await;
        let field = session
            .client
            .find(Locator::Css("[id='parameter.orderId']"));
        let field = field.await.expect("a field");
        field.clear().await.expect("it is empty");
        field.send_keys(order).await.expect("it is typed");
        click(session, "main form button.main").await;
        let shown = there(session, "#answer ~ pre").await;
        if shown.contains("FAILED") {
            assert!(shown.contains("Out of stock"), "{shown}");
            return;
        }
    }
    panic!("the order never fails");
}

fn an_error_is_chosen_and_provoked() {
    let Some(driver) = Driver::start() else {
        return;
    };
    let folder = tempfile::tempdir().expect("a folder");
    let program = Program::serve(folder.path(), &[]);
    let home = program.url("").trim_end_matches('/').to_owned();
    browse((&driver, &program), WIDE, async move |session: Session| {
        open(&session, &home).await;
        choose(&session, "#provoke", "503200").await;
        click(&session, "form[action='/portal/try/place_order'] button").await;
        there(&session, "#body").await;
        click(&session, "main form button.main").await;
        let status = there(&session, "#answer + [role=status]").await;
        assert!(status.starts_with("503"), "{status}");
        let request = there(&session, "#request + pre").await;
        assert!(request.contains("X-Sandbox-Fault: 503200"), "{request}");
    });
}

fn the_sandbox_fits_a_narrow_screen() {
    let Some(driver) = Driver::start() else {
        return;
    };
    let folder = tempfile::tempdir().expect("a folder");
    let program = Program::serve(folder.path(), &[]);
    let home = program.url("").trim_end_matches('/').to_owned();
    browse(
        (&driver, &program),
        NARROW,
        async move |session: Session| {
            open(&session, &home).await;
            for page in ["/portal/sandbox", "/portal/sandbox/reset"] {
                go(&session, &format!("{home}{page}")).await;
                let outside = session.run(OUTSIDE).await;
                assert_eq!(outside, Value::Array(Vec::new()), "{page}");
            }
        },
    );
}

/// What a person has to reach and is not within the screen.
const OUTSIDE: &str = "const width = document.documentElement.clientWidth;
    return [...document.querySelectorAll('main button, main .button, main input, main select')]
        .filter(element => element.type !== 'hidden')
        .filter(element => element.getBoundingClientRect().right > width)
        .map(element => element.outerHTML);";
