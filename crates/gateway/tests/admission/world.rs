//! A gateway with a handful of apps over a scratch database, and a clock to move by hand.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::{Arc, LazyLock};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::access::{ClientApp, ClientId, GrantType, Scope, SystemUserName};
use domain::{Clock, Organization, OrganizationNumber};
use gateway::{
    Admission, Call, ClientAuthentication, Gateway, GrantError, IssuedToken, Nodes, Refusal,
    Refused, ServerKey, Settings, TokenRequest, hash_password,
};
use storage::{Pace, Quota, RegisteredApp, Store, SystemUser, Transaction};
use testkit::{Database, ManualClock, SeededEntropy};
use tokio::task::JoinSet;

pub(crate) const HOME: IpAddr = IpAddr::V4(Ipv4Addr::new(10, 0, 0, 1));
pub(crate) const ELSEWHERE: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1));
pub(crate) const PASSWORD: &str = "demo-password";

/// Hashed once, since it is slow by intention.
static PASSWORD_HASH: LazyLock<String> =
    LazyLock::new(|| hash_password(PASSWORD, &SeededEntropy::new(1)).expect("a hash"));

/// One node, its database, and what the test needs to steer it.
pub(crate) struct World {
    pub(crate) gateway: Gateway,
    pub(crate) store: Store,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) settings: Settings,
    _database: Database,
}

/// Runs a test on a fresh database of each engine that is to be had.
pub(crate) async fn on_each_engine(test: impl AsyncFn(World)) {
    test(World::new(Database::sqlite(), Nodes::One).await).await;
    if let Some(database) = Database::postgres().await {
        test(World::new(database, Nodes::Several).await).await;
    }
}

impl World {
    async fn new(database: Database, nodes: Nodes) -> Self {
        let store = Store::open(database.url()).await.expect("an open database");
        store.transact(populate).await.expect("the apps and users");
        let (clock, settings) = (Arc::new(ManualClock::default()), Settings::new(nodes));
        let gateway = gateway(&store, &clock, settings, 1);
        Self {
            gateway,
            store,
            clock,
            settings,
            _database: database,
        }
    }

    /// Another node over the same database, or this one after a restart.
    pub(crate) fn another_node(&self) -> Gateway {
        self.node_with(self.settings)
    }

    /// A node with other settings.
    pub(crate) fn node_with(&self, settings: Settings) -> Gateway {
        gateway(&self.store, &self.clock, settings, 2)
    }

    /// Fresh nodes, as many as may share this database: one, or two.
    pub(crate) fn nodes(&self) -> Vec<Arc<Gateway>> {
        let count = if self.settings.nodes == Nodes::Several {
            2
        } else {
            1
        };
        (0..count).map(|_| Arc::new(self.another_node())).collect()
    }

    /// Changes the database, as an operator would.
    pub(crate) async fn change<T>(
        &self,
        body: impl AsyncFnOnce(&mut Transaction) -> Result<T, storage::Error> + Clone,
    ) -> T {
        self.store.transact(body).await.expect("a change")
    }

    pub(crate) async fn password_grant(&self, app: &str) -> Result<IssuedToken, GrantError> {
        self.gateway
            .issue(&by_password(app, "API1000DEMO", PASSWORD))
            .await
    }

    /// A token for the demo's system user, through this app.
    pub(crate) async fn token(&self, app: &str) -> String {
        self.password_grant(app)
            .await
            .expect("a token")
            .access_token
    }

    /// A token of the app's own.
    pub(crate) async fn own_token(&self, app: &str) -> String {
        let request = TokenRequest {
            grant_type: Some("client_credentials"),
            ..by_password(app, "", "")
        };
        self.gateway
            .issue(&request)
            .await
            .expect("a token")
            .access_token
    }

    pub(crate) async fn call(&self, header: &str) -> Result<Admission, Refused> {
        call(&self.gateway, header).await
    }

    pub(crate) async fn call_from(
        &self,
        header: &str,
        operation: &str,
        scope: &str,
        network: IpAddr,
    ) -> Result<Admission, Refused> {
        let authorization: &[&[u8]] = &[header.as_bytes()];
        let authorization = if header.is_empty() {
            &[]
        } else {
            authorization
        };
        self.gateway
            .admit(&Call {
                operation,
                scope,
                requirements: gateway::Requirements::default(),
                authorization,
                network,
            })
            .await
    }

    /// An app of the test's own, with the first API product.
    pub(crate) async fn add_app(&self, id: &str, pace: Pace, quota: Option<Quota>) -> String {
        let registered = RegisteredApp { pace, ..app(id) };
        self.change(async |tx| add_app(tx, &registered, &[("info", quota)]).await)
            .await;
        bearer(&self.token(id).await)
    }

    pub(crate) async fn refusal(&self, header: &str) -> Refusal {
        self.call(header).await.expect_err("a refusal").refusal
    }
}

/// A call of the one operation that most tests are about.
pub(crate) async fn call(gateway: &Gateway, header: &str) -> Result<Admission, Refused> {
    call_of(gateway, "list_things", header).await
}

