//! The list of orders and its filters.

use std::time::Duration;

use domain::FulfillmentWay;
use serde_json::json;

use super::end_all;
use super::visitor::Visitor;
use crate::app::{Test, TestApp, tests};
use crate::operator::begin_at;
use crate::orders::add;

pub(crate) const TESTS: &[Test] = tests![
    every_filter_narrows_the_list,
    a_filter_that_can_not_be_read_says_so_beside_its_field,
    a_long_list_has_pages,
];

const ORDERS: &str = "/console/orders";

/// The orders of a page, in its order.
async fn listed(visitor: &mut Visitor<'_>, query: &str) -> Vec<String> {
    let page = visitor.get(&format!("{ORDERS}?{query}")).await;
    let links = page.ok().split("href=\"/console/orders/").skip(1);
    let ids = links.map(|rest| rest[..12].to_owned());
    ids.collect()
}

async fn every_filter_narrows_the_list(app: &mut TestApp) {
    let mut visitor = Visitor::demo(app).await;
    let none = visitor.get(ORDERS).await;
    assert!(none.ok().contains("No customer has ordered anything yet."));
    let first = app.system_user().ordered(&add(404, &[])).await;
    begin_at(app, FulfillmentWay::Desk).await;
    app.clock.advance(Duration::from_mins(10));
    let foreign = json!({
        "type": "ADD_PRODUCT", "agreementId": 7_000_001, "productOfferingId": 404,
    });
    let foreign = app.of_other_organization().ordered(&foreign).await;
    app.clock.advance(Duration::from_mins(10));
    let last = app.system_user().ordered(&add(404, &[])).await;
    let mut visitor = Visitor::demo(app).await;
    visitor
        .do_to_order(&last, "hold", &[("words", "x")])
        .await
        .location();
    let all = [&last, &foreign, &first];
    for (query, expected) in [
        ("", &all[..]),
        ("state=HELD", &[&last]),
        ("state=ACKNOWLEDGED", &[&foreign, &first]),
        ("way=desk", &[&last, &foreign]),
        ("way=simulated", &[&first]),
        ("organization=976967631", &[&foreign]),
        ("organization=+914742315+", &[&last, &first]),
        ("agreement=7000001", &[&foreign]),
        ("agreement=5538579&way=desk", &[&last]),
        ("since=2026-06-01+12:10", &[&last, &foreign]),
        ("since=2026-06-01T12:20:00Z", &[&last]),
        ("since=2026-06-01", &all),
        ("state=HELD&way=simulated", &[]),
    ] {
        let found = listed(&mut visitor, query).await;
        assert!(
            found.iter().eq(expected.iter().copied()),
            "{query}: {found:?}"
        );
    }
    let page = visitor.get("/console/orders?state=FAILED").await;
    assert!(page.ok().contains("No order is like this."), "{page:?}");
    let page = visitor
        .get("/console/orders?way=desk&organization=914742315")
        .await;
    for kept in ["<option value=\"desk\" selected>", "value=\"914742315\""] {
        assert!(page.ok().contains(kept), "{kept}: {page:?}");
    }
    end_all(app).await;
}

async fn a_filter_that_can_not_be_read_says_so_beside_its_field(app: &mut TestApp) {
    let mut visitor = Visitor::demo(app).await;
    for (query, words) in [
        ("state=NEW", "There are no orders of the kind `NEW`."),
        (
            "way=%3Cb%3E",
            "There are no orders of the kind `&#60;b&#62;`.",
        ),
        (
            "organization=1",
            "An organization&#39;s number has nine digits.",
        ),
        ("agreement=x", "An agreement&#39;s number has digits alone."),
        (
            "since=yesterday",
            "A day, or a day and a time: 2026-01-31 12:00.",
        ),
        ("page=-1", "There is no such page."),
    ] {
        let answer = visitor.get(&format!("{ORDERS}?{query}")).await;
        answer.refused(400, words);
    }
}

async fn a_long_list_has_pages(app: &mut TestApp) {
    begin_at(app, FulfillmentWay::Desk).await;
    for _ in 0..51 {
        app.system_user().ordered(&add(404, &[])).await;
    }
    let mut visitor = Visitor::demo(app).await;
    let first = listed(&mut visitor, "way=desk").await;
    assert_eq!(first.len(), 50);
    let page = visitor.get("/console/orders?way=desk").await;
    let next = "href=\"/console/orders?way=desk&#38;page=1\" rel=\"next\"";
    assert!(page.ok().contains(next), "{page:?}");
    let second = listed(&mut visitor, "way=desk&page=1").await;
    assert_eq!(second.len(), 1);
    assert!(!first.contains(&second[0]));
    let desk = visitor.get("/console/desk").await;
    assert!(desk.ok().contains("51 orders wait"), "{desk:?}");
    assert!(
        desk.body
            .contains("href=\"/console/desk?page=1\" rel=\"next\"")
    );
    end_all(app).await;
}
