//! The first page: its figures and plots are what was called and what waits.

use std::time::Duration;

use domain::FulfillmentWay;
use serde_json::json;

use super::visitor::Visitor;
use super::without_labels;
use crate::app::{DEMO_USER, TINY, Test, TestApp, tests};
use crate::operator::begin_at;
use crate::orders::add;

pub(crate) const TESTS: &[Test] = tests![
    an_empty_overview_says_why_it_is_empty,
    the_plots_have_what_was_called,
    the_plots_go_over_an_hour_a_day_or_a_week,
    what_waits_is_told_with_its_age,
    the_quotas_that_are_used_the_most_come_first,
];

const AGREEMENTS: &str = "/corporate-agreements/v2/agreements";

/// The numbers of one plot: for each instant its row, without what is nothing.
fn rows(page: &str, title: &str) -> Vec<String> {
    let start = format!("aria-label=\"{title}\" tabindex=\"0\"><table>");
    let page = without_labels(page);
    let (_, rest) = page.split_once(&start).expect("the table of the plot");
    let (table, _) = rest.split_once("</table>").expect("its end");
    let rows = table.split("<tr>").skip(1);
    let texts = rows.map(|row| {
        let mut text = String::new();
        let mut inside = false;
        for letter in row.chars() {
            match letter {
                '<' => inside = true,
                '>' => {
                    inside = false;
                    text.push(' ');
                }
                letter if !inside => text.push(letter),
                _ => {}
            }
        }
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    });
    let is_nothing = |row: &str| {
        let mut numbers = row.split(' ').skip(3);
        row.starts_with("20") && numbers.all(|number| number == "0" || number == "-")
    };
    texts.filter(|row| !is_nothing(row)).collect()
}

async fn call(app: &TestApp) {
    let caller = app.system_user();
    for _ in 0..3 {
        caller.get(AGREEMENTS).await.ok();
    }
    caller
        .get("/corporate-agreements/v2/agreements/1/products")
        .await
        .refused(404_001);
    app.selfservice().flush_calls().await.expect("flushed");
}

async fn an_empty_overview_says_why_it_is_empty(app: &mut TestApp) {
    let page = Visitor::demo(app).await.get("/console/").await;
    for words in [
        "No customer has called in this time.",
        "so nothing has failed",
        "so there is nothing to measure",
        "No order was open in this time",
        "Nothing has waited in this time",
        "No app has used any of a quota",
        "<span class=\"figure\">-</span> of these calls failed",
    ] {
        assert!(page.ok().contains(words), "{words}: {page:?}");
    }
    assert!(!page.body.contains("<svg viewBox"), "{page:?}");
}

async fn the_plots_have_what_was_called(app: &mut TestApp) {
    let mut visitor = Visitor::demo(app).await;
    call(app).await;
    app.clock.advance(Duration::from_mins(2));
    app.system_user().get(AGREEMENTS).await.ok();
    app.selfservice().flush_calls().await.expect("flushed");
    let page = visitor.get("/console/").await;
    let calls = rows(page.ok(), "Calls by operation");
    assert_eq!(
        calls,
        [
            "From list_agreements list_agreement_products",
            "2026-06-01 12:00:00 UTC 3 1",
            "2026-06-01 12:02:00 UTC 1 0",
        ]
    );
    let errors = rows(page.ok(), "Errors by code");
    assert_eq!(errors, ["From 404001", "2026-06-01 12:00:00 UTC 1"]);
    // The clock of the tests stands still while a call is answered.
    let times = "2026-06-01 12:00:00 UTC</time></th><td class=\"number\">0</td>";
    assert!(without_labels(page.ok()).contains(times), "{page:?}");
    for words in [
        "<span class=\"figure\">5</span> calls in the last 5 minutes",
        "<span class=\"figure\">20.0\u{a0}%</span> of these calls failed",
        "role=\"img\" aria-labelledby=\"calls-title\" aria-describedby=\"calls-desc\"",
    ] {
        assert!(page.body.contains(words), "{words}: {page:?}");
    }
    app.clock.advance(Duration::from_mins(5));
    let page = visitor.get("/console/").await;
    let later = "<span class=\"figure\">0</span> calls in the last 5 minutes";
    assert!(page.ok().contains(later), "{page:?}");
    assert_eq!(rows(page.ok(), "Calls by operation"), calls);
}

