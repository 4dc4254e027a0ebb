//! The operator's own system, called over HTTP: a signed POST for each order, and what it answers.

use std::future::Future;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use domain::{Clock, Order};
use http::header::{CONTENT_TYPE, HeaderValue};
use http::{Method, StatusCode};
use jiff::SignedDuration;
use outgoing::{Client, ClientError, Destination, DestinationRefused, Reach, Request, Secret};
use selfservice::fulfillment::{Answer, OperatorSystem, Trouble};
use serde::Deserialize;

use crate::order::WorkOrder;

const LONGEST_ANSWER: usize = 64 * 1024;
/// What a history's line may hold of the system's own words.
const LONGEST_REASON: usize = 500;

/// How the operator's system is called.
#[derive(Debug, Clone)]
pub struct SystemSettings {
    /// Where orders are posted.
    pub url: String,
    /// What the calls are signed with.
    pub secret: Secret,
    /// How long a call may take.
    pub timeout: Duration,
    /// How many calls may be under way at once.
    pub concurrency: usize,
    /// How long to wait for a report after the answer "later".
    pub report_within: Duration,
    /// Certificate authorities beside those of the machine, in PEM.
    pub ca_file: Option<PathBuf>,
}

/// Why the operator's system can't be called as it is set.
#[derive(Debug, thiserror::Error)]
pub enum SystemError {
    /// The address is none.
    #[error("url")]
    Url(#[from] DestinationRefused),
    /// The client can't be made.
    #[error(transparent)]
    Client(#[from] ClientError),
}

/// Calls the operator's system.
pub struct HttpSystem {
    client: Client,
    to: Destination,
    settings: SystemSettings,
    clock: Arc<dyn Clock>,
}

impl HttpSystem {
    /// A caller for these settings.
    pub fn new(settings: SystemSettings, clock: Arc<dyn Clock>) -> Result<Self, SystemError> {
        let client = Client::new(outgoing::Settings {
            reach: Reach::Anywhere,
            timeout: settings.timeout,
            ca_file: settings.ca_file.clone(),
            longest_answer: LONGEST_ANSWER,
        })?;
        Ok(Self {
            to: client.destination(&settings.url)?,
            client,
            settings,
            clock,
        })
    }

    async fn ask(&self, order: &Order, attempt: i64) -> Result<Answer, Trouble> {
        let body = WorkOrder::of(order, Some(attempt)).to_json();
        // The same id each time, so that the system knows what it has seen.
        let id = format!("order-{}", order.id);
        let secrets = std::slice::from_ref(&self.settings.secret);
        let now = self.clock.now().as_second();
        let mut headers = outgoing::headers(secrets, &id, now, body.as_bytes());
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        let request = Request {
            method: Method::POST,
            to: self.to.clone(),
            headers,
            body: body.into(),
        };
        let answer = self.client.send(request).await;
        let answer = answer.map_err(|error| trouble(error.to_string()))?;
        if !answer.status.is_success() {
            return Err(Trouble {
                reason: format!("it answered with status {}", answer.status.as_u16()),
                retry_after: answer
                    .retry_after()
                    .and_then(|pause| SignedDuration::try_from(pause).ok()),
            });
        }
        read(answer.status, &answer.body)
    }
}

impl OperatorSystem for HttpSystem {
    fn carry_out<'a>(
        &'a self,
        order: &'a Order,
        attempt: i64,
    ) -> Pin<Box<dyn Future<Output = Result<Answer, Trouble>> + Send + 'a>> {
        Box::pin(self.ask(order, attempt))
    }

    fn longest_call(&self) -> SignedDuration {
        SignedDuration::try_from(self.settings.timeout).unwrap_or(SignedDuration::MAX)
    }

    fn report_within(&self) -> SignedDuration {
        SignedDuration::try_from(self.settings.report_within).unwrap_or(SignedDuration::MAX)
    }

    fn concurrency(&self) -> usize {
        self.settings.concurrency
    }
}

/// What the system may answer with; anything else is no answer, and the call is made again.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct AnswerBody {
    outcome: Outcome,
    note: Option<String>,
    reason: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum Outcome {
    Done,
    Failed,
    Later,
}

/// 202 says "later" by itself.
fn read(status: StatusCode, body: &[u8]) -> Result<Answer, Trouble> {
    if status == StatusCode::ACCEPTED && body.trim_ascii().is_empty() {
        return Ok(Answer::Later);
    }
    let body: AnswerBody = serde_json::from_slice(body)
        .map_err(|error| trouble(format!("its answer can't be read: {error}")))?;
    match body.outcome {
        Outcome::Done => Ok(Answer::Done(body.note.as_deref().map(in_one_line))),
        Outcome::Later => Ok(Answer::Later),
        Outcome::Failed => body
            .reason
            .as_deref()
            .map(in_one_line)
            .filter(|reason| !reason.is_empty())
            .map(Answer::Failed)
            .ok_or_else(|| trouble("it said FAILED without a reason".to_owned())),
    }
}

/// As a history shows it to the customer.
fn in_one_line(text: &str) -> String {
    let printable = |c: char| if c.is_control() { ' ' } else { c };
    let line: String = text.chars().map(printable).take(LONGEST_REASON).collect();
    line.trim().to_owned()
}

fn trouble(reason: String) -> Trouble {
    Trouble {
        reason,
        retry_after: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(status: u16, body: &str, expected: Result<Answer, &str>) {
        let status = StatusCode::from_u16(status).expect("a status");
        let answer = read(status, body.as_bytes());
        match expected {
            Ok(expected) => assert_eq!(answer, Ok(expected), "{body}"),
            Err(words) => {
                let trouble = answer.expect_err(body);
                assert!(trouble.reason.contains(words), "{}", trouble.reason);
            }
        }
    }

    #[test]
    fn an_answer_says_done_failed_or_later_and_nothing_else() {
        check(200, r#"{"outcome":"DONE"}"#, Ok(Answer::Done(None)));
        let noted = Answer::Done(Some("job 7".to_owned()));
        check(200, r#"{"outcome":"DONE","note":" job\n7 "}"#, Ok(noted));
        let failed = Answer::Failed("no line at the address".to_owned());
        let body = r#"{"outcome":"FAILED","reason":"no line at the address","extra":1}"#;
        check(200, body, Ok(failed));
        check(200, r#"{"outcome":"LATER"}"#, Ok(Answer::Later));
        check(202, "", Ok(Answer::Later));
        check(202, r#"{"outcome":"DONE"}"#, Ok(Answer::Done(None)));
        check(200, "", Err("can't be read"));
        check(200, "ok", Err("can't be read"));
        check(200, r#"{"outcome":"done"}"#, Err("can't be read"));
        check(200, r#"{"outcome":"FAILED"}"#, Err("without a reason"));
        check(
            200,
            r#"{"outcome":"FAILED","reason":" \n"}"#,
            Err("without a reason"),
        );
    }
}
