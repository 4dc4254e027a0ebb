//! One round: claim an endpoint, send what is due there, record what came of it.

use std::sync::Arc;

use domain::{Attempt, AttemptOutcome, Author, DeliveryState};
use jiff::{SignedDuration, Timestamp};
use storage::{ClaimedEndpoint, DueDelivery, RoundOutcome, SentDelivery, ToldChange, Transaction};
use tokio_util::task::AbortOnDropHandle;

use super::endpoints::about;
use super::schedule::{PATIENCE, pause_of_delivery, pause_of_endpoint};
use super::{Courier, Message, Reply};
use crate::Failure;

/// How many events are sent to one endpoint at once.
const MOST: i64 = 16;
/// How much longer a claim lasts than a call may take.
const MARGIN: SignedDuration = SignedDuration::from_secs(15);
const GONE: u16 = 410;

/// An endpoint that is held, with what is to be sent there.
pub(super) struct Round {
    claimed: ClaimedEndpoint,
    parcels: Vec<(DueDelivery, ToldChange)>,
}

/// What came of sending one event.
struct Sent {
    due: DueDelivery,
    attempt: Attempt,
    retry_after: Option<SignedDuration>,
}

impl Courier {
    /// Claims the endpoint that has been due the longest; none if none is due.
    pub(super) async fn begin(&self) -> Result<Option<Round>, Failure> {
        self.core
            .store
            .transact(async |tx| {
                let now = self.core.clock.now();
                let lease_until = now + self.messenger.longest_call() + MARGIN;
                let Some(claimed) = tx.notification_rounds().claim(now, lease_until).await? else {
                    return Ok(None);
                };
                let parcels = take(tx, &claimed, now).await?;
                if parcels.is_empty() {
                    tx.notification_rounds().release(&claimed, now).await?;
                }
                Ok(Some(Round { claimed, parcels }))
            })
            .await
    }

    /// Sends what is due and records what came of it.
    pub(super) async fn conclude(&self, round: Round) -> Result<(), Failure> {
        let Round { claimed, parcels } = round;
        if parcels.is_empty() {
            return Ok(());
        }
        let sent = self.send(&claimed, parcels).await;
        self.record(&claimed, sent).await
    }

    /// Sends all at the same time; each call has its own bound, so this has the same.
    async fn send(
        &self,
        claimed: &ClaimedEndpoint,
        parcels: Vec<(DueDelivery, ToldChange)>,
    ) -> Vec<Sent> {
        let now = self.core.clock.now();
        let secrets = self.core.secrets.that_sign(&claimed.endpoint, now);
        let mut calls = Vec::new();
        for (due, told) in parcels {
            let message = Message {
                url: claimed.endpoint.url.clone(),
                secrets: secrets.clone(),
                told,
                at: now,
            };
            let (messenger, clock) = (Arc::clone(&self.messenger), Arc::clone(&self.core.clock));
            let call = tokio::spawn(async move {
                let reply = messenger.send(&message).await;
                (reply, clock.now().duration_since(message.at))
            });
            calls.push((due, AbortOnDropHandle::new(call)));
        }
        let mut sent = Vec::new();
        for (due, call) in calls {
            let (reply, took) = call.await.unwrap_or((NOTHING, SignedDuration::ZERO));
            let attempt = Attempt {
                at: now,
                status: reply.status,
                outcome: reply.outcome,
                duration_milliseconds: i64::try_from(took.as_millis()).unwrap_or(i64::MAX),
            };
            let retry_after = reply.retry_after;
            sent.push(Sent {
                due,
                attempt,
                retry_after,
            });
        }
        sent
    }

