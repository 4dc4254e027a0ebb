//! A product's lane, while orders are put in at one end and taken out at the other.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::SignedDuration;
use storage::{Error, JobKind, NewJob, Queue, Store};

use crate::client_apps::owner;
use crate::jobs::claim;
use crate::scratch::{Test, tests};
use crate::world::{self, NOW, PRODUCT, at_once};

pub(crate) const TESTS: &[Test] = tests![
    a_lane_never_stops_while_orders_come_in,
    the_next_of_a_lane_is_claimed_when_it_may_run,
];

const CALLERS: i64 = 8;
const ORDERS_EACH: i64 = 12;

async fn a_lane_never_stops_while_orders_come_in(store: Store) {
    assert_eq!(
        store.transact(async |tx| world::build(tx).await).await,
        Ok(())
    );
    let earlier = store.transact(async |tx| tx.jobs().count().await).await;
    let done = Arc::new(AtomicI64::new(0));
    let callers = (0..CALLERS).map(|caller| place_orders(store.clone(), caller));
    let workers = (0..3).map(|_| work(store.clone(), Arc::clone(&done)));
    tokio::join!(at_once(callers), at_once(workers));
    assert_eq!(done.load(Ordering::Relaxed), CALLERS * ORDERS_EACH);
    assert_eq!(
        store.read(async |tx| tx.jobs().count().await).await,
        earlier
    );
}

async fn place_orders(store: Store, caller: i64) {
    for number in 0..ORDERS_EACH {
        let placed = store.transact(async |tx| {
            let turn = tx
                .products()
                .take_turn(PRODUCT)
                .await?
                .expect("the product");
            let job = NewJob {
                kind: JobKind::FulfillOrder,
                subject: 1 + caller * ORDERS_EACH + number,
                lane: PRODUCT.get(),
                turn,
                queue: Queue::BuiltIn,
                organization: owner(),
                due_at: NOW,
            };
            tx.jobs().enqueue(&job).await
        });
        assert_eq!(placed.await, Ok(()));
    }
}

/// Works until everything is done: a job that nobody lets run any more would hang this test.
async fn work(store: Store, done: Arc<AtomicI64>) {
    while done.load(Ordering::Relaxed) < CALLERS * ORDERS_EACH {
        let claimed = store
            .transact(async |tx| claim(tx, NOW).await)
            .await
            .expect("a claim");
        let Some(job) = claimed else {
            tokio::task::yield_now().await;
            continue;
        };
        let finished = store.transact(async |tx| {
            tx.products().lock(PRODUCT).await?;
            tx.jobs().finish(&job).await
        });
        assert_eq!(finished.await, Ok::<_, Error>(true));
        done.fetch_add(1, Ordering::Relaxed);
    }
}

async fn the_next_of_a_lane_is_claimed_when_it_may_run(store: Store) {
    let lane = (JobKind::FulfillOrder, 7);
    let lease_until = NOW + SignedDuration::from_hours(1);
    let outcome = store.transact(async |tx| {
        for (subject, due_at) in [(1, NOW), (2, NOW + SignedDuration::from_secs(5))] {
            let job = NewJob {
                kind: lane.0,
                subject,
                lane: lane.1,
                turn: subject,
                queue: Queue::BuiltIn,
                organization: owner(),
                due_at,
            };
            tx.jobs().enqueue(&job).await?;
        }
        let mut jobs = tx.jobs();
        let mut claim = async |lane, queue, now| {
            let next = jobs.claim_in_lane(lane, queue, now, lease_until).await;
            next.expect("an answer")
        };
        assert_eq!(claim((lane.0, 8), Queue::BuiltIn, NOW).await, None);
        assert_eq!(claim(lane, Queue::Desk, NOW).await, None, "another queue");
        let first = claim(lane, Queue::BuiltIn, NOW).await.expect("a job");
        assert_eq!((first.subject, first.fence, first.attempts), (1, 1, 1));
        assert_eq!(claim(lane, Queue::BuiltIn, NOW).await, None, "leased");
        assert!(jobs.finish(&first).await?);
        let mut claim = async |now| {
            let queue = Queue::BuiltIn;
            let next = jobs.claim_in_lane(lane, queue, now, lease_until).await;
            next.expect("an answer")
        };
        assert_eq!(claim(NOW).await, None, "not due");
        let later = NOW + SignedDuration::from_secs(5);
        assert_eq!(claim(later).await.expect("a job").subject, 2);
        Ok::<_, Error>(())
    });
    assert_eq!(outcome.await, Ok(()));
}
