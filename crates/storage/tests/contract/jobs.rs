//! The queue of background work, as workers on several nodes use it.

use std::collections::{BTreeMap, HashSet};
use std::sync::{Arc, Mutex};

use jiff::{SignedDuration, Timestamp};
use storage::{ClaimedJob, Error, JobKind, NewJob, Queue, Store, Transaction};

use crate::client_apps::owner;
use crate::scratch::{Test, tests};
use crate::world::{after, at_once};

pub(crate) const TESTS: &[Test] = tests![
    the_job_that_has_been_due_the_longest_comes_first,
    a_job_is_not_claimed_before_it_is_due,
    a_leased_job_is_left_alone_until_its_lease_has_run_out,
    a_void_fence_changes_nothing,
    a_late_worker_may_finish_what_nobody_took_over,
    a_rescheduled_job_waits_for_its_new_time,
    a_later_turn_waits_for_an_earlier_one,
    a_lane_is_of_one_kind,
    two_claims_never_get_the_same_job,
    a_lane_is_served_one_after_another_whoever_works,
    the_next_time_is_the_earliest_that_a_claim_can_succeed,
    a_lane_that_waits_does_not_bring_the_next_time_forward,
    a_withdrawn_job_is_gone_whoever_holds_it,
    a_subject_is_there_once_in_a_kind,
    a_job_is_there_if_its_transaction_commits,
    claims_that_are_void_are_made_again_at_once,
];

/// In a lane of its own.
fn job(subject: i64, due_after_seconds: i64) -> NewJob {
    NewJob {
        kind: JobKind::FulfillOrder,
        subject,
        lane: subject,
        turn: 1,
        queue: Queue::BuiltIn,
        organization: owner(),
        due_at: after(due_after_seconds),
    }
}

fn in_lane(lane: i64, turn: i64, due_after_seconds: i64) -> NewJob {
    NewJob {
        lane,
        turn,
        ..job(lane * 100 + turn, due_after_seconds)
    }
}

async fn enqueue(tx: &mut Transaction, jobs: &[NewJob]) -> Result<(), Error> {
    for job in jobs {
        tx.jobs().enqueue(job).await?;
    }
    Ok(())
}

/// Claims for half a minute, whichever organization is next.
pub(crate) async fn claim(
    tx: &mut Transaction,
    now: Timestamp,
) -> Result<Option<ClaimedJob>, Error> {
    let lease_until = now + SignedDuration::from_secs(30);
    tx.jobs().make_ready(Queue::BuiltIn, now).await?;
    let nobody = ("", &HashSet::new());
    let claimed = tx.jobs().claim(Queue::BuiltIn, nobody, lease_until).await?;
    Ok(claimed.map(|(job, _)| job))
}

async fn claimed_subject(tx: &mut Transaction, now: Timestamp) -> Result<Option<i64>, Error> {
    Ok(claim(tx, now).await?.map(|job| job.subject))
}

fn moment() -> SignedDuration {
    SignedDuration::from_millis(1)
}

async fn the_job_that_has_been_due_the_longest_comes_first(store: Store) {
    let claimed = store.transact(async |tx| {
        assert_eq!(claim(tx, after(9)).await?, None);
        let jobs = [job(1, 3), job(2, 1), job(3, 4), job(4, 2), job(5, 10)];
        enqueue(tx, &jobs).await?;
        assert_eq!(tx.jobs().count().await?, 5);
        let mut claimed = Vec::new();
        for _ in 0..5 {
            claimed.push(claimed_subject(tx, after(9)).await?);
        }
        Ok::<_, Error>(claimed)
    });
    let expected = vec![Some(2), Some(4), Some(1), Some(3), None];
    assert_eq!(claimed.await, Ok(expected));
}

async fn a_job_is_not_claimed_before_it_is_due(store: Store) {
    let outcome = store.transact(async |tx| {
        enqueue(tx, &[job(1, 5)]).await?;
        assert_eq!(claim(tx, after(5) - moment()).await?, None);
        let claimed = claim(tx, after(5)).await?;
        let expected = ClaimedJob {
            kind: JobKind::FulfillOrder,
            subject: 1,
            fence: 1,
            attempts: 1,
        };
        assert_eq!(claimed, Some(expected));
        Ok::<_, Error>(())
    });
    assert_eq!(outcome.await, Ok(()));
}

