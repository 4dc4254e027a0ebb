//! The desk by the keyboard alone: begin an order and complete it with a note.

use std::path::Path;

use super::driver::Driver;
use super::session::{Screen, Session, browse};
use crate::app::{Process, processes};
use crate::process::fulfillment::place;
use crate::process::program::Program;

pub(crate) const TESTS: &[Process] = processes![an_order_is_begun_and_completed_by_keyboard_alone];

const WIDE: Screen = Screen {
    dark: false,
    width: 1280,
};

fn an_order_is_begun_and_completed_by_keyboard_alone() {
    let Some(driver) = Driver::start() else {
        return;
    };
    let folder = tempfile::tempdir().expect("a folder");
    let program = Program::serve(folder.path(), &["--fulfillment", "desk"]);
    add_order(folder.path(), &program);
    browse((&driver, &program), WIDE, async |session: Session| {
        session.sign_in().await;
        session.go("/console/desk").await;
        session
            .tab_to("main button[aria-label^='Begin order']")
            .await;
        let button = session.focused().await;
        let label = button.attr("aria-label").await.expect("a label");
        let label = label.expect("a label");
        let id = label.rsplit(' ').next().expect("an id").to_owned();
        session.enter().await;
        session.settled(&format!("/console/orders/{id}")).await;
        assert!(said(&session).await.contains("You have begun"));
        session.tab_to("main a[href$='/complete']").await;
        session.enter().await;
        session
            .settled(&format!("/console/orders/{id}/complete"))
            .await;
        session.tab_to("#words").await;
        session.keys("set in the switch").await;
        session.tab_to("main button.main").await;
        session.enter().await;
        session.settled("/console/desk").await;
        assert!(said(&session).await.contains("is completed."));
        session.go(&format!("/console/orders/{id}")).await;
        let text = session
            .run("return document.querySelector('main').innerText")
            .await;
        let text = text.as_str().expect("a text");
        assert!(
            text.contains("COMPLETED") && text.contains("set in the switch"),
            "{text}"
        );
    });
}

/// What the page tells of what was done.
async fn said(session: &Session) -> String {
    let notices = "return document.querySelector('[role=status]')?.innerText ?? ''";
    let said = session.run(notices).await;
    said.as_str().unwrap_or_default().to_owned()
}

fn add_order(here: &Path, program: &Program) {
    let row = r#"{"type":"ADD_PRODUCT","agreementId":5538579,"productOfferingId":404}"#;
    std::fs::write(here.join("orders.ndjson"), format!("{row}\n")).expect("a file");
    let placed = place(here, program);
    assert!(placed.status.success(), "{placed:?}");
}
