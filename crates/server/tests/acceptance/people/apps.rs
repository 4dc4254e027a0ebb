//! Apps in the portal: one that is made calls, its secrets change places, and its API products are
//! chosen or asked for.

use domain::Author;
use domain::access::ClientId;
use selfservice::{Approval, NewApps};

use super::{ADMIN, DEVELOPER, after, own, seen_on, signed_in};
use crate::app::{DEMO_USER, Test, TestApp, tests};
use crate::console::visitor::Visitor;

pub(crate) const TESTS: &[Test] = tests![
    a_new_app_gets_tokens_and_calls,
    secrets_change_places,
    a_form_that_is_sent_again_makes_nothing_more,
    what_stops_others_is_asked_first,
    a_disabled_app_gets_no_tokens_until_it_is_enabled,
    what_the_operator_has_disabled_is_not_enabled_here,
    an_app_without_a_name_or_grant_is_not_made,
    the_operator_decides_about_api_products,
    an_api_product_is_given_back,
];

/// Makes an app; its id and secret.
async fn make(visitor: &mut Visitor<'_>, products: &[&str]) -> (String, String) {
    let seen = seen_on(&visitor.get("/portal/apps/new").await);
    let mut fields = vec![
        ("name", "My app"),
        ("grant", "password"),
        ("seen", seen.as_str()),
    ];
    fields.extend(products.iter().map(|product| ("product", *product)));
    let page = visitor.post("/portal/apps/new", &fields).await;
    shown(page.ok())
}

/// The two codes on a page that shows them once.
fn shown(page: &str) -> (String, String) {
    let code = "<code class=\"secret\">";
    let (_, rest) = page.split_once(code).expect("a code");
    (after(page, code).to_owned(), after(rest, code).to_owned())
}

/// The status of asking for a token and, with it, that of reading an agreement's products.
async fn call(app: &TestApp, (id, secret): (&str, &str)) -> (u16, Option<u16>) {
    let answer = app.request_token((id, secret), DEMO_USER).await;
    let status = answer.status.as_u16();
    let Some(token) = answer.body["access_token"].as_str() else {
        return (status, None);
    };
    let caller = app.authorized(&format!("Bearer {token}"));
    let products = "/corporate-agreements/v2/agreements/5538579/products";
    (status, Some(caller.get(products).await.status.as_u16()))
}

async fn a_new_app_gets_tokens_and_calls(app: &mut TestApp) {
    let router = app.customers_router();
    let mut developer = signed_in(app, &router, DEVELOPER).await;
    let (id, secret) = make(&mut developer, &["info"]).await;
    assert_eq!(id.len(), 32);
    assert_eq!(call(app, (&id, &secret)).await, (200, Some(200)));
    let list = developer.get("/portal/apps").await;
    assert!(list.ok().contains("My app"), "{list:?}");
    let page = developer.get(&format!("/portal/apps/{id}")).await;
    for words in ["calls a day", "10 calls a second", "has it"] {
        assert!(page.ok().contains(words), "no {words}: {page:?}");
    }
    assert!(!page.body.contains(&secret), "{page:?}");
    let journal = super::journal(app, &["app"]).await;
    let by = "by 914742315/developer@example.com in 914742315";
    assert_eq!(
        journal,
        [
            format!("app added {by}"),
            format!("app given an API product {by}")
        ]
    );
}

async fn secrets_change_places(app: &mut TestApp) {
    let router = app.customers_router();
    let mut admin = signed_in(app, &router, ADMIN).await;
    let (id, old) = make(&mut admin, &["info"]).await;
    let address = format!("/portal/apps/{id}");
    let seen = seen_on(&admin.get(&address).await);
    let fields = [("seen", seen.as_str())];
    let page = admin.post(&format!("{address}/add-secret"), &fields).await;
    let (_, new) = shown(page.ok());
    for secret in [&old, &new] {
        assert_eq!(call(app, (&id, secret)).await.0, 200);
    }
    let page = admin.get(&address).await;
    assert!(!page.ok().contains("/add-secret"), "{page:?}");
    let page = admin.get(&format!("{address}/end-secret")).await;
    assert!(
        page.ok().contains("End the older secret of My app?"),
        "{page:?}"
    );
    let made_at = after(page.ok(), "name=\"made_at\" value=\"").to_owned();
    let fields = [("made_at", made_at.as_str()), ("end_tokens", "true")];
    let ending = format!("{address}/end-secret");
    assert_eq!(admin.post(&ending, &fields).await.location(), address);
    assert_eq!(call(app, (&id, &old)).await.1, None);
    assert_eq!(call(app, (&id, &new)).await.0, 200);
    // Sent twice, it ends nothing more.
    admin.post(&ending, &fields).await.location();
    let page = admin.get(&address).await;
    assert!(page.ok().contains("has ended already"), "{page:?}");
    assert_eq!(call(app, (&id, &new)).await.0, 200);
}

