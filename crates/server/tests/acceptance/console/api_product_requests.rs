//! Requests for API products on the console: who sees them, who decides, and what is said about it.

use domain::access::OperatorRole;

use super::visitor::Visitor;
use super::{add_operator, changes};
use crate::app::{Test, TestApp, tests};
use crate::operator::api_product_requests::ask_for;

pub(crate) const TESTS: &[Test] = tests![
    requests_are_counted_and_decided_about,
    a_refusal_without_a_reason_asks_again,
    a_viewer_sees_requests_and_has_no_buttons,
    a_decision_that_is_sent_twice_is_made_once,
];

const LIST: &str = "/console/requests";

async fn requests_are_counted_and_decided_about(app: &mut TestApp) {
    let id = ask_for(app, &["info", "order"]).await;
    add_operator(app, "kari", OperatorRole::Desk).await;
    let mut kari = Visitor::signed_in(app, "kari").await;
    let overview = kari.get("/console/").await;
    let figure = "<span class=\"figure\">2</span> requests wait for a decision";
    assert!(overview.ok().contains(figure), "{overview:?}");
    let page = kari.get(LIST).await;
    for words in ["Their app", "developer@example.com", "914742315"] {
        assert!(page.ok().contains(words), "no {words}: {page:?}");
    }
    let address = format!("{LIST}/{}/info/approve", id.as_str());
    assert!(page.body.contains(&address), "{page:?}");
    assert_eq!(kari.post(&address, &[]).await.location(), LIST);
    let page = kari.get(LIST).await;
    assert!(page.ok().contains("Their app has info now."), "{page:?}");
    let address = format!("{LIST}/{}/order/refuse", id.as_str());
    kari.get(&address).await.ok();
    let fields = [("reason", "The agreement\r\ndoes not cover it.")];
    assert_eq!(kari.post(&address, &fields).await.location(), LIST);
    let page = kari.get(LIST).await;
    assert!(page.ok().contains("Their app is refused order"), "{page:?}");
    assert!(
        page.body.contains("Nobody waits for a decision"),
        "{page:?}"
    );
    let done = changes(app, "app", id.as_str()).await;
    for action in ["API product refused", "given an API product"] {
        let expected = (action.to_owned(), "kari".to_owned());
        assert!(done.contains(&expected), "no {expected:?}: {done:?}");
    }
}

async fn a_refusal_without_a_reason_asks_again(app: &mut TestApp) {
    let id = ask_for(app, &["order"]).await;
    let mut visitor = Visitor::demo(app).await;
    let address = format!("{LIST}/{}/order/refuse", id.as_str());
    visitor.get(&address).await.ok();
    let answer = visitor.post(&address, &[("reason", " ")]).await;
    answer.refused(422, "want to know why");
    let long = "x".repeat(501);
    let answer = visitor.post(&address, &[("reason", long.as_str())]).await;
    answer.refused(422, "At most 500 characters.");
}

async fn a_viewer_sees_requests_and_has_no_buttons(app: &mut TestApp) {
    ask_for(app, &["order"]).await;
    add_operator(app, "ola", OperatorRole::Viewer).await;
    let mut ola = Visitor::signed_in(app, "ola").await;
    let page = ola.get(LIST).await;
    assert!(page.ok().contains("Their app"), "{page:?}");
    assert!(!page.body.contains("/approve"), "{page:?}");
}

async fn a_decision_that_is_sent_twice_is_made_once(app: &mut TestApp) {
    let id = ask_for(app, &["order"]).await;
    let mut visitor = Visitor::demo(app).await;
    visitor.get(LIST).await.ok();
    let refuse = format!("{LIST}/{}/order/refuse", id.as_str());
    let approve = format!("{LIST}/{}/order/approve", id.as_str());
    assert_eq!(visitor.post(&approve, &[]).await.location(), LIST);
    for (address, reason) in [(&approve, ""), (&refuse, "No."), (&refuse, "")] {
        let answer = visitor.post(address, &[("reason", reason)]).await;
        assert_eq!(answer.location(), LIST);
        let page = visitor.get(LIST).await;
        assert!(page.ok().contains("waits no longer"), "{page:?}");
    }
    visitor.get(&refuse).await.refused(404, "Nothing is here");
}
