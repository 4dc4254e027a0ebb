//! The desk and one order: what people do, and what those do who are too late.

use domain::FulfillmentWay;
use domain::access::OperatorRole;
use serde_json::Value;

use super::visitor::{Answer, Visitor};
use super::{add_operator, end_all};
use crate::app::{Test, TestApp, tests};
use crate::operator::begin_at;
use crate::orders::{add, cancel, setting, update};

pub(crate) const TESTS: &[Test] = tests![
    an_order_is_begun_and_completed_with_a_note,
    a_failed_order_tells_the_customer_why,
    a_reason_is_asked_for_until_there_is_one,
    a_held_order_is_resumed,
    what_somebody_else_has_done_meanwhile_is_not_done_again,
    a_form_that_is_sent_twice_does_it_once,
    an_order_that_waits_for_another_can_not_be_ended,
    the_desk_has_the_oldest_first_and_says_why,
    a_viewer_sees_and_does_nothing,
    settings_and_offerings_have_their_names,
];

impl Visitor<'_> {
    /// What a page of an order says about the change that was its last; the token of its form is
    /// the visitor's from now on.
    pub(super) async fn seen(&mut self, id: &str, deed: &str) -> String {
        let address = match deed {
            "begin" | "resume" => format!("/console/orders/{id}"),
            deed => format!("/console/orders/{id}/{deed}"),
        };
        let page = self.get(&address).await;
        let (_, rest) = page
            .ok()
            .split_once("name=\"seen\" value=\"")
            .unwrap_or_else(|| panic!("no form: {page:?}"));
        let (seen, _) = rest.split_once('"').expect("the end of the value");
        seen.to_owned()
    }

    /// Goes to the form and sends it.
    pub(super) async fn do_to_order(
        &mut self,
        id: &str,
        deed: &str,
        fields: &[(&str, &str)],
    ) -> Answer {
        let seen = self.seen(id, deed).await;
        let fields = [&[("seen", seen.as_str())], fields].concat();
        self.post(&format!("/console/orders/{id}/{deed}"), &fields)
            .await
    }
}

async fn an_order_at_the_desk(app: &mut TestApp) -> String {
    begin_at(app, FulfillmentWay::Desk).await;
    let order = update(&[(6420, "a@example.com")]);
    app.system_user().ordered(&order).await
}

async fn history(app: &TestApp, id: &str) -> Vec<[String; 3]> {
    let order = app.system_user().order(id).await;
    let history = order["history"].as_array().expect("a list").iter();
    let text = |event: &Value, name: &str| event[name].as_str().expect("a text").to_owned();
    history
        .map(|event| ["state", "actor", "reason"].map(|name| text(event, name)))
        .collect()
}

/// The page that it leads to says so.
async fn told(visitor: &mut Visitor<'_>, answer: Answer, words: &str) -> Answer {
    let page = visitor.get(answer.location()).await;
    assert!(page.ok().contains(words), "no {words}: {page:?}");
    page
}

async fn an_order_is_begun_and_completed_with_a_note(app: &mut TestApp) {
    let id = an_order_at_the_desk(app).await;
    add_operator(app, "kari", OperatorRole::Desk).await;
    let mut kari = Visitor::signed_in(app, "kari").await;
    let begun = kari.do_to_order(&id, "begin", &[]).await;
    assert_eq!(begun.location(), format!("/console/orders/{id}"));
    told(&mut kari, begun, "You have begun order").await;
    let again = kari.get(&format!("/console/orders/{id}")).await;
    assert!(
        !again.ok().contains("You have begun"),
        "a notice is shown once"
    );
    cancel(&app.system_user(), &id).await.refused(409_900);
    let asked = kari.get(&format!("/console/orders/{id}/complete")).await;
    assert!(
        asked.ok().contains("This can&#39;t be undone")
            || asked.body.contains("This can't be undone")
    );
    let note = "  set in\r\nthe switch ";
    let done = kari.do_to_order(&id, "complete", &[("words", note)]).await;
    assert_eq!(done.location(), "/console/desk");
    told(&mut kari, done, "is completed.").await;
    let expected = ["COMPLETED", "kari", "set in the switch"].map(str::to_owned);
    assert_eq!(history(app, &id).await[2], expected);
    let product = app.system_user().product(2_799_029).await;
    assert_eq!(setting(&product, 6420), Some("a@example.com"));
}

async fn a_failed_order_tells_the_customer_why(app: &mut TestApp) {
    let id = an_order_at_the_desk(app).await;
    let mut visitor = Visitor::demo(app).await;
    let reason = "Ingen linje på <adressen>; prøv igjen i mai 🙂";
    let failed = visitor.do_to_order(&id, "fail", &[("words", reason)]).await;
    told(&mut visitor, failed, "the customer reads why").await;
    let last = history(app, &id).await.pop().expect("an event");
    assert_eq!(last, ["FAILED", "demo", reason].map(str::to_owned));
    let page = visitor.get(&format!("/console/orders/{id}")).await;
    assert!(page.ok().contains("&#60;adressen&#62;"), "{page:?}");
    assert!(!page.body.contains("/complete"), "it has ended: {page:?}");
}

