//! The first server as a host, a base path and a scheme.

use serde_json::{Value, json};

use super::{Object, elements, members, text};

/// Only what the URL says: a relative one names no host.
pub(super) fn address(servers: &Value) -> Object {
    let mut address = Object::new();
    let Some(url) = elements(Some(servers)).next().and_then(expanded_url) else {
        return address;
    };
    let (scheme, path) = match url.split_once("://") {
        Some((scheme, rest)) => {
            let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
            address.insert("host".into(), json!(host));
            (Some(scheme), path)
        }
        None => (None, url.as_str()),
    };
    let path = path.trim_matches('/');
    if !path.is_empty() {
        address.insert("basePath".into(), json!(format!("/{path}")));
    }
    if let Some(scheme) = scheme.filter(|scheme| ["http", "https", "ws", "wss"].contains(scheme)) {
        address.insert("schemes".into(), json!([scheme]));
    }
    address
}

/// The URL with the variables' defaults in place; none if a variable has no default.
fn expanded_url(server: &Value) -> Option<String> {
    let mut url = text(server, "url")?.to_owned();
    for (name, variable) in members(server.get("variables")) {
        if let Some(default) = text(variable, "default") {
            url = url.replace(&format!("{{{name}}}"), default);
        }
    }
    (!url.contains('{')).then_some(url)
}
