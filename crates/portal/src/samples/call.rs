//! A request before it is written in a language.

use serde_json::Value;

use crate::Credentials;
use crate::reference::{Access, Operation, Parameter};

/// The header that makes a repeated request harmless.
const IDEMPOTENCY_KEY: &str = "Idempotency-Key";

/// A request with everything filled in.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    /// The server's address, without a slash at the end.
    pub(crate) base: String,
    pub(crate) method: String,
    /// With its parameters.
    pub(crate) path: String,
    pub(crate) access: Access,
    /// Whether a fresh idempotency key is sent.
    pub(crate) keyed: bool,
    pub(crate) payload: Payload,
    pub(crate) credentials: Credentials,
}

/// A request's body.
#[derive(Debug, Clone)]
pub(crate) enum Payload {
    None,
    Json(Value),
    Form(Vec<(String, Filling)>),
}

/// What a member of a form is filled with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Filling {
    Text(String),
    /// The access token that was got before.
    Token,
}

impl Call {
    /// The example of an operation; none for what the server sends.
    pub(crate) fn of(operation: &Operation, base: &str, credentials: &Credentials) -> Option<Self> {
        if operation.is_sent() {
            return None;
        }
        let is_key = |parameter: &Parameter| parameter.name == IDEMPOTENCY_KEY;
        Some(Self {
            base: base.to_owned(),
            method: operation.method.clone(),
            path: filled(operation),
            access: operation.access.clone(),
            keyed: operation.parameters.iter().any(is_key),
            payload: payload(operation, credentials),
            credentials: credentials.clone(),
        })
    }

    /// Whether an access token is to be got first.
    pub(crate) fn needs_token(&self) -> bool {
        let in_form = match &self.payload {
            Payload::Form(members) => members
                .iter()
                .any(|(_, filling)| *filling == Filling::Token),
            _ => false,
        };
        in_form || matches!(self.access, Access::Token(_))
    }

    pub(crate) fn has_bearer(&self) -> bool {
        matches!(self.access, Access::Token(_))
    }

    pub(crate) fn has_basic(&self) -> bool {
        self.access == Access::Client
    }

    /// The form that an access token is got with.
    pub(crate) fn login(&self) -> [(&'static str, &str); 3] {
        [
            ("grant_type", "password"),
            ("username", &self.credentials.username),
            ("password", &self.credentials.password),
        ]
    }

    /// The client app's id and secret as HTTP Basic has them.
    pub(crate) fn app(&self) -> String {
        format!(
            "{}:{}",
            self.credentials.client_id, self.credentials.client_secret
        )
    }

    /// The JSON body on several lines.
    pub(crate) fn json(&self) -> Option<String> {
        match &self.payload {
            Payload::Json(value) => serde_json::to_string_pretty(value).ok(),
            _ => None,
        }
    }

    pub(crate) fn form(&self) -> Option<&[(String, Filling)]> {
        match &self.payload {
            Payload::Form(members) => Some(members),
            _ => None,
        }
    }
}

/// The path with an example in place of each parameter, and the query that is required.
fn filled(operation: &Operation) -> String {
    let mut path = operation.path.clone();
    let mut query = Vec::new();
    for parameter in &operation.parameters {
        let example = percent_encoded(&parameter.example);
        match parameter.place.as_str() {
            "path" => path = path.replace(&format!("{{{}}}", parameter.name), &example),
            "query" if parameter.required => query.push(format!("{}={example}", parameter.name)),
            _ => {}
        }
    }
    if query.is_empty() {
        path
    } else {
        format!("{path}?{}", query.join("&"))
    }
}

/// A text as it may stand in an address.
pub(crate) fn percent_encoded(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'-' | b'_' | b'.' | b'~' => char::from(byte).to_string(),
            _ if byte.is_ascii_alphanumeric() => char::from(byte).to_string(),
            _ => format!("%{byte:02X}"),
        })
        .collect()
}

fn payload(operation: &Operation, credentials: &Credentials) -> Payload {
    let Some(body) = &operation.body else {
        return Payload::None;
    };
    if !body.media_type.ends_with("x-www-form-urlencoded") {
        return Payload::Json(body.example.clone());
    }
    let members = body.shape.members.iter().filter_map(|member| {
        let filling = match member.name.as_str() {
            "username" => Filling::Text(credentials.username.clone()),
            "password" => Filling::Text(credentials.password.clone()),
            "token" => Filling::Token,
            name if member.required => {
                let example = body.example.get(name).and_then(Value::as_str);
                Filling::Text(example.unwrap_or_default().to_owned())
            }
            _ => return None,
        };
        Some((member.name.clone(), filling))
    });
    Payload::Form(members.collect())
}
