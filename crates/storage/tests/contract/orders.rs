//! Orders, their lists and their histories.

use domain::access::Caller;
use domain::{
    AgreementId, Order, OrderAction, OrderEvent, OrderId, OrderState, OrganizationNumber, ProductId,
};
use jiff::{SignedDuration, Timestamp};
use storage::{Error, OrderFilter, Page, Store, Transaction};

use crate::client_apps::{owner, stranger};
use crate::scratch::{Test, tests};
use crate::world::{
    self, FOREIGN, ORDER, OWN, SIM, TROUBLESOME, after, agreement, at_once, both, foreign, idle,
    order, own, setting,
};

pub(crate) const TESTS: &[Test] = tests![
    an_order_of_another_organization_is_not_found,
    orders_come_back_as_they_went_in,
    texts_in_configurations_come_back_as_they_went_in,
    an_order_needs_an_owner_and_an_id_of_its_own,
    lists_are_narrowed_by_every_filter,
    pages_are_newest_first_and_know_the_total,
    an_order_advances_from_its_state_alone,
    one_of_two_who_advance_an_order_at_once_is_too_late,
    a_history_comes_back_in_order,
];

const EVERYTHING: OrderFilter = OrderFilter {
    agreement: None,
    state: None,
    since: None,
};

/// Longer than the lists of these tests.
const ONE_PAGE: Page = Page {
    number: 0,
    size: 100,
};

async fn ids_and_total(
    tx: &mut Transaction,
    caller: &Caller,
    filter: &OrderFilter,
    page: Page,
) -> Result<(Vec<i64>, i64), Error> {
    let (orders, total) = tx.orders().list(caller.reach(), filter, page).await?;
    let ids = orders.iter().map(|order| order.id.get()).collect();
    Ok((ids, total))
}

async fn add(tx: &mut Transaction, order: &Order) -> Result<(), Error> {
    tx.orders().insert(order, &own()).await
}

async fn an_order_of_another_organization_is_not_found(store: Store) {
    let mut theirs = order(OrderId::new(1));
    theirs.request.agreement = FOREIGN;
    theirs.owner = stranger();
    let theirs = &theirs;
    let prepared = store.transact(async move |tx| {
        world::build(tx).await?;
        tx.orders().insert(theirs, &foreign()).await
    });
    assert_eq!(prepared.await, Ok(()));
    for (caller, seen) in [
        (own(), vec![ORDER]),
        (foreign(), vec![theirs.id]),
        (both(), vec![ORDER, theirs.id]),
        (idle(), vec![]),
    ] {
        let caller = &caller;
        let outcome = store.read(async |tx| {
            let ids: Vec<_> = seen.iter().map(|id| id.get()).collect();
            let total = i64::try_from(ids.len()).expect("a small number");
            let listed = ids_and_total(tx, caller, &EVERYTHING, ONE_PAGE).await?;
            assert_eq!(listed, (ids, total), "{caller:?}");
            for id in [ORDER, theirs.id] {
                let found = tx.orders().find(caller.reach(), id).await?;
                assert_eq!(found.is_some(), seen.contains(&id), "{caller:?}");
                let accepted = tx.orders().find_accepted(id).await?;
                assert_eq!(accepted.map(|order| order.id), Some(id));
            }
            let unknown = OrderId::new(2);
            assert_eq!(tx.orders().find_accepted(unknown).await?, None);
            tx.orders().find(caller.reach(), unknown).await
        });
        assert_eq!(outcome.await, Ok(None));
    }
}

async fn orders_come_back_as_they_went_in(store: Store) {
    store.transact(world::build).await.expect("a world");
    for (id, state) in (1..).zip(OrderState::ALL) {
        let mut kept = order(OrderId::new(id));
        kept.state = state;
        if id % 2 == 0 {
            kept.request.action = OrderAction::AddProduct(SIM);
            kept.product = ProductId::new(id);
            kept.request.configurations.clear();
        }
        let kept = &kept;
        let found = store.transact(async move |tx| {
            add(tx, kept).await?;
            let accepted = tx.orders().find_accepted(kept.id).await?;
            assert_eq!(accepted.as_ref(), Some(kept));
            let (listed, _) = tx
                .orders()
                .list(own().reach(), &EVERYTHING, ONE_PAGE)
                .await?;
            assert!(listed.contains(kept));
            tx.orders().find(own().reach(), kept.id).await
        });
        assert_eq!(found.await.as_ref(), Ok(&Some(kept.clone())));
    }
}

