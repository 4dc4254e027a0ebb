//! What the server sends to customers' endpoints, as OpenAPI 3.1 describes it.

use serde_json::{Value, json};
use utoipa::ToSchema;

use crate::routes::notifications::{AccountChangedBody, OrderChangedBody};
use crate::webhook::CLOUD_EVENT;

const DESCRIPTION: &str = "Sent by POST to your endpoints. Answer with any 2xx within 15 seconds, and \
    do the work afterwards. Whatever else you answer, the event is sent again after 5 seconds, 5 \
    minutes, 30 minutes, 2, 5, 10, 14, 20 and 24 hours, more or less a fifth, and not sooner than a \
    `Retry-After` asks for. Events arrive at least once, and perhaps out of order: `id` tells \
    repetitions, `sequence` the order. Signed by Standard Webhooks (HMAC-SHA-256).";

/// One entry for each family of events.
pub(super) fn describe() -> Value {
    json!({
        "order_changed": entry(
            "order_changed",
            "An order entered a state",
            &OrderChangedBody::name(),
        ),
        "account_changed": entry(
            "account_changed",
            "A billing account entered a status",
            &AccountChangedBody::name(),
        ),
    })
}

fn entry(id: &str, summary: &str, schema: &str) -> Value {
    let schema = json!({ "$ref": format!("#/components/schemas/{schema}") });
    json!({
        "post": {
            "tags": ["notifications"],
            "summary": summary,
            "description": DESCRIPTION,
            "operationId": id,
            "parameters": [
                header(
                    "webhook-id",
                    "The event's id, the same each time it is sent.",
                    "019e8a3c-2b00-7c3d-9f3e-5a1b2c3d4e5f",
                ),
                header(
                    "webhook-timestamp",
                    "When this was sent, in seconds since 1970. Refuse what is more than five \
                     minutes old.",
                    "1769860800",
                ),
                header(
                    "webhook-signature",
                    "One or two signatures with a blank between them, each `v1,` and the base64 of \
                     HMAC-SHA-256 over id, timestamp and body with dots between them.",
                    "v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=",
                ),
            ],
            "requestBody": {
                "required": true,
                "content": { CLOUD_EVENT: { "schema": schema } },
            },
            "responses": {
                "2XX": { "description": "You have it. The body is not read." },
                "410": { "description": "You want nothing more: the endpoint is disabled." },
                "default": { "description": "It is sent again later." },
            },
            "security": [],
        },
    })
}

fn header(name: &str, description: &str, example: &str) -> Value {
    json!({
        "name": name,
        "in": "header",
        "required": true,
        "description": description,
        "schema": { "type": "string" },
        "example": example,
    })
}