async fn a_leased_job_is_left_alone_until_its_lease_has_run_out(store: Store) {
    let outcome = store.transact(async |tx| {
        enqueue(tx, &[job(1, 0)]).await?;
        for times in 0..5 {
            let since = after(times * 30);
            let claimed = claim(tx, since).await?.expect("a job");
            assert_eq!((claimed.fence, claimed.attempts), (times + 1, times + 1));
            let last_moment = after(times * 30 + 30) - moment();
            for held in [since, last_moment] {
                assert_eq!(claim(tx, held).await?, None);
            }
        }
        Ok::<_, Error>(())
    });
    assert_eq!(outcome.await, Ok(()));
}

async fn a_void_fence_changes_nothing(store: Store) {
    let outcome = store.transact(async |tx| {
        enqueue(tx, &[job(1, 0), job(2, 1_000)]).await?;
        let void = claim(tx, after(0)).await?.expect("a job");
        let valid = claim(tx, after(30)).await?.expect("the same job");
        assert_eq!(void.subject, valid.subject);
        let mut jobs = tx.jobs();
        assert!(!jobs.finish(&void).await?);
        assert!(!jobs.reschedule(&void, after(0), 0).await?);
        for other in [
            ClaimedJob {
                subject: 2,
                ..valid
            },
            ClaimedJob {
                subject: 3,
                ..valid
            },
            ClaimedJob {
                kind: JobKind::ActivateAccount,
                ..valid
            },
            ClaimedJob {
                fence: valid.fence + 1,
                ..valid
            },
        ] {
            assert!(!jobs.finish(&other).await?, "{other:?}");
            assert!(!jobs.reschedule(&other, after(0), 0).await?, "{other:?}");
        }
        assert_eq!(claim(tx, after(31)).await?, None, "still leased");
        assert!(tx.jobs().finish(&valid).await?);
        assert!(!tx.jobs().finish(&valid).await?);
        assert!(!tx.jobs().reschedule(&valid, after(0), 0).await?);
        tx.jobs().count().await
    });
    assert_eq!(outcome.await, Ok(1));
}

async fn a_late_worker_may_finish_what_nobody_took_over(store: Store) {
    let outcome = store.transact(async |tx| {
        enqueue(tx, &[job(1, 0)]).await?;
        let claimed = claim(tx, after(0)).await?.expect("a job");
        assert_eq!(tx.jobs().next_due(Queue::BuiltIn).await?, Some(after(30)));
        assert!(tx.jobs().finish(&claimed).await?);
        claim(tx, after(60)).await
    });
    assert_eq!(outcome.await, Ok(None));
}

async fn a_rescheduled_job_waits_for_its_new_time(store: Store) {
    let outcome = store.transact(async |tx| {
        enqueue(tx, &[job(1, 0)]).await?;
        let first = claim(tx, after(0)).await?.expect("a job");
        assert!(tx.jobs().reschedule(&first, after(10), 0).await?);
        assert_eq!(claim(tx, after(10) - moment()).await?, None);
        let second = claim(tx, after(10)).await?.expect("a job");
        assert_eq!((second.fence, second.attempts), (first.fence + 1, 1));
        assert!(!tx.jobs().finish(&first).await?);
        assert!(tx.jobs().reschedule(&second, after(10), 7).await?);
        let third = claim(tx, after(10)).await?.expect("a job");
        assert_eq!((third.fence, third.attempts), (second.fence + 1, 8));
        Ok::<_, Error>(())
    });
    assert_eq!(outcome.await, Ok(()));
}

async fn a_later_turn_waits_for_an_earlier_one(store: Store) {
    let outcome = store.transact(async |tx| {
        let lane = [in_lane(1, 3, 5), in_lane(1, 7, 0), in_lane(1, 9, 0)];
        enqueue(tx, &lane).await?;
        enqueue(tx, &[in_lane(2, 8, 1)]).await?;
        let first = async |tx: &mut Transaction, now| claimed_subject(tx, after(now)).await;
        assert_eq!(first(tx, 1).await?, Some(208), "of another lane");
        assert_eq!(first(tx, 1).await?, None, "the first is not due");
        let third = claim(tx, after(5)).await?.expect("a job");
        assert_eq!(third.subject, 103);
        assert_eq!(first(tx, 6).await?, None, "the first is leased");
        assert!(tx.jobs().reschedule(&third, after(20), 1).await?);
        assert_eq!(first(tx, 19).await?, None, "the first is put off");
        let third = claim(tx, after(20)).await?.expect("a job");
        assert_eq!(third.subject, 103);
        assert!(tx.jobs().finish(&third).await?);
        assert_eq!(first(tx, 20).await?, Some(107));
        assert_eq!(first(tx, 20).await?, None, "the second is leased");
        tx.jobs().withdraw(JobKind::FulfillOrder, 107).await?;
        assert_eq!(first(tx, 20).await?, Some(109));
        Ok::<_, Error>(())
    });
    assert_eq!(outcome.await, Ok(()));
}

