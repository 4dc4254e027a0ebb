//! Who gets which job: queues, and the organizations in turn.

use std::collections::HashSet;

use domain::OrganizationNumber;
use jiff::SignedDuration;
use storage::{Error, JobKind, NewJob, Queue, QueuedJob, Store, Transaction};

use crate::client_apps::{owner, stranger};
use crate::scratch::{Test, tests};
use crate::world::{NOW, after};

pub(crate) const TESTS: &[Test] = tests![
    organizations_are_served_in_turn,
    a_busy_organization_is_passed_over,
    a_queue_serves_its_own_jobs_alone,
    a_moved_job_is_lost_to_its_holder,
    a_claim_is_lengthened_by_whoever_holds_it,
    more_jobs_than_one_look_makes_ready_are_all_served,
];

fn job(subject: i64, organization: OrganizationNumber, queue: Queue) -> NewJob {
    NewJob {
        kind: JobKind::FulfillOrder,
        subject,
        lane: subject,
        turn: 1,
        queue,
        organization,
        due_at: after(subject - 1_000),
    }
}

/// The subject of the next job and whose it is, after the organization that was served last.
async fn next(
    tx: &mut Transaction,
    queue: Queue,
    last: &str,
    busy: &[&str],
) -> Result<Option<(i64, String)>, Error> {
    let busy: HashSet<String> = busy.iter().map(|&number| number.to_owned()).collect();
    tx.jobs().make_ready(queue, NOW).await?;
    let lease_until = NOW + SignedDuration::from_secs(30);
    let claimed = tx.jobs().claim(queue, (last, &busy), lease_until).await?;
    Ok(claimed.map(|(job, organization)| (job.subject, organization)))
}

/// The first has a thousand jobs, the second came later with two.
async fn crowd(tx: &mut Transaction) -> Result<(), Error> {
    for subject in 0..200 {
        let new = job(subject, owner(), Queue::BuiltIn);
        tx.jobs().enqueue(&new).await?;
    }
    for subject in [500, 501] {
        let new = job(subject, stranger(), Queue::BuiltIn);
        tx.jobs().enqueue(&new).await?;
    }
    Ok(())
}

async fn organizations_are_served_in_turn(store: Store) {
    let served = store.transact(async |tx| {
        crowd(tx).await?;
        let (mut served, mut last) = (Vec::new(), String::new());
        for _ in 0..6 {
            let (subject, organization) =
                next(tx, Queue::BuiltIn, &last, &[]).await?.expect("a job");
            served.push(subject);
            last = organization;
        }
        served.sort_unstable();
        Ok::<_, Error>(served)
    });
    assert_eq!(served.await, Ok(vec![0, 1, 2, 3, 500, 501]));
}

async fn a_busy_organization_is_passed_over(store: Store) {
    let outcome = store.transact(async |tx| {
        crowd(tx).await?;
        let (first, second) = (owner(), stranger());
        let busy = [first.as_str()];
        for (last, expected) in [
            ("", Some(500)),
            (second.as_str(), Some(501)),
            (first.as_str(), None),
        ] {
            let claimed = next(tx, Queue::BuiltIn, last, &busy).await?;
            assert_eq!(claimed.map(|(subject, _)| subject), expected);
        }
        let all = [first.as_str(), second.as_str()];
        next(tx, Queue::BuiltIn, "", &all).await
    });
    assert_eq!(outcome.await, Ok(None));
}

async fn a_queue_serves_its_own_jobs_alone(store: Store) {
    let queues = [Queue::BuiltIn, Queue::System, Queue::Pull, Queue::Desk];
    let outcome = store.transact(async |tx| {
        for (subject, queue) in (1..).zip(queues) {
            tx.jobs().enqueue(&job(subject, owner(), queue)).await?;
        }
        for (subject, queue) in (1..).zip(queues) {
            let due = after(subject - 1_000);
            assert_eq!(tx.jobs().next_due(queue).await?, Some(due));
            let claimed = next(tx, queue, "", &[]).await?;
            assert_eq!(claimed, Some((subject, owner().to_string())));
            assert_eq!(next(tx, queue, "", &[]).await?, None);
            assert_eq!(tx.jobs().next_due(queue).await?, Some(after(30)));
        }
        Ok::<_, Error>(())
    });
    assert_eq!(outcome.await, Ok(()));
}

async fn a_moved_job_is_lost_to_its_holder(store: Store) {
    let which = (JobKind::FulfillOrder, 1);
    let outcome = store.transact(async |tx| {
        tx.jobs().enqueue(&job(1, owner(), Queue::Pull)).await?;
        tx.jobs().make_ready(Queue::Pull, NOW).await?;
        let nobody = ("", &HashSet::new());
        let claimed = tx.jobs().claim(Queue::Pull, nobody, after(30)).await?;
        let (held, _) = claimed.expect("a job");
        assert!(tx.jobs().move_to(which, Queue::Desk, NOW).await?);
        assert!(!tx.jobs().reschedule(&held, after(60), 1).await?);
        assert!(!tx.jobs().finish(&held).await?);
        let standing = QueuedJob {
            queue: Queue::Desk,
            waits: false,
            fence: held.fence + 1,
            attempts: 0,
        };
        assert_eq!(tx.jobs().find(which.0, which.1).await?, Some(standing));
        assert_eq!(next(tx, Queue::Pull, "", &[]).await?, None);
        assert!(next(tx, Queue::Desk, "", &[]).await?.is_some());
        tx.jobs().withdraw(which.0, which.1).await?;
        assert_eq!(tx.jobs().find(which.0, which.1).await?, None);
        tx.jobs().move_to(which, Queue::Pull, NOW).await
    });
    assert_eq!(outcome.await, Ok(false));
}

async fn a_claim_is_lengthened_by_whoever_holds_it(store: Store) {
    let outcome = store.transact(async |tx| {
        tx.jobs().enqueue(&job(1, owner(), Queue::Pull)).await?;
        tx.jobs().make_ready(Queue::Pull, NOW).await?;
        let nobody = ("", &HashSet::new());
        let claimed = tx.jobs().claim(Queue::Pull, nobody, after(30)).await?;
        let (held, _) = claimed.expect("a job");
        // Its lease has run out, but nobody has taken it over yet.
        tx.jobs().make_ready(Queue::Pull, after(31)).await?;
        assert!(
            tx.jobs()
                .reschedule(&held, after(90), held.attempts)
                .await?
        );
        tx.jobs().make_ready(Queue::Pull, after(89)).await?;
        let again = tx.jobs().claim(Queue::Pull, nobody, after(120)).await?;
        assert_eq!(again, None);
        tx.jobs().make_ready(Queue::Pull, after(90)).await?;
        let again = tx.jobs().claim(Queue::Pull, nobody, after(120)).await?;
        assert_eq!(again.map(|(job, _)| job.attempts), Some(2));
        tx.jobs().finish(&held).await
    });
    assert_eq!(outcome.await, Ok(false));
}

async fn more_jobs_than_one_look_makes_ready_are_all_served(store: Store) {
    let outcome = store.transact(async |tx| {
        for subject in 0..600 {
            let new = job(subject, owner(), Queue::BuiltIn);
            tx.jobs().enqueue(&new).await?;
        }
        let mut served = 0;
        while next(tx, Queue::BuiltIn, "", &[]).await?.is_some() {
            served += 1;
        }
        Ok::<_, Error>(served)
    });
    assert_eq!(outcome.await, Ok(600));
}
