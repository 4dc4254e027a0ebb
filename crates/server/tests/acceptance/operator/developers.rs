//! Customers' people through the operator's API: who there is, invitations, roles, and signing out.

use domain::access::OperatorRole;
use serde_json::{Value, json};

use super::caller::{Caller, add_operator, demo, with_key};
use crate::app::{Test, TestApp, tests};
use crate::console::changes;
use crate::console::visitor::Visitor;

pub(crate) const TESTS: &[Test] = tests![
    an_organizations_people_are_listed_for_viewers,
    somebody_is_invited_and_taken_back,
    an_invited_person_signs_in_by_the_link,
    a_role_is_settled_for_somebody_who_is_there,
    a_disabled_person_is_signed_out_and_gets_no_link,
    sessions_end_and_codes_are_removed,
    nobody_is_found_in_another_organization,
];

const OWN: &str = "/operator/v1/organizations/914742315/developers";
const OTHER: &str = "/operator/v1/organizations/976967631/developers";
const DEVELOPER: (&str, &str) = ("developer@example.com", "demo-portal-password");

fn emails(list: &Value) -> Vec<&str> {
    let list = list.as_array().expect("a list");
    list.iter()
        .filter_map(|one| one["email"].as_str())
        .collect()
}

/// Does something to somebody of the first organization, with an empty body.
async fn act(caller: Caller<'_>, deed: &str) -> Value {
    let answer = caller.post(&format!("{OWN}/{deed}"), &json!({})).await;
    answer.ok().clone()
}

async fn signed_in<'a>(app: &'a TestApp, router: &axum::Router) -> Visitor<'a> {
    let mut visitor = Visitor::of_portal(app, router);
    visitor.get("/portal/sign-in").await.ok();
    let fields = [
        ("organization", "914742315"),
        ("email", DEVELOPER.0),
        ("password", DEVELOPER.1),
    ];
    visitor.post("/portal/sign-in", &fields).await.location();
    visitor
}

async fn an_organizations_people_are_listed_for_viewers(app: &mut TestApp) {
    let viewer = add_operator(app, "viewer", OperatorRole::Viewer).await;
    let viewer = with_key(app, &viewer);
    let list = viewer.get(OWN).await;
    let developers = &list.ok()["developers"];
    assert!(
        emails(developers).contains(&"admin@example.com"),
        "{list:?}"
    );
    assert!(
        !emails(developers).contains(&"other@example.com"),
        "{list:?}"
    );
    assert_eq!(list.body["invitations"], json!([]));
    let one = viewer.get(&format!("{OWN}/{}", DEVELOPER.0)).await;
    let one = one.ok();
    assert_eq!(one["organization"], "914742315");
    assert_eq!(one["role"], "developer");
    assert_eq!(one["enabled"], true);
    viewer
        .get("/operator/v1/organizations/000000000/developers")
        .await
        .refused(404, "record_not_found");
    viewer
        .get(&format!("{OWN}?x=y"))
        .await
        .refused(400, "invalid_request");
}

async fn somebody_is_invited_and_taken_back(app: &mut TestApp) {
    let invite = format!("{OWN}/new@example.com/invite");
    let body = json!({"role": "administrator"});
    let made = demo(app).post(&invite, &body).await;
    let made = made.ok();
    assert_eq!(made["role"], "administrator");
    assert_eq!(made["invitedBy"], "demo");
    let link = made["link"].as_str().expect("a link").to_owned();
    assert!(
        link.starts_with("http://127.0.0.1:8080/portal/invitation/"),
        "{link}"
    );
    let list = demo(app).get(OWN).await;
    assert_eq!(emails(&list.ok()["invitations"]), ["new@example.com"]);
    assert!(!list.body.to_string().contains("/portal/invitation/"));
    let left = act(demo(app), "new@example.com/take-back-invitation").await;
    assert_eq!(left["invitations"], json!([]));
    let again = format!("{OWN}/new@example.com/take-back-invitation");
    demo(app)
        .post(&again, &json!({}))
        .await
        .refused(404, "invitation_not_found");
    let unknown = "/operator/v1/organizations/000000000/developers/a@example.com/invite";
    demo(app)
        .post(unknown, &json!({}))
        .await
        .refused(404, "record_not_found");
    let wrong = json!({"role": "owner"});
    demo(app)
        .post(&invite, &wrong)
        .await
        .refused(400, "invalid_request")
        .names("role");
    let done = changes(app, "invitation", "new@example.com").await;
    let by_demo = |action: &str| (action.to_owned(), "demo".to_owned());
    assert_eq!(done, [by_demo("made"), by_demo("taken back")]);
}

