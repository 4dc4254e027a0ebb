//! A customer is added from nothing, up to an app that has its secret, by the keyboard alone; and the
//! forms of all kinds, by the rules of WCAG 2.

use super::accessibility::faults_of;
use super::driver::{Driver, axe};
use super::session::{Screen, Session, browse};
use crate::app::{Process, processes};
use crate::process::program::Program;

pub(crate) const TESTS: &[Process] = processes![
    a_customer_is_added_by_keyboard_alone,
    forms_of_all_kinds_are_accessible,
];

const WIDE: Screen = Screen {
    dark: false,
    width: 1280,
};
const NARROW: Screen = Screen {
    dark: true,
    width: 360,
};

/// One form of each kind, and pages that links lead to only once there is more than the demo has.
const PAGES: &[&str] = &[
    "/console/add/organization",
    "/console/add/addressCard",
    "/console/add/person",
    "/console/add/offering",
    "/console/add/agreement",
    "/console/add/account",
    "/console/add/systemUser",
    "/console/add/app",
    "/console/json/product",
    "/console/change/offering/13883",
    "/console/agreements/5538579/customer",
    "/console/address-cards/664158",
    "/console/products/2799029",
];

fn a_customer_is_added_by_keyboard_alone() {
    let Some(driver) = Driver::start() else {
        return;
    };
    let folder = tempfile::tempdir().expect("a folder");
    let program = Program::serve(folder.path(), &[]);
    browse((&driver, &program), WIDE, async |session: Session| {
        session.sign_in().await;
        session
            .tab_to("#navigation a[href='/console/organizations']")
            .await;
        session.enter().await;
        session.settled("/console/organizations").await;
        session.tab_to("main a.main").await;
        session.enter().await;
        session.settled("/console/add/organization").await;
        for (field, text) in [("#orgNumber", "811111111"), ("#name", "Keyboard AS")] {
            session.tab_to(field).await;
            session.keys(text).await;
        }
        session.enter().await;
        session.settled("/console/organizations/811111111").await;
        session.tab_to("a[href^='/console/add/app?']").await;
        session.enter().await;
        session
            .settled("/console/add/app?ownerOrganizationNumber=811111111")
            .await;
        session.tab_to("#name").await;
        session.keys("ERP").await;
        session.tab_to("[name='apiProducts.info.held']").await;
        session.keys(" ").await;
        session.tab_to("main form button.main").await;
        session.enter().await;
        session.settled("/console/add/app").await;
        let secret = "return document.querySelector('main .secret').textContent.length";
        assert_eq!(session.run(secret).await, 40);
        session.tab_to("main a.button").await;
        let onward = "return document.activeElement.getAttribute('href')";
        let onward = session.run(onward).await;
        session.enter().await;
        session.settled(onward.as_str().expect("an address")).await;
        let secret = "return document.querySelector('main .secret') === null";
        assert_eq!(session.run(secret).await, true);
    });
}

fn forms_of_all_kinds_are_accessible() {
    let (Some(driver), Some(axe)) = (Driver::start(), axe()) else {
        return;
    };
    let folder = tempfile::tempdir().expect("a folder");
    let program = Program::serve(folder.path(), &[]);
    for screen in [WIDE, NARROW] {
        let axe = axe.clone();
        browse(
            (&driver, &program),
            screen,
            async move |session: Session| {
                session.sign_in().await;
                let mut faults = Vec::new();
                for address in PAGES {
                    session.go(address).await;
                    faults.extend(faults_of(&session, &axe, address).await);
                }
                assert!(faults.is_empty(), "{screen:?}\n{}", faults.join("\n"));
            },
        );
    }
}
