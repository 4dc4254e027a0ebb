//! Try-It: every operation from its page, as a call that is like all others.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use domain::access::{ClientId, SystemUserName};
use gateway::Trial;
use std::time::Duration;
use tower::ServiceExt;

use super::{ADMIN, DEVELOPER, OTHER, journal, own, signed_in};
use crate::app::{DEMO, INTERNAL, TINY, Test, TestApp, document, tests};
use crate::console::visitor::{Answer, Visitor};

pub(crate) const TESTS: &[Test] = tests![
    each_operation_can_be_tried,
    what_is_not_what_an_operation_takes_is_not_sent,
    nobody_tries_with_what_is_not_their_own,
    limits_hold_for_calls_that_are_tried,
    a_sandbox_answers_with_any_error_that_is_chosen,
    a_token_ends_with_its_call_or_by_itself,
];

/// The sandbox's system user.
const USER: &str = "API1000DEMO";

/// An order in which each finds what it needs; the others follow as the document has them.
const FIRST: &[&str] = &["place_order", "create_endpoint"];
const LAST: &[&str] = &["delete_endpoint"];
/// Nothing was delivered, so there is nothing to see; the call itself is right.
const NEED_AN_EVENT: &[&str] = &["get_delivery", "redeliver"];
/// What the journal says of each call.
const TRIED: &str = "app tried in the portal by 914742315/developer@example.com in 914742315";

async fn each_operation_can_be_tried(app: &mut TestApp) {
    let router = app.customers_router();
    let mut visitor = signed_in(app, &router, DEVELOPER).await;
    let (mut order, mut endpoint) = (String::new(), String::new());
    let all = document().operations.iter().map(|one| one.id.as_str());
    let between = all.filter(|id| !FIRST.contains(id) && !LAST.contains(id));
    for id in FIRST
        .iter()
        .copied()
        .chain(between)
        .chain(LAST.iter().copied())
    {
        let address = format!("/portal/try/{id}");
        let page = visitor.get(&address).await;
        let body = body_of(page.ok());
        let who = if id == "introspect_token" {
            INTERNAL
        } else {
            DEMO
        };
        let fields = [
            ("app", who.0),
            ("secret", who.1),
            ("system_user", USER),
            ("parameter.agreementId", "5538579"),
            ("parameter.accountId", "1234567"),
            ("parameter.orgNumber", "987654321"),
            ("parameter.orderId", &order),
            ("parameter.endpointId", &endpoint),
            ("parameter.eventId", "019e8a3c-2b00-7c3d-9f3e-5a1b2c3d4e5f"),
            ("member.grant_type", "password"),
            ("member.username", USER),
            ("member.password", "demo-password"),
            ("body", &body),
        ];
        let answer = visitor.post(&address, &fields).await;
        let text = answer.ok();
        if NEED_AN_EVENT.contains(&id) {
            assert!(text.contains("What 404905"), "{id}: {text}");
        } else {
            assert!(text.contains(">20"), "{id}: {text}");
            assert!(!text.contains("errorCode"), "{id}: {text}");
        }
        match id {
            "place_order" => order = member(text, "orderId"),
            "create_endpoint" => endpoint = member(text, "id"),
            _ => {}
        }
        // The token is shown by its first letters, a secret not at all.
        assert!(
            !text.contains("Bearer 0") || text.contains("\u{2026}"),
            "{text}"
        );
    }
    let lines = journal(app, &["app"]).await;
    let open = 1;
    assert_eq!(lines.len(), document().operations.len() - open, "{lines:?}");
    assert!(lines.iter().all(|line| line == TRIED), "{lines:?}");
    app.finish_orders().await;
}

/// What the form has as the body.
fn body_of(page: &str) -> String {
    let Some((_, rest)) = page.split_once("<textarea id=\"body\"") else {
        return String::new();
    };
    let (_, rest) = rest.split_once('>').expect("the end of the tag");
    unescaped(rest.split("</textarea>").next().unwrap_or_default())
}

fn unescaped(html: &str) -> String {
    html.replace("&#34;", "\"")
        .replace("&quot;", "\"")
        .replace("&#38;", "&")
}

/// A member of the answer that is shown.
fn member(page: &str, name: &str) -> String {
    let text = unescaped(page);
    let (_, rest) = text
        .split_once(&format!("\"{name}\": \""))
        .unwrap_or_else(|| panic!("no {name}: {text}"));
    rest.split('"').next().unwrap_or_default().to_owned()
}

async fn try_with(visitor: &mut Visitor<'_>, id: &str, fields: &[(&str, &str)]) -> Answer {
    let address = format!("/portal/try/{id}");
    visitor.get(&address).await.ok();
    visitor.post(&address, fields).await
}

const WHO: [(&str, &str); 2] = [("app", DEMO.0), ("system_user", USER)];