async fn a_form_that_is_sent_again_makes_nothing_more(app: &mut TestApp) {
    let router = app.customers_router();
    let mut developer = signed_in(app, &router, DEVELOPER).await;
    let seen = seen_on(&developer.get("/portal/apps/new").await);
    let fields = [
        ("name", "Only one"),
        ("grant", "password"),
        ("seen", seen.as_str()),
    ];
    let page = developer.post("/portal/apps/new", &fields).await;
    let (id, secret) = shown(page.ok());
    let again = developer.post("/portal/apps/new", &fields).await;
    again.refused(409, "This was made already");
    assert!(!again.body.contains(&secret), "{again:?}");
    let list = developer.get("/portal/apps").await;
    assert_eq!(list.ok().matches("Only one</a>").count(), 1, "{list:?}");
    let address = format!("/portal/apps/{id}");
    let seen = seen_on(&developer.get(&address).await);
    let add = format!("{address}/add-secret");
    let fields = [("seen", seen.as_str())];
    let (_, second) = shown(developer.post(&add, &fields).await.ok());
    for fields in [&fields[..], &[]] {
        let again = developer.post(&add, fields).await;
        again.refused(409, "This was made already");
        assert!(!again.body.contains(&second), "{again:?}");
    }
    // Once the older one has ended, the form of before fits no better.
    let ending = format!("{address}/end-secret");
    let page = developer.get(&ending).await;
    let made_at = after(page.ok(), "name=\"made_at\" value=\"").to_owned();
    let ended = developer.post(&ending, &[("made_at", &made_at)]).await;
    assert_eq!(ended.location(), address);
    let again = developer.post(&add, &fields).await;
    again.refused(409, "This was made already");
}

async fn what_stops_others_is_asked_first(app: &mut TestApp) {
    let router = app.customers_router();
    let mut developer = signed_in(app, &router, DEVELOPER).await;
    let (id, _) = make(&mut developer, &["info"]).await;
    let address = format!("/portal/apps/{id}");
    let page = developer.get(&address).await;
    assert!(
        page.ok().contains(&format!("href=\"{address}/disable\"")),
        "{page:?}"
    );
    for form in ["/disable\">", "/end-secret\" class"] {
        let form = format!("action=\"{address}{form}");
        assert!(!page.body.contains(&form), "{page:?}");
    }
    let page = developer.get(&format!("{address}/disable")).await;
    for words in ["Disable My app?", "none is known", "Leave it as it is"] {
        assert!(page.ok().contains(words), "no {words}: {page:?}");
    }
    let alone = developer.get(&format!("{address}/end-secret")).await;
    assert_eq!(alone.location(), address);
    let other = developer.get("/portal/apps/nobodys/disable").await;
    other.refused(404, "Nothing is here");
}

async fn a_disabled_app_gets_no_tokens_until_it_is_enabled(app: &mut TestApp) {
    let router = app.customers_router();
    let mut developer = signed_in(app, &router, DEVELOPER).await;
    let (id, secret) = make(&mut developer, &["info"]).await;
    let address = format!("/portal/apps/{id}");
    for (deed, works) in [("disable", false), ("enable", true)] {
        developer.get(&address).await.ok();
        let answer = developer.post(&format!("{address}/{deed}"), &[]).await;
        assert_eq!(answer.location(), address);
        assert_eq!(call(app, (&id, &secret)).await.1.is_some(), works, "{deed}");
    }
}

async fn what_the_operator_has_disabled_is_not_enabled_here(app: &mut TestApp) {
    let router = app.customers_router();
    let mut developer = signed_in(app, &router, DEVELOPER).await;
    let (id, _) = make(&mut developer, &["info"]).await;
    let client = &ClientId::new(id.as_str());
    app.operate(async |tx| tx.client_apps().set_enabled(client, false).await)
        .await;
    let page = developer.get(&format!("/portal/apps/{id}")).await;
    assert!(
        page.ok().contains("The operator has disabled this app"),
        "{page:?}"
    );
    let answer = developer
        .post(&format!("/portal/apps/{id}/enable"), &[])
        .await;
    answer.refused(409, "The operator has disabled My app");
}

