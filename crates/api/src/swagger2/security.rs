//! Security schemes, of which Swagger 2.0 knows three, and one flow for each of OAuth 2.

use serde_json::{Value, json};

use super::document::Document;
use super::{Object, add_note, elements, members, pick, text};

/// The flows by their names in OpenAPI 3.1 and in Swagger 2.0.
const FLOWS: [(&str, &str); 4] = [
    ("implicit", "implicit"),
    ("password", "password"),
    ("clientCredentials", "application"),
    ("authorizationCode", "accessCode"),
];

impl Document<'_> {
    /// All schemes; one with several flows becomes several.
    pub(super) fn security_definitions(&self) -> Object {
        let schemes = members(self.component_section("securitySchemes"));
        schemes
            .flat_map(|(name, scheme)| replacements(name, self.resolve(scheme)))
            .collect()
    }

    /// The alternatives of which one must be met. Where a scheme became several, each of those is
    /// an alternative of its own.
    pub(super) fn requirements(&self, security: &Value) -> Value {
        let mut alternatives = Vec::new();
        for alternative in elements(Some(security)) {
            for expanded in self.expanded(alternative) {
                let expanded = Value::Object(expanded);
                if !alternatives.contains(&expanded) {
                    alternatives.push(expanded);
                }
            }
        }
        Value::Array(alternatives)
    }

    fn expanded(&self, alternative: &Value) -> Vec<Object> {
        let schemes = self.component_section("securitySchemes");
        let mut expanded = vec![Object::new()];
        for (name, scopes) in members(Some(alternative)) {
            // A name that nothing declares stays: without it the operation would look open to all.
            let scheme = schemes
                .and_then(|schemes| schemes.get(name))
                .unwrap_or(&Value::Null);
            let replacements = replacements(name, self.resolve(scheme));
            let combined = expanded.iter().flat_map(|partial| {
                replacements.iter().map(|(name, definition)| {
                    let mut combined = partial.clone();
                    let has_scopes = definition.get("scopes").is_some();
                    let scopes = if has_scopes {
                        scopes.clone()
                    } else {
                        json!([])
                    };
                    combined.insert(name.clone(), scopes);
                    combined
                })
            });
            expanded = combined.collect();
        }
        expanded
    }
}

/// The schemes that say in Swagger 2.0 what this one says, under their names.
fn replacements(name: &str, scheme: &Value) -> Vec<(String, Value)> {
    let flows: Vec<_> = members(scheme.get("flows"))
        .filter_map(|(flow, details)| {
            let (_, old_name) = FLOWS.iter().find(|(new_name, _)| flow == new_name)?;
            Some((*old_name, oauth2(scheme, old_name, details)))
        })
        .collect();
    match flows.as_slice() {
        [] => vec![(name.to_owned(), without_flow(scheme))],
        [(_, definition)] => vec![(name.to_owned(), definition.clone())],
        several => several
            .iter()
            .map(|(flow, definition)| (format!("{name}_{flow}"), definition.clone()))
            .collect(),
    }
}

fn oauth2(scheme: &Value, flow: &str, details: &Value) -> Value {
    let mut target = pick(scheme, &["type", "description"]);
    target.insert("flow".into(), json!(flow));
    target.append(&mut pick(details, &["authorizationUrl", "tokenUrl"]));
    let scopes = details.get("scopes").cloned().unwrap_or_else(|| json!({}));
    target.insert("scopes".into(), scopes);
    Value::Object(target)
}

fn without_flow(scheme: &Value) -> Value {
    let kind = text(scheme, "type").unwrap_or_default();
    let http = text(scheme, "scheme")
        .unwrap_or_default()
        .to_ascii_lowercase();
    match (kind, http.as_str()) {
        ("apiKey", _) if text(scheme, "in") != Some("cookie") => {
            Value::Object(pick(scheme, &["type", "description", "name", "in"]))
        }
        ("apiKey", _) => {
            let name = text(scheme, "name").unwrap_or_default();
            in_header(scheme, "Cookie", &format!("Sent as the cookie `{name}`."))
        }
        ("http", "basic") => {
            let mut target = Object::new();
            target.insert("type".into(), json!("basic"));
            target.append(&mut pick(scheme, &["description"]));
            Value::Object(target)
        }
        ("http", "bearer") => {
            let format = text(scheme, "bearerFormat").unwrap_or("token");
            let note = format!("Sent as `Bearer`, a space and the token ({format}).");
            in_header(scheme, "Authorization", &note)
        }
        _ => {
            // Better a scheme that is only described than an operation that looks open to all.
            let name = if kind == "http" { http.as_str() } else { kind };
            let note = format!("Stands for `{name}`, for which Swagger 2.0 has no word.");
            in_header(scheme, "Authorization", &note)
        }
    }
}

fn in_header(scheme: &Value, header: &str, note: &str) -> Value {
    let mut target = Object::new();
    target.insert("type".into(), json!("apiKey"));
    target.append(&mut pick(scheme, &["description"]));
    add_note(&mut target, note);
    target.insert("name".into(), json!(header));
    target.insert("in".into(), json!("header"));
    Value::Object(target)
}
