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
            tokio::spawn(Leader(Arc::clone(self)).lead(carry));
        }
        let lost = |_| {
            Err(Error::Unavailable(
                "a shared write was abandoned".to_owned(),
            ))
        };
        answered.await.unwrap_or_else(lost)
    }

    fn queue(&self) -> MutexGuard<'_, Queue<Q, A>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The one who writes. However it ends, the convoy can move again afterwards.
struct Leader<Q, A>(Arc<Convoy<Q, A>>);

impl<Q: Send + 'static, A: Send + 'static> Leader<Q, A> {
    async fn lead<C, F>(self, carry: C)
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

    fn next_riders(&self) -> Option<Vec<Rider<Q, A>>> {
        let mut queue = self.0.queue();
        queue.moving = !queue.waiting.is_empty();
        queue.moving.then(|| mem::take(&mut queue.waiting))
    }
}