async fn texts_in_configurations_come_back_as_they_went_in(store: Store) {
    let mut kept = order(OrderId::new(1));
    let long = "\"æ🙂\\".repeat(5_000);
    kept.request.configurations = [
        "",
        " ",
        TROUBLESOME,
        "null",
        "[]",
        "\u{0}\u{1}\u{7F}",
        &long,
    ]
    .into_iter()
    .zip([i64::MAX, 3, 3, 0, i64::MIN, 1, 2])
    .map(|(value, id)| setting(id, value))
    .collect();
    let kept = &kept;
    let found = store.transact(async move |tx| {
        world::build(tx).await?;
        add(tx, kept).await?;
        tx.orders().find_accepted(kept.id).await
    });
    assert_eq!(found.await.as_ref(), Ok(&Some(kept.clone())));
}

async fn an_order_needs_an_owner_and_an_id_of_its_own(store: Store) {
    store.transact(world::build).await.expect("a world");
    let unknown = OrganizationNumber::parse("987654321").expect("nine digits");
    let mut nowhere = order(OrderId::new(1));
    nowhere.request.agreement = AgreementId::new(1);
    for (refused, owner) in [
        (order(ORDER), owner()),
        (order(OrderId::new(1)), unknown),
        (nowhere, owner()),
    ] {
        let refused = &Order { owner, ..refused };
        let outcome = store.transact(async move |tx| tx.orders().insert(refused, &own()).await);
        let outcome = outcome.await;
        assert!(matches!(outcome, Err(Error::Conflict(_))), "{outcome:?}");
    }
}

async fn lists_are_narrowed_by_every_filter(store: Store) {
    let second = AgreementId::new(1);
    let outcome = store.transact(async move |tx| {
        world::build(tx).await?;
        tx.agreements().insert(&agreement(second)).await?;
        for (id, agreement, state, seconds) in [
            (1, OWN, OrderState::Held, 1),
            (2, second, OrderState::Acknowledged, 2),
            (3, second, OrderState::Held, 3),
        ] {
            let mut new = order(OrderId::new(id));
            new.request.agreement = agreement;
            (new.state, new.created_at) = (state, after(seconds));
            add(tx, &new).await?;
        }
        let first = ORDER.get();
        let (held, moment) = (Some(OrderState::Held), SignedDuration::from_millis(1));
        for (agreement, state, since, ids) in [
            (None, None, None, vec![3, 2, 1, first]),
            (Some(second), None, None, vec![3, 2]),
            (Some(FOREIGN), None, None, vec![]),
            (None, held, None, vec![3, 1]),
            (None, Some(OrderState::Failed), None, vec![]),
            (None, None, Some(after(1)), vec![3, 2, 1]),
            (None, None, Some(after(1) + moment), vec![3, 2]),
            (
                None,
                None,
                Some(Timestamp::UNIX_EPOCH),
                vec![3, 2, 1, first],
            ),
            (Some(OWN), held, None, vec![1]),
            (Some(second), held, Some(after(2)), vec![3]),
            (Some(OWN), held, Some(after(2)), vec![]),
        ] {
            let filter = OrderFilter {
                agreement,
                state,
                since,
            };
            let total = i64::try_from(ids.len()).expect("a small number");
            let listed = ids_and_total(tx, &both(), &filter, ONE_PAGE).await?;
            assert_eq!(listed, (ids, total), "{filter:?}");
            let others = ids_and_total(tx, &foreign(), &filter, ONE_PAGE).await?;
            assert_eq!(others, (vec![], 0), "{filter:?}");
        }
        Ok::<_, Error>(())
    });
    assert_eq!(outcome.await, Ok(()));
}

/// Three of five were accepted in the same millisecond, and the owners are mixed.
async fn pages_are_newest_first_and_know_the_total(store: Store) {
    let outcome = store.transact(async |tx| {
        world::build(tx).await?;
        for (id, seconds, number) in [
            (9, 5, owner()),
            (100, 5, stranger()),
            (10, 5, owner()),
            (1_000, 1, stranger()),
        ] {
            let mut new = order(OrderId::new(id));
            new.created_at = after(seconds);
            new.owner = number;
            tx.orders().insert(&new, &both()).await?;
        }
        let first = ORDER.get();
        for (number, size, ids) in [
            (0, 5, vec![100, 10, 9, 1_000, first]),
            (0, 2, vec![100, 10]),
            (1, 2, vec![9, 1_000]),
            (2, 2, vec![first]),
            (3, 2, vec![]),
            (i64::MAX, 2, vec![]),
            (0, i64::MAX, vec![100, 10, 9, 1_000, first]),
            (i64::MAX, i64::MAX, vec![]),
            (0, 0, vec![]),
        ] {
            let page = Page { number, size };
            let listed = ids_and_total(tx, &both(), &EVERYTHING, page).await?;
            assert_eq!(listed, (ids, 5), "{page:?}");
        }
        Ok::<_, Error>(())
    });
    assert_eq!(outcome.await, Ok(()));
}

