//! Signing in, moving about and signing out without a mouse.

use serde_json::Value;

use super::driver::Driver;
use super::session::{CREDENTIALS, Screen, Session, browse};
use crate::app::{Process, processes};
use crate::process::program::Program;

pub(crate) const TESTS: &[Process] = processes![
    a_person_signs_in_and_out_by_keyboard_alone,
    the_menu_of_a_narrow_screen_opens_and_closes_by_keyboard,
];

const WIDE: Screen = Screen {
    dark: false,
    width: 1280,
};
const NARROW: Screen = Screen {
    dark: false,
    width: 360,
};

fn a_person_signs_in_and_out_by_keyboard_alone() {
    let Some(driver) = Driver::start() else {
        return;
    };
    let folder = tempfile::tempdir().expect("a folder");
    let program = Program::serve(folder.path(), &[]);
    browse((&driver, &program), WIDE, async |session: Session| {
        session.go("/console/orders").await;
        assert_eq!(session.path().await, "/console/sign-in");
        session.tab_to("#name").await;
        session.keys(CREDENTIALS.0).await;
        session.tab().await;
        session.keys(CREDENTIALS.1).await;
        session.enter().await;
        session.settled("/console/orders").await;
        // The first stop leads past the navigation.
        session.tab().await;
        let link = session.focused().await;
        assert_eq!(link.text().await.expect("words"), "Skip to the content");
        assert!(
            is_on_screen(&session).await,
            "the link past the navigation is not seen"
        );
        session.enter().await;
        session.tab_to("main select").await;
        session.go("/console/").await;
        session
            .tab_to("#navigation a[href='/console/account']")
            .await;
        assert!(
            has_outline(&session).await,
            "it can't be seen what has the focus"
        );
        session.enter().await;
        session.settled("/console/account").await;
        session.tab_to(".person button").await;
        session.enter().await;
        session.settled("/console/sign-in").await;
    });
}

fn the_menu_of_a_narrow_screen_opens_and_closes_by_keyboard() {
    let Some(driver) = Driver::start() else {
        return;
    };
    let folder = tempfile::tempdir().expect("a folder");
    let program = Program::serve(folder.path(), &[]);
    browse((&driver, &program), NARROW, async |session: Session| {
        session.sign_in().await;
        session.tab_to(".menu").await;
        assert_eq!(is_open(&session).await, Value::Bool(false));
        session.enter().await;
        assert_eq!(is_open(&session).await, Value::Bool(true));
        session
            .tab_to("#navigation a[href='/console/orders']")
            .await;
        session.enter().await;
        session.settled("/console/orders").await;
        assert_eq!(is_open(&session).await, Value::Bool(false));
    });
}

async fn is_open(session: &Session) -> Value {
    let open = "return document.querySelector('#navigation').matches(':popover-open')";
    session.run(open).await
}

async fn is_on_screen(session: &Session) -> bool {
    let seen = "const box = document.activeElement.getBoundingClientRect();
        return box.top >= 0 && box.bottom <= innerHeight && box.width > 1";
    session.run(seen).await == Value::Bool(true)
}

async fn has_outline(session: &Session) -> bool {
    let outline = "const style = getComputedStyle(document.activeElement);
        return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2";
    session.run(outline).await == Value::Bool(true)
}
