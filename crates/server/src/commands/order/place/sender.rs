//! One row's way to its result: asked for again and again under the same key, until there is an
//! answer, or nobody has answered anything for too long.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use domain::Entropy;
use tokio::sync::OnceCell;
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;

use super::connection::Connection;
use super::keys::Key;
use super::outcome::{Outcome, Verdict};
use super::progress::Progress;
use super::rows::Row;
use crate::system::OsEntropy;

const SHORTEST_PAUSE: Duration = Duration::from_millis(200);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);
/// Waits shorter than this are not worth a line.
const WORTH_A_NOTE: Duration = Duration::from_secs(5);
/// Logins in a row for one order; more would never end.
const MOST_LOGINS: u32 = 3;

/// The end of a run before its last row, and the reason for it.
#[derive(Clone)]
pub(super) struct Halt {
    pub(super) token: CancellationToken,
    reason: std::sync::Arc<OnceLock<String>>,
}

/// A row with its key.
pub(super) struct Task {
    pub(super) row: Row,
    pub(super) key: Key,
}

/// Sends rows; all workers share one.
pub(super) struct Sender {
    connection: Connection,
    give_up_after: Duration,
    halt: Halt,
    progress: Progress,
    /// Logged in for the first time. One worker does it, so that a wrong password is sent once.
    logged_in: OnceCell<()>,
    /// How many proper answers there were, to any row.
    answers: AtomicU64,
}

impl Halt {
    /// Set by the token, too: that is the person's wish.
    pub(super) fn new(token: CancellationToken) -> Self {
        Self {
            token,
            reason: std::sync::Arc::default(),
        }
    }

    /// Ends the run; the first reason counts.
    pub(super) fn set(&self, reason: String) {
        // A later reason is a consequence of the first.
        drop(self.reason.set(reason));
        self.token.cancel();
    }

    pub(super) fn reason(&self) -> Option<&str> {
        self.reason.get().map(String::as_str)
    }

    /// Whether it lasted that long without an end of the run.
    async fn pause(&self, length: Duration) -> bool {
        tokio::select! {
            () = self.token.cancelled() => false,
            () = sleep(length) => true,
        }
    }
}

impl Sender {
    pub(super) fn new(
        connection: Connection,
        give_up_after: Duration,
        halt: Halt,
        progress: Progress,
    ) -> Self {
        Self {
            connection,
            give_up_after,
            halt,
            progress,
            logged_in: OnceCell::new(),
            answers: AtomicU64::new(0),
        }
    }

    /// Places one row's order.
    pub(super) async fn place(&self, task: &Task) -> Outcome {
        let first = async || drop(self.settle(None).await);
        self.logged_in.get_or_init(first).await;
        self.settle(Some(task)).await
    }

    /// Does one errand to its end: an order, or the login alone.
    async fn settle(&self, task: Option<&Task>) -> Outcome {
        let mut in_doubt = false;
        let mut logins = 0;
        while !self.halt.token.is_cancelled() {
            let before = self.answers.load(Ordering::Relaxed);
            let asking = self.until_answered(task, &mut in_doubt);
            let Ok(verdict) = timeout(self.give_up_after, asking).await else {
                let silence = format!("no answer for {} seconds", self.give_up_after.as_secs());
                if self.answers.load(Ordering::Relaxed) == before {
                    let problem = self.progress.last_note();
                    let problem = problem.map(|problem| format!(": {problem}"));
                    self.halt
                        .set(silence.clone() + &problem.unwrap_or_default());
                }
                // Others have their answers: the server fails for this row alone.
                return unfinished(in_doubt, &silence);
            };
            let Some(verdict) = verdict else { break };
            self.answers.fetch_add(1, Ordering::Relaxed);
            match verdict {
                Verdict::Done(outcome) => {
                    self.progress.answered();
                    return outcome;
                }
                Verdict::Later(wait, text) => {
                    if wait >= WORTH_A_NOTE {
                        self.progress.wait(wait, &text);
                    }
                    self.halt.pause(wait + jitter(SHORTEST_PAUSE)).await;
                }
                Verdict::LogIn(text) => {
                    logins += 1;
                    if logins > MOST_LOGINS {
                        let reason = "the server does not know the tokens that it gives";
                        self.halt.set(format!("{reason}: {text}"));
                    }
                }
                Verdict::Halt(reason) | Verdict::Again(reason) => self.halt.set(reason),
            }
        }
        unfinished(in_doubt, "the run was ended before there was an answer")
    }

    /// Asks until there is an answer of any kind; none if the run ends meanwhile.
    async fn until_answered(&self, task: Option<&Task>, in_doubt: &mut bool) -> Option<Verdict> {
        let mut pause = SHORTEST_PAUSE;
        loop {
            let problem = match self.ask(task, in_doubt).await {
                Verdict::Again(problem) => problem,
                verdict => return Some(verdict),
            };
            self.progress.try_again(&problem);
            if !self.halt.pause(pause / 2 + jitter(pause / 2)).await {
                return None;
            }
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    /// Asks once. In doubt is an order that was sent and not answered.
    async fn ask(&self, task: Option<&Task>, in_doubt: &mut bool) -> Verdict {
        let token = match self.connection.token().await {
            Ok(token) => token,
            Err(verdict) => return verdict,
        };
        let Some(Task { row, key }) = task else {
            return Verdict::Done(Outcome::NotTried);
        };
        let before = std::mem::replace(in_doubt, true);
        let verdict = self.connection.place(&token, key, &row.body).await;
        if !matches!(verdict, Verdict::Again(_)) {
            *in_doubt = before;
        }
        verdict
    }
}

fn unfinished(in_doubt: bool, reason: &str) -> Outcome {
    if in_doubt {
        Outcome::Unanswered(reason.to_owned())
    } else {
        Outcome::NotTried
    }
}

/// A random part of a length, so that many callers do not come back at the same instant.
fn jitter(length: Duration) -> Duration {
    let mut random = [0; 2];
    OsEntropy.fill(&mut random);
    length * u32::from(u16::from_be_bytes(random)) / u32::from(u16::MAX)
}
