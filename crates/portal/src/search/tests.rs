//! Rankings among a handful of entries; the real ones are asked in `tests/pages`.

use super::*;

fn index() -> Index {
    let entry = |kind, title: &str, names: &str, text: &str| Entry {
        kind,
        exact: names.split(' ').take(1).map(str::to_owned).collect(),
        title: title.to_owned(),
        address: format!("/{title}"),
        names: names.to_owned(),
        text: text.to_owned(),
        weight: 1.0,
    };
    Index::new(vec![
        entry(
            Kind::Operation,
            "Place an order",
            "place_order POST /orders",
            "An order changes.",
        ),
        entry(
            Kind::Operation,
            "Get orders",
            "list_orders GET /orders",
            "The orders of an agreement.",
        ),
        entry(
            Kind::Member,
            "Order.agreementId",
            "",
            "The agreement that it changes.",
        ),
        entry(
            Kind::ErrorCode,
            "42902 Spike arrest violation",
            "42902",
            "Two calls came too close.",
        ),
    ])
}

fn titles(question: &str) -> Vec<String> {
    let index = index();
    let hits = index.find(question);
    hits.iter()
        .map(|hit| index.entries[hit.entry].title.clone())
        .collect()
}

#[test]
fn the_best_comes_first() {
    assert_eq!(titles("42902"), ["42902 Spike arrest violation"]);
    assert_eq!(titles("spike"), ["42902 Spike arrest violation"]);
    assert_eq!(titles("place order")[0], "Place an order");
    assert_eq!(titles("GET  orders")[0], "Get orders");
    assert_eq!(titles("list_orders")[0], "Get orders");
    assert_eq!(titles("order")[0], "Place an order");
    assert_eq!(titles("agreement")[0], "Order.agreementId");
    assert_eq!(titles("agreementid"), ["Order.agreementId"]);
    assert_eq!(titles("viol"), ["42902 Spike arrest violation"]);
    assert_eq!(titles("violations"), ["42902 Spike arrest violation"]);
}

#[test]
fn nothing_is_found_for_nothing() {
    for question in ["", "  ", "-/.", "zebra", &"a b ".repeat(1000)] {
        let found = titles(question);
        assert!(found.len() <= 4, "{found:?}");
    }
    assert!(titles("zebra").is_empty());
}

#[test]
fn a_misspelled_word_is_mended_and_another_word_is_not() {
    for (question, proposal) in [
        ("agrement", Some("agreement")),
        ("agreemnet", Some("agreement")),
        ("oredr", Some("order")),
        ("place ordre", Some("order place")),
        ("agreement", None),
        ("agreements", None),
        ("ball", None),
        ("bats", None),
        ("zzzz", None),
        ("zoo", None),
    ] {
        let found = index().proposal(question);
        assert_eq!(found.as_deref(), proposal, "{question}");
    }
}

#[test]
fn names_are_told_from_words() {
    for name in [
        "accountReference1",
        "list_events",
        "Idempotency-Key",
        "404001",
    ] {
        assert!(is_name(name), "{name}");
    }
    for word in ["Order", "order", "Product", "name"] {
        assert!(!is_name(word), "{word}");
    }
}

#[test]
fn what_was_asked_is_marked() {
    let parts = index().snippet(3, "calls");
    assert_eq!(
        parts,
        [
            (false, "Two ".to_owned()),
            (true, "calls ".to_owned()),
            (false, "came too close. ".to_owned())
        ]
    );
}