async fn a_lane_is_of_one_kind(store: Store) {
    let outcome = store.transact(async |tx| {
        let activation = NewJob {
            kind: JobKind::ActivateAccount,
            ..in_lane(1, 2, 0)
        };
        enqueue(tx, &[in_lane(1, 1, 100), activation]).await?;
        let claimed = claim(tx, after(0)).await?.expect("a job");
        assert_eq!(claimed.kind, JobKind::ActivateAccount);
        Ok::<_, Error>(())
    });
    assert_eq!(outcome.await, Ok(()));
}

async fn two_claims_never_get_the_same_job(store: Store) {
    let jobs: Vec<_> = (0..60).map(|subject| job(subject, subject % 3)).collect();
    let jobs = &jobs;
    let prepared = store.transact(async move |tx| enqueue(tx, jobs).await);
    assert_eq!(prepared.await, Ok(()));
    let workers = (0..20).map(|_| {
        let store = store.clone();
        async move {
            let mut claimed = Vec::new();
            for _ in 0..=60 {
                let next = store.transact(async |tx| claim(tx, after(9)).await);
                let Some(job) = next.await.expect("an answer") else {
                    break;
                };
                claimed.push((job.subject, job.fence));
            }
            claimed
        }
    });
    let mut claimed = at_once(workers).await.concat();
    claimed.sort_unstable();
    let expected: Vec<_> = (0..60).map(|subject| (subject, 1)).collect();
    assert_eq!(claimed, expected);
}

/// What a crowd of workers was seen to do: which lanes are being worked on, and the turns done.
#[derive(Default)]
struct Watch {
    busy: HashSet<i64>,
    done: BTreeMap<i64, Vec<i64>>,
}

/// A worker that finds nothing looks again until all is done: a lane may be held for a moment.
async fn work(store: Store, watch: Arc<Mutex<Watch>>) {
    let left = async || store.read(async |tx| tx.jobs().count().await).await;
    while left().await != Ok(0) {
        let next = store.transact(async |tx| claim(tx, after(0)).await);
        let Some(job) = next.await.expect("an answer") else {
            tokio::task::yield_now().await;
            continue;
        };
        let (lane, turn) = (job.subject / 100, job.subject % 100);
        {
            let mut watch = watch.lock().expect("no panic");
            assert!(watch.busy.insert(lane), "two jobs of a lane at once");
            watch.done.entry(lane).or_default().push(turn);
        }
        tokio::task::yield_now().await;
        watch.lock().expect("no panic").busy.remove(&lane);
        let finished = store.transact(async |tx| tx.jobs().finish(&job).await);
        assert_eq!(finished.await, Ok(true));
    }
}

async fn a_lane_is_served_one_after_another_whoever_works(store: Store) {
    let turns = |lane| (0..8).map(move |turn| in_lane(lane, turn, -turn));
    let jobs: Vec<_> = (0..5).flat_map(turns).collect();
    let jobs = &jobs;
    let prepared = store.transact(async move |tx| enqueue(tx, jobs).await);
    assert_eq!(prepared.await, Ok(()));
    let watch = Arc::new(Mutex::new(Watch::default()));
    at_once((0..8).map(|_| work(store.clone(), Arc::clone(&watch)))).await;
    let expected: BTreeMap<_, _> = (0..5).map(|lane| (lane, (0..8).collect())).collect();
    assert_eq!(watch.lock().expect("no panic").done, expected);
}

async fn the_next_time_is_the_earliest_that_a_claim_can_succeed(store: Store) {
    let outcome = store.transact(async |tx| {
        assert_eq!(tx.jobs().next_due(Queue::BuiltIn).await?, None);
        enqueue(tx, &[job(1, 5), job(2, 40)]).await?;
        assert_eq!(tx.jobs().next_due(Queue::BuiltIn).await?, Some(after(5)));
        let claimed = claim(tx, after(7)).await?.expect("a job");
        assert_eq!(
            tx.jobs().next_due(Queue::BuiltIn).await?,
            Some(after(37)),
            "the lease"
        );
        assert!(tx.jobs().reschedule(&claimed, after(50), 1).await?);
        assert_eq!(tx.jobs().next_due(Queue::BuiltIn).await?, Some(after(40)));
        tx.jobs().withdraw(JobKind::FulfillOrder, 2).await?;
        assert_eq!(tx.jobs().next_due(Queue::BuiltIn).await?, Some(after(50)));
        tx.jobs().withdraw(JobKind::FulfillOrder, 1).await?;
        tx.jobs().next_due(Queue::BuiltIn).await
    });
    assert_eq!(outcome.await, Ok(None));
}

