//! On a telephone: each row of a table is a card, and what can be done about it is within the screen.

use super::accessibility::add_orders;
use super::driver::Driver;
use super::people::sign_in;
use super::session::{Screen, Session, browse};
use crate::app::{Process, processes};
use crate::process::program::Program;

pub(crate) const TESTS: &[Process] = processes![
    each_button_of_the_desk_is_within_a_narrow_screen,
    each_button_of_the_team_is_within_a_narrow_screen,
];

const NARROW: Screen = Screen {
    dark: false,
    width: 360,
};

/// How many buttons the table has, which of them are not within the screen, and how the cells of its
/// first row are labeled.
const LOOK: &str = "const width = document.documentElement.clientWidth;
    const buttons = [...document.querySelectorAll('td button, td .button')];
    const isOutside = button => {
        const { left, right, width: own } = button.getBoundingClientRect();
        return own === 0 || left < 0 || right > width;
    };
    const labels = [...document.querySelectorAll('tbody tr:first-child > *')]
        .map(cell => getComputedStyle(cell, '::before').content);
    return JSON.stringify([
        buttons.length,
        buttons.filter(isOutside).map(button => button.innerText),
        labels.join(' '),
        document.documentElement.scrollWidth > width,
    ]);";

/// What is wrong with the page that is shown.
async fn check(session: &Session, least_buttons: u64, label: &str) {
    let found = session.run(LOOK).await;
    let found = found.as_str().expect("a text");
    let (buttons, outside, labels, is_too_wide): (u64, Vec<String>, String, bool) =
        serde_json::from_str(found).expect("what was found");
    assert!(buttons >= least_buttons, "{found}");
    assert!(outside.is_empty(), "outside the screen: {outside:?}");
    assert!(labels.contains(label), "{labels}");
    assert!(!is_too_wide, "the page is wider than the screen");
}

fn each_button_of_the_desk_is_within_a_narrow_screen() {
    let Some(driver) = Driver::start() else {
        return;
    };
    let folder = tempfile::tempdir().expect("a folder");
    let program = Program::serve(folder.path(), &["--fulfillment", "desk"]);
    add_orders(folder.path(), &program);
    browse((&driver, &program), NARROW, async |session: Session| {
        session.sign_in().await;
        session.go("/console/desk").await;
        check(&session, 2, "Organization").await;
    });
}

fn each_button_of_the_team_is_within_a_narrow_screen() {
    let Some(driver) = Driver::start() else {
        return;
    };
    let folder = tempfile::tempdir().expect("a folder");
    let program = Program::serve(folder.path(), &[]);
    let home = program.url("");
    let home = home.trim_end_matches('/').to_owned();
    browse(
        (&driver, &program),
        NARROW,
        async move |session: Session| {
            sign_in(&session, &home).await;
            let team = format!("{home}/portal/team");
            session.client.goto(&team).await.expect("a page");
            check(&session, 5, "Since").await;
        },
    );
}