async fn an_invited_person_signs_in_by_the_link(app: &mut TestApp) {
    let made = act(demo(app), "new@example.com/invite").await;
    let link = made["link"].as_str().expect("a link");
    let path = link.strip_prefix("http://127.0.0.1:8080").expect("ours");
    let router = app.customers_router();
    let mut visitor = Visitor::of_portal(app, &router);
    visitor.get(path).await.ok();
    let password = "a walk along the fjord";
    let fields = [("name", "New"), ("new", password), ("again", password)];
    visitor.post(path, &fields).await.location();
    let one = demo(app).get(&format!("{OWN}/new@example.com")).await;
    assert_eq!(one.ok()["name"], "New");
    assert_eq!(one.body["role"], "developer");
}

async fn a_role_is_settled_for_somebody_who_is_there(app: &mut TestApp) {
    let address = format!("{OWN}/{}", DEVELOPER.0);
    let body = json!({"role": "administrator"});
    let put = demo(app).put(&address, &body).await;
    assert_eq!(put.ok()["role"], "administrator");
    for body in [json!({}), json!({"role": 1}), json!({"role": "x"})] {
        demo(app)
            .put(&address, &body)
            .await
            .refused(400, "invalid_request")
            .names("role");
    }
    demo(app)
        .put(&format!("{OWN}/nobody@example.com"), &body)
        .await
        .refused(404, "developer_not_found");
    let done = changes(app, "developer", DEVELOPER.0).await;
    assert!(
        done.contains(&("role changed".to_owned(), "demo".to_owned())),
        "{done:?}"
    );
}

async fn a_disabled_person_is_signed_out_and_gets_no_link(app: &mut TestApp) {
    let router = app.customers_router();
    let mut visitor = signed_in(app, &router).await;
    visitor.get("/portal/apps").await.ok();
    let disabled = act(demo(app), "developer@example.com/disable").await;
    assert_eq!(disabled["enabled"], false);
    visitor.get("/portal/apps").await.location();
    demo(app)
        .post(&format!("{OWN}/developer@example.com/invite"), &json!({}))
        .await
        .refused(409, "developer_disabled");
    let enabled = act(demo(app), "developer@example.com/enable").await;
    assert_eq!(enabled["enabled"], true);
    // The last administrator, too: the operator can invite another.
    act(demo(app), "admin@example.com/disable").await;
}

async fn sessions_end_and_codes_are_removed(app: &mut TestApp) {
    let router = app.customers_router();
    let mut visitor = signed_in(app, &router).await;
    visitor.get("/portal/apps").await.ok();
    for _ in 0..2 {
        act(demo(app), "developer@example.com/end-sessions").await;
        visitor.get("/portal/apps").await.location();
        act(demo(app), "developer@example.com/remove-one-time-codes").await;
    }
    let done = changes(app, "developer", DEVELOPER.0).await;
    let by_demo: Vec<_> = done.iter().filter(|one| one.1 == "demo").collect();
    assert_eq!(by_demo.len(), 1, "{done:?}");
    assert_eq!(by_demo[0].0, "sessions ended");
}

async fn nobody_is_found_in_another_organization(app: &mut TestApp) {
    for deed in [
        "",
        "/disable",
        "/enable",
        "/end-sessions",
        "/remove-one-time-codes",
    ] {
        let address = format!("{OTHER}/{}{deed}", DEVELOPER.0);
        let answer = match deed {
            "" => demo(app).get(&address).await,
            _ => demo(app).post(&address, &json!({})).await,
        };
        answer.refused(404, "developer_not_found");
    }
    for address in [
        "/operator/v1/organizations/x/developers/developer@example.com",
        "/operator/v1/organizations/914742315/developers/x",
    ] {
        let answer = demo(app).get(address).await;
        answer.refused(404, "developer_not_found");
    }
}
