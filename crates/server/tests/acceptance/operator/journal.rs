//! The journal over the operator's API: filtered, page by page, in both directions.

use domain::Author;
use serde_json::{Value, json};
use storage::probe::{self, Statement};

use super::caller::{Answer, add_operator, demo, with_key};
use super::foreign;
use crate::app::{DEMO, Test, TestApp, tests};
use crate::orders::add;

pub(crate) const TESTS: &[Test] = tests![
    a_change_is_shown_with_who_made_it_and_whose_thing_it_is,
    changes_are_filtered_by_any_of_their_members_together,
    pages_go_on_in_both_directions,
    the_head_is_that_of_the_command_line,
    a_forged_row_is_marked,
    parameters_that_make_no_sense_are_named,
];

const JOURNAL: &str = "/operator/v1/journal";

async fn changes(app: &TestApp, query: &str) -> Vec<Value> {
    app.publish().await;
    let answer = demo(app).get(&format!("{JOURNAL}?{query}")).await;
    answer.ok()["changes"].as_array().expect("a list").clone()
}

fn positions(answer: &Answer) -> Vec<i64> {
    let changes = answer.ok()["changes"].as_array().expect("a list");
    let position = |change: &Value| change["position"].as_i64().expect("a position");
    changes.iter().map(position).collect()
}

async fn a_change_is_shown_with_who_made_it_and_whose_thing_it_is(app: &mut TestApp) {
    let id = app.system_user().ordered(&add(404, &[])).await;
    app.finish_orders().await;
    let mut shown = changes(app, &format!("noun=order&subject={id}")).await;
    for change in &mut shown {
        change["subject"] = json!("[order]");
        change["facts"]["product"] = json!(0);
    }
    let begun = shown.remove(1);
    assert_eq!(begun["facts"]["reason"], "being carried out");
    insta::assert_json_snapshot!(shown, @r#"
    [
      {
        "position": 1,
        "at": "2026-06-01T12:00:00.000Z",
        "organization": "914742315",
        "author": "API1000DEMO",
        "authorKind": "customer",
        "app": "demodemodemodemodemodemodemodemo",
        "noun": "order",
        "subject": "[order]",
        "action": "acknowledged",
        "facts": {
          "agreement": 5538579,
          "offering": 404,
          "product": 0,
          "reason": "accepted"
        }
      },
      {
        "position": 3,
        "at": "2026-06-01T12:00:02.000Z",
        "organization": "914742315",
        "author": "fulfillment",
        "authorKind": "server",
        "noun": "order",
        "subject": "[order]",
        "action": "completed",
        "facts": {
          "agreement": 5538579,
          "offering": 404,
          "product": 0,
          "reason": "carried out"
        }
      }
    ]
    "#);
}

async fn changes_are_filtered_by_any_of_their_members_together(app: &mut TestApp) {
    let own = app.system_user().ordered(&add(404, &[])).await;
    app.of_other_organization().ordered(&foreign()).await;
    app.finish_orders().await;
    app.clock.advance(std::time::Duration::from_mins(1));
    let later = app.system_user().order(&own).await["updatedAt"].clone();
    let later = later.as_str().expect("an instant").to_owned();
    for (query, expected) in [
        (String::new(), 6),
        ("organization=914742315".to_owned(), 3),
        ("organization=976967631&author=fulfillment".to_owned(), 2),
        (format!("app={}", DEMO.0), 1),
        (format!("app={}&organization=976967631", DEMO.0), 0),
        ("noun=order&author=API1000DEMO".to_owned(), 1),
        (format!("subject={own}"), 3),
        (format!("noun=account&subject={own}"), 0),
        ("noun=endpoint".to_owned(), 0),
        (format!("from={later}&organization=914742315"), 1),
        (format!("to={later}&organization=914742315"), 2),
    ] {
        assert_eq!(changes(app, &query).await.len(), expected, "{query}");
    }
}

async fn pages_go_on_in_both_directions(app: &mut TestApp) {
    for _ in 0..2 {
        app.system_user().ordered(&add(404, &[])).await;
    }
    app.finish_orders().await;
    app.publish().await;
    for (order, expected) in [
        ("", vec![vec![1, 2, 3, 4], vec![5, 6]]),
        ("&order=newest", vec![vec![6, 5, 4, 3], vec![2, 1]]),
        (
            "&noun=order&order=newest",
            vec![vec![6, 5, 4, 3], vec![2, 1]],
        ),
    ] {
        let (mut pages, mut after) = (Vec::new(), String::new());
        loop {
            let address = format!("{JOURNAL}?pageSize=4{order}{after}");
            let page = demo(app).get(&address).await;
            pages.push(positions(&page));
            match page.body["next"].as_i64() {
                Some(next) => after = format!("&after={next}"),
                None => break,
            }
        }
        assert_eq!(pages, expected, "{order}");
    }
}

async fn the_head_is_that_of_the_command_line(app: &mut TestApp) {
    let viewer = add_operator(app, "kari", domain::access::OperatorRole::Viewer).await;
    let head = async || {
        let answer = with_key(app, &viewer)
            .get("/operator/v1/journal/head")
            .await;
        answer.ok().clone()
    };
    let empty = json!({ "position": 0, "seal": "", "unsealed": 0 });
    assert_eq!(head().await, empty);
    app.system_user().ordered(&add(404, &[])).await;
    assert_eq!(head().await["unsealed"], 1);
    app.publish().await;
    let own = app.selfservice().journal_head().await.expect("a head");
    let shown = json!({ "position": own.position, "seal": own.seal, "unsealed": 0 });
    assert_eq!(head().await, shown);
}

async fn a_forged_row_is_marked(app: &mut TestApp) {
    static FORGE: Statement = Statement::new(
        "INSERT INTO journal (id, at, author, noun, subject, action, facts, mac)
         VALUES ('forged', 0, 'kari', 'operator', 'mallory', 'added', '{}', 'feed')",
    );
    app.operate(async |tx| probe::execute(tx, &FORGE, &[]).await)
        .await;
    let shown = changes(app, "").await;
    assert_eq!(shown[0]["forged"], true, "{shown:?}");
    assert_eq!(shown[0]["subject"], "mallory");
    let honest = Author::of_operator("kari");
    assert_eq!(honest.kind().as_str(), shown[0]["authorKind"]);
}

async fn parameters_that_make_no_sense_are_named(app: &mut TestApp) {
    for (query, field) in [
        ("organization=1", "organization"),
        ("app=", "app"),
        ("author=%00", "author"),
        ("noun=a%0Ab", "noun"),
        ("subject=%1B", "subject"),
        ("from=yesterday", "from"),
        ("to=2026", "to"),
        ("order=random", "order"),
        ("after=0", "after"),
        ("after=x", "after"),
        ("pageSize=0", "pageSize"),
        ("pageSize=1001", "pageSize"),
        ("since=2026-01-31T12:00:00Z", "since"),
        ("noun=order&noun=order", "noun"),
    ] {
        let answer = demo(app).get(&format!("{JOURNAL}?{query}")).await;
        answer.refused(400, "invalid_request").names(field);
    }
    let long = format!("{JOURNAL}?subject={}", "x".repeat(201));
    let answer = demo(app).get(&long).await;
    answer.refused(400, "invalid_request").names("subject");
    let head = demo(app).get("/operator/v1/journal/head?x=1").await;
    head.refused(400, "invalid_request").names("x");
}
