//! The developer portal, by the rules of WCAG 2: one page of each kind, and every guide.

use super::accessibility::faults_of;
use super::driver::{Driver, axe};
use super::session::{Screen, Session, browse};
use crate::app::{Process, processes};
use crate::process::program::Program;

pub(crate) const TESTS: &[Process] = processes![
    pages_of_the_portal_are_accessible_in_light_on_a_wide_screen,
    pages_of_the_portal_are_accessible_in_dark_on_a_narrow_screen,
];

const PAGES: &[&str] = &[
    "/portal/",
    "/portal/guides/getting-started",
    "/portal/guides/authentication",
    "/portal/guides/accounts",
    "/portal/guides/idempotency",
    "/portal/guides/limits",
    "/portal/guides/receiving",
    "/portal/guides/notifications",
    "/portal/guides/bulk-orders",
    "/portal/guides/conventions",
    "/portal/guides/sandbox",
    "/portal/products/info",
    "/portal/products/oauth",
    "/portal/operations/place_order",
    "/portal/operations/list_agreement_products",
    "/portal/operations/cancel_order",
    "/portal/operations/change_endpoint",
    "/portal/operations/order_changed",
    "/portal/models",
    "/portal/models/Product",
    "/portal/models/PlaceOrder",
    "/portal/errors",
    "/portal/errors/42902",
    "/portal/documents",
    "/portal/search?q=order",
    "/portal/search?q=zebra",
    "/portal/nowhere",
];

fn pages_of_the_portal_are_accessible_in_light_on_a_wide_screen() {
    check(Screen {
        dark: false,
        width: 1280,
    });
}

fn pages_of_the_portal_are_accessible_in_dark_on_a_narrow_screen() {
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
    browse(
        (&driver, &program),
        screen,
        async move |session: Session| {
            let mut faults = Vec::new();
            for path in PAGES {
                let url = format!("{home}{path}");
                session.client.goto(&url).await.expect("a page");
                faults.extend(faults_of(&session, &axe, path).await);
            }
            assert!(faults.is_empty(), "{screen:?}\n{}", faults.join("\n"));
        },
    );
}
