//! The order of the checks, pair by pair: a call that fails at two of them hears of the first.

use std::net::IpAddr;
use std::time::Duration;

use domain::access::{ClientId, Scope, SystemUserName};
use gateway::Refusal;
use storage::{Pace, Quota, QuotaPeriod};

use crate::world::{
    ELSEWHERE, HOME, World, add_app, app, basic, basic_with, bearer, on_each_engine,
};

/// What can be wrong with a call, in the order of the checks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fault {
    SpikeArrest,
    MissingAuthorization,
    InvalidBasicCredentials,
    BasicNotAllowed,
    InvalidToken,
    ExpiredToken,
    NoApiProduct,
    InvalidResource,
    InvalidScope,
    QuotaViolation,
    MissingEndUser,
}

use Fault::{
    BasicNotAllowed, ExpiredToken, InvalidBasicCredentials, InvalidResource, InvalidScope,
    InvalidToken, MissingAuthorization, MissingEndUser, NoApiProduct, QuotaViolation, SpikeArrest,
};

const ALL: [Fault; 11] = [
    SpikeArrest,
    MissingAuthorization,
    InvalidBasicCredentials,
    BasicNotAllowed,
    InvalidToken,
    ExpiredToken,
    NoApiProduct,
    InvalidResource,
    InvalidScope,
    QuotaViolation,
    MissingEndUser,
];

/// Pairs that no call can have: it has one credential, and is held by a product or not.
fn exclude_each_other(one: Fault, other: Fault) -> bool {
    let credential = |fault| {
        matches!(
            fault,
            MissingAuthorization
                | InvalidBasicCredentials
                | BasicNotAllowed
                | InvalidToken
                | ExpiredToken
        )
    };
    // What is known of an app can't be wrong for a credential that belongs to none.
    let nobody = |fault| {
        matches!(
            fault,
            MissingAuthorization | InvalidBasicCredentials | InvalidToken
        )
    };
    let about_the_app = |fault| fault >= NoApiProduct;
    (credential(one) && credential(other))
        || (nobody(one) && about_the_app(other))
        || (one == NoApiProduct && matches!(other, InvalidResource | QuotaViolation))
}

#[tokio::test]
async fn the_first_of_two_faults_is_told() {
    on_each_engine(async |world| {
        let mut tried = 0;
        for (place, first) in ALL.into_iter().enumerate() {
            assert_eq!(refused_for(&world, &[first]).await, first);
            for second in ALL.into_iter().skip(place + 1) {
                if !exclude_each_other(first, second) {
                    tried += 1;
                    let found = refused_for(&world, &[first, second]).await;
                    assert_eq!(found, first, "with {second:?}");
                }
            }
        }
        assert_eq!(tried, 28);
    })
    .await;
}

#[tokio::test]
async fn a_call_without_fault_is_admitted() {
    on_each_engine(async |world| {
        let id = prepare(&world, &[]).await;
        let token = bearer(&world.own_token(&id).await);
        let admitted = world.call(&token).await.expect("an admission");
        assert_eq!(admitted.limits.quota.expect("a quota").remaining, 0);
    })
    .await;
}

/// Makes a call with these faults and no others, and says which one it was refused for.
async fn refused_for(world: &World, faults: &[Fault]) -> Fault {
    let id = prepare(world, faults).await;
    let has = |fault| faults.contains(&fault);
    let credential = credential(world, &id, faults).await;
    let network = if has(BasicNotAllowed) {
        ELSEWHERE
    } else {
        HOME
    };
    let operation = if has(NoApiProduct) {
        "order_thing"
    } else {
        "list_things"
    };
    let scope = if has(InvalidScope) {
        "things.other"
    } else {
        "things.read"
    };
    if has(QuotaViolation) {
        world
            .call_from(&credential.usable, operation, "things.read", HOME)
            .await
            .expect("the one");
        // The pace must not be what the next call fails for.
        world.clock.advance(Duration::from_secs(1));
    }
    if has(ExpiredToken) {
        world.clock.advance(Duration::from_hours(1));
    }
    if has(MissingEndUser) {
        set_user_enabled(world, false).await;
    }
    if has(InvalidResource) {
        set_operation_enabled(world, operation, false).await;
    }
    if has(SpikeArrest) {
        use_up_the_pace(world, &credential.presented, network).await;
    }
    let refused = world
        .call_from(&credential.presented, operation, scope, network)
        .await;
    set_user_enabled(world, true).await;
    set_operation_enabled(world, operation, true).await;
    fault(&refused.expect_err("a refusal").refusal)
}

struct Credentials {
    /// With its faults.
    presented: String,
    /// The same app's, without any.
    usable: String,
}

async fn credential(world: &World, id: &str, faults: &[Fault]) -> Credentials {
    let has = |fault| faults.contains(&fault);
    let token = bearer(&world.own_token(id).await);
    let presented = if has(MissingAuthorization) {
        String::new()
    } else if has(InvalidBasicCredentials) {
        basic_with(id, "guess")
    } else if has(BasicNotAllowed) {
        basic(id)
    } else if has(InvalidToken) {
        bearer(&"0".repeat(40))
    } else {
        token.clone()
    };
    Credentials {
        presented,
        usable: token,
    }
}

