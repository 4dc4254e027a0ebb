//! Organizations, and what they have: address cards and, page by page, accounts. The caller's own, and
//! nothing of anybody else's.

use axum::http::Method;
use domain::access::SystemUserName;
use domain::{Organization, OrganizationNumber};
use serde_json::{Value, json};

use crate::account_requests::{ACCOUNTS, request};
use crate::accounts::{id, ids, list, open};
use crate::app::{Answer, Caller, Test, TestApp, tests};

pub(crate) const TESTS: &[Test] = tests![
    the_callers_organizations_are_listed_by_number,
    the_callers_address_cards_are_listed_by_id,
    a_number_that_is_none_is_refused,
    a_foreign_organization_is_refused_as_an_absent_one,
    an_organization_taken_from_the_caller_is_gone_at_once,
    a_payer_without_cards_needs_one,
    accounts_are_listed_by_owner_and_age_on_pages,
    past_the_end_there_is_nothing,
    a_bad_query_is_named,
];

const ORGANIZATIONS: &str = "/organizations/v1/organizations";

fn cards(number: &str) -> String {
    format!("{ORGANIZATIONS}/{number}/address-cards")
}

async fn the_callers_organizations_are_listed_by_number(app: &mut TestApp) {
    let own = app.system_user().get(ORGANIZATIONS).await;
    let expected = r#"[{"orgNumber":"914742315","name":"TELENOR"},{"orgNumber":"987654321","name":"Telenor ASA"}]"#;
    assert_eq!((&*own.text, own.header("x-total-count")), (expected, "2"));
    let other = app.of_other_organization().get(ORGANIZATIONS).await;
    let expected = r#"[{"orgNumber":"976967631","name":"Telenor Norge AS"}]"#;
    assert_eq!(
        (&*other.text, other.header("x-total-count")),
        (expected, "1")
    );
}

async fn the_callers_address_cards_are_listed_by_id(app: &mut TestApp) {
    let card = |id: &str, name: &str| {
        let card = r#"{"id":"[id]","name":"[name]","address":{"streetName":"Innherredsveien","streetAddress":"1A","entranceCode":"H0101","postalCode":"7018","postalPlace":"Trondheim"},"format":"EHF"}"#;
        card.replace("[id]", id).replace("[name]", name)
    };
    let two = app.system_user().get(&cards("987654321")).await;
    let (first, second) = (card("664158", "Hovedkontor"), card("664160", "Regnskap"));
    assert_eq!(two.text, format!("[{first},{second}]"));
    assert_eq!(two.header("x-total-count"), "2");
    let one = app.system_user().get(&cards("914742315")).await;
    assert_eq!(one.text, format!("[{}]", card("664159", "Hovedkontor")));
    let other = app.of_other_organization().get(&cards("976967631")).await;
    assert_eq!(other.text, format!("[{}]", card("700001", "Hovedkontor")));
}

async fn a_number_that_is_none_is_refused(app: &mut TestApp) {
    for number in [
        "91474231",
        "9147423150",
        "91474231x",
        "-14742315",
        "914%20742315",
        "%20914742315",
        "914742315.0",
        // Nobody's, and the modulus-11 check fails.
        "123456789",
        "987654322",
    ] {
        let answer = app.system_user().get(&cards(number)).await;
        answer.refused(400_024).names("orgNumber");
        assert_eq!(answer.status.as_u16(), 400);
    }
}

/// The whole of a refusal, with the number that was asked for masked.
async fn refusal(caller: &Caller<'_>, number: &str, code: u64) -> String {
    let call = caller.call(Method::GET, &cards(number));
    let answer = call.header("x-request-id", "same").send().await;
    answer.refused(code).names("orgNumber");
    assert!(answer.status.as_u16() == 400, "{answer:?}");
    let shown = format!("{:?} {}", answer.headers, answer.text);
    shown.replace(number, "[asked for]")
}

async fn a_foreign_organization_is_refused_as_an_absent_one(app: &mut TestApp) {
    let caller = app.system_user();
    let foreign = refusal(&caller, "976967631", 400_007).await;
    assert_eq!(foreign, refusal(&caller, "974760673", 400_007).await);
    let other = app.of_other_organization();
    let foreign = refusal(&other, "914742315", 400_007).await;
    assert_eq!(foreign, refusal(&other, "974760673", 400_007).await);
    // A foreign number that fails the check is called wrong, as an absent one is.
    let foreign = refusal(&other, "987654321", 400_024).await;
    assert_eq!(foreign, refusal(&other, "987654322", 400_024).await);
}

