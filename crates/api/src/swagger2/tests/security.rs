//! Who may call, and where.

use serde_json::{Value, json};

use super::super::document::Document;
use super::super::server;
use super::{check, sample};

#[test]
fn requirements_name_every_flow() {
    let sample = sample();
    let table = [
        (json!([{}]), json!([{}])),
        (
            json!([{ "machine": ["read"] }]),
            json!([{ "machine": ["read"] }]),
        ),
        (
            json!([{ "token": ["admin"] }, { "token": [] }]),
            json!([{ "token": [] }]),
        ),
        (json!([{ "unheard-of": [] }]), json!([{ "unheard-of": [] }])),
        (
            json!([{ "key": [], "person": ["a"] }, { "staff": [] }]),
            json!([
                { "key": [], "person_password": ["a"] },
                { "key": [], "person_accessCode": ["a"] },
                { "staff": [] },
            ]),
        ),
    ];
    for (given, expected) in table {
        check(
            &given,
            &Document::new(&sample).requirements(&given),
            &expected,
        );
    }
}

#[test]
fn schemes_become_basic_keys_or_single_flows() {
    let header = |note: &str, name: &str| {
        json!({ "type": "apiKey", "description": note,
        "name": name, "in": "header" })
    };
    let stands_for = |name| format!("Stands for `{name}`, for which Swagger 2.0 has no word.");
    let expected = json!({
        "token": header("Sent as `Bearer`, a space and the token (JWT).", "Authorization"),
        "staff": { "type": "basic", "description": "Staff only." },
        "digest": header(&stands_for("digest"), "Authorization"),
        "key": { "type": "apiKey", "name": "X-Key", "in": "header" },
        "biscuit": header("Sent as the cookie `sid`.", "Cookie"),
        "certificate": header(&stands_for("mutualTLS"), "Authorization"),
        "machine": { "type": "oauth2", "flow": "application", "tokenUrl": "/token",
            "scopes": { "read": "Reads" } },
        "person_password":
            { "type": "oauth2", "flow": "password", "tokenUrl": "/token", "scopes": {} },
        "person_accessCode": { "type": "oauth2", "flow": "accessCode", "tokenUrl": "/token",
            "authorizationUrl": "/login", "scopes": {} },
    });
    let sample = sample();
    let found = Value::Object(Document::new(&sample).security_definitions());
    check(&json!("all schemes"), &found, &expected);
}

#[test]
fn the_first_server_is_the_address() {
    let table = [
        (json!([]), json!({})),
        (json!([{ "url": "/" }, { "url": "https://b" }]), json!({})),
        (json!([{ "url": "/v1/" }]), json!({ "basePath": "/v1" })),
        (
            json!([{ "url": "https://a.no" }]),
            json!({ "host": "a.no", "schemes": ["https"] }),
        ),
        (
            json!([{ "url": "http://{where}:80/v1/x",
                "variables": { "where": { "default": "a" } } }]),
            json!({ "host": "a:80", "basePath": "/v1/x", "schemes": ["http"] }),
        ),
        (json!([{ "url": "http://{where}/" }]), json!({})),
    ];
    for (given, expected) in table {
        check(&given, &Value::Object(server::address(&given)), &expected);
    }
}
