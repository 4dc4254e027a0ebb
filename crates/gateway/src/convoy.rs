//! Lets all who wait for the same row of the database share one write.

use std::mem;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use storage::Error;
use tokio::sync::oneshot;

/// A queue in front of one row. While one write is under way, those who come gather for the next.
pub(crate) struct Convoy<Q, A>(Mutex<Queue<Q, A>>);

struct Queue<Q, A> {
    waiting: Vec<Rider<Q, A>>,
    moving: bool,
}

struct Rider<Q, A> {
    question: Q,
    answer: oneshot::Sender<Result<A, Error>>,
}

impl<Q, A> Default for Convoy<Q, A> {
    fn default() -> Self {
        Self(Mutex::new(Queue {
            waiting: Vec::new(),
            moving: false,
        }))
    }
}

impl<Q, A> Convoy<Q, A> {
    fn queue(&self) -> MutexGuard<'_, Queue<Q, A>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<Q: Send + 'static, A: Send + 'static> Convoy<Q, A> {
    /// Asks together with the others. `carry` gets the questions in the order of arrival and gives
    /// an answer to each; it runs in a task of its own, so that a caller who stops waiting neither
    /// stops it nor leaves the others behind.
    pub(crate) async fn ask<C, F>(self: &Arc<Self>, question: Q, carry: C) -> Result<A, Error>
    where
        C: Fn(Vec<Q>) -> F + Send + 'static,
        F: Future<Output = Result<Vec<A>, Error>> + Send + 'static,
    {
        let (answer, answered) = oneshot::channel();
        let leads = {
            let mut queue = self.queue();
            queue.waiting.push(Rider { question, answer });
            !mem::replace(&mut queue.moving, true)
        };
        if leads {
            let convoy = Arc::clone(self);
            let leader = Leader {
                convoy,
                relieved: false,
            };
            tokio::spawn(leader.lead(carry));
        }
        let lost = |_| {
            Err(Error::Unavailable(
                "a shared write was abandoned".to_owned(),
            ))
        };
        answered.await.unwrap_or_else(lost)
    }
}

/// The one who writes.
struct Leader<Q, A> {
    convoy: Arc<Convoy<Q, A>>,
    /// Once it has found nobody waiting, the convoy is the next leader's.
    relieved: bool,
}

impl<Q, A> Drop for Leader<Q, A> {
    /// Should it end before its time, nobody waits for it, and the convoy can move again.
    fn drop(&mut self) {
        if !self.relieved {
            let mut queue = self.convoy.queue();
            queue.moving = false;
            queue.waiting.clear();
        }
    }
}

impl<Q: Send + 'static, A: Send + 'static> Leader<Q, A> {
    async fn lead<C, F>(mut self, carry: C)
    where
        C: Fn(Vec<Q>) -> F + Send + 'static,
        F: Future<Output = Result<Vec<A>, Error>> + Send + 'static,
    {
        while let Some(riders) = self.next_riders() {
            let (questions, answers): (Vec<_>, Vec<_>) = riders
                .into_iter()
                .map(|rider| (rider.question, rider.answer))
                .unzip();
            let carried = carry(questions).await;
            let mut failed = carried.as_ref().err().cloned();
            let mut carried = carried.unwrap_or_default().into_iter();
            for answer in answers {
                let found = match (&mut failed, carried.next()) {
                    (Some(error), _) => Err(error.clone()),
                    (None, Some(found)) => Ok(found),
                    (None, None) => Err(Error::Unavailable("a write left some out".to_owned())),
                };
                // Who no longer waits for an answer has had one all the same.
                drop(answer.send(found));
            }
        }
    }