async fn the_plots_go_over_an_hour_a_day_or_a_week(app: &mut TestApp) {
    call(app).await;
    app.clock.advance(Duration::from_hours(20));
    let mut visitor = Visitor::demo(app).await;
    let hour = visitor.get("/console/?span=hour").await;
    assert!(hour.ok().contains("No customer has called in this time."));
    let day = visitor.get("/console/?span=day").await;
    let calls = rows(day.ok(), "Calls by operation");
    assert_eq!(calls[1..], ["2026-06-01 12:00:00 UTC 3 1"]);
    assert!(day.body.contains("calls in 10 minutes"));
    assert!(
        day.body
            .contains("<a href=\"/console/?span=day\" aria-current=\"page\">")
    );
    app.clock.advance(Duration::from_hours(100));
    let mut visitor = Visitor::demo(app).await;
    let week = visitor.get("/console/?span=week").await;
    let calls = rows(week.ok(), "Calls by operation");
    assert_eq!(calls[1..], ["2026-06-01 12:00:00 UTC 3 1"]);
    let answer = visitor.get("/console/?span=year").await;
    answer.refused(400, "an hour, a day or a week");
}

async fn what_waits_is_told_with_its_age(app: &mut TestApp) {
    begin_at(app, FulfillmentWay::Desk).await;
    let mut visitor = Visitor::demo(app).await;
    let id = app.system_user().ordered(&add(404, &[])).await;
    let held = app.system_user().ordered(&add(404, &[])).await;
    visitor
        .do_to_order(&held, "hold", &[("words", "a question")])
        .await;
    let endpoint = json!({ "url": "http://127.0.0.1:1/hook" });
    app.system_user()
        .post("/notifications/v1/endpoints", &endpoint)
        .await
        .ok();
    app.system_user().ordered(&add(404, &[])).await;
    app.deliver_due().await;
    // A held order is a moment younger than the others.
    app.clock.advance(Duration::from_secs(25 * 60 + 30));
    let page = visitor.get("/console/").await;
    for words in [
        "<span class=\"figure\">3</span> orders wait at the desk, the oldest for 25 min",
        "<span class=\"figure\">1</span> order is held, one for 25 min",
        "<span class=\"figure\">1</span> notification endpoint fails",
    ] {
        assert!(page.ok().contains(words), "{words}: {page:?}");
    }
    let orders = rows(page.ok(), "Open orders by state");
    assert_eq!(
        orders,
        [
            "From ACKNOWLEDGED IN_PROGRESS HELD",
            "2026-06-01 12:25:00 UTC 2 0 1"
        ]
    );
    let ages = rows(page.ok(), "How long the oldest has waited");
    assert_eq!(ages[1], "2026-06-01 12:25:00 UTC 25.5 25.48 25.5");
    assert!(page.body.contains("(minutes)"), "{page:?}");
    visitor.do_to_order(&id, "complete", &[]).await;
    super::end_all(app).await;
}

async fn the_quotas_that_are_used_the_most_come_first(app: &mut TestApp) {
    app.restart_with(|choices| choices.gateway.limits = true)
        .await;
    app.system_user().get(AGREEMENTS).await.ok();
    app.logged_in(TINY, DEMO_USER).get(AGREEMENTS).await.ok();
    let page = Visitor::demo(app).await.get("/console/").await;
    let quotas = rows(page.ok(), "Quotas that are used the most");
    assert!(
        quotas[1].contains("info 1 5 a minute 20 % 20 %"),
        "{quotas:?}"
    );
}
