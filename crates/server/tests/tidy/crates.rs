//! The arrows between the crates, and the names that belong to one place alone.

use serde_json::Value;

use crate::repository::{expect_none, files, metadata};

/// Each crate of ours, and those of ours that it may depend on.
const ARROWS: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("storage", &["domain"]),
    ("outgoing", &[]),
    ("gateway", &["domain", "storage"]),
    ("selfservice", &["domain", "storage"]),
    ("api", &["domain", "gateway", "outgoing", "selfservice"]),
    ("web", &["domain"]),
    ("entrance", &["domain", "gateway", "storage", "web"]),
    (
        "operator",
        &[
            "domain",
            "entrance",
            "gateway",
            "outgoing",
            "selfservice",
            "storage",
            "web",
        ],
    ),
    (
        "portal",
        &[
            "domain",
            "entrance",
            "gateway",
            "selfservice",
            "storage",
            "web",
        ],
    ),
    (
        "server",
        &[
            "api",
            "domain",
            "gateway",
            "operator",
            "outgoing",
            "portal",
            "selfservice",
            "storage",
            "web",
        ],
    ),
    ("testkit", &["domain"]),
];

/// What the vocabulary does without: an asynchronous runtime, and a form outside the program.
const NOT_IN_DOMAIN: &[&str] = &["serde", "serde_json", "tokio", "utoipa"];

const ENTROPY_AND_CLOCK: &[&str] = &[
    "Timestamp::now",
    "Zoned::now",
    "SystemTime::now",
    "getrandom",
];

/// Names, and the places in `crates/` that may say them.
const CONFINED: &[(&[&str], &[&str])] = &[
    (
        &[
            "rusqlite",
            "tokio_postgres",
            "deadpool",
            "deadpool_postgres",
        ],
        &["storage/src/sql/", "testkit/src/database.rs"],
    ),
    (
        &["axum"],
        &[
            "api/",
            "entrance/",
            "operator/",
            "portal/",
            "server/",
            "web/",
        ],
    ),
    (&["utoipa", "utoipa_axum"], &["api/", "operator/"]),
    (
        ENTROPY_AND_CLOCK,
        &["server/src/system.rs", "testkit/src/database.rs"],
    ),
    (
        &["Instant::now"],
        &["server/src/system.rs", "server/src/telemetry.rs"],
    ),
    (
        &["env::var", "env::vars", "env::var_os"],
        &["server/src/cli.rs", "testkit/src/database.rs"],
    ),
];

/// Two crates that do not know each other: what the one does not say about the other.
const STRANGERS: &[(&str, &[&str])] = &[
    (
        "crates/gateway/src/",
        &["selfservice", "Agreement", "AgreementId", "agreements()"],
    ),
    (
        "crates/selfservice/src/",
        &["gateway", "AccessToken", "access_tokens()"],
    ),
];

#[test]
fn crates_depend_in_the_direction_of_the_arrows() {
    let metadata = metadata(&["--no-deps"]).expect("metadata");
    let packages = list(&metadata, "packages");
    let mut complaints = Vec::new();
    for package in packages {
        let name = text(package, "name");
        let Some((_, allowed)) = ARROWS.iter().find(|(known, _)| *known == name) else {
            complaints.push(format!("{name} is not among the arrows"));
            continue;
        };
        for dependency in list(package, "dependencies") {
            let other = text(dependency, "name");
            let ours = dependency["path"].is_string();
            // Tests may look further down: at the store behind a service.
            let below = ["domain", "storage", "testkit"].contains(&other);
            let for_tests = text(dependency, "kind") == "dev" && below;
            if ours && !for_tests && !allowed.contains(&other) {
                complaints.push(format!("{name} depends on {other}"));
            }
            if name == "domain" && NOT_IN_DOMAIN.contains(&other) {
                complaints.push(format!("domain depends on {other}"));
            }
        }
    }
    if packages.len() != ARROWS.len() {
        complaints.push(format!("{} crates, {} known", packages.len(), ARROWS.len()));
    }
    expect_none(complaints);
}

#[test]
fn names_stay_in_the_places_that_may_say_them() {
    let mut complaints = Vec::new();
    for file in files().filter(|file| file.is_source()) {
        let inside = file.path.trim_start_matches("crates/");
        for (names, places) in CONFINED {
            if places.iter().any(|place| inside.starts_with(place)) {
                continue;
            }
            for (number, line) in file.code() {
                complaints.extend(names.iter().filter(|name| says(line, name)).map(|name| {
                    let path = &file.path;
                    format!("{path}:{number}: {name} belongs to {}", places.join(", "))
                }));
            }
        }
    }
    expect_none(complaints);
}

#[test]
fn gateway_and_self_service_do_not_know_each_other() {
    let mut complaints = Vec::new();
    for (place, names) in STRANGERS {
        for file in files().filter(|file| file.is_rust() && file.path.starts_with(place)) {
            for (number, line) in file.code() {
                let said = names.iter().filter(|name| says(line, name));
                complaints.extend(said.map(|name| format!("{}:{number}: {name}", file.path)));
            }
        }
    }
    expect_none(complaints);
}

#[test]
fn a_name_is_found_as_a_whole_word() {
    assert!(says("use axum::Router;", "axum"));
    assert!(says("let now = jiff::Timestamp::now();", "Timestamp::now"));
    assert!(says("tx.agreements().find(id)", "agreements()"));
    assert!(!says("utoipa_axum::router", "axum"));
    assert!(!says("Timestamp::now_like", "Timestamp::now"));
    assert!(says("xaxum axum", "axum"));
}

/// Whether a line has a name that is not a part of a longer one.
fn says(line: &str, name: &str) -> bool {
    let part_of_a_name = |letter: char| letter.is_alphanumeric() || letter == '_';
    line.match_indices(name).any(|(start, _)| {
        !line[..start].ends_with(part_of_a_name)
            && !line[start + name.len()..].starts_with(part_of_a_name)
    })
}

fn list<'a>(value: &'a Value, member: &str) -> &'a [Value] {
    value[member].as_array().expect("a list")
}

/// Empty where cargo says nothing.
fn text<'a>(value: &'a Value, member: &str) -> &'a str {
    value[member].as_str().unwrap_or_default()
}
