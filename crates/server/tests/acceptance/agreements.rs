//! `/corporate-agreements/v2/agreements`: what a caller sees of its agreements and their products.

use axum::http::Method;
use serde_json::json;

use crate::app::{Test, TestApp, tests};

pub(crate) const TESTS: &[Test] = tests![
    a_system_user_sees_the_agreements_of_all_its_organizations_by_id,
    another_company_sees_its_own_agreements_alone,
    one_agreement_is_the_same_as_in_the_list,
    an_agreement_without_a_last_day_leaves_it_out,
    an_agreement_shows_what_is_ordered_and_what_may_be,
    ids_may_have_leading_zeros,
    a_head_request_is_answered_without_a_body,
    an_organization_that_a_system_user_loses_takes_its_agreements_along,
    agreements_survive_a_restart,
];

const AGREEMENTS: &str = "/corporate-agreements/v2/agreements";

async fn a_system_user_sees_the_agreements_of_all_its_organizations_by_id(app: &mut TestApp) {
    let answer = app.system_user().get(AGREEMENTS).await;
    insta::assert_snapshot!(answer.shown(), @r#"
    HTTP 200 OK
    content-type: application/json
    x-total-count: 2
    [
      {
        "id": "123456",
        "category": "Mobilt Bedriftsnett avtale",
        "validFrom": "2017-06-30",
        "validTo": "2017-06-30",
        "owner": {
          "organizationNumber": "987654321",
          "name": "Telenor ASA"
        },
        "status": "TERMINATED"
      },
      {
        "id": "5538579",
        "category": "Mobilt Bedriftsnett avtale",
        "validFrom": "2017-06-30",
        "owner": {
          "organizationNumber": "914742315",
          "name": "TELENOR"
        },
        "status": "ACTIVE"
      }
    ]
    "#);
}

async fn another_company_sees_its_own_agreements_alone(app: &mut TestApp) {
    let answer = app.of_other_organization().get(AGREEMENTS).await;
    let ids: Vec<_> = answer
        .list()
        .iter()
        .map(|agreement| &agreement["id"])
        .collect();
    assert_eq!(ids, ["7000001"]);
}

async fn one_agreement_is_the_same_as_in_the_list(app: &mut TestApp) {
    let list = app.system_user().get(AGREEMENTS).await;
    for agreement in list.list() {
        let id = agreement["id"].as_str().expect("an id");
        let answer = app.system_user().get(&format!("{AGREEMENTS}/{id}")).await;
        assert_eq!(answer.ok(), agreement);
    }
}

async fn an_agreement_without_a_last_day_leaves_it_out(app: &mut TestApp) {
    let answer = app
        .system_user()
        .get(&format!("{AGREEMENTS}/5538579"))
        .await;
    assert!(answer.ok().get("validTo").is_none());
}

async fn an_agreement_shows_what_is_ordered_and_what_may_be(app: &mut TestApp) {
    let products = app.system_user().products_of("5538579").await;
    let shown = serde_json::to_string_pretty(&products).expect("a body");
    insta::assert_snapshot!(shown, @r#"
    {
      "ordered": [
        {
          "id": 2799029,
          "name": "Sentralbord",
          "status": "ORDERED",
          "productOfferId": 13883,
          "productOfferName": "Sentralbord",
          "subProducts": [],
          "productConfigurations": [
            {
              "id": 6420,
              "name": "E-post",
              "value": "ola.nordmann@example.com"
            }
          ]
        }
      ],
      "available": [
        {
          "id": 404,
          "name": "Office 365 Business Premium",
          "configurations": []
        },
        {
          "id": 13883,
          "name": "Sentralbord",
          "configurations": [
            {
              "id": 6140,
              "name": "Fakturakonto",
              "type": "BILLING_ACCOUNT",
              "required": false
            },
            {
              "id": 6420,
              "name": "E-post",
              "type": "EMAIL",
              "required": true
            }
          ]
        }
      ]
    }
    "#);
}

async fn ids_may_have_leading_zeros(app: &mut TestApp) {
    let answer = app
        .system_user()
        .get(&format!("{AGREEMENTS}/0005538579"))
        .await;
    assert_eq!(answer.ok()["id"], "5538579");
}

async fn a_head_request_is_answered_without_a_body(app: &mut TestApp) {
    let answer = app
        .system_user()
        .call(Method::HEAD, AGREEMENTS)
        .send()
        .await;
    assert_eq!((answer.status.as_u16(), answer.text.as_str()), (200, ""));
}

async fn an_organization_that_a_system_user_loses_takes_its_agreements_along(app: &mut TestApp) {
    app.system_user().get(AGREEMENTS).await.ok();
    let user = domain::access::SystemUserName::new("API1000DEMO");
    let organization = domain::OrganizationNumber::parse("914742315").expect("a number");
    app.operate(async |tx| {
        tx.system_users()
            .remove_organization(&user, &organization)
            .await
    })
    .await;
    let answer = app.system_user().get(AGREEMENTS).await;
    let ids: Vec<_> = answer
        .list()
        .iter()
        .map(|agreement| &agreement["id"])
        .collect();
    assert_eq!(ids, ["123456"]);
    let gone = app
        .system_user()
        .get(&format!("{AGREEMENTS}/5538579"))
        .await;
    gone.refused(404_001);
}

async fn agreements_survive_a_restart(app: &mut TestApp) {
    let before = app.system_user().get(AGREEMENTS).await.ok().clone();
    app.restart().await;
    assert_eq!(app.system_user().get(AGREEMENTS).await.ok(), &before);
    assert_ne!(before, json!([]));
}