async fn an_app_without_a_name_or_grant_is_not_made(app: &mut TestApp) {
    let router = app.customers_router();
    let mut developer = signed_in(app, &router, DEVELOPER).await;
    let seen = seen_on(&developer.get("/portal/apps/new").await);
    for (fields, words) in [
        (
            &[("name", " "), ("grant", "password")][..],
            "A name has 1 to 100",
        ),
        (&[("name", "x")], "There has to be a way to get tokens"),
        (
            &[("name", "x"), ("grant", "implicit")],
            "There has to be a way",
        ),
        (
            &[
                ("name", "x"),
                ("grant", "password"),
                ("system_user", "API2000OTHER"),
            ],
            "There is no system user API2000OTHER",
        ),
    ] {
        let fields = [fields, &[("seen", seen.as_str())]].concat();
        let answer = developer.post("/portal/apps/new", &fields).await;
        answer.refused(422, words);
    }
    let apps = app
        .selfservice()
        .list_own_apps(&own())
        .await
        .expect("the apps");
    assert!(apps.iter().all(|registered| registered.app.name != "x"));
}

async fn the_operator_decides_about_api_products(app: &mut TestApp) {
    app.restart_with(|choices| {
        choices.new_apps = NewApps {
            approval: Approval::Operator,
            ..NewApps::default()
        };
    })
    .await;
    let router = app.customers_router();
    let mut developer = signed_in(app, &router, DEVELOPER).await;
    let (id, secret) = make(&mut developer, &["info", "order"]).await;
    assert_eq!(call(app, (&id, &secret)).await.1, Some(401));
    let open = app
        .selfservice()
        .list_open_requests(10)
        .await
        .expect("the requests");
    assert_eq!(open.len(), 2);
    let (by, client) = (&Author::of_operator("kari"), &ClientId::new(id.as_str()));
    let approved = app.selfservice().approve_request(by, client, "info").await;
    approved.expect("a request");
    let refused = app
        .selfservice()
        .refuse_request(by, (client, "order"), "Not <yet>.");
    refused.await.expect("a request");
    assert_eq!(call(app, (&id, &secret)).await.1, Some(200));
    let address = format!("/portal/apps/{id}");
    let page = developer.get(&address).await;
    assert!(page.ok().contains("Not &#60;yet&#62;."), "{page:?}");
    developer
        .post(&format!("{address}/choose"), &[("product", "order")])
        .await
        .location();
    let page = developer.get(&address).await;
    assert!(
        page.ok().contains("The operator is asked for order."),
        "{page:?}"
    );
    developer
        .post(&format!("{address}/drop"), &[("product", "order")])
        .await
        .location();
    let open = app
        .selfservice()
        .list_open_requests(10)
        .await
        .expect("the requests");
    assert_eq!(open, []);
    assert!(
        app.selfservice()
            .approve_request(by, client, "order")
            .await
            .is_err()
    );
}

async fn an_api_product_is_given_back(app: &mut TestApp) {
    let router = app.customers_router();
    let mut developer = signed_in(app, &router, DEVELOPER).await;
    let (id, secret) = make(&mut developer, &["info"]).await;
    let address = format!("/portal/apps/{id}");
    let ask = format!("{address}/drop?product=info");
    let page = developer.get(&address).await;
    assert!(page.ok().contains(&format!("href=\"{ask}\"")), "{page:?}");
    let page = developer.get(&ask).await;
    let words = "all calls of My app to operations of info are refused";
    assert!(page.ok().contains(words), "{page:?}");
    let none = developer
        .get(&format!("{address}/drop?product=order"))
        .await;
    assert_eq!(none.location(), address);
    for (deed, status) in [("drop", 401), ("choose", 200)] {
        let fields = [("product", "info")];
        developer
            .post(&format!("{address}/{deed}"), &fields)
            .await
            .location();
        assert_eq!(call(app, (&id, &secret)).await.1, Some(status), "{deed}");
    }
    let answer = developer
        .post(&format!("{address}/choose"), &[("product", "x")])
        .await;
    answer.refused(404, "Nothing is here");
}