/// Otherwise an idle worker looks again and again for as long as the lane waits.
async fn a_lane_that_waits_does_not_bring_the_next_time_forward(store: Store) {
    let outcome = store.transact(async |tx| {
        enqueue(tx, &[in_lane(1, 1, 0), in_lane(1, 2, 1)]).await?;
        assert_eq!(tx.jobs().next_due(Queue::BuiltIn).await?, Some(after(0)));
        let first = claim(tx, after(0)).await?.expect("a job");
        assert_eq!(claim(tx, after(10)).await?, None);
        assert_eq!(
            tx.jobs().next_due(Queue::BuiltIn).await?,
            Some(after(30)),
            "the lease"
        );
        assert!(tx.jobs().reschedule(&first, after(60), 0).await?);
        assert_eq!(claim(tx, after(10)).await?, None);
        assert_eq!(tx.jobs().next_due(Queue::BuiltIn).await?, Some(after(60)));
        assert!(tx.jobs().finish(&first).await?);
        tx.jobs().next_due(Queue::BuiltIn).await
    });
    assert_eq!(outcome.await, Ok(Some(after(1))));
}

async fn a_withdrawn_job_is_gone_whoever_holds_it(store: Store) {
    let outcome = store.transact(async |tx| {
        let activation = NewJob {
            kind: JobKind::ActivateAccount,
            ..job(1, 100)
        };
        enqueue(tx, &[job(1, 0), activation]).await?;
        let held = claim(tx, after(0)).await?.expect("a job");
        for subject in [1, 1, 2] {
            tx.jobs().withdraw(JobKind::FulfillOrder, subject).await?;
        }
        assert!(!tx.jobs().reschedule(&held, after(1), 0).await?);
        assert!(!tx.jobs().finish(&held).await?);
        assert_eq!(tx.jobs().count().await?, 1, "the other kind's");
        enqueue(tx, &[job(1, 0)]).await?;
        claimed_subject(tx, after(0)).await
    });
    assert_eq!(outcome.await, Ok(Some(1)));
}

async fn a_subject_is_there_once_in_a_kind(store: Store) {
    let activation = NewJob {
        kind: JobKind::ActivateAccount,
        ..job(1, 0)
    };
    for (new, accepted) in [
        (job(1, 0), true),
        (activation, true),
        (in_lane(0, 1, 9), false),
    ] {
        let enqueued = store.transact(async |tx| tx.jobs().enqueue(&new).await);
        let enqueued = enqueued.await;
        assert_eq!(enqueued.is_ok(), accepted, "{new:?}");
        assert!(accepted || matches!(enqueued, Err(Error::Conflict(_))));
    }
}

async fn a_job_is_there_if_its_transaction_commits(store: Store) {
    let failed = store.transact(async |tx| {
        enqueue(tx, &[job(1, 0)]).await?;
        Err::<(), _>(Error::Conflict("as planned".to_owned()))
    });
    assert!(failed.await.is_err());
    let claimed = store.transact(async |tx| claim(tx, after(9)).await);
    assert_eq!(claimed.await, Ok(None));
}

async fn claims_that_are_void_are_made_again_at_once(store: Store) {
    let outcome = store.transact(async |tx| {
        enqueue(tx, &[job(1, 0), job(2, 50)]).await?;
        let lost = claim(tx, after(1)).await?.expect("a job");
        assert_eq!(claim(tx, after(2)).await?, None, "it is leased");
        assert_eq!(tx.jobs().void_claims(after(2)).await?, 2);
        let again = claim(tx, after(2)).await?.expect("the job");
        assert_eq!((again.subject, again.attempts), (1, 2));
        assert!(!tx.jobs().finish(&lost).await?);
        // Whoever claimed it once more in a database that went on is no better off.
        let elsewhere = ClaimedJob {
            fence: lost.fence + 1,
            ..lost
        };
        assert!(!tx.jobs().finish(&elsewhere).await?);
        assert_eq!(claim(tx, after(49)).await?.map(|job| job.subject), Some(1));
        assert_eq!(claim(tx, after(50)).await?.map(|job| job.subject), Some(2));
        Ok::<_, Error>(())
    });
    assert_eq!(outcome.await, Ok(()));
}
