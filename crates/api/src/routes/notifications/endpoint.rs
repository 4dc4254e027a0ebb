//! An endpoint on the wire, and the bodies that make and change one.

use domain::{Endpoint, EndpointId, EventTypes};
use jiff::Timestamp;
use selfservice::notifications::{EndpointWish, SecretBytes};
use serde::Serialize;
use utoipa::ToSchema;

use crate::error::{ApiError, ErrorCode};
use crate::extract::{Members, Node};
use crate::routes::orders::instant;
use crate::webhook::{Webhooks, exposed};

const LONGEST_DESCRIPTION: usize = 200;

/// An address of yours that is told of changes.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Endpoint)]
pub(crate) struct EndpointBody {
    /// The endpoint's id.
    #[schema(example = "8f14e45fceea167a5a36dedd4bea2543")]
    id: String,
    /// Where it is.
    #[schema(example = "https://hooks.example.com/avtale")]
    url: String,
    /// Your own words.
    #[schema(example = "Orders to our ERP")]
    description: String,
    /// What it is told; empty for everything.
    #[schema(example = json!(["order.*"]))]
    event_types: Vec<String>,
    /// Whether it is told anything.
    enabled: bool,
    /// Why the server or its operator has disabled it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "every attempt has failed for 5 days")]
    disabled_reason: Option<String>,
    /// Since when every attempt has failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, format = DateTime, example = "2026-01-31T12:00:00.000Z")]
    failing_since: Option<String>,
    /// Until when the secret before the current one signs too.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, format = DateTime, example = "2026-02-01T12:00:00.000Z")]
    previous_secret_valid_until: Option<String>,
    /// When it was made.
    #[schema(format = DateTime, example = "2026-01-31T12:00:00.000Z")]
    created_at: String,
}

/// A new endpoint with its secret.
#[derive(Serialize, ToSchema)]
#[schema(as = NewEndpoint)]
pub(crate) struct NewEndpointBody {
    #[serde(flatten)]
    endpoint: EndpointBody,
    /// What deliveries are signed with. It is shown here and never again.
    #[schema(example = "whsec_QXZ0YWxlJ3Mgb3duIGV4YW1wbGUgb2YgYSBzZWNyZXQ=")]
    secret: String,
}

/// The secret that replaces an endpoint's.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = RotatedSecret)]
pub(crate) struct RotatedSecretBody {
    /// What deliveries are signed with from now on. It is shown here and never again.
    #[schema(example = "whsec_QXZ0YWxlJ3Mgb3duIGV4YW1wbGUgb2YgYSBzZWNyZXQ=")]
    secret: String,
    /// Until when the secret before it signs too.
    #[schema(format = DateTime, example = "2026-02-01T12:00:00.000Z")]
    previous_secret_valid_until: String,
}

/// The endpoint to make.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
#[expect(
    dead_code,
    reason = "the schema of a body that is read by hand, to name each fault"
)]
pub(crate) struct CreateEndpoint {
    /// An https address at a public host.
    #[schema(max_length = 2048, example = "https://hooks.example.com/avtale")]
    url: String,
    /// Your own words.
    #[schema(nullable = false, max_length = 200, example = "Orders to our ERP")]
    description: Option<String>,
    /// What to tell: types such as `order.completed`, or `order.*` and `account.*`. Without any,
    /// everything.
    #[schema(nullable = false, example = json!(["order.*"]))]
    event_types: Option<Vec<String>>,
}

/// What the endpoint is to be; members that are left out are empty afterwards.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
#[expect(
    dead_code,
    reason = "the schema of a body that is read by hand, to name each fault"
)]
pub(crate) struct ChangeEndpoint {
    /// An https address at a public host.
    #[schema(max_length = 2048, example = "https://hooks.example.com/avtale")]
    url: String,
    /// Your own words.
    #[schema(nullable = false, max_length = 200, example = "Orders to our ERP")]
    description: Option<String>,
    /// What to tell: types such as `order.completed`, or `order.*` and `account.*`. Without any,
    /// everything.
    #[schema(nullable = false, example = json!(["order.*"]))]
    event_types: Option<Vec<String>>,
    /// Whether it is told anything.
    enabled: bool,
}