    async fn record(&self, claimed: &ClaimedEndpoint, sent: Vec<Sent>) -> Result<(), Failure> {
        let now = self.core.clock.now();
        let all_failed = !sent.iter().any(Sent::arrived);
        let asked_to_wait = sent.iter().filter_map(|sent| sent.retry_after).max();
        let gone = sent.iter().any(|sent| sent.attempt.status == Some(GONE));
        let settled: Vec<_> = sent
            .into_iter()
            .map(|sent| self.settle(sent, now))
            .collect();
        self.core
            .store
            .transact(async |tx| {
                let mut rounds = tx.notification_rounds();
                let Some(outcome) = rounds.hold(claimed, all_failed, now).await? else {
                    // Whoever holds the endpoint now sends the same once more.
                    tracing::warn!(
                        endpoint = claimed.endpoint.id.as_str(),
                        "a round took too long"
                    );
                    return Ok(());
                };
                let arrived = |sent: &&SentDelivery| sent.state == DeliveryState::Delivered;
                // What an address said that is no longer the endpoint's is no word on the new one.
                for delivery in settled
                    .iter()
                    .filter(|sent| !outcome.moved || arrived(sent))
                {
                    rounds.record(&claimed.endpoint.id, delivery).await?;
                }
                let from = if all_failed && !outcome.moved {
                    let pause = pause_of_endpoint(outcome.failures, self.core.entropy.as_ref());
                    now + pause.max(asked_to_wait.unwrap_or_default())
                } else {
                    now
                };
                rounds.release(claimed, from).await?;
                match why_to_disable(&outcome, gone, now) {
                    Some(reason) => self.disable(tx, claimed, reason, now).await,
                    None => Ok(()),
                }
            })
            .await
    }

    /// How a delivery stands after an attempt.
    fn settle(&self, sent: Sent, now: Timestamp) -> SentDelivery {
        let pause = pause_of_delivery(sent.due.tries + 1, self.core.entropy.as_ref());
        let (state, due_at) = match pause {
            _ if sent.arrived() => (DeliveryState::Delivered, None),
            Some(pause) => {
                let pause = pause.max(sent.retry_after.unwrap_or_default());
                (DeliveryState::Pending, Some(now + pause))
            }
            None => (DeliveryState::Failed, None),
        };
        SentDelivery {
            due: sent.due,
            attempt: sent.attempt,
            state,
            due_at,
        }
    }

    async fn disable(
        &self,
        tx: &mut Transaction,
        claimed: &ClaimedEndpoint,
        reason: &str,
        now: Timestamp,
    ) -> Result<(), Failure> {
        if !tx.notification_rounds().disable(claimed, reason).await? {
            return Ok(());
        }
        let endpoint = &claimed.endpoint;
        tracing::warn!(
            endpoint = endpoint.id.as_str(),
            reason,
            "an endpoint is disabled"
        );
        let user = tx.system_users().find(&endpoint.system_user).await?;
        let owner = user.map(|user| user.owner);
        let done = about(&endpoint.id, "disabled").with("reason", reason);
        let author = Author::of_operator("notifications");
        Ok(self
            .core
            .scribe
            .done(tx, done, (owner, now), author)
            .await?)
    }
}

/// What is known of a call that broke within this program.
const NOTHING: Reply = Reply {
    outcome: AttemptOutcome::Unreachable,
    status: None,
    retry_after: None,
};

impl Sent {
    fn arrived(&self) -> bool {
        self.attempt.outcome == AttemptOutcome::Delivered
    }
}

/// What is due, without what the endpoint's system user may no longer see: that is dropped.
async fn take(
    tx: &mut Transaction,
    claimed: &ClaimedEndpoint,
    now: Timestamp,
) -> Result<Vec<(DueDelivery, ToldChange)>, Failure> {
    let mut parcels = Vec::new();
    for due in tx.notification_rounds().take(claimed, now, MOST).await? {
        let told = if due.allowed {
            tx.journal().told(due.position).await?
        } else {
            None
        };
        if let Some(told) = told {
            parcels.push((due, told));
        } else {
            let mut rounds = tx.notification_rounds();
            rounds
                .drop_delivery(&claimed.endpoint.id, due.position)
                .await?;
        }
    }
    Ok(parcels)
}

fn why_to_disable(outcome: &RoundOutcome, gone: bool, now: Timestamp) -> Option<&'static str> {
    if outcome.moved {
        return None;
    }
    if gone {
        return Some("the endpoint answered 410 Gone");
    }
    let since = outcome.failing_since?;
    (now.duration_since(since) >= PATIENCE).then_some("every attempt has failed for 5 days")
}