async fn a_reason_is_asked_for_until_there_is_one(app: &mut TestApp) {
    let id = an_order_at_the_desk(app).await;
    let mut visitor = Visitor::demo(app).await;
    for deed in ["fail", "hold"] {
        for words in ["", " \r\n "] {
            let answer = visitor.do_to_order(&id, deed, &[("words", words)]).await;
            answer.refused(422, "The customer wants to know why.");
        }
        let long = "x".repeat(501);
        let answer = visitor.do_to_order(&id, deed, &[("words", &long)]).await;
        answer.refused(422, "At most 500 characters.");
        assert!(answer.body.contains(&long), "what was typed is kept");
        let answer = visitor.do_to_order(&id, deed, &[("words", "a\u{7}")]).await;
        answer.refused(422, "nobody can read");
    }
    assert_eq!(history(app, &id).await.len(), 1);
    end_all(app).await;
}

async fn a_held_order_is_resumed(app: &mut TestApp) {
    let id = app.system_user().ordered(&add(404, &[])).await;
    let mut visitor = Visitor::demo(app).await;
    let page = visitor.get(&format!("/console/orders/{id}")).await;
    assert!(page.ok().contains("/hold") && !page.body.contains("/complete"));
    // It is not the desk's as long as it is not held.
    let answer = visitor.get(&format!("/console/orders/{id}/complete")).await;
    assert_eq!(answer.location(), format!("/console/orders/{id}"));
    let held = visitor
        .do_to_order(&id, "hold", &[("words", "a question")])
        .await;
    told(&mut visitor, held, "is held.").await;
    let desk = visitor.get("/console/desk").await;
    assert!(desk.ok().contains("a question"), "{desk:?}");
    let resumed = visitor.do_to_order(&id, "resume", &[]).await;
    told(&mut visitor, resumed, "goes on.").await;
    app.finish_orders().await;
    let states: Vec<_> = history(app, &id)
        .await
        .into_iter()
        .map(|[state, ..]| state)
        .collect();
    assert_eq!(states, ["ACKNOWLEDGED", "HELD", "IN_PROGRESS", "COMPLETED"]);
}

async fn what_somebody_else_has_done_meanwhile_is_not_done_again(app: &mut TestApp) {
    let id = an_order_at_the_desk(app).await;
    for name in ["kari", "ola"] {
        add_operator(app, name, OperatorRole::Desk).await;
    }
    let mut kari = Visitor::signed_in(app, "kari").await;
    let mut ola = Visitor::signed_in(app, "ola").await;
    let seen = ola.seen(&id, "complete").await;
    kari.do_to_order(&id, "complete", &[("words", "by kari")])
        .await
        .location();
    for (deed, words) in [
        ("complete", "by ola"),
        ("fail", "by ola"),
        ("hold", "by ola"),
        ("begin", ""),
        ("resume", ""),
    ] {
        let fields = [("seen", seen.as_str()), ("words", words)];
        let late = ola
            .post(&format!("/console/orders/{id}/{deed}"), &fields)
            .await;
        assert_eq!(late.location(), format!("/console/orders/{id}"));
        told(
            &mut ola,
            late,
            "The order has moved on: kari made it COMPLETED.",
        )
        .await;
    }
    let late = ola.get(&format!("/console/orders/{id}/complete")).await;
    told(
        &mut ola,
        late,
        "The order has moved on: kari made it COMPLETED.",
    )
    .await;
    let after = history(app, &id).await;
    let completions = after.iter().filter(|[state, ..]| state == "COMPLETED");
    assert_eq!(completions.count(), 1);
    assert_eq!(after[2][2], "by kari");
    // A step short of the end counts as well.
    let id = app.system_user().ordered(&add(404, &[])).await;
    let seen = ola.seen(&id, "complete").await;
    kari.do_to_order(&id, "hold", &[("words", "wait")])
        .await
        .location();
    let fields = [("seen", seen.as_str()), ("words", "")];
    let late = ola
        .post(&format!("/console/orders/{id}/complete"), &fields)
        .await;
    told(
        &mut ola,
        late,
        "kari made it HELD. Nothing was changed just now.",
    )
    .await;
    assert_eq!(history(app, &id).await.len(), 2);
    end_all(app).await;
}

async fn a_form_that_is_sent_twice_does_it_once(app: &mut TestApp) {
    let id = an_order_at_the_desk(app).await;
    let mut visitor = Visitor::demo(app).await;
    let mut other = Visitor::demo(app).await;
    let seen = visitor.seen(&id, "complete").await;
    other.get("/console/account").await.ok();
    let address = format!("/console/orders/{id}/complete");
    let fields = [("seen", seen.as_str()), ("words", "done")];
    let (one, two) = tokio::join!(
        visitor.post(&address, &fields),
        other.post(&address, &fields)
    );
    // Whoever is second is told that it is done, or that it has moved on.
    for answer in [one, two] {
        assert!(answer.location().starts_with("/console/"), "{answer:?}");
    }
    let completions = history(app, &id).await;
    let completions = completions
        .iter()
        .filter(|[state, ..]| state == "COMPLETED");
    assert_eq!(completions.count(), 1);
    let late = visitor.post(&address, &fields).await;
    told(
        &mut visitor,
        late,
        "The order has moved on: you made it COMPLETED.",
    )
    .await;
}