impl EndpointBody {
    pub(super) fn of(endpoint: Endpoint, now: Timestamp) -> Self {
        let previous = endpoint.secrets.previous_until;
        Self {
            id: endpoint.id.as_str().to_owned(),
            url: endpoint.url,
            description: endpoint.description,
            event_types: endpoint.event_types.as_slice().to_vec(),
            enabled: endpoint.enabled,
            disabled_reason: endpoint.disabled_reason,
            failing_since: endpoint.failing_since.map(instant),
            previous_secret_valid_until: previous.filter(|until| now < *until).map(instant),
            created_at: instant(endpoint.created_at),
        }
    }
}

impl NewEndpointBody {
    pub(super) fn of(endpoint: Endpoint, secret: &SecretBytes, now: Timestamp) -> Self {
        Self {
            endpoint: EndpointBody::of(endpoint, now),
            secret: exposed(secret),
        }
    }
}

impl RotatedSecretBody {
    pub(super) fn of(secret: &SecretBytes, previous_until: Timestamp) -> Self {
        Self {
            secret: exposed(secret),
            previous_secret_valid_until: instant(previous_until),
        }
    }
}

/// What is no endpoint id is no endpoint of the caller's either.
pub(super) fn parse_endpoint_id(text: &str) -> Result<EndpointId, ApiError> {
    let written = text.len() == 32 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    written
        .then(|| EndpointId::new(text))
        .ok_or_else(|| ApiError::new(ErrorCode::EndpointNotFound))
}

/// Reads the body that makes an endpoint.
pub(super) fn read_new(
    document: Option<Node>,
    webhooks: &Webhooks,
) -> Result<EndpointWish, ApiError> {
    read(document, webhooks, "url, description, eventTypes", |_| {
        Ok(true)
    })
}

/// Reads the body that changes one.
pub(super) fn read_change(
    document: Option<Node>,
    webhooks: &Webhooks,
) -> Result<EndpointWish, ApiError> {
    let known = "url, description, eventTypes, enabled";
    read(document, webhooks, known, |body| {
        match body.take("enabled") {
            Some(Node::Boolean(enabled)) => Ok(enabled),
            _ => Err(invalid("enabled", "must be true or false")),
        }
    })
}

fn read(
    document: Option<Node>,
    webhooks: &Webhooks,
    known: &str,
    enabled: impl FnOnce(&mut Members) -> Result<bool, ApiError>,
) -> Result<EndpointWish, ApiError> {
    let node = document.ok_or_else(|| invalid("body", &format!("send an object with {known}")))?;
    let mut body = Members::of(node, "")?;
    let url = body.take("url");
    let description = read_description(body.take("description"))?;
    let event_types = read_event_types(body.take("eventTypes"))?;
    let enabled = enabled(&mut body)?;
    body.finish(known)?;
    let Some(Node::Text(url)) = url else {
        return Err(invalid("url", "must be a string with an https address"));
    };
    let address = webhooks
        .check(&url)
        .map_err(|why| ApiError::field(ErrorCode::AddressNotAllowed, "url", why.to_string()))?;
    Ok(EndpointWish {
        address,
        description,
        event_types,
        enabled,
    })
}

fn read_description(node: Option<Node>) -> Result<String, ApiError> {
    match node {
        None => Ok(String::new()),
        Some(Node::Text(text))
            if text.chars().count() <= LONGEST_DESCRIPTION && !text.contains(char::is_control) =>
        {
            Ok(text)
        }
        Some(_) => {
            let message =
                format!("must be a string of at most {LONGEST_DESCRIPTION} visible characters");
            Err(invalid("description", &message))
        }
    }
}

fn read_event_types(node: Option<Node>) -> Result<EventTypes, ApiError> {
    let nodes = match node {
        None => return Ok(EventTypes::default()),
        Some(Node::List(nodes)) => nodes,
        Some(other) => {
            let message = format!("must be an array of strings, not {}", other.kind());
            return Err(invalid("eventTypes", &message));
        }
    };
    let mut words = Vec::new();
    for (position, node) in nodes.iter().enumerate() {
        match node {
            Node::Text(word) if EventTypes::parse([word.as_str()]).is_some() => {
                words.push(word.as_str());
            }
            _ => {
                let message = format!("must be one of {}", EventTypes::known().join(", "));
                return Err(invalid(&format!("eventTypes[{position}]"), &message));
            }
        }
    }
    Ok(EventTypes::parse(words).unwrap_or_default())
}

fn invalid(field: &str, message: &str) -> ApiError {
    ApiError::field(ErrorCode::InvalidRequest, field, message)
}
