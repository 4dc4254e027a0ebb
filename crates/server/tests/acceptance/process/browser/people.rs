//! The portal's people without a mouse: signing in, an app, its secrets, a system user; and their
//! pages by the rules of WCAG 2.

use super::accessibility::faults_of;
use super::driver::{Driver, axe};
use super::session::{Screen, Session, browse};
use crate::app::{Process, processes};
use crate::process::program::Program;

pub(crate) const TESTS: &[Process] = processes![
    an_administrator_makes_an_app_and_a_system_user_by_keyboard_alone,
    pages_of_people_are_accessible_in_light_on_a_wide_screen,
    pages_of_people_are_accessible_in_dark_on_a_narrow_screen,
];

const WIDE: Screen = Screen {
    dark: false,
    width: 1280,
};

const PAGES: &[&str] = &[
    "/portal/apps",
    "/portal/apps/new",
    "/portal/apps/demodemodemodemodemodemodemodemo",
    "/portal/apps/demodemodemodemodemodemodemodemo/disable",
    "/portal/system-users",
    "/portal/system-users/new",
    "/portal/system-users/API1000DEMO",
    "/portal/system-users/API1000DEMO/rotate-password",
    "/portal/team",
    "/portal/account",
    "/portal/account/codes",
    "/portal/use?by=operation",
    "/portal/use/log",
    "/portal/use/orders",
    "/portal/use/notifications",
    "/portal/sandbox",
    "/portal/sandbox/reset",
    "/portal/try/place_order?provoke=503200",
    "/portal/apps/nobodys",
];

/// Types the sandbox's login into the page to sign in.
pub(super) async fn sign_in(session: &Session, home: &str) {
    let page = format!("{home}/portal/sign-in");
    session.client.goto(&page).await.expect("a page");
    session.tab_to("#organization").await;
    session.keys("914742315").await;
    session.tab().await;
    session.keys("admin@example.com").await;
    session.tab().await;
    session.keys("demo-portal-password").await;
    session.enter().await;
    arrive(session, &format!("{home}/portal/apps")).await;
}

async fn arrive(session: &Session, url: &str) {
    let url = url.parse().expect("an address");
    let there = session.client.wait().for_url(&url).await;
    there.expect("the browser comes there");
}

/// Past the navigation by the first stop, and then to what fits the selector.
async fn go_to(session: &Session, selector: &str) {
    session.tab().await;
    session.enter().await;
    session.tab_to(selector).await;
}

/// Waits until the heading says this.
async fn heading(session: &Session, words: &str) {
    let heading = format!("//h1[text()='{words}']");
    let found = fantoccini::Locator::XPath(&heading);
    let found = session.client.wait().for_element(found).await;
    found.expect("the page is there");
}

fn an_administrator_makes_an_app_and_a_system_user_by_keyboard_alone() {
    let Some(driver) = Driver::start() else {
        return;
    };
    let folder = tempfile::tempdir().expect("a folder");
    let program = Program::serve(folder.path(), &[]);
    let home = program.url("");
    let home = home.trim_end_matches('/').to_owned();
    browse((&driver, &program), WIDE, async move |session: Session| {
        sign_in(&session, &home).await;
        go_to(&session, "a[href='/portal/apps/new']").await;
        session.enter().await;
        heading(&session, "New app").await;
        go_to(&session, "#name").await;
        session.keys("Robot").await;
        session.enter().await;
        heading(&session, "Your new app").await;
        go_to(&session, "main a.button").await;
        session.enter().await;
        heading(&session, "Robot").await;
        go_to(&session, "form[action$='/add-secret'] button").await;
        session.enter().await;
        heading(&session, "Another secret").await;
        go_to(&session, "main a.button").await;
        session.enter().await;
        heading(&session, "Robot").await;
        go_to(&session, "a[href$='/end-secret']").await;
        session.enter().await;
        heading(&session, "End the older secret of Robot?").await;
        go_to(&session, "form[action$='/end-secret'] button").await;
        session.enter().await;
        let told = fantoccini::Locator::Css(".notice.good");
        let told = session.client.wait().for_element(told).await;
        let told = told.expect("a notice").text().await.expect("words");
        assert!(told.starts_with("The older secret has ended."), "{told}");
        session
            .tab_to("#navigation a[href='/portal/system-users']")
            .await;
        session.enter().await;
        heading(&session, "System users").await;
        go_to(&session, "a[href='/portal/system-users/new']").await;
        session.enter().await;
        heading(&session, "New system user").await;
        go_to(&session, "#ending").await;
        session.keys("ROBOT").await;
        session.enter().await;
        heading(&session, "Your new system user").await;
    });
}

fn pages_of_people_are_accessible_in_light_on_a_wide_screen() {
    check(WIDE);
}

fn pages_of_people_are_accessible_in_dark_on_a_narrow_screen() {
    check(Screen {
        dark: true,
        width: 360,
    });
}

fn check(screen: Screen) {
    let (Some(driver), Some(axe)) = (Driver::start(), axe()) else {
        return;
    };
    let folder = tempfile::tempdir().expect("a folder");
    let program = Program::serve(folder.path(), &[]);
    let home = program.url("");
    let home = home.trim_end_matches('/').to_owned();
    browse(
        (&driver, &program),
        screen,
        async move |session: Session| {
            let mut faults = Vec::new();
            let first = format!("{home}/portal/sign-in");
            session.client.goto(&first).await.expect("a page");
            faults.extend(faults_of(&session, &axe, &first).await);
            sign_in(&session, &home).await;
            for page in PAGES {
                let url = format!("{home}{page}");
                session.client.goto(&url).await.expect("a page");
                faults.extend(faults_of(&session, &axe, page).await);
            }
            assert!(faults.is_empty(), "{}", faults.join("\n"));
        },
    );
}
