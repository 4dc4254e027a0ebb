//! For a shell: curl, and sed to take the token out of its answer.

use super::{Call, Filling, lines};

pub(super) fn program(call: &Call) -> String {
    let mut parts = Vec::new();
    if call.needs_token() {
        parts.push(login(call));
        parts.push(String::new());
    }
    parts.push(request(call));
    lines(&parts)
}

fn login(call: &Call) -> String {
    let form = call
        .login()
        .map(|(name, value)| format!("-d {}", shell(&format!("{name}={value}"))));
    format!(
        "TOKEN=$(curl -sS -u {} \\\n    {} \\\n    {} |\n    sed 's/.*\"access_token\":\"\\([^\"]*\\)\".*/\\1/')",
        shell(&call.app()),
        form.join(" "),
        shell(&format!("{}/oauth/v2/token", call.base)),
    )
}

fn request(call: &Call) -> String {
    let mut arguments = vec!["curl -sS".to_owned()];
    let body = call.json();
    let has_body = body.is_some() || call.form().is_some();
    let implied = if has_body { "POST" } else { "GET" };
    if call.method != implied {
        arguments.push(format!("-X {}", call.method));
    }
    if call.has_basic() {
        arguments.push(format!("-u {}", shell(&call.app())));
    }
    if call.has_bearer() {
        arguments.push("-H \"Authorization: Bearer $TOKEN\"".to_owned());
    }
    if call.keyed {
        arguments.push("-H \"Idempotency-Key: $(date +%s)-$$\"".to_owned());
    }
    if let Some(body) = body {
        arguments.push("-H 'Content-Type: application/json'".to_owned());
        arguments.push(format!("-d {}", shell(&body)));
    }
    for (name, filling) in call.form().unwrap_or_default() {
        arguments.push(match filling {
            Filling::Text(text) => format!("-d {}", shell(&format!("{name}={text}"))),
            Filling::Token => format!("-d \"{name}=$TOKEN\""),
        });
    }
    arguments.push(shell(&format!("{}{}", call.base, call.path)));
    arguments.join(" \\\n    ")
}

/// A word of the shell, quoted only when it has to be.
fn shell(word: &str) -> String {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "-_./:=@".contains(letter);
    if word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}
