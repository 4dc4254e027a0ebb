//! Single records from the command line, on both engines: from an empty database to a customer whose
//! order is carried out, and what is refused on the way.

use serde_json::Value;

use super::backup::{Place, failed, printed};
use crate::app::{Process, processes};

pub(crate) const TESTS: &[Process] = processes![
    a_customer_is_added_member_by_member,
    every_kind_is_listed_and_shown,
    a_dry_run_shows_both_values_and_changes_nothing,
    secrets_are_told_once_and_older_ones_end,
    what_makes_no_sense_is_refused_with_a_hint,
];

fn places() -> Vec<Place> {
    let mut places = vec![Place::sqlite()];
    places.extend(Place::postgres());
    places
}

/// A place with the demo in its database.
fn demo() -> Place {
    let place = Place::sqlite();
    assert!(place.serve().stop());
    place
}

/// What is said to people beside the data.
fn said(place: &Place, arguments: &[&str]) -> String {
    let output = place.run(arguments);
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stderr).expect("text")
}

fn shown(place: &Place, arguments: &[&str]) -> Value {
    serde_json::from_str(&printed(&place.run(arguments))).expect("JSON")
}

fn a_customer_is_added_member_by_member() {
    for place in places() {
        printed(&place.run(&["migrate"]));
        let owner = "ownerOrganizationNumber=923609016";
        for arguments in [
            &["organization", "set", "923609016", "name=Ny Kunde AS"][..],
            &["offer", "set", "404", "name=Office 365"],
            &[
                "agreement",
                "set",
                "77",
                owner,
                "category=Mobil",
                "validFrom=2026-01-01",
                "status=ACTIVE",
                "productOfferIds=404",
            ],
            &[
                "card",
                "set",
                "5",
                "organizationNumber=923609016",
                "name=Kontor",
                "format=EHF",
                "address.streetName=Gata",
                "address.postalCode=0150",
            ],
        ] {
            printed(&place.run(arguments));
        }
        let organizations = "organizations=923609016";
        let password = printed(&place.run(&["user", "set", "API1", owner, organizations]));
        let secret = printed(&place.run(&[
            "app",
            "set",
            "shop",
            owner,
            "name=Shop",
            "grants=password",
            "callsPerSecond=5",
            "burst=5",
            "apiProducts=info,order",
        ]));
        for made in [&password, &secret] {
            assert!(
                made.trim().len() >= 20 && made.lines().count() == 1,
                "{made}"
            );
        }
        let agreement = shown(&place, &["agreement", "show", "77", "--json"]);
        assert_eq!(agreement["productOfferIds"], serde_json::json!([404]));
        let card = shown(&place, &["card", "show", "5", "--json"]);
        assert_eq!(card["address"]["postalCode"], "0150");
    }
}

fn every_kind_is_listed_and_shown() {
    let place = demo();
    for (word, key, words) in [
        ("organization", "914742315", "TELENOR"),
        ("card", "664159", "914742315"),
        ("offer", "404", "Office 365 Business Premium"),
        ("agreement", "5538579", "ACTIVE"),
        ("account", "11175198", "OPEN"),
        ("product", "2799029", "5538579"),
        ("user", "API1000DEMO", "914742315"),
        ("app", "tinytinytinytinytinytinytinytiny", "info, order"),
    ] {
        let table = printed(&place.run(&[word, "list"]));
        let line = table.lines().find(|line| line.trim().starts_with(key));
        let line = line.unwrap_or_else(|| panic!("no {word} {key} in {table}"));
        assert!(line.contains(words), "{line}");
        let lines = printed(&place.run(&[word, "list", "--json"]));
        let count = lines
            .lines()
            .map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
        assert_eq!(count.count(), table.lines().count() - 1, "{word}");
        printed(&place.run(&[word, "show", key]));
        let output = place.run(&[word, "show", "nothing"]);
        failed(&output, &["there is no", "hint: those there are"]);
    }
    let first = printed(&place.run(&["agreement", "list", "--most", "1", "--json"]));
    assert_eq!(first.lines().count(), 1);
    let more = said(&place, &["agreement", "list", "--most", "1", "--json"]);
    assert_eq!(more, "there are more: --after 123456\n");
    let rest = ["agreement", "list", "--after", "123456", "--json"];
    assert_eq!(printed(&place.run(&rest)).lines().count(), 2);
    let one = ["product", "list", "--agreement", "123456", "--json"];
    assert_eq!(printed(&place.run(&one)).lines().count(), 1);
}

