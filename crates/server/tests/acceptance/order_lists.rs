//! Lists of orders: filters, pages, and the headers that lead from one page to the next.

use std::time::Duration;

use serde_json::json;

use crate::app::{Answer, Test, TestApp, tests};
use crate::orders::{add, cancel, update};

pub(crate) const TESTS: &[Test] = tests![
    without_orders_the_list_is_empty,
    orders_are_listed_newest_first_without_their_history,
    orders_can_be_filtered_by_state,
    orders_can_be_filtered_by_agreement,
    orders_can_be_filtered_by_time,
    filters_combine_and_stay_in_the_links,
    each_order_is_on_exactly_one_page,
    links_lead_through_all_pages,
    past_the_end_there_is_nothing,
    a_bad_query_is_named,
];

const ORDERS: &str = "/corporate-agreements/v2/orders";

fn ids(answer: &Answer) -> Vec<String> {
    let id = |order: &serde_json::Value| order["orderId"].as_str().expect("an id").to_owned();
    answer.list().iter().map(id).collect()
}

async fn list(app: &TestApp, query: &str) -> Answer {
    app.system_user().get(&format!("{ORDERS}{query}")).await
}

/// So many orders, a second apart, the newest first.
async fn place(app: &TestApp, count: usize) -> Vec<String> {
    let mut placed = Vec::new();
    for _ in 0..count {
        placed.insert(0, app.system_user().ordered(&add(404, &[])).await);
        app.clock.advance(Duration::from_secs(1));
    }
    placed
}