    fn next_riders(&mut self) -> Option<Vec<Rider<Q, A>>> {
        let mut queue = self.convoy.queue();
        queue.moving = !queue.waiting.is_empty();
        self.relieved = !queue.moving;
        queue.moving.then(|| mem::take(&mut queue.waiting))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::sync::Semaphore;
    use tokio::task::JoinSet;
    use tokio::time::timeout;

    use super::*;

    type Batches = Arc<Mutex<Vec<Vec<u32>>>>;

    /// A convoy whose every write waits for a permit, notes the questions and answers with them.
    struct World {
        convoy: Arc<Convoy<u32, u32>>,
        permits: Arc<Semaphore>,
        batches: Batches,
    }

    impl World {
        fn new(permits: usize) -> Self {
            Self {
                convoy: Arc::default(),
                permits: Arc::new(Semaphore::new(permits)),
                batches: Batches::default(),
            }
        }

        fn ask(&self, question: u32) -> tokio::task::JoinHandle<Result<u32, Error>> {
            let (convoy, permits, batches) = (
                Arc::clone(&self.convoy),
                Arc::clone(&self.permits),
                Arc::clone(&self.batches),
            );
            tokio::spawn(async move {
                convoy
                    .ask(question, move |questions| {
                        let (permits, batches) = (Arc::clone(&permits), Arc::clone(&batches));
                        async move {
                            permits.acquire().await.expect("an open semaphore").forget();
                            assert!(!questions.contains(&13), "bad luck");
                            batches.lock().expect("a lock").push(questions.clone());
                            if questions.contains(&7) {
                                return Err(Error::Unavailable("planned".to_owned()));
                            }
                            Ok(questions)
                        }
                    })
                    .await
            })
        }

        /// Lets everyone come to where they wait.
        async fn settle(&self) {
            for _ in 0..20 {
                tokio::task::yield_now().await;
            }
        }

        fn batches(&self) -> Vec<Vec<u32>> {
            self.batches.lock().expect("a lock").clone()
        }
    }

    #[tokio::test]
    async fn those_who_come_during_a_write_share_the_next() {
        let world = World::new(0);
        let first = world.ask(1);
        world.settle().await;
        let others: Vec<_> = (2..6).map(|question| world.ask(question)).collect();
        world.settle().await;
        world.permits.add_permits(2);
        assert_eq!(first.await.expect("an end"), Ok(1));
        for (question, other) in (2..6).zip(others) {
            assert_eq!(other.await.expect("an end"), Ok(question));
        }
        assert_eq!(world.batches(), [vec![1], vec![2, 3, 4, 5]]);
    }

    #[tokio::test]
    async fn whoever_stops_waiting_holds_nobody_up() {
        let world = World::new(0);
        let leader = world.ask(1);
        world.settle().await;
        let (leaves, stays) = (world.ask(2), world.ask(3));
        world.settle().await;
        leader.abort();
        leaves.abort();
        world.settle().await;
        world.permits.add_permits(2);
        assert_eq!(stays.await.expect("an end"), Ok(3));
        assert_eq!(world.batches(), [vec![1], vec![2, 3]]);
    }

    #[tokio::test]
    async fn a_failure_is_told_to_all_who_shared_it_and_to_no_others() {
        let world = World::new(0);
        let first = world.ask(1);
        world.settle().await;
        let shared = [world.ask(7), world.ask(8)];
        world.settle().await;
        world.permits.add_permits(3);
        assert_eq!(first.await.expect("an end"), Ok(1));
        for asked in shared {
            assert!(asked.await.expect("an end").is_err());
        }
        assert_eq!(world.ask(9).await.expect("an end"), Ok(9));
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
    async fn everyone_is_answered_while_leaders_come_and_go() {
        let world = Arc::new(World::new(Semaphore::MAX_PERMITS));
        let mut askers = JoinSet::new();
        for _ in 0..4 {
            let world = Arc::clone(&world);
            askers.spawn(async move {
                for question in 100..5_000 {
                    assert_eq!(world.ask(question).await.expect("an end"), Ok(question));
                }
            });
        }
        askers.join_all().await;
    }

    #[tokio::test]
    async fn a_panic_stops_nobody_who_comes_later() {
        let world = World::new(10);
        let unlucky = timeout(Duration::from_secs(5), world.ask(13)).await;
        assert!(unlucky.expect("an answer").expect("an end").is_err());
        assert_eq!(world.ask(1).await.expect("an end"), Ok(1));
    }
}
