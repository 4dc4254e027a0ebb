//! What some operations ask beyond a scope, tried on an operation of the tests' own.

use domain::OrganizationNumber;
use domain::access::SystemUserName;
use gateway::{Admission, Call, Refusal, Requirements};
use storage::probe::{self, Statement};

use crate::world::{HOME, World, bearer, on_each_engine};

static LOSE_SUBSCRIPTIONS: Statement = Statement::new("DROP TABLE subscriptions");
static LOSE_ACR: Statement = Statement::new("ALTER TABLE access_tokens DROP COLUMN acr");

const OWN: &str = "4799885577";
const FOREIGN: &str = "4799885578";
const NOBODYS: &str = "4799885579";

async fn call(
    world: &World,
    token: &str,
    requirements: Requirements<'_>,
) -> Result<Admission, Refusal> {
    let call = Call {
        operation: "list_things",
        scope: "things.read",
        requirements,
        authorization: &[token.as_bytes()],
        network: HOME,
    };
    world
        .gateway
        .admit(&call)
        .await
        .map_err(|refused| refused.refusal)
}

fn about(msisdn: &str) -> Requirements<'_> {
    Requirements {
        msisdn: Some(msisdn),
        acr: false,
    }
}

const ACR: Requirements<'_> = Requirements {
    msisdn: None,
    acr: true,
};

async fn subscribe(world: &World) {
    let number = |text| OrganizationNumber::parse(text).expect("nine digits");
    let (own, foreign) = (&number("914742315"), &number("976967631"));
    world
        .change(async move |tx| {
            let user = SystemUserName::new("API1000DEMO");
            tx.system_users().add_organization(&user, own).await?;
            tx.subscriptions().insert(OWN, own).await?;
            tx.subscriptions().insert(FOREIGN, foreign).await
        })
        .await;
}

#[tokio::test]
async fn a_number_must_be_of_the_callers_organizations() {
    on_each_engine(async |world| {
        subscribe(&world).await;
        let token = bearer(&world.token("demo").await);
        assert!(call(&world, &token, about(OWN)).await.is_ok());
        for msisdn in [FOREIGN, NOBODYS, ""] {
            let refused = call(&world, &token, about(msisdn)).await;
            assert_eq!(refused, Err(Refusal::MsisdnNotAllowed), "{msisdn}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_subscription_that_cannot_be_looked_up_is_no_refusal_of_the_number() {
    on_each_engine(async |world| {
        let token = bearer(&world.token("demo").await);
        world
            .change(async |tx| probe::execute(tx, &LOSE_SUBSCRIPTIONS, &[]).await)
            .await;
        let refused = call(&world, &token, about(OWN)).await;
        assert!(
            matches!(refused, Err(Refusal::SubscriptionUnknown(_))),
            "{refused:?}"
        );
        assert!(call(&world, &token, Requirements::default()).await.is_ok());
    })
    .await;
}

#[tokio::test]
async fn a_password_is_a_single_factor() {
    on_each_engine(async |world| {
        let token = bearer(&world.token("demo").await);
        let admission = call(&world, &token, ACR).await.expect("an admission");
        assert_eq!(admission.acr.as_deref(), Some("urn:telenor.identity.aal.1"));
        let admission = call(&world, &token, Requirements::default())
            .await
            .expect("another");
        assert_eq!(admission.acr, None);
    })
    .await;
}

#[tokio::test]
async fn a_context_that_cannot_be_looked_up_is_a_failure() {
    on_each_engine(async |world| {
        let token = bearer(&world.token("demo").await);
        world
            .change(async |tx| probe::execute(tx, &LOSE_ACR, &[]).await)
            .await;
        let refused = call(&world, &token, ACR).await;
        assert!(
            matches!(refused, Err(Refusal::AcrUnknown(Some(_)))),
            "{refused:?}"
        );
    })
    .await;
}
