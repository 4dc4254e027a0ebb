//! Sends events to customers' endpoints: the same `CloudEvent` as in the feed, signed by Standard
//! Webhooks. See <https://www.standardwebhooks.com>.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use axum::http::{HeaderValue, Method, header};
use bytes::Bytes;
use domain::AttemptOutcome;
use ipnet::IpNet;
use jiff::SignedDuration;
use outgoing::{CallError, Client, ClientError, DestinationRefused, Reach, Request, Secret};
use selfservice::notifications::{Address, Message, Messenger, Reply, SecretBytes};

use crate::routes::notifications::EventBody;

pub(crate) const CLOUD_EVENT: &str = "application/cloudevents+json";
/// Nobody reads what an endpoint answers beyond its status.
const LONGEST_ANSWER: usize = 64 * 1024;

/// Which endpoints are called, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebhookSettings {
    /// Networks that may be called although they are not public, by http too.
    pub allow_networks: Vec<IpNet>,
    /// How long a call may take.
    pub timeout: Duration,
}

impl Default for WebhookSettings {
    /// Public addresses alone.
    fn default() -> Self {
        Self {
            allow_networks: Vec::new(),
            timeout: Duration::from_secs(15),
        }
    }
}

/// Calls customers' endpoints.
pub struct Webhooks {
    client: Client,
    timeout: Duration,
    public_url: String,
}

impl Webhooks {
    /// Reads the system's certificate authorities. The events name the organizations by their
    /// addresses below `public_url`.
    pub fn new(settings: &WebhookSettings, public_url: &str) -> Result<Self, ClientError> {
        let client = Client::new(outgoing::Settings {
            reach: Reach::Public {
                also: settings.allow_networks.clone(),
            },
            timeout: settings.timeout,
            ca_file: None,
            longest_answer: LONGEST_ANSWER,
        })?;
        Ok(Self {
            client,
            timeout: settings.timeout,
            public_url: public_url.to_owned(),
        })
    }

    /// The address of an endpoint, if it may be called as far as that can be told beforehand.
    pub(crate) fn check(&self, url: &str) -> Result<Address, DestinationRefused> {
        let destination = self.client.destination(url)?;
        Ok(Address {
            url: destination.as_str().to_owned(),
            host: destination.host().to_owned(),
        })
    }

    async fn call(&self, message: &Message) -> Result<Reply, CallError> {
        let to = self.client.destination(&message.url)?;
        let event = EventBody::of(&message.told, &self.public_url);
        // Texts and numbers have no way to fail.
        let body = serde_json::to_vec(&event).unwrap_or_default();
        let secrets: Vec<_> = message.secrets.iter().map(|key| Secret::new(key)).collect();
        let id = message.told.change.id.as_str();
        let mut headers = outgoing::headers(&secrets, id, message.at.as_second(), &body);
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(CLOUD_EVENT));
        let request = Request {
            method: Method::POST,
            to,
            headers,
            body: Bytes::from(body),
        };
        let answer = self.client.send(request).await?;
        let outcome = if answer.status.is_success() {
            AttemptOutcome::Delivered
        } else {
            AttemptOutcome::Refused
        };
        let wait = answer.retry_after();
        Ok(Reply {
            outcome,
            status: Some(answer.status.as_u16()),
            retry_after: wait.and_then(|wait| SignedDuration::try_from(wait).ok()),
        })
    }
}

impl Messenger for Webhooks {
    fn send<'a>(
        &'a self,
        message: &'a Message,
    ) -> Pin<Box<dyn Future<Output = Reply> + Send + 'a>> {
        Box::pin(async move {
            self.call(message).await.unwrap_or_else(|error| {
                let event = message.told.change.id.as_str();
                tracing::info!(event, %error, "an event did not arrive");
                Reply {
                    outcome: outcome_of(&error),
                    status: None,
                    retry_after: None,
                }
            })
        })
    }

    fn longest_call(&self) -> SignedDuration {
        SignedDuration::try_from(self.timeout).unwrap_or(SignedDuration::MAX)
    }
}

fn outcome_of(error: &CallError) -> AttemptOutcome {
    match error {
        CallError::Refused(_) => AttemptOutcome::NotAllowed,
        CallError::Unreachable(_) => AttemptOutcome::Unreachable,
        CallError::TimedOut => AttemptOutcome::TimedOut,
        CallError::AnswerTooLong => AttemptOutcome::AnswerTooLong,
    }
}

/// A secret as its holder gets it.
pub(crate) fn exposed(secret: &SecretBytes) -> String {
    Secret::new(secret).expose()
}
