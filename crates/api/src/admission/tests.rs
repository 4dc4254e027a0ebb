//! A route of the tests' own, about a telephone number and in need of the token's `acr`: the codes
//! of these requirements by their real causes, as whole answers.

use std::collections::HashMap;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::middleware::from_fn_with_state;
use axum::routing::get;
use domain::access::{ClientApp, ClientId, GrantType, Scope, SystemUserName};
use domain::{Organization, OrganizationNumber};
use gateway::{Gateway, Nodes, ServerKey, hash_password};
use http_body_util::BodyExt;
use jiff::SignedDuration;
use selfservice::fulfillment::{Fulfillment, Schedule};
use selfservice::{Foundation, SelfService};
use serde_json::{Value, json};
use storage::probe::{self, Statement};
use storage::{Pace, RegisteredApp, Store, SystemUser, Transaction};
use testkit::{Database, ManualClock, SeededEntropy};
use tower::ServiceExt;

use super::*;
use crate::edge::{Edge, edge};
use crate::error::sets::ErrorSet;
use crate::operation::read;
use crate::{Inner, Settings, WebhookSettings, Webhooks};

static ABOUT_A_NUMBER: Operation = Operation {
    msisdn: Some("msisdn"),
    acr: true,
    ..read("get_test_subscription", "tests.read", ErrorSet::of(&[]))
};

static LOSE_SUBSCRIPTIONS: Statement = Statement::new("DROP TABLE subscriptions");
static LOSE_ACR: Statement = Statement::new("ALTER TABLE access_tokens DROP COLUMN acr");

const OWN: &str = "4799885577";
const FOREIGN: &str = "4799885578";

/// The route behind the real gateway and the real layers, on a scratch database.
struct World {
    router: Router,
    store: Store,
    token: String,
    _database: Database,
}

impl World {
    async fn new() -> Self {
        let database = Database::sqlite();
        let store = Store::open(database.url()).await.expect("an open database");
        let key = ServerKey::new(&[7; 32]);
        store
            .transact(async |tx| populate(tx, &key).await)
            .await
            .expect("the app and its user");
        let services = services(&store, key);
        let token = issue(&services.gateway).await;
        let router = router(services);
        Self {
            router,
            store,
            token,
            _database: database,
        }
    }

    async fn get(&self, msisdn: &str) -> (u16, Value) {
        let request = Request::get(format!("/tests/{msisdn}"))
            .header("authorization", format!("Bearer {}", self.token))
            .header("x-request-id", "a-test")
            .body(Body::empty())
            .expect("a request");
        let response = self
            .router
            .clone()
            .oneshot(request)
            .await
            .expect("an answer");
        let status = response.status().as_u16();
        let bytes = response
            .into_body()
            .collect()
            .await
            .expect("a body")
            .to_bytes();
        (status, serde_json::from_slice(&bytes).expect("JSON"))
    }

    async fn lose(&self, statement: &'static Statement) {
        let lose = async |tx: &mut Transaction| probe::execute(tx, statement, &[]).await.map(drop);
        self.store.transact(lose).await.expect("a loss");
    }
}

#[tokio::test]
async fn a_number_of_ones_own_is_admitted() {
    assert_eq!(World::new().await.get(OWN).await, (200, json!("admitted")));
}

#[tokio::test]
async fn a_number_of_another_company_is_refused_like_one_that_nobody_has() {
    let world = World::new().await;
    for msisdn in [FOREIGN, "4799885579", "x"] {
        let (status, body) = world.get(msisdn).await;
        let expected = json!({
            "httpStatus": 401,
            "httpMessage": "Unauthorized",
            "errorCode": 40104,
            "description": "Not authorized to use given MSISDN",
            "resourceId": format!("/tests/{msisdn}"),
            "origin": "GATEWAY",
            "transactionId": "a-test",
            "details": [{
                "field": "msisdn",
                "message": "not a number that one of your organizations subscribes to",
            }],
        });
        assert_eq!((status, body), (401, expected));
    }
}

#[tokio::test]
async fn a_look_up_that_fails_is_the_gateways_own_fault() {
    for (lost, code, description) in [
        (&LOSE_ACR, 50002, "Failed to validate acr"),
        (
            &LOSE_SUBSCRIPTIONS,
            50003,
            "Failed to validate subscription",
        ),
    ] {
        let world = World::new().await;
        world.lose(lost).await;
        let expected = json!({
            "httpStatus": 500,
            "httpMessage": "Internal Server Error",
            "errorCode": code,
            "description": description,
            "resourceId": format!("/tests/{OWN}"),
            "origin": "GATEWAY",
            "transactionId": "a-test",
        });
        assert_eq!(world.get(OWN).await, (500, expected));
    }
}

