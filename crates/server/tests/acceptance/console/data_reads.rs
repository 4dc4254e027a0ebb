//! Whose data an app has read or changed: one form that answers both.

use std::time::Duration;

use super::visitor::Visitor;
use crate::app::{Test, TestApp, tests};
use crate::orders::add;

pub(crate) const TESTS: &[Test] = tests![
    one_form_tells_what_an_app_has_read_and_changed,
    without_a_question_nothing_is_looked_up,
    what_can_not_be_read_says_so_beside_its_field,
];

const READS: &str = "/console/data-reads";
const AGREEMENTS: &str = "/corporate-agreements/v2/agreements";

async fn one_form_tells_what_an_app_has_read_and_changed(app: &mut TestApp) {
    app.system_user().get(AGREEMENTS).await.ok();
    let id = app.system_user().ordered(&add(404, &[])).await;
    app.clock.advance(Duration::from_mins(10));
    app.of_other_organization().get(AGREEMENTS).await.ok();
    app.selfservice().flush_calls().await.expect("flushed");
    app.publish().await;
    let mut visitor = Visitor::demo(app).await;
    let demo = "app=demodemodemodemodemodemodemodemo";
    let answer = visitor
        .get(&format!("{READS}?{demo}&from=2026-06-01+11:59"))
        .await;
    for words in [
        "<a href=\"/console/organizations/914742315\">914742315</a></th>",
        "list_agreements",
        "API1000DEMO",
        &format!("href=\"/console/orders/{id}\""),
        "acknowledged",
    ] {
        assert!(answer.ok().contains(words), "{words}: {answer:?}");
    }
    assert!(!answer.body.contains("976967631"), "{answer:?}");
    let later = format!("{READS}?{demo}&from=2026-06-01+12:05");
    let answer = visitor.get(&later).await;
    for words in [
        "No data of any organization was read or changed like this.",
        "No answer has shown data like this.",
        "Nothing was changed like this.",
    ] {
        assert!(answer.ok().contains(words), "{words}: {answer:?}");
    }
    for query in [
        "user=API2000OTHER",
        "organization=976967631",
        "from=2026-06-01+12:05&to=2026-06-01+12:15",
    ] {
        let answer = visitor.get(&format!("{READS}?{query}")).await;
        assert!(
            answer.ok().contains(">976967631</a></th>"),
            "{query}: {answer:?}"
        );
        assert!(
            !answer.body.contains(">914742315</a></th>"),
            "{query}: {answer:?}"
        );
    }
    app.finish_orders().await;
}

async fn without_a_question_nothing_is_looked_up(app: &mut TestApp) {
    let answer = Visitor::demo(app).await.get(READS).await;
    assert!(
        answer.ok().contains("Nothing has been asked yet."),
        "{answer:?}"
    );
    for offered in ["value=\"2026-05-31 12:00\"", "value=\"2026-06-01 12:01\""] {
        assert!(answer.body.contains(offered), "{offered}: {answer:?}");
    }
}

async fn what_can_not_be_read_says_so_beside_its_field(app: &mut TestApp) {
    let mut visitor = Visitor::demo(app).await;
    for (query, words) in [
        ("organization=x", "has nine digits."),
        ("to=x", "A day, or a day and a time"),
        (
            "from=2026-06-02&to=2026-06-02",
            "This is not after the beginning.",
        ),
        ("app=a&reads_after=zz", "There is no such page."),
        ("app=a&changes_after=zz", "There is no such page."),
    ] {
        visitor
            .get(&format!("{READS}?{query}"))
            .await
            .refused(400, words);
    }
}
