//! The demo's apps and system users: one for each way in, and for each way to be kept out.

use domain::access::{
    ClientApp, ClientId, GrantType, Operator, OperatorName, OperatorRole, SystemUserName,
};
use gateway::hash_password;
use storage::{Error, Pace, Quota, QuotaPeriod, RegisteredApp, SystemUser, Transaction};

use super::{APP, APP_SECRET, FIRST, OTHER, PASSWORD, SECOND, USER, known, organization};
use crate::wiring::Parts;

const OTHER_USER: &str = "API2000OTHER";

/// Everything on the operator's side; a key that everyone can read is for the sandbox alone.
const OPERATOR: &str = "demo";
const OPERATOR_KEY: &str = "demooperatorkeydemooperatorkeydemooperat";

/// One app of the demo.
struct DemoApp {
    id: &'static str,
    secret: &'static str,
    name: &'static str,
    owner: &'static str,
    products: &'static [&'static str],
    grant: GrantType,
    basic_network: Option<&'static str>,
    bound: Option<&'static str>,
    pace: Pace,
    quota: Quota,
    may_introspect: bool,
}

const BOTH: &[&str] = &["info", "order"];
const PACE: Pace = Pace {
    calls_per_second: 200,
    burst: 50,
};
const QUOTA: Quota = Quota {
    calls: 1_000_000,
    period: QuotaPeriod::Day,
};

const DEMO: DemoApp = DemoApp {
    id: APP,
    secret: APP_SECRET,
    name: "Demo",
    owner: FIRST,
    products: BOTH,
    grant: GrantType::Password,
    basic_network: None,
    bound: None,
    pace: PACE,
    quota: QUOTA,
    may_introspect: false,
};

const APPS: [DemoApp; 6] = [
    DEMO,
    DemoApp {
        id: "otherotherotherotherotherotherot",
        secret: "othersecretother",
        name: "Another company's",
        owner: OTHER,
        ..DEMO
    },
    DemoApp {
        id: "infoinfoinfoinfoinfoinfoinfoinfo",
        secret: "infosecretinfose",
        name: "Reads alone",
        products: &["info"],
        ..DEMO
    },
    DemoApp {
        id: "tinytinytinytinytinytinytinytiny",
        secret: "tinysecrettinyse",
        name: "Tight limits",
        pace: Pace {
            calls_per_second: 2,
            burst: 1,
        },
        quota: Quota {
            calls: 5,
            period: QuotaPeriod::Minute,
        },
        ..DEMO
    },
    DemoApp {
        id: "clientclientclientclientclientcl",
        secret: "clientsecretclie",
        name: "Without a system user",
        grant: GrantType::ClientCredentials,
        ..DEMO
    },
    DemoApp {
        id: "internalinternalinternalinternal",
        secret: "internalsecretin",
        name: "Internal, by Basic",
        basic_network: Some("127.0.0.0/8"),
        bound: Some(USER),
        may_introspect: true,
        ..DEMO
    },
];

/// The system users, with the organizations that they may act for. Hashing takes a while, so it is
/// done before the transaction.
pub(super) fn users(parts: &Parts) -> anyhow::Result<[(SystemUser, &'static [&'static str]); 2]> {
    let user = |name, owner, password| {
        anyhow::Ok(SystemUser {
            name: SystemUserName::new(name),
            owner: organization(owner)?,
            password_hash: hash_password(password, parts.entropy.as_ref())?,
            enabled: true,
        })
    };
    Ok([
        (user(USER, FIRST, PASSWORD)?, &[FIRST, SECOND]),
        (user(OTHER_USER, OTHER, "other-password")?, &[OTHER]),
    ])
}

pub(super) async fn load(
    tx: &mut Transaction,
    parts: &Parts,
    users: &[(SystemUser, &'static [&'static str])],
) -> Result<(), Error> {
    for (user, organizations) in users {
        tx.system_users().insert(user).await?;
        for number in *organizations {
            tx.system_users()
                .add_organization(&user.name, &organization(number)?)
                .await?;
        }
    }
    for app in &APPS {
        let registered = register(app)?;
        let id = &registered.app.id;
        tx.client_apps().insert(&registered).await?;
        let secret = parts.key.hash_client_secret(id, app.secret);
        tx.client_apps()
            .add_secret(id, &secret, parts.clock.now())
            .await?;
        for product in app.products {
            tx.client_apps()
                .add_product(id, product, Some(app.quota))
                .await?;
        }
    }
    let operator = Operator {
        name: known(OPERATOR, OperatorName::parse(OPERATOR))?,
        role: OperatorRole::Administrator,
        enabled: true,
        created_at: parts.clock.now(),
    };
    let key = parts.key.hash_operator_key(OPERATOR_KEY);
    tx.operators().insert(&operator, &key).await?;
    Ok(())
}

fn register(app: &DemoApp) -> Result<RegisteredApp, Error> {
    Ok(RegisteredApp {
        app: ClientApp {
            id: ClientId::new(app.id),
            name: app.name.to_owned(),
            owner: organization(app.owner)?,
            enabled: true,
            grants: vec![app.grant],
            basic_networks: app.basic_network.map(str::to_owned).into_iter().collect(),
            bound_system_user: app.bound.map(SystemUserName::new),
            expires_in_as_string: false,
        },
        pace: app.pace,
        may_introspect: app.may_introspect,
    })
}
