//! Every page that links lead to, by the rules of WCAG 2, levels A and AA, in light and in dark, wide
//! and narrow.

use std::collections::{BTreeSet, VecDeque};
use std::path::Path;

use axum::http::Method;
use operator::console_pages;
use serde_json::Value;

use super::driver::{Driver, axe};
use super::session::{Screen, Session, browse};
use crate::app::{Process, processes};
use crate::process::fulfillment::place;
use crate::process::program::Program;

pub(crate) const TESTS: &[Process] = processes![
    pages_are_accessible_in_light_on_a_wide_screen,
    pages_are_accessible_in_dark_on_a_wide_screen,
    pages_are_accessible_in_light_on_a_narrow_screen,
    pages_are_accessible_in_dark_on_a_narrow_screen,
];

/// Gives what is against the rules: each with the elements it is about.
const CHECK: &str = "const done = arguments[arguments.length - 1];
    axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] })
        .then(found => done(found.violations.map(fault =>
            `${fault.id}: ${fault.nodes.map(node => node.target.join(' ')).join(', ')}`)))
        .catch(error => done([String(error)]));";

/// The addresses of all links.
const LINKS: &str = "return [...document.querySelectorAll('a[href]')]
    .map(link => link.getAttribute('href'))";

/// Whether the page is wider than the screen.
const IS_TOO_WIDE: &str = "const { scrollWidth, clientWidth } = document.documentElement;
    return scrollWidth > clientWidth";

fn pages_are_accessible_in_light_on_a_wide_screen() {
    check(Screen {
        dark: false,
        width: 1280,
    });
}

fn pages_are_accessible_in_dark_on_a_wide_screen() {
    check(Screen {
        dark: true,
        width: 1280,
    });
}

fn pages_are_accessible_in_light_on_a_narrow_screen() {
    check(Screen {
        dark: false,
        width: 360,
    });
}

fn pages_are_accessible_in_dark_on_a_narrow_screen() {
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
    // Orders wait at the desk, so that there is something to do about them.
    let settings = "[fulfillment]\ndefault = \"desk\"\n";
    std::fs::write(folder.path().join("avtale.toml"), settings).expect("a configuration");
    let program = Program::serve(folder.path(), &["--config", "avtale.toml"]);
    add_orders(folder.path(), &program);
    let parts = (&driver, &program);
    browse(parts, screen, async move |session: Session| {
        session.go("/console/sign-in").await;
        let mut faults = faults_of(&session, &axe, "/console/sign-in").await;
        session.sign_in().await;
        let dark = "return matchMedia('(prefers-color-scheme: dark)').matches";
        assert_eq!(session.run(dark).await, Value::Bool(screen.dark));
        let mut seen = BTreeSet::new();
        let mut wanted = VecDeque::from(["/console/".to_owned(), "/console/nowhere".to_owned()]);
        // What no link leads to, for want of data, comes last.
        while let Some(address) = wanted.pop_front().or_else(|| missed(&seen)) {
            if !seen.insert(pattern_of(&address)) {
                continue;
            }
            session.go(&address).await;
            faults.extend(faults_of(&session, &axe, &address).await);
            wanted.extend(links(&session).await);
        }
        assert!(faults.is_empty(), "{screen:?}\n{}", faults.join("\n"));
    });
}

/// Some orders, so that lists have rows.
pub(super) fn add_orders(here: &Path, program: &Program) {
    let row = r#"{"type":"ADD_PRODUCT","agreementId":5538579,"productOfferingId":404}"#;
    std::fs::write(here.join("orders.ndjson"), format!("{row}\n{row}\n")).expect("a file");
    let placed = place(here, program);
    assert!(placed.status.success(), "{placed:?}");
}

/// What is against the rules on the page that is shown.
pub(super) async fn faults_of(session: &Session, axe: &str, address: &str) -> Vec<String> {
    session.run(axe).await;
    let found = session.client.execute_async(CHECK, Vec::new()).await;
    let found = found.expect("the rules are checked");
    let mut faults: Vec<_> = found
        .as_array()
        .expect("a list")
        .iter()
        .map(|fault| format!("{address}: {}", fault.as_str().unwrap_or_default()))
        .collect();
    if session.run(IS_TOO_WIDE).await == Value::Bool(true) {
        faults.push(format!("{address}: it is wider than the screen"));
    }
    faults
}

async fn links(session: &Session) -> Vec<String> {
    let links = session.run(LINKS).await;
    let links = links.as_array().expect("a list").iter();
    links
        .filter_map(|link| link.as_str())
        .filter(|link| link.starts_with("/console/"))
        .map(str::to_owned)
        .collect()
}

/// The declared path that an address is at; the address itself when there is none.
fn pattern_of(address: &str) -> String {
    let path = address.split(['?', '#']).next().unwrap_or_default();
    let fits = |declared: &str| {
        let (declared, given): (Vec<_>, Vec<_>) =
            (declared.split('/').collect(), path.split('/').collect());
        declared.len() == given.len()
            && declared
                .iter()
                .zip(&given)
                .all(|(declared, given)| declared == given || declared.starts_with('{'))
    };
    let pages = console_pages();
    let exact = pages.iter().find(|page| page.path == path);
    let found = exact.or_else(|| pages.iter().find(|page| fits(page.path)));
    found.map_or(path, |page| page.path).to_owned()
}

/// A page that was not seen, about something that is not there.
fn missed(seen: &BTreeSet<String>) -> Option<String> {
    let mut pages = console_pages().into_iter();
    let page = pages.find(|page| {
        page.method == Method::GET && page.role.is_some() && !seen.contains(page.path)
    })?;
    let segments = page.path.split('/').map(|segment| {
        if segment.starts_with('{') {
            "000000000001"
        } else {
            segment
        }
    });
    Some(segments.collect::<Vec<_>>().join("/"))
}
