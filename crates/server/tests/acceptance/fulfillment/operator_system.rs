//! An operator's system in this process, which does what a test wants of it.

use std::collections::VecDeque;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex};

use domain::Order;
use jiff::SignedDuration;
use selfservice::fulfillment::{Answer, OperatorSystem, Trouble};
use storage::Store;
use storage::probe::{self, Statement};

use crate::app::TestApp;

/// What the system does when it is called.
#[derive(Clone)]
pub(crate) enum Behavior {
    Answers(Answer),
    Fails,
    FailsUntil(SignedDuration),
    /// It does its part, but the database is broken when it answers.
    Breaks(Store, &'static Statement),
}

/// Answers as it was told, then "done" for ever.
#[derive(Default)]
pub(crate) struct Scripted {
    script: Mutex<VecDeque<Behavior>>,
    calls: Mutex<Vec<(String, i64)>>,
}

impl Scripted {
    /// The app with this system behind it, by whose way orders go from now on.
    pub(crate) async fn behind(app: &mut TestApp) -> Arc<Self> {
        let system = Arc::new(Self::default());
        let behind: Arc<dyn OperatorSystem> = Arc::<Self>::clone(&system);
        app.restart_with(|choices| {
            choices.fulfillment.default_way = domain::FulfillmentWay::System;
            choices.fulfillment.system = Some(behind);
        })
        .await;
        system
    }

    /// What it does next.
    pub(crate) fn next(&self, behavior: Behavior) {
        self.script.lock().expect("no panic").push_back(behavior);
    }

    /// The order ids and attempts that it was called with since the last look.
    pub(crate) fn calls(&self) -> Vec<(String, i64)> {
        std::mem::take(&mut self.calls.lock().expect("no panic"))
    }
}

impl OperatorSystem for Scripted {
    fn carry_out<'a>(
        &'a self,
        order: &'a Order,
        attempt: i64,
    ) -> Pin<Box<dyn Future<Output = Result<Answer, Trouble>> + Send + 'a>> {
        self.calls
            .lock()
            .expect("no panic")
            .push((order.id.to_string(), attempt));
        let behavior = self.script.lock().expect("no panic").pop_front();
        Box::pin(async move {
            let trouble = |retry_after| Trouble {
                reason: "as planned".to_owned(),
                retry_after,
            };
            match behavior {
                None => Ok(Answer::Done(None)),
                Some(Behavior::Answers(answer)) => Ok(answer),
                Some(Behavior::Fails) => Err(trouble(None)),
                Some(Behavior::FailsUntil(pause)) => Err(trouble(Some(pause))),
                Some(Behavior::Breaks(store, statement)) => {
                    let broken =
                        store.transact(async |tx| probe::execute(tx, statement, &[]).await);
                    broken.await.expect("the table is broken");
                    Ok(Answer::Done(None))
                }
            }
        })
    }

    fn longest_call(&self) -> SignedDuration {
        SignedDuration::from_secs(10)
    }

    fn report_within(&self) -> SignedDuration {
        SignedDuration::from_hours(1)
    }

    fn concurrency(&self) -> usize {
        4
    }
}