/// An app of this case's own, which may call once a day and, if need be, twice a second.
async fn prepare(world: &World, faults: &[Fault]) -> String {
    let id = format!("case{faults:?}").replace(|letter: char| !letter.is_alphabetic(), "");
    let mut registered = app(&id);
    registered.app.bound_system_user = Some(SystemUserName::new("API1000DEMO"));
    registered.app.basic_networks = vec!["10.0.0.0/8".to_owned()];
    registered.pace = Pace {
        calls_per_second: 2,
        burst: 2,
    };
    // The clock moves past midnight in no case.
    let quota = Some(Quota {
        calls: 1,
        period: QuotaPeriod::Month,
    });
    world
        .change(async |tx| add_app(tx, &registered, &[("info", quota)]).await)
        .await;
    id
}

async fn set_user_enabled(world: &World, enabled: bool) {
    let user = SystemUserName::new("API1000DEMO");
    world
        .change(async |tx| tx.system_users().set_enabled(&user, enabled).await)
        .await;
}

async fn set_operation_enabled(world: &World, operation: &str, enabled: bool) {
    world
        .change(async |tx| {
            tx.api_products()
                .set_operation_enabled(operation, enabled)
                .await
        })
        .await;
}

/// With calls that are refused later on, since these count as well.
async fn use_up_the_pace(world: &World, credential: &str, network: IpAddr) {
    for _ in 0..1_000 {
        let refused = world
            .call_from(credential, "no_such_operation", "", network)
            .await;
        if matches!(
            refused.expect_err("a refusal").refusal,
            Refusal::SpikeArrest { .. }
        ) {
            return;
        }
    }
    panic!("the pace has no end");
}

fn fault(refusal: &Refusal) -> Fault {
    match refusal {
        Refusal::SpikeArrest { .. } => SpikeArrest,
        Refusal::MissingAuthorization => MissingAuthorization,
        Refusal::InvalidBasicCredentials => InvalidBasicCredentials,
        Refusal::BasicNotAllowed => BasicNotAllowed,
        Refusal::InvalidToken => InvalidToken,
        Refusal::ExpiredToken => ExpiredToken,
        Refusal::NoApiProduct { .. } => NoApiProduct,
        Refusal::InvalidResource => InvalidResource,
        Refusal::InvalidScope { required } => {
            assert_eq!(required, &Scope::new("things.other"));
            InvalidScope
        }
        Refusal::QuotaViolation { .. } => QuotaViolation,
        Refusal::MissingEndUser => MissingEndUser,
        other => panic!("not one of the checks that every operation has: {other}"),
    }
}

#[tokio::test]
async fn a_user_who_may_no_longer_act_for_the_app_is_missing() {
    on_each_engine(async |world| {
        let token = bearer(&world.token("demo").await);
        set_user_enabled(&world, false).await;
        assert_eq!(world.refusal(&token).await, Refusal::MissingEndUser);
        set_user_enabled(&world, true).await;
        world.call(&token).await.expect("an admission again");
    })
    .await;
}

#[tokio::test]
async fn basic_is_for_some_apps_from_some_networks() {
    on_each_engine(async |world| {
        let from = async |app: &str, network: &str| {
            let network = network.parse().expect("an address");
            world
                .call_from(&basic(app), "list_things", "things.read", network)
                .await
        };
        for network in ["10.1.2.3", "::ffff:10.1.2.3", "2001:db8::1"] {
            let admitted = from("internal", network).await.expect("an admission");
            assert_eq!(
                admitted.caller.system_user,
                SystemUserName::new("API1000DEMO")
            );
            assert_eq!(admitted.caller.app, ClientId::new("internal"));
        }
        for (app, network) in [
            ("internal", "11.0.0.1"),
            ("internal", "2001:db9::1"),
            ("demo", "10.1.2.3"),
        ] {
            let refused = from(app, network).await.expect_err("a refusal");
            assert_eq!(refused.refusal, Refusal::BasicNotAllowed, "{app} {network}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_product_that_is_switched_off_is_not_taken_for_one_that_the_app_lacks() {
    on_each_engine(async |world| {
        let token = bearer(&world.token("infoonly").await);
        world
            .change(async |tx| tx.api_products().set_enabled("info", false).await)
            .await;
        assert_eq!(world.refusal(&token).await, Refusal::InvalidResource);
        let refused = world
            .call_from(&token, "order_thing", "things.order", HOME)
            .await;
        let operation = "order_thing".to_owned();
        assert_eq!(
            refused.expect_err("a refusal").refusal,
            Refusal::NoApiProduct { operation }
        );
        world
            .change(async |tx| tx.api_products().set_enabled("info", true).await)
            .await;
        world.call(&token).await.expect("an admission again");
    })
    .await;
}

#[tokio::test]
async fn several_authorization_headers_count_as_none() {
    on_each_engine(async |world| {
        let token = bearer(&world.token("demo").await);
        let twice: &[&[u8]] = &[token.as_bytes(), token.as_bytes()];
        let call = gateway::Call {
            operation: "list_things",
            scope: "things.read",
            requirements: gateway::Requirements::default(),
            authorization: twice,
            network: HOME,
        };
        let refused = world.gateway.admit(&call).await.expect_err("a refusal");
        assert_eq!(refused.refusal, Refusal::MissingAuthorization);
    })
    .await;
}
