//! The orders of all organizations, as the operator's side lists them.

use domain::{FulfillmentWay, Order, OrderId, OrderState};
use storage::{DeskOrder, Error, JobKind, NewJob, Page, Queue, Store, Transaction, WorkFilter};

use crate::client_apps::{owner, stranger};
use crate::scratch::{Test, tests};
use crate::world::{self, FOREIGN, NOW, ORDER, OWN, after, order, own};

pub(crate) const TESTS: &[Test] = tests![
    the_orders_of_all_organizations_are_narrowed_by_every_filter,
    pages_are_newest_first_and_know_the_total,
    the_desk_has_what_people_are_to_do_oldest_first,
];

const ONE_PAGE: Page = Page {
    number: 0,
    size: 100,
};

async fn add(tx: &mut Transaction, order: &Order) -> Result<(), Error> {
    tx.orders().insert(order, &own()).await
}

/// Each is a second younger than the one before, by its id.
fn orders() -> Vec<Order> {
    let mut orders = Vec::new();
    for (id, (state, way)) in (1..).zip([
        (OrderState::Acknowledged, FulfillmentWay::Simulated),
        (OrderState::Held, FulfillmentWay::System),
        (OrderState::Held, FulfillmentWay::Pull),
        (OrderState::Completed, FulfillmentWay::Desk),
    ]) {
        let mut order = order(OrderId::new(id));
        order.state = state;
        order.way = way;
        order.created_at = after(id);
        order.updated_at = after(id);
        if id == 2 {
            order.owner = stranger();
            order.request.agreement = FOREIGN;
        }
        orders.push(order);
    }
    orders
}

async fn build(store: &Store) {
    let built = store.transact(async |tx| {
        world::build(tx).await?;
        for order in orders() {
            add(tx, &order).await?;
        }
        Ok::<_, Error>(())
    });
    assert_eq!(built.await, Ok(()));
}

async fn list(store: &Store, filter: &WorkFilter, page: Page) -> (Vec<i64>, i64) {
    let listed = store.read(async |tx| tx.orders().list_all(filter, page).await);
    let (orders, total) = listed.await.expect("a list");
    (orders.iter().map(|order| order.id.get()).collect(), total)
}

async fn the_orders_of_all_organizations_are_narrowed_by_every_filter(store: Store) {
    build(&store).await;
    let all = WorkFilter::default();
    let known = ORDER.get();
    let mut failed = all.clone();
    failed.state = Some(OrderState::Failed);
    for (filter, expected) in [
        (all.clone(), vec![4, 3, 2, 1, known]),
        (
            WorkFilter {
                state: Some(OrderState::Held),
                ..all.clone()
            },
            vec![3, 2],
        ),
        (
            WorkFilter {
                way: Some(FulfillmentWay::Simulated),
                ..all.clone()
            },
            vec![1, known],
        ),
        (
            WorkFilter {
                organization: Some(stranger()),
                ..all.clone()
            },
            vec![2],
        ),
        (
            WorkFilter {
                since: Some(after(3)),
                ..all.clone()
            },
            vec![4, 3],
        ),
        (
            WorkFilter {
                state: Some(OrderState::Held),
                way: Some(FulfillmentWay::Pull),
                organization: Some(owner()),
                since: Some(after(3)),
                agreement: Some(OWN),
            },
            vec![3],
        ),
        (
            WorkFilter {
                agreement: Some(FOREIGN),
                ..all.clone()
            },
            vec![2],
        ),
        (failed, vec![]),
    ] {
        let total = i64::try_from(expected.len()).expect("a small number");
        let listed = list(&store, &filter, ONE_PAGE).await;
        assert_eq!(listed, (expected, total), "{filter:?}");
    }
}

async fn pages_are_newest_first_and_know_the_total(store: Store) {
    build(&store).await;
    for (number, expected) in [
        (0, vec![4, 3]),
        (1, vec![2, 1]),
        (2, vec![ORDER.get()]),
        (3, vec![]),
    ] {
        let page = Page { number, size: 2 };
        assert_eq!(
            list(&store, &WorkFilter::default(), page).await,
            (expected, 5)
        );
    }
}

async fn the_desk_has_what_people_are_to_do_oldest_first(store: Store) {
    build(&store).await;
    let known = orders();
    let queued = store.transact(async |tx| {
        for (index, queue, lane, turn) in [
            (1, Queue::Desk, 7, 0),
            (2, Queue::Desk, 7, 1),
            (0, Queue::Pull, 8, 0),
        ] {
            let order = &orders()[index];
            let job = NewJob {
                kind: JobKind::FulfillOrder,
                subject: order.id.get(),
                lane,
                turn,
                queue,
                organization: order.owner.clone(),
                due_at: NOW,
            };
            tx.jobs().enqueue(&job).await?;
        }
        let account = NewJob {
            kind: JobKind::ActivateAccount,
            subject: 4,
            lane: 4,
            turn: 0,
            queue: Queue::BuiltIn,
            organization: owner(),
            due_at: NOW,
        };
        tx.jobs().enqueue(&account).await
    });
    assert_eq!(queued.await, Ok(()));
    let expected = |index: usize, waits: bool| DeskOrder {
        order: known[index].clone(),
        waits,
    };
    let listed = store.read(async |tx| tx.orders().list_desk(None, ONE_PAGE).await);
    assert_eq!(
        listed.await,
        Ok((vec![expected(1, false), expected(2, true)], 2))
    );
    let other = Some(Queue::Pull);
    let listed = store.read(async |tx| tx.orders().list_desk(other, ONE_PAGE).await);
    let (all, total) = listed.await.expect("the desk");
    assert_eq!((all.contains(&expected(0, false)), total), (true, 3));
    let second = Page { number: 1, size: 1 };
    let listed = store.read(async |tx| tx.orders().list_desk(None, second).await);
    assert_eq!(listed.await, Ok((vec![expected(2, true)], 2)));
}
