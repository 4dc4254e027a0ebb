//! Endpoints and deliveries, as answers show them: never a secret, and of an address the host alone.

use domain::{Attempt, Delivery};
use http::Uri;
use jiff::Timestamp;
use selfservice::notifications::DeliveryWithAttempts;
use selfservice::{EndpointState, KnownEndpoint};
use serde::Serialize;
use utoipa::ToSchema;

/// An address of a customer's that is told of changes.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = NotificationEndpoint)]
pub(crate) struct EndpointBody {
    /// 32 hexadecimal digits.
    #[schema(example = "7d1c2f0b9a3e4d5c8f6a1b2c3d4e5f60")]
    endpoint_id: String,
    /// Whose it is: the organization of the system user.
    #[schema(example = "914742315")]
    organization_number: String,
    /// Who made it.
    #[schema(example = "API1000DEMO")]
    system_user: String,
    /// Whether that system user is enabled; if not, nothing is sent either.
    system_user_enabled: bool,
    /// Where it is: the host, with its port if it names one. The rest of the address may have
    /// something secret in it.
    #[schema(example = "hooks.example.com")]
    host: String,
    /// The customer's own words.
    description: String,
    /// What it wants to be told; none for all.
    event_types: Vec<String>,
    /// How it stands.
    state: EndpointStateBody,
    /// Why the server or an operator has disabled it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    disabled_reason: Option<String>,
    /// Since when nothing has arrived (RFC 3339, UTC).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, format = DateTime)]
    failing_since: Option<String>,
    /// When it was made.
    #[schema(format = DateTime)]
    created_at: String,
}

/// How an endpoint stands: `enabled`; `failing`, where nothing has arrived since some time; or
/// `disabled`, where nothing is sent.
#[derive(Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = NotificationEndpointState)]
pub(crate) enum EndpointStateBody {
    Enabled,
    Failing,
    Disabled,
}

/// One page of endpoints.
#[derive(Serialize, ToSchema)]
#[schema(as = NotificationEndpoints)]
pub(crate) struct EndpointsBody {
    pub(super) endpoints: Vec<EndpointBody>,
    /// What to ask with as `after` for what follows; left out when nothing does.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(super) next: Option<String>,
}

/// One event on its way to one endpoint.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = NotificationDelivery)]
pub(crate) struct DeliveryBody {
    /// The event's id, which is that of the change in the journal too.
    #[schema(example = "019e8a3c-2b00-7c3d-9f3e-5a1b2c3d4e5f")]
    event_id: String,
    /// The event's type.
    #[schema(example = "order.completed")]
    event_type: String,
    /// `PENDING` is to be sent, `DELIVERED` was answered with 2xx, `FAILED` is not sent again unless
    /// somebody asks.
    #[schema(example = "DELIVERED")]
    state: &'static str,
    /// How often it has been sent.
    #[schema(example = 1)]
    attempts: i64,
    /// When it was made out (RFC 3339, UTC).
    #[schema(format = DateTime)]
    created_at: String,
    /// When it is sent next at the earliest; left out when it is not, and while the endpoint is
    /// disabled.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, format = DateTime)]
    next_attempt_at: Option<String>,
    /// The attempts, oldest first; left out in lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    log: Option<Vec<AttemptBody>>,
}

/// One sending of a delivery.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = NotificationAttempt)]
pub(crate) struct AttemptBody {
    /// When it began (RFC 3339, UTC).
    #[schema(format = DateTime)]
    at: String,
    /// The HTTP status of the answer, if there was one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = 200)]
    status: Option<u16>,
    /// What came of it: `DELIVERED`, `REFUSED`, `TIMED_OUT`, `UNREACHABLE`, `NOT_ALLOWED` or
    /// `ANSWER_TOO_LONG`.
    #[schema(example = "DELIVERED")]
    outcome: &'static str,
    /// How long it took, in milliseconds.
    #[schema(example = 87)]
    duration_ms: i64,
}

/// One page of deliveries.
#[derive(Serialize, ToSchema)]
#[schema(as = NotificationDeliveries)]
pub(crate) struct DeliveriesBody {
    pub(super) deliveries: Vec<DeliveryBody>,
    /// How many there are on all pages.
    pub(super) total: i64,
}

fn instant(at: Timestamp) -> String {
    format!("{at:.3}")
}

/// The host of an address, with its port.
pub(crate) fn endpoint_host(url: &str) -> String {
    let uri: Option<Uri> = url.parse().ok();
    let host = uri.as_ref().and_then(|uri| Some((uri.host()?, uri.port())));
    match host {
        Some((host, Some(port))) => format!("{host}:{port}"),
        Some((host, None)) => host.to_owned(),
        None => String::new(),
    }
}

impl From<KnownEndpoint> for EndpointBody {
    fn from(known: KnownEndpoint) -> Self {
        let state = match EndpointState::of(&known.endpoint) {
            EndpointState::Enabled => EndpointStateBody::Enabled,
            EndpointState::Failing => EndpointStateBody::Failing,
            EndpointState::Disabled => EndpointStateBody::Disabled,
        };
        let endpoint = known.endpoint;
        Self {
            endpoint_id: endpoint.id.as_str().to_owned(),
            organization_number: known.owner.to_string(),
            system_user: endpoint.system_user.as_str().to_owned(),
            system_user_enabled: known.user_enabled,
            host: endpoint_host(&endpoint.url),
            description: endpoint.description,
            event_types: endpoint.event_types.as_slice().to_vec(),
            state,
            disabled_reason: endpoint.disabled_reason,
            failing_since: endpoint.failing_since.map(instant),
            created_at: instant(endpoint.created_at),
        }
    }
}

impl From<Delivery> for DeliveryBody {
    fn from(delivery: Delivery) -> Self {
        Self {
            event_id: delivery.event.as_str().to_owned(),
            event_type: delivery.event_type,
            state: delivery.state.as_str(),
            attempts: delivery.attempts,
            created_at: instant(delivery.created_at),
            next_attempt_at: delivery.due_at.map(instant),
            log: None,
        }
    }
}

impl From<DeliveryWithAttempts> for DeliveryBody {
    fn from(found: DeliveryWithAttempts) -> Self {
        let log = found.attempts.into_iter().map(AttemptBody::from).collect();
        Self {
            log: Some(log),
            ..found.delivery.into()
        }
    }
}

impl From<Attempt> for AttemptBody {
    fn from(attempt: Attempt) -> Self {
        Self {
            at: instant(attempt.at),
            status: attempt.status,
            outcome: attempt.outcome.as_str(),
            duration_ms: attempt.duration_milliseconds,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_an_address_the_host_alone_is_shown() {
        for (url, shown) in [
            (
                "https://hooks.example.com/avtale?token=x",
                "hooks.example.com",
            ),
            ("http://127.0.0.1:9000/a", "127.0.0.1:9000"),
            ("https://user:pass@example.com/", "example.com"),
            ("no address", ""),
        ] {
            assert_eq!(endpoint_host(url), shown, "{url}");
        }
    }
}