async fn an_order_advances_from_its_state_alone(store: Store) {
    let outcome = store.transact(async |tx| {
        world::build(tx).await?;
        add(tx, &order(OrderId::new(1))).await?;
        let begun = order(ORDER)
            .enter(OrderState::InProgress, after(1))
            .expect("a step");
        let cancelled = order(ORDER).cancel(after(2)).expect("a step");
        let mut orders = tx.orders();
        assert!(orders.advance(&begun, OrderState::Acknowledged).await?);
        for late in [&cancelled, &begun] {
            assert!(!orders.advance(late, OrderState::Acknowledged).await?);
        }
        let mut missing = begun.clone();
        missing.id = OrderId::new(2);
        assert!(!orders.advance(&missing, OrderState::Acknowledged).await?);
        assert_eq!(orders.find_accepted(ORDER).await?, Some(begun));
        orders.find_accepted(OrderId::new(1)).await
    });
    assert_eq!(outcome.await, Ok(Some(order(OrderId::new(1)))));
}

async fn one_of_two_who_advance_an_order_at_once_is_too_late(store: Store) {
    store.transact(world::build).await.expect("a world");
    for id in 1..=20 {
        let new = order(OrderId::new(id));
        let new = &new;
        let added = store.transact(async move |tx| add(tx, new).await);
        assert_eq!(added.await, Ok(()));
        let rivals = [OrderState::InProgress, OrderState::Cancelled].map(|state| {
            let (store, new) = (store.clone(), new.clone());
            async move {
                let moved = new.enter(state, after(1)).expect("a step");
                let moved = &moved;
                let advanced = store.transact(async move |tx| {
                    let mut orders = tx.orders();
                    if !orders.advance(moved, OrderState::Acknowledged).await? {
                        return Ok::<_, Error>(None);
                    }
                    let event = event(moved.state, 1);
                    orders.record(moved.id, &event).await?;
                    Ok(Some(moved.state))
                });
                advanced.await.expect("an answer")
            }
        });
        let winners: Vec<_> = at_once(rivals).await.into_iter().flatten().collect();
        assert_eq!(winners.len(), 1);
        let kept = store.read(async |tx| {
            let order = tx.orders().find_accepted(new.id).await?;
            let history = tx.orders().history(new.id).await?;
            Ok::<_, Error>((order.expect("an order").state, history))
        });
        let history = vec![event(winners[0], 1)];
        assert_eq!(kept.await, Ok((winners[0], history)));
    }
}

fn event(state: OrderState, seconds: i64) -> OrderEvent {
    OrderEvent {
        state,
        at: after(seconds),
        actor: "fulfillment".to_owned(),
        reason: String::new(),
    }
}

/// The instants go backwards, as a clock that is set right does.
async fn a_history_comes_back_in_order(store: Store) {
    let mut events: Vec<_> = (0..12)
        .zip(OrderState::ALL.into_iter().cycle())
        .map(|(number, state)| event(state, -number))
        .collect();
    events[3].actor = TROUBLESOME.into();
    events[11].reason = TROUBLESOME.repeat(100);
    let events = &events;
    let outcome = store.transact(async move |tx| {
        world::build(tx).await?;
        let other = order(OrderId::new(1));
        add(tx, &other).await?;
        for event in events {
            tx.orders().record(ORDER, event).await?;
            tx.orders().record(other.id, &events[0]).await?;
        }
        assert_eq!(tx.orders().history(OrderId::new(2)).await?, []);
        let theirs = tx.orders().history(other.id).await?;
        assert_eq!(theirs, vec![events[0].clone(); events.len()]);
        tx.orders().history(ORDER).await
    });
    assert_eq!(outcome.await.as_ref(), Ok(events));
    let unknown = store.transact(async move |tx| {
        let mut orders = tx.orders();
        orders.record(OrderId::new(2), &events[0]).await
    });
    assert!(matches!(unknown.await, Err(Error::Conflict(_))));
}
