//! JavaScript with `fetch`: a module for Node.js 18 or later, Deno, Bun or a browser.

use super::{Call, Filling, lines, quoted};

pub(super) fn program(call: &Call) -> String {
    let mut parts = vec![format!("const base = {};", quoted(&call.base))];
    if call.needs_token() || call.has_basic() {
        parts.push(format!("const app = btoa({});", quoted(&call.app())));
    }
    parts.push(SEND.to_owned());
    if call.needs_token() {
        let form = call
            .login()
            .map(|(name, value)| format!("    {name}: {},", quoted(value)));
        parts.push(format!(
            "const login = await send(\"/oauth/v2/token\", {{\n  method: \"POST\",\n  headers: {{ Authorization: `Basic ${{app}}` }},\n  body: new URLSearchParams({{\n{}\n  }}),\n}});",
            form.join("\n")
        ));
        parts.push("const { access_token: token } = JSON.parse(login);\n".to_owned());
    }
    parts.push(request(call));
    lines(&parts)
}

const SEND: &str = r"
async function send(path, request) {
  const answer = await fetch(base + path, request);
  const text = await answer.text();
  if (!answer.ok) throw new Error(text); // It has the error code and what to do.
  return text;
}
";

fn request(call: &Call) -> String {
    let mut members = Vec::new();
    if call.method != "GET" {
        members.push(format!("  method: {},\n", quoted(&call.method)));
    }
    let headers = headers(call);
    if !headers.is_empty() {
        members.push(format!("  headers: {{\n{headers}  }},\n"));
    }
    if let Some(body) = call.json() {
        let body = super::indented(&body, 2);
        members.push(format!("  body: JSON.stringify({body}),\n"));
    }
    if let Some(form) = call.form() {
        let member = |(name, filling): &(String, Filling)| match filling {
            Filling::Text(text) => format!("    {name}: {},\n", quoted(text)),
            Filling::Token => format!("    {name}: token,\n"),
        };
        let form: String = form.iter().map(member).collect();
        members.push(format!("  body: new URLSearchParams({{\n{form}  }}),\n"));
    }
    if members.is_empty() {
        return format!("console.log(await send({}));", quoted(&call.path));
    }
    let members = members.concat();
    format!(
        "console.log(await send({}, {{\n{members}}}));",
        quoted(&call.path)
    )
}

fn headers(call: &Call) -> String {
    let mut headers = String::new();
    if call.has_bearer() {
        headers.push_str("    Authorization: `Bearer ${token}`,\n");
    }
    if call.has_basic() {
        headers.push_str("    Authorization: `Basic ${app}`,\n");
    }
    if call.json().is_some() {
        headers.push_str("    \"Content-Type\": \"application/json\",\n");
    }
    if call.keyed {
        headers.push_str("    \"Idempotency-Key\": crypto.randomUUID(),\n");
    }
    headers
}
