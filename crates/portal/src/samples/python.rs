//! Python 3 with its standard library alone.

use serde_json::Value;

use super::{Call, Filling, Payload, lines, quoted};

pub(super) fn program(call: &Call) -> String {
    let mut parts = vec![
        imports(call),
        String::new(),
        SEND.replace("BASE_URL", &quoted(&call.base)),
    ];
    if call.needs_token() || call.has_basic() {
        parts.push(format!(
            "app = base64.b64encode(b{}).decode()",
            quoted(&call.app())
        ));
    }
    if call.needs_token() {
        let form = call
            .login()
            .map(|(name, value)| format!("    {}: {},", quoted(name), quoted(value)));
        parts.push(format!(
            "login = urllib.parse.urlencode({{\n{}\n}})",
            form.join("\n")
        ));
        parts.push(
            "answer = send(\"POST\", \"/oauth/v2/token\", {\"Authorization\": \"Basic \" + app}, login)"
                .to_owned(),
        );
        parts.push("token = json.loads(answer)[\"access_token\"]\n".to_owned());
    }
    let body = body(call, &mut parts);
    parts.push(format!("headers = {}", headers(call)));
    parts.push(format!(
        "print(send({}, {}, headers{body}))",
        quoted(&call.method),
        quoted(&call.path)
    ));
    lines(&parts)
}

fn imports(call: &Call) -> String {
    let form = call.needs_token() || call.form().is_some();
    let mut names = Vec::new();
    if call.needs_token() || call.has_basic() {
        names.push("base64");
    }
    if call.needs_token() || call.json().is_some() {
        names.push("json");
    }
    names.push("urllib.error");
    if form {
        names.push("urllib.parse");
    }
    names.push("urllib.request");
    if call.keyed {
        names.push("uuid");
    }
    super::listed(&names, |name| format!("import {name}\n"))
}

const SEND: &str = r#"BASE = BASE_URL


def send(method, path, headers, body=""):
    request = urllib.request.Request(BASE + path, body.encode() or None, headers, method=method)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.read().decode()
    except urllib.error.HTTPError as error:
        raise SystemExit(error.read().decode())  # It has the error code and what to do.

"#;

fn headers(call: &Call) -> String {
    let mut entries = Vec::new();
    if call.has_bearer() {
        entries.push("\"Authorization\": \"Bearer \" + token".to_owned());
    }
    if call.has_basic() {
        entries.push("\"Authorization\": \"Basic \" + app".to_owned());
    }
    if call.json().is_some() {
        entries.push("\"Content-Type\": \"application/json\"".to_owned());
    }
    if call.keyed {
        entries.push("\"Idempotency-Key\": str(uuid.uuid4())".to_owned());
    }
    match entries.len() {
        0 => "{}".to_owned(),
        1 => format!("{{{}}}", entries.concat()),
        _ => format!("{{\n    {},\n}}", entries.join(",\n    ")),
    }
}

/// Puts the body into the program; what it is passed on as.
fn body(call: &Call, parts: &mut Vec<String>) -> &'static str {
    match &call.payload {
        Payload::None => "",
        Payload::Json(value) => {
            parts.push(format!("body = {}", literal(value, 0)));
            ", json.dumps(body)"
        }
        Payload::Form(members) => {
            let member = |(name, filling): &(String, Filling)| match filling {
                Filling::Text(text) => format!("    {}: {},", quoted(name), quoted(text)),
                Filling::Token => format!("    {}: token,", quoted(name)),
            };
            let members: Vec<_> = members.iter().map(member).collect();
            parts.push(format!(
                "form = urllib.parse.urlencode({{\n{}\n}})",
                members.join("\n")
            ));
            ", form"
        }
    }
}

/// JSON as Python writes it.
fn literal(value: &Value, depth: usize) -> String {
    let (inner, outer) = ("    ".repeat(depth + 1), "    ".repeat(depth));
    match value {
        Value::Null => "None".to_owned(),
        Value::Bool(true) => "True".to_owned(),
        Value::Bool(false) => "False".to_owned(),
        Value::Array(items) if !items.is_empty() => {
            let items = items
                .iter()
                .map(|item| format!("{inner}{},\n", literal(item, depth + 1)));
            format!("[\n{}{outer}]", items.collect::<String>())
        }
        Value::Object(members) if !members.is_empty() => {
            let members = members.iter().map(|(name, member)| {
                format!("{inner}{}: {},\n", quoted(name), literal(member, depth + 1))
            });
            format!("{{\n{}{outer}}}", members.collect::<String>())
        }
        other => other.to_string(),
    }
}