fn a_dry_run_shows_both_values_and_changes_nothing() {
    let place = demo();
    let before = printed(&place.run(&["export"]));
    let change = [
        "agreement",
        "set",
        "5538579",
        "status=TERMINATED",
        "validTo=2026-12-31",
    ];
    let tried = [&change[..], &["--dry-run"]].concat();
    let table = printed(&place.run(&tried));
    assert!(table.contains("status: ACTIVE -> TERMINATED\n"), "{table}");
    assert!(table.contains("validTo: (none) -> 2026-12-31\n"), "{table}");
    assert_eq!(printed(&place.run(&["export"])), before);
    assert_eq!(printed(&place.run(&change)), table);
    assert_ne!(printed(&place.run(&["export"])), before);
    assert_eq!(said(&place, &change), "agreement 5538579 is so already\n");
    let back = ["agreement", "set", "5538579", "status=ACTIVE", "validTo="];
    printed(&place.run(&back));
    assert_eq!(printed(&place.run(&["export"])), before);
}

fn secrets_are_told_once_and_older_ones_end() {
    let place = demo();
    let app = "demodemodemodemodemodemodemodemo";
    let program = place.serve();
    let token = |secret: &str| {
        let output = std::process::Command::new("curl")
            .args(["-s", "-u", &format!("{app}:{secret}"), "-d"])
            .arg("grant_type=password&username=API1000DEMO&password=demo-password")
            .arg(program.url("/oauth/v2/token"))
            .output();
        String::from_utf8(output.expect("curl").stdout).expect("text")
    };
    let works = |secret: &str| token(secret).contains("access_token");
    assert!(works("demosecretdemose"));
    let second = printed(&place.run(&["app", "rotate-secret", app]));
    assert!(works("demosecretdemose") && works(second.trim()));
    let third = printed(&place.run(&["app", "rotate-secret", app, "--end-old"]));
    assert!(!works("demosecretdemose") && !works(second.trim()) && works(third.trim()));
    printed(&place.run(&["app", "disable", app]));
    assert!(!works(third.trim()));
    printed(&place.run(&["app", "enable", app]));
    assert!(works(third.trim()));
    assert_eq!(
        said(&place, &["app", "revoke-tokens", app]),
        "1 token ended\n"
    );
    let password = printed(&place.run(&["user", "rotate-password", "API1000DEMO"]));
    assert!(!works(third.trim()) && !password.trim().is_empty());
}

fn what_makes_no_sense_is_refused_with_a_hint() {
    let place = demo();
    let before = printed(&place.run(&["export"]));
    for (arguments, words) in [
        (
            &["organization", "set", "914742315", "nam=X"][..],
            "no member `nam`",
        ),
        (&["organization", "set", "123", "name=X"], "nine digits"),
        (&["agreement", "set", "5538579", "status=GONE"], "status"),
        (
            &["organization", "set", "914742315", "orgNumber=976967631"],
            "keys stay",
        ),
        (&["app", "set", "new", "name=New"], "is missing"),
        (
            &["app", "rotate-secret", "nobody"],
            "there is no app nobody",
        ),
        (&["user", "disable", "nobody"], "there is no user nobody"),
    ] {
        failed(&place.run(arguments), &[words]);
    }
    assert_eq!(printed(&place.run(&["export"])), before);
}