async fn an_organization_taken_from_the_caller_is_gone_at_once(app: &mut TestApp) {
    let user = SystemUserName::new("API1000DEMO");
    let number = OrganizationNumber::parse("914742315").expect("a number");
    let caller = app.system_user();
    caller.get(&cards("914742315")).await.ok();
    app.operate(async |tx| tx.system_users().remove_organization(&user, &number).await)
        .await;
    let absent = refusal(&caller, "974760673", 400_007).await;
    assert_eq!(refusal(&caller, "914742315", 400_007).await, absent);
    let list = caller.get(ORGANIZATIONS).await;
    let numbers: Vec<_> = list.list().iter().map(|one| &one["orgNumber"]).collect();
    assert_eq!(numbers, [&Value::from("987654321")]);
    let accounts = caller.get("/corporate-accounts/v2/accounts").await;
    assert_eq!(accounts.header("x-total-count"), "0");
    let account = caller.get("/corporate-accounts/v2/accounts/1234567").await;
    account.refused(404_903);
    app.operate(async |tx| tx.system_users().add_organization(&user, &number).await)
        .await;
    assert_eq!(caller.get(ORGANIZATIONS).await.list().len(), 2);
}

async fn a_payer_without_cards_needs_one(app: &mut TestApp) {
    let number = OrganizationNumber::parse("974760673").expect("a number");
    let organization = Organization {
        number: number.clone(),
        name: "Uten adresse".to_owned(),
    };
    app.operate(async |tx| {
        tx.organizations().insert(&organization).await?;
        let user = SystemUserName::new("API1000DEMO");
        tx.system_users().add_organization(&user, &number).await
    })
    .await;
    let mut body = request();
    body["payerOrganizationNumber"] = json!("974760673");
    let answer = app.system_user().post(ACCOUNTS, &body).await;
    answer.refused(400_009).names("addressCardId");
    body["addressCardId"] = Value::Null;
    let answer = app.system_user().post(ACCOUNTS, &body).await;
    answer.refused(400_032).names("addressCardId");
    assert_eq!(list(app, "").await.header("x-total-count"), "3");
    // It may own what another of the caller's organizations pays for.
    let mut body = request();
    body["ownerOrganizationNumber"] = json!("974760673");
    assert_eq!(open(app, &body).await["owner"]["name"], "Uten adresse");
    assert!(
        app.system_user()
            .get(&cards("974760673"))
            .await
            .list()
            .is_empty()
    );
}

async fn accounts_are_listed_by_owner_and_age_on_pages(app: &mut TestApp) {
    let mut expected: Vec<_> = ["1234567", "7654321", "11175198"].map(str::to_owned).into();
    let mut second = request();
    second["ownerOrganizationNumber"] = json!("987654321");
    let late = id(&open(app, &second).await);
    for _ in 0..2 {
        expected.push(id(&open(app, &request()).await));
    }
    expected.push(late);
    assert_eq!(ids(&list(app, "").await), expected);
    for size in [1, 2, 4, 6, 1000] {
        let mut address = Some(format!("{ACCOUNTS}?pageSize={size}"));
        let mut seen = Vec::new();
        while let Some(at) = address {
            let answer = app.system_user().get(&at).await;
            assert_eq!(answer.header("x-total-count"), "6");
            let last = format!("{ACCOUNTS}?page={}&pageSize={size}", 5 / size);
            assert_eq!(link(&answer, "last"), Some(last));
            seen.extend(ids(&answer));
            address = link(&answer, "next");
        }
        assert_eq!(seen, expected, "pages of {size}");
    }
    let links = [("first", 0), ("prev", 0), ("next", 2), ("last", 2)].map(|(relation, page)| {
        format!("<http://127.0.0.1:8080{ACCOUNTS}?page={page}&pageSize=2>; rel=\"{relation}\"")
    });
    let answer = list(app, "?page=1&pageSize=2").await;
    assert_eq!(answer.header("link"), links.join(", "));
}

/// Where a relation of the header `Link` leads to on this server.
fn link(answer: &Answer, relation: &str) -> Option<String> {
    let wanted = format!(">; rel=\"{relation}\"");
    let mut links = answer.header("link").split(", ");
    let target = links.find_map(|link| link.strip_suffix(&wanted))?;
    let path = target.strip_prefix("<http://127.0.0.1:8080");
    Some(path.expect("an address of this server").to_owned())
}

async fn past_the_end_there_is_nothing(app: &mut TestApp) {
    for query in ["?page=1", "?page=3&pageSize=1", "?page=9223372036854775807"] {
        let answer = list(app, query).await;
        assert_eq!(answer.ok(), &json!([]), "{query}");
        assert_eq!(answer.header("x-total-count"), "3", "{query}");
    }
}

async fn a_bad_query_is_named(app: &mut TestApp) {
    for value in [
        "-1",
        "x",
        "",
        "1.0",
        "+1",
        "%201",
        "1e1",
        "9223372036854775808",
        "0&page=0",
    ] {
        let answer = list(app, &format!("?page={value}")).await;
        answer.refused(400_900).names("page");
    }
    for value in ["0", "1001", "-5", "x", "", "5&pageSize=5"] {
        let answer = list(app, &format!("?pageSize={value}")).await;
        answer.refused(400_900).names("pageSize");
    }
    for name in ["limit", "pagesize", "Page"] {
        let answer = list(app, &format!("?{name}=1")).await;
        answer.refused(400_900).names(name);
    }
}
