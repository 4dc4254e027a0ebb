//! System users in the portal: one that is made logs in and sees what was chosen, and nothing else
//! can be chosen than what the organization sees already.

use super::{ADMIN, DEVELOPER, OTHER, after, seen_on, signed_in};
use crate::app::{DEMO, Test, TestApp, tests};
use crate::console::visitor::Visitor;

pub(crate) const TESTS: &[Test] = tests![
    a_new_system_user_logs_in_and_sees_what_was_chosen,
    what_the_organization_does_not_see_cannot_be_chosen,
    another_password_ends_the_one_before,
    a_form_that_is_sent_again_makes_no_second_system_user,
    a_disabled_system_user_does_not_log_in,
    developers_look_and_change_nothing,
];

async fn make(visitor: &mut Visitor<'_>, ending: &str, organizations: &[&str]) -> (String, String) {
    let seen = seen_on(&visitor.get("/portal/system-users/new").await);
    let mut fields = vec![("ending", ending), ("seen", seen.as_str())];
    fields.extend(organizations.iter().map(|number| ("organization", *number)));
    let page = visitor.post("/portal/system-users/new", &fields).await;
    shown(page.ok())
}

fn shown(page: &str) -> (String, String) {
    let code = "<code class=\"secret\">";
    let (_, rest) = page.split_once(code).expect("a code");
    (after(page, code).to_owned(), after(rest, code).to_owned())
}

/// The numbers of the organizations that a login sees; nothing when there is no token for it.
async fn seen(app: &TestApp, (name, password): (&str, &str)) -> Option<Vec<String>> {
    let form = format!("grant_type=password&username={name}&password={password}");
    let answer = app.request_token(DEMO, &form).await;
    let token = answer.body["access_token"].as_str()?;
    let caller = app.authorized(&format!("Bearer {token}"));
    let answer = caller.get("/organizations/v1/organizations").await;
    let numbers = answer.list().iter();
    let number = |one: &serde_json::Value| one["orgNumber"].as_str().map(str::to_owned);
    Some(numbers.filter_map(number).collect())
}

async fn a_new_system_user_logs_in_and_sees_what_was_chosen(app: &mut TestApp) {
    let router = app.customers_router();
    let mut admin = signed_in(app, &router, ADMIN).await;
    let page = admin.get("/portal/system-users/new").await;
    for number in ["914742315", "987654321"] {
        assert!(page.ok().contains(number), "no {number}: {page:?}");
    }
    let (name, password) = make(&mut admin, "billing", &["914742315"]).await;
    assert!(
        name.starts_with("API") && name.ends_with("BILLING"),
        "{name}"
    );
    let login = (name.as_str(), password.as_str());
    assert_eq!(seen(app, login).await, Some(vec!["914742315".to_owned()]));
    let address = format!("/portal/system-users/{name}");
    admin.get(&address).await.ok();
    let settle = format!("{address}/organizations");
    let fields = [("organization", "987654321")];
    let page = admin.post(&settle, &fields).await;
    assert!(
        page.ok().contains("sees nothing of 914742315 any more"),
        "{page:?}"
    );
    assert_eq!(seen(app, login).await, Some(vec!["914742315".to_owned()]));
    let fields = [("organization", "987654321"), ("sure", "true")];
    assert_eq!(admin.post(&settle, &fields).await.location(), address);
    assert_eq!(seen(app, login).await, Some(vec!["987654321".to_owned()]));
    let journal = super::journal(app, &["systemUser"]).await;
    let by = "by 914742315/admin@example.com in 914742315";
    assert_eq!(
        journal,
        [
            format!("systemUser added {by}"),
            format!("systemUser changed {by}")
        ]
    );
}