async fn without_orders_the_list_is_empty(app: &mut TestApp) {
    insta::assert_snapshot!(list(app, "").await.shown(), @r#"
    HTTP 200 OK
    content-type: application/json
    link: <http://127.0.0.1:8080/corporate-agreements/v2/orders?page=0&pageSize=100>; rel="first", <http://127.0.0.1:8080/corporate-agreements/v2/orders?page=0&pageSize=100>; rel="last"
    x-total-count: 0
    []
    "#);
}

async fn orders_are_listed_newest_first_without_their_history(app: &mut TestApp) {
    let placed = place(app, 3).await;
    let answer = list(app, "").await;
    assert_eq!(ids(&answer), placed);
    for listed in answer.list() {
        let mut whole = app
            .system_user()
            .order(listed["orderId"].as_str().expect("an id"))
            .await;
        whole.as_object_mut().expect("an object").remove("history");
        assert_eq!(listed.to_string(), whole.to_string());
    }
}

async fn orders_can_be_filtered_by_state(app: &mut TestApp) {
    let placed = place(app, 2).await;
    app.finish_orders().await;
    let open = app.system_user().ordered(&add(404, &[])).await;
    let withdrawn = app.system_user().ordered(&add(404, &[])).await;
    cancel(&app.system_user(), &withdrawn).await.ok();
    assert_eq!(ids(&list(app, "?state=COMPLETED").await), placed);
    assert_eq!(ids(&list(app, "?state=ACKNOWLEDGED").await), [open]);
    assert_eq!(ids(&list(app, "?state=CANCELLED").await), [withdrawn]);
    for state in ["IN_PROGRESS", "FAILED", "HELD"] {
        assert!(
            list(app, &format!("?state={state}"))
                .await
                .list()
                .is_empty()
        );
    }
}

async fn orders_can_be_filtered_by_agreement(app: &mut TestApp) {
    let placed = place(app, 2).await;
    assert_eq!(ids(&list(app, "?agreementId=5538579").await), placed);
    assert_eq!(ids(&list(app, "?agreementId=0005538579").await), placed);
    assert!(list(app, "?agreementId=123456").await.list().is_empty());
    assert!(list(app, "?agreementId=1").await.list().is_empty());
}

async fn orders_can_be_filtered_by_time(app: &mut TestApp) {
    let placed = place(app, 3).await;
    assert_eq!(ids(&list(app, "?since=2026-06-01T12:00:00Z").await), placed);
    assert_eq!(
        ids(&list(app, "?since=2026-06-01T12:00:01Z").await),
        placed[..2]
    );
    assert_eq!(
        ids(&list(app, "?since=2026-06-01T14:00:01%2B02:00").await),
        placed[..2]
    );
    assert_eq!(
        ids(&list(app, "?since=2026-06-01T12:00:01.001Z").await),
        placed[..1]
    );
    assert_eq!(ids(&list(app, "?since=2026-06-01").await), placed);
    assert!(list(app, "?since=2026-06-02").await.list().is_empty());
}

async fn filters_combine_and_stay_in_the_links(app: &mut TestApp) {
    place(app, 3).await;
    app.finish_orders().await;
    let query = "?state=COMPLETED&agreementId=5538579&since=2026-06-01&pageSize=2";
    let answer = list(app, query).await;
    assert_eq!(
        (answer.list().len(), answer.header("x-total-count")),
        (2, "3")
    );
    let next = link(&answer, "next").expect("a second page");
    let second = app.system_user().get(&next).await;
    assert_eq!(
        (second.list().len(), second.header("x-total-count")),
        (1, "3")
    );
}

async fn each_order_is_on_exactly_one_page(app: &mut TestApp) {
    let mut placed = Vec::new();
    for _ in 0..7 {
        placed.push(
            app.system_user()
                .ordered(&update(&[(6420, "kari@example.com")]))
                .await,
        );
    }
    for size in [1, 2, 3, 7, 100] {
        let mut seen = Vec::new();
        for page in 0..7 {
            let answer = list(app, &format!("?page={page}&pageSize={size}")).await;
            assert_eq!(answer.header("x-total-count"), "7");
            seen.extend(ids(&answer));
        }
        assert_eq!(seen, ids(&list(app, "").await), "pages of {size}");
        assert_eq!(seen.len(), placed.len());
    }
}

async fn links_lead_through_all_pages(app: &mut TestApp) {
    let placed = place(app, 5).await;
    let mut seen = Vec::new();
    let mut address = Some(format!("{ORDERS}?pageSize=2"));
    let mut pages = Vec::new();
    while let Some(at) = address {
        let answer = app.system_user().get(&at).await;
        seen.extend(ids(&answer));
        assert_eq!(
            link(&answer, "first").as_deref(),
            Some(&*format!("{ORDERS}?page=0&pageSize=2"))
        );
        assert_eq!(
            link(&answer, "last").as_deref(),
            Some(&*format!("{ORDERS}?page=2&pageSize=2"))
        );
        address = link(&answer, "next");
        pages.push(link(&answer, "prev"));
    }
    assert_eq!(seen, placed);
    let previous = |page| Some(format!("{ORDERS}?page={page}&pageSize=2"));
    assert_eq!(pages, [None, previous(0), previous(1)]);
}

async fn past_the_end_there_is_nothing(app: &mut TestApp) {
    place(app, 1).await;
    for page in ["1", "1000", "9223372036854775807"] {
        let answer = list(app, &format!("?page={page}")).await;
        assert_eq!(answer.ok(), &json!([]), "{page}");
        assert_eq!(answer.header("x-total-count"), "1");
    }
}

async fn a_bad_query_is_named(app: &mut TestApp) {
    for (query, field) in [
        ("?page=-1", "page"),
        ("?page=x", "page"),
        ("?page=", "page"),
        ("?page=1.0", "page"),
        ("?page=+1", "page"),
        ("?page=9223372036854775808", "page"),
        ("?page=0&page=0", "page"),
        ("?pageSize=0", "pageSize"),
        ("?pageSize=1001", "pageSize"),
        ("?pageSize=-5", "pageSize"),
        ("?state=completed", "state"),
        ("?state=", "state"),
        ("?state=DONE", "state"),
        ("?since=yesterday", "since"),
        ("?since=2026-02-30", "since"),
        ("?since=2026-06-01T12:00:00", "since"),
        ("?limit=5", "limit"),
        ("?pagesize=5", "pagesize"),
    ] {
        list(app, query).await.refused(400_900).names(field);
    }
    for query in [
        "?agreementId=",
        "?agreementId=x",
        "?agreementId=-1",
        "?agreementId=1e3",
    ] {
        list(app, query).await.refused(400_001).names("agreementId");
    }
}

/// Where a relation of the header `Link` leads to on this server.
fn link(answer: &Answer, relation: &str) -> Option<String> {
    let wanted = format!("; rel=\"{relation}\"");
    let mut links = answer.header("link").split(", ");
    let target = links.find_map(|link| link.strip_suffix(&wanted))?;
    let address = target
        .strip_prefix("<http://127.0.0.1:8080")?
        .strip_suffix('>')?;
    Some(address.to_owned())
}