async fn what_is_not_what_an_operation_takes_is_not_sent(app: &mut TestApp) {
    let router = app.customers_router();
    let mut visitor = signed_in(app, &router, ADMIN).await;
    for (id, name, value, words) in [
        (
            "get_agreement",
            "parameter.agreementId",
            "",
            "This is required.",
        ),
        (
            "get_agreement",
            "parameter.agreementId",
            "x",
            "has to be a whole number",
        ),
        (
            "get_agreement",
            "parameter.agreementId",
            "-1",
            "not what the parameter may be",
        ),
        (
            "list_address_cards",
            "parameter.orgNumber",
            "1",
            "not what the parameter may be",
        ),
        ("list_orders", "parameter.pageSize", "1001", "at most 1000"),
        (
            "list_orders",
            "parameter.state",
            "ODD",
            "not what the parameter may be",
        ),
        ("place_order", "body", "{", "This is no JSON"),
        (
            "place_order",
            "body",
            r#"{"type":"ADD_PRODUCT"}"#,
            "is a required property",
        ),
        (
            "create_endpoint",
            "body",
            r#"{"url":1}"#,
            "url: 1 is not of type",
        ),
    ] {
        let fields = [&WHO[..], &[(name, value)]].concat();
        let answer = try_with(&mut visitor, id, &fields).await;
        answer.refused(422, "Nothing was sent");
        assert!(answer.body.contains(words), "{id}: {}", answer.body);
    }
    visitor
        .get("/portal/try/order_changed")
        .await
        .refused(404, "Nothing is here");
    assert!(journal(app, &["app"]).await.is_empty());
}

async fn nobody_tries_with_what_is_not_their_own(app: &mut TestApp) {
    let router = app.customers_router();
    let mut visitor = signed_in(app, &router, OTHER).await;
    let id = "list_organizations";
    let page = visitor.get(&format!("/portal/try/{id}")).await;
    for words in ["demodemo", "API1000DEMO", "914742315"] {
        assert!(!page.ok().contains(words), "{words}: {}", page.body);
    }
    let (app_of_others, user) = ("demodemodemodemodemodemodemodemo", "API2000OTHER");
    for (one, other) in [
        (app_of_others, user),
        ("otherotherotherotherotherotherot", "API1000DEMO"),
        (app_of_others, "API1000DEMO"),
        ("nobodys", user),
        ("", ""),
    ] {
        let fields = [("app", one), ("system_user", other)];
        let answer = try_with(&mut visitor, id, &fields).await;
        answer.refused(404, "Nothing is here");
    }
    let fields = [
        ("app", "otherotherotherotherotherotherot"),
        ("system_user", user),
    ];
    let answer = try_with(&mut visitor, id, &fields).await;
    assert!(answer.ok().contains("976967631"), "{answer:?}");
    assert!(!answer.body.contains("914742315"), "{answer:?}");
    assert_eq!(journal(app, &["app"]).await.len(), 1);
}

async fn limits_hold_for_calls_that_are_tried(app: &mut TestApp) {
    app.restart_with(|choices| choices.gateway.limits = true)
        .await;
    let router = app.customers_router();
    let mut visitor = signed_in(app, &router, ADMIN).await;
    let fields = [("app", TINY.0), ("system_user", USER)];
    for call in 0..6 {
        let answer = try_with(&mut visitor, "list_agreements", &fields).await;
        let text = answer.ok();
        assert_eq!(text.contains("What 42901"), call == 5, "{call}: {text}");
        assert!(
            text.contains("x-ratelimit") || text.contains("ratelimit"),
            "{text}"
        );
        app.clock.advance(Duration::from_secs(1));
    }
}

async fn a_sandbox_answers_with_any_error_that_is_chosen(app: &mut TestApp) {
    let router = app.customers_router();
    let fields = [&WHO[..], &[("provoke", "503200")]].concat();
    let mut visitor = signed_in(app, &router, ADMIN).await;
    let answer = try_with(&mut visitor, "list_agreements", &fields).await;
    assert!(answer.ok().contains("What 503200"), "{answer:?}");
    app.restart_with(|choices| choices.wire.sandbox_faults = false)
        .await;
    let router = app.customers_router();
    let mut visitor = signed_in(app, &router, ADMIN).await;
    let answer = try_with(&mut visitor, "list_agreements", &fields).await;
    assert!(answer.ok().contains(">200 OK"), "{answer:?}");
    assert!(!answer.body.contains("provoke"), "{answer:?}");
}

async fn a_token_ends_with_its_call_or_by_itself(app: &mut TestApp) {
    let (id, user) = (ClientId::new(DEMO.0), SystemUserName::new(USER));
    let (owner, gateway) = (own(), app.gateway());
    let trial = Trial {
        owner: &owner,
        app: &id,
        system_user: &user,
    };
    for ended in [true, false] {
        let token = gateway.new_trial_token();
        let kept = app
            .operate(async |tx| gateway.keep_trial_token(tx, trial, &token).await)
            .await;
        assert!(kept);
        let call = async || {
            let request = Request::get("/corporate-agreements/v2/agreements")
                .header("authorization", format!("Bearer {}", token.as_str()))
                .body(Body::empty())
                .expect("a request");
            let router = app.customers_router();
            router.oneshot(request).await.expect("an answer").status()
        };
        assert_eq!(call().await, StatusCode::OK);
        if ended {
            gateway.end_trial_token(&id, &token).await.expect("its end");
        } else {
            app.clock.advance(Duration::from_mins(1));
        }
        assert_eq!(call().await, StatusCode::UNAUTHORIZED);
        assert!(!token.masked().contains(&token.as_str()[4..]));
    }
}
