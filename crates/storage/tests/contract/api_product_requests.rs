//! API products that were asked for.

use domain::access::ClientId;
use storage::{ApiProductRequest, Decision, Error, RequestState, Store, Transaction};

use crate::client_apps::{app, owner, stranger};
use crate::scratch::{Test, tests};
use crate::system_users::add_companies;
use crate::world::{NOW, after};

pub(crate) const TESTS: &[Test] = tests![
    a_request_waits_until_it_is_decided,
    a_refused_request_may_be_made_again,
    a_request_that_waits_is_taken_back,
    requests_wait_in_the_order_of_their_age,
];

async fn prepare(tx: &mut Transaction) -> Result<(), Error> {
    add_companies(tx).await?;
    for product in ["info", "order"] {
        tx.api_products().insert(product).await?;
    }
    let mut foreign = app("foreign");
    foreign.app.owner = stranger();
    tx.client_apps().insert(&foreign).await?;
    tx.client_apps().insert(&app("own")).await
}

fn own() -> ClientId {
    ClientId::new("own")
}

fn asked(product: &str) -> ApiProductRequest {
    ApiProductRequest {
        app: own(),
        app_name: "An app".to_owned(),
        owner: owner(),
        api_product: product.to_owned(),
        state: RequestState::Asked,
        asked_by: "kari".to_owned(),
        asked_at: NOW,
        decided: None,
        reason: None,
    }
}

fn decision(state: RequestState) -> Decision<'static> {
    Decision {
        state,
        by: "ola",
        at: after(1),
        reason: (state == RequestState::Refused).then_some("not yet"),
    }
}

async fn a_request_waits_until_it_is_decided(store: Store) {
    let done = store.transact(async |tx| {
        prepare(tx).await?;
        let mut requests = tx.api_product_requests();
        assert!(requests.ask(&own(), "order", ("kari", NOW)).await?);
        assert!(!requests.ask(&own(), "order", ("ola", after(1))).await?);
        assert_eq!(requests.list_open(10).await?, [asked("order")]);
        assert_eq!(requests.list_of(&owner(), &own()).await?, [asked("order")]);
        assert_eq!(requests.list_of(&stranger(), &own()).await?, []);
        let approved = decision(RequestState::Approved);
        assert!(!requests.decide(&own(), "info", approved).await?);
        assert!(requests.decide(&own(), "order", approved).await?);
        assert!(!requests.decide(&own(), "order", approved).await?);
        assert_eq!(requests.list_open(10).await?, []);
        requests.list_of(&owner(), &own()).await
    });
    let expected = ApiProductRequest {
        state: RequestState::Approved,
        decided: Some(("ola".to_owned(), after(1))),
        ..asked("order")
    };
    assert_eq!(done.await, Ok(vec![expected]));
}

async fn a_refused_request_may_be_made_again(store: Store) {
    let done = store.transact(async |tx| {
        prepare(tx).await?;
        let mut requests = tx.api_product_requests();
        requests.ask(&own(), "info", ("kari", NOW)).await?;
        let refused = decision(RequestState::Refused);
        assert!(requests.decide(&own(), "info", refused).await?);
        let found = requests.list_of(&owner(), &own()).await?;
        assert_eq!(found[0].state, RequestState::Refused);
        assert_eq!(found[0].reason.as_deref(), Some("not yet"));
        assert!(requests.ask(&own(), "info", ("kari", NOW)).await?);
        requests.list_open(10).await
    });
    assert_eq!(done.await, Ok(vec![asked("info")]));
}

async fn a_request_that_waits_is_taken_back(store: Store) {
    let done = store.transact(async |tx| {
        prepare(tx).await?;
        let mut requests = tx.api_product_requests();
        requests.ask(&own(), "info", ("kari", NOW)).await?;
        assert!(requests.withdraw(&own(), "info").await?);
        assert!(!requests.withdraw(&own(), "info").await?);
        requests.ask(&own(), "info", ("kari", NOW)).await?;
        let refused = decision(RequestState::Refused);
        requests.decide(&own(), "info", refused).await?;
        requests.withdraw(&own(), "info").await
    });
    assert_eq!(done.await, Ok(false));
}

async fn requests_wait_in_the_order_of_their_age(store: Store) {
    let foreign = &ClientId::new("foreign");
    let done = store.transact(async |tx| {
        prepare(tx).await?;
        let mut requests = tx.api_product_requests();
        for (app, product, seconds) in [
            (&own(), "order", 3),
            (foreign, "order", 1),
            (&own(), "info", 2),
        ] {
            requests.ask(app, product, ("kari", after(seconds))).await?;
        }
        let names = |found: Vec<ApiProductRequest>| -> Vec<String> {
            let names = found.into_iter();
            names
                .map(|one| format!("{} {}", one.app.as_str(), one.api_product))
                .collect()
        };
        let of_own = requests.list_of(&owner(), &own()).await?;
        assert_eq!(names(of_own), ["own info", "own order"]);
        let first = requests.list_open(2).await?;
        Ok::<_, Error>(names(first))
    });
    let expected = ["foreign order", "own info"].map(str::to_owned);
    assert_eq!(done.await, Ok(expected.to_vec()));
}