async fn what_the_organization_does_not_see_cannot_be_chosen(app: &mut TestApp) {
    let router = app.customers_router();
    let mut admin = signed_in(app, &router, ADMIN).await;
    // One that is there, and one that is not: the answers are alike.
    for number in ["976967631", "000000000"] {
        let seen = seen_on(&admin.get("/portal/system-users/new").await);
        let fields = [
            ("ending", "X"),
            ("organization", number),
            ("seen", seen.as_str()),
        ];
        let answer = admin.post("/portal/system-users/new", &fields).await;
        let words = format!("{number} is not among the organizations that you may choose");
        answer.refused(409, &words);
        let address = "/portal/system-users/API1000DEMO/organizations";
        let answer = admin
            .post(address, &[("organization", number), ("sure", "true")])
            .await;
        answer.refused(409, &words);
    }
    let mut other = signed_in(app, &router, OTHER).await;
    let page = other.get("/portal/system-users/new").await;
    for number in ["914742315", "987654321"] {
        assert!(!page.ok().contains(number), "{page:?}");
    }
    for ending in ["", "a b", "THIRTEENCHARS", "Å"] {
        let answer = admin
            .post("/portal/system-users/new", &[("ending", ending)])
            .await;
        answer.refused(422, "A name ends in 1 to 12 capital letters and digits");
    }
}

async fn another_password_ends_the_one_before(app: &mut TestApp) {
    let router = app.customers_router();
    let mut admin = signed_in(app, &router, ADMIN).await;
    let (name, old) = make(&mut admin, "A1", &["914742315"]).await;
    let address = format!("/portal/system-users/{name}");
    admin.get(&address).await.ok();
    let rotate = format!("{address}/rotate-password");
    let page = admin.get(&rotate).await;
    for words in ["Make another password for", "shown once", "none is known"] {
        assert!(page.ok().contains(words), "no {words}: {page:?}");
    }
    let seen_before = seen_on(&page);
    let fields = [("seen", seen_before.as_str())];
    let (_, new) = shown(admin.post(&rotate, &fields).await.ok());
    for fields in [&fields[..], &[]] {
        let answer = admin.post(&rotate, fields).await;
        answer.refused(409, "This was made already");
        assert!(!answer.body.contains("class=\"secret\""), "{answer:?}");
    }
    assert_eq!(seen(app, (&name, &old)).await, None);
    assert!(seen(app, (&name, &new)).await.is_some());
}

async fn a_form_that_is_sent_again_makes_no_second_system_user(app: &mut TestApp) {
    let router = app.customers_router();
    let mut admin = signed_in(app, &router, ADMIN).await;
    let seen = seen_on(&admin.get("/portal/system-users/new").await);
    let fields = [("ending", "ONCE"), ("seen", seen.as_str())];
    admin.post("/portal/system-users/new", &fields).await.ok();
    let answer = admin.post("/portal/system-users/new", &fields).await;
    answer.refused(409, "This was made already");
    let list = admin.get("/portal/system-users").await;
    assert_eq!(list.ok().matches("ONCE</a>").count(), 1, "{list:?}");
}

async fn a_disabled_system_user_does_not_log_in(app: &mut TestApp) {
    let router = app.customers_router();
    let mut admin = signed_in(app, &router, ADMIN).await;
    let (name, password) = make(&mut admin, "A1", &["914742315"]).await;
    let address = format!("/portal/system-users/{name}");
    for (deed, works) in [("disable", false), ("enable", true)] {
        let page = admin.get(&address).await;
        let asks = page.ok().contains(&format!("href=\"{address}/disable\""));
        assert_eq!(asks, deed == "disable", "{page:?}");
        if asks {
            let page = admin.get(&format!("{address}/disable")).await;
            assert!(page.ok().contains("its tokens end for good"), "{page:?}");
        }
        let answer = admin.post(&format!("{address}/{deed}"), &[]).await;
        assert_eq!(answer.location(), address);
        assert_eq!(
            seen(app, (&name, &password)).await.is_some(),
            works,
            "{deed}"
        );
    }
}

async fn developers_look_and_change_nothing(app: &mut TestApp) {
    let router = app.customers_router();
    let mut developer = signed_in(app, &router, DEVELOPER).await;
    let page = developer.get("/portal/system-users/API1000DEMO").await;
    assert!(page.ok().contains("987654321"), "{page:?}");
    assert!(!page.body.contains("Make another password"), "{page:?}");
    let answer = developer.get("/portal/system-users/new").await;
    answer.refused(403, "Your role does not allow this");
}