async fn an_order_that_waits_for_another_can_not_be_ended(app: &mut TestApp) {
    let first = an_order_at_the_desk(app).await;
    let later = app
        .system_user()
        .ordered(&update(&[(6420, "b@example.com")]))
        .await;
    let mut visitor = Visitor::demo(app).await;
    let page = visitor.get(&format!("/console/orders/{later}")).await;
    assert!(
        page.ok()
            .contains("An earlier order on the same product has to end first.")
    );
    assert!(!page.body.contains("/complete") && !page.body.contains("/begin"));
    let seen = visitor.seen(&later, "hold").await;
    let address = format!("/console/orders/{later}/complete");
    let answer = visitor.post(&address, &[("seen", &seen)]).await;
    told(
        &mut visitor,
        answer,
        "An earlier order on the same product is still open.",
    )
    .await;
    visitor
        .do_to_order(&first, "complete", &[])
        .await
        .location();
    let done = visitor.do_to_order(&later, "complete", &[]).await;
    told(&mut visitor, done, "is completed.").await;
}

async fn the_desk_has_the_oldest_first_and_says_why(app: &mut TestApp) {
    let mut visitor = Visitor::demo(app).await;
    let empty = visitor.get("/console/desk").await;
    assert!(
        empty.ok().contains("Nothing waits for a person"),
        "{empty:?}"
    );
    let oldest = an_order_at_the_desk(app).await;
    app.clock.advance(std::time::Duration::from_secs(1));
    let waiting = app
        .system_user()
        .ordered(&update(&[(6420, "b@example.com")]))
        .await;
    app.clock.advance(std::time::Duration::from_mins(3));
    let youngest = app.system_user().ordered(&add(404, &[])).await;
    let mut visitor = Visitor::demo(app).await;
    visitor
        .do_to_order(&youngest, "hold", &[("words", "we <ask> you")])
        .await
        .location();
    // With what came of it, which is told once.
    visitor.get("/console/desk").await.ok();
    let desk = visitor.get("/console/desk").await;
    let places = [&oldest, &waiting, &youngest].map(|id| desk.ok().find(id.as_str()));
    assert!(
        places.iter().all(Option::is_some) && places.is_sorted(),
        "{desk:?}"
    );
    for words in [
        "3 orders wait",
        "3 min",
        "has to end first",
        "we &#60;ask&#62; you",
    ] {
        assert!(desk.body.contains(words), "{words}: {desk:?}");
    }
    visitor.get("/console/desk?page=1").await.ok();
    visitor
        .get("/console/desk?page=x")
        .await
        .refused(400, "no such page");
    end_all(app).await;
}

async fn a_viewer_sees_and_does_nothing(app: &mut TestApp) {
    let id = an_order_at_the_desk(app).await;
    add_operator(app, "vera", OperatorRole::Viewer).await;
    let mut vera = Visitor::signed_in(app, "vera").await;
    let page = vera.get(&format!("/console/orders/{id}")).await;
    assert!(page.ok().contains("a@example.com"), "{page:?}");
    for link in ["/begin", "/complete", "/fail", "/hold", "/resume"] {
        assert!(
            !page.body.contains(&format!("{id}{link}")),
            "{link}: {page:?}"
        );
    }
    let desk = vera.get("/console/desk").await;
    assert!(
        desk.ok().contains(&id) && !desk.body.contains("/begin"),
        "{desk:?}"
    );
    for deed in ["begin", "complete", "fail", "hold", "resume"] {
        let address = format!("/console/orders/{id}/{deed}");
        vera.get("/console/account").await.ok();
        let answer = vera.post(&address, &[("words", "x")]).await;
        answer.refused(403, "Your role does not allow this");
    }
    assert_eq!(history(app, &id).await.len(), 1);
    end_all(app).await;
}

async fn settings_and_offerings_have_their_names(app: &mut TestApp) {
    let id = an_order_at_the_desk(app).await;
    let mut visitor = Visitor::demo(app).await;
    let page = visitor.get(&format!("/console/orders/{id}")).await;
    let products = app.system_user().product(2_799_029).await;
    let name = products["productConfigurations"]
        .as_array()
        .expect("a list")
        .iter();
    let name = name
        .clone()
        .find(|one| one["id"] == 6420)
        .expect("the setting");
    let name = name["name"].as_str().expect("a name");
    assert!(page.ok().contains(name), "no {name}: {page:?}");
    for link in [
        "/console/organizations/914742315",
        "/console/agreements/5538579",
    ] {
        assert!(page.body.contains(link), "{link}: {page:?}");
    }
    end_all(app).await;
}