fn router(services: Services) -> Router {
    let route = HashMap::from([(Method::GET, Entry::Guarded(&ABOUT_A_NUMBER))]);
    let routes = RouteTable {
        paths: HashMap::from([("/tests/{msisdn}".to_owned(), route)]),
    };
    let edge_state = Edge {
        clock: Arc::clone(&services.clock),
        entropy: Arc::clone(&services.entropy),
        strict_codes: false,
    };
    let upstreams = Upstreams::new(&services.settings, &services.clock).expect("none");
    let admission = Admission {
        services,
        routes: Arc::new(routes),
        upstreams: Arc::new(upstreams),
    };
    Router::new()
        .route("/tests/{msisdn}", get(async || "\"admitted\""))
        .layer(from_fn_with_state(admission, admit))
        .layer(from_fn_with_state(edge_state, edge))
}

fn services(store: &Store, key: ServerKey) -> Services {
    let clock: Arc<dyn domain::Clock> = Arc::new(ManualClock::default());
    let entropy: Arc<dyn domain::Entropy> = Arc::new(SeededEntropy::new(1));
    let schedule = Schedule {
        delay: SignedDuration::ZERO,
        account_visible_after: SignedDuration::ZERO,
    };
    let settings = gateway::Settings::new(Nodes::One);
    let parts = (Arc::clone(&clock), Arc::clone(&entropy));
    let foundation = Foundation {
        store: store.clone(),
        clock: Arc::clone(&clock),
        entropy: Arc::clone(&entropy),
        ids_key: [7; 32],
        journal_key: [8; 32],
        notifications_key: [9; 32],
    };
    Services::new(Inner {
        selfservice: Arc::new(SelfService::new(
            foundation,
            Fulfillment::simulated(schedule),
        )),
        gateway: Arc::new(Gateway::new(store.clone(), parts.0, parts.1, key, settings)),
        webhooks: Arc::new(
            Webhooks::new(&WebhookSettings::default(), "http://127.0.0.1").expect("webhooks"),
        ),
        settings: Settings {
            public_url: "http://127.0.0.1".to_owned(),
            brackets: true,
            strict_codes: false,
            sandbox_faults: false,
            upstreams: Vec::new(),
        },
        clock,
        entropy,
    })
}

async fn issue(gateway: &Gateway) -> String {
    let client = gateway::ClientAuthentication {
        authorization: &[],
        client_id: Some("app"),
        client_secret: Some("secret"),
        network: IpAddr::V4(Ipv4Addr::LOCALHOST),
    };
    let request = gateway::TokenRequest {
        client,
        grant_type: Some("password"),
        username: Some("API1000DEMO"),
        password: Some("password"),
        scope: None,
    };
    gateway.issue(&request).await.expect("a token").access_token
}

/// Two companies, a number of each, and an app and a system user of the first.
async fn populate(tx: &mut Transaction, key: &ServerKey) -> Result<(), storage::Error> {
    let number = |text| OrganizationNumber::parse(text).expect("nine digits");
    let (own, foreign) = (number("914742315"), number("976967631"));
    for (organization, msisdn) in [(&own, OWN), (&foreign, FOREIGN)] {
        let named = Organization {
            number: organization.clone(),
            name: "A company".to_owned(),
        };
        tx.organizations().insert(&named).await?;
        tx.subscriptions().insert(msisdn, organization).await?;
    }
    let name = SystemUserName::new("API1000DEMO");
    let password_hash = hash_password("password", &SeededEntropy::new(2)).expect("a hash");
    let user = SystemUser {
        name,
        owner: own.clone(),
        password_hash,
        enabled: true,
    };
    tx.system_users().insert(&user).await?;
    tx.system_users().add_organization(&user.name, &own).await?;
    tx.api_products().insert("info").await?;
    tx.api_products()
        .add_operation("info", ABOUT_A_NUMBER.id)
        .await?;
    tx.api_products()
        .add_scope("info", &Scope::new("tests.read"))
        .await?;
    let app = ClientApp {
        id: ClientId::new("app"),
        name: "An app".to_owned(),
        owner: own,
        enabled: true,
        grants: vec![GrantType::Password],
        basic_networks: Vec::new(),
        bound_system_user: None,
        expires_in_as_string: false,
    };
    let pace = Pace {
        calls_per_second: 100,
        burst: 10,
    };
    let registered = RegisteredApp {
        app,
        pace,
        may_introspect: false,
    };
    tx.client_apps().insert(&registered).await?;
    let (id, secret) = (
        &registered.app.id,
        key.hash_client_secret(&registered.app.id, "secret"),
    );
    tx.client_apps()
        .add_secret(id, &secret, jiff::Timestamp::UNIX_EPOCH)
        .await?;
    tx.client_apps().add_product(id, "info", None).await
}