pub(crate) async fn call_of(
    gateway: &Gateway,
    operation: &str,
    header: &str,
) -> Result<Admission, Refused> {
    let authorization: &[&[u8]] = &[header.as_bytes()];
    let scope = "things.read";
    gateway
        .admit(&Call {
            operation,
            scope,
            requirements: gateway::Requirements::default(),
            authorization,
            network: HOME,
        })
        .await
}

/// Makes so many calls at once, spread over the nodes, and counts the admitted ones.
pub(crate) async fn storm(nodes: &[Arc<Gateway>], header: &str, calls: usize) -> usize {
    let mut storm = JoinSet::new();
    for node in nodes.iter().cycle().take(calls) {
        let (node, header) = (Arc::clone(node), header.to_owned());
        storm.spawn(async move { call(&node, &header).await });
    }
    let outcomes = storm.join_all().await;
    let unavailable = |refused: &Refused| matches!(refused.refusal, Refusal::Unavailable(_));
    assert!(
        !outcomes
            .iter()
            .any(|outcome| outcome.as_ref().is_err_and(unavailable))
    );
    outcomes.iter().filter(|outcome| outcome.is_ok()).count()
}

pub(crate) fn bearer(token: &str) -> String {
    format!("Bearer {token}")
}

pub(crate) fn basic(app: &str) -> String {
    basic_with(app, &secret(app))
}

pub(crate) fn basic_with(app: &str, secret: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{app}:{secret}")))
}

pub(crate) fn secret(app: &str) -> String {
    format!("secret of {app}")
}

/// A request of the password grant with the app's credentials in the form.
pub(crate) fn by_password<'a>(app: &'a str, user: &'a str, password: &'a str) -> TokenRequest<'a> {
    TokenRequest {
        client: ClientAuthentication {
            authorization: &[],
            client_id: Some(app),
            client_secret: Some(String::leak(secret(app))),
            network: HOME,
        },
        grant_type: Some("password"),
        username: Some(user),
        password: Some(password),
        scope: None,
    }
}

pub(crate) fn app(id: &str) -> RegisteredApp {
    RegisteredApp {
        app: ClientApp {
            id: ClientId::new(id),
            name: id.to_uppercase(),
            owner: organization("914742315"),
            enabled: true,
            grants: GrantType::ALL.to_vec(),
            basic_networks: Vec::new(),
            bound_system_user: None,
            expires_in_as_string: false,
        },
        pace: Pace {
            calls_per_second: 1000,
            burst: 1000,
        },
        may_introspect: false,
    }
}

pub(crate) fn organization(number: &str) -> OrganizationNumber {
    OrganizationNumber::parse(number).expect("nine digits")
}

pub(crate) async fn add_app(
    transaction: &mut Transaction,
    registered: &RegisteredApp,
    products: &[(&str, Option<Quota>)],
) -> Result<(), storage::Error> {
    let id = &registered.app.id;
    let mut apps = transaction.client_apps();
    apps.insert(registered).await?;
    let hash = key().hash_client_secret(id, &secret(id.as_str()));
    apps.add_secret(id, &hash, ManualClock::default().now())
        .await?;
    for (product, quota) in products {
        apps.add_product(id, product, *quota).await?;
    }
    Ok(())
}

fn gateway(store: &Store, clock: &Arc<ManualClock>, settings: Settings, seed: u64) -> Gateway {
    let entropy = Arc::new(SeededEntropy::new(seed));
    Gateway::new(
        store.clone(),
        Arc::clone(clock) as Arc<dyn Clock>,
        entropy,
        key(),
        settings,
    )
}

pub(crate) fn key() -> ServerKey {
    ServerKey::new(&[7; 32])
}

async fn populate(transaction: &mut Transaction) -> Result<(), storage::Error> {
    for number in ["914742315", "976967631"] {
        let organization = Organization {
            number: organization(number),
            name: format!("Company {number}"),
        };
        transaction.organizations().insert(&organization).await?;
    }
    for (name, owner) in [("API1000DEMO", "914742315"), ("API2000OTHER", "976967631")] {
        let user = SystemUser {
            name: SystemUserName::new(name),
            owner: organization(owner),
            password_hash: PASSWORD_HASH.clone(),
            enabled: true,
        };
        transaction.system_users().insert(&user).await?;
    }
    let mut products = transaction.api_products();
    for (product, operations, scope) in [
        ("info", ["list_things", "read_thing"], "things.read"),
        ("order", ["order_thing", "cancel_thing"], "things.order"),
    ] {
        products.insert(product).await?;
        products.add_scope(product, &Scope::new(scope)).await?;
        for operation in operations {
            products.add_operation(product, operation).await?;
        }
    }
    let both = [("info", None), ("order", None)];
    add_app(transaction, &app("demo"), &both).await?;
    add_app(transaction, &app("infoonly"), &both[..1]).await?;
    let mut internal = app("internal");
    internal.app.basic_networks = vec!["10.0.0.0/8".to_owned(), "2001:db8::/32".to_owned()];
    internal.app.bound_system_user = Some(SystemUserName::new("API1000DEMO"));
    internal.may_introspect = true;
    add_app(transaction, &internal, &both).await
}
