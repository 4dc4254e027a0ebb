//! Guides: pages of our own, and those of the repository's documents that are for customers.

use crate::Sources;

/// The server's address in the texts, which each server replaces by its own.
const ADDRESSES: [&str; 2] = ["http://127.0.0.1:8080", "https://api.example.com"];

/// What is for those who run the server stands under this heading.
const NOT_FOR_CUSTOMERS: &str = "\n## For the operator\n";

/// How to start a sandbox is told by sandboxes; customers of a real server have been given one.
const FOR_SANDBOXES: &str = "\n## Start a sandbox\n";

const RECEIVER: &str = include_str!("../../../examples/receiver.py");

/// Whom a text is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum On {
    EveryServer,
    Sandboxes,
}

/// A text before it is filled in: its place, the name of its file, its name in the navigation.
struct Source(&'static str, &'static str, &'static str, On, &'static str);

const GUIDES: &[Source] = &[
    Source(
        "getting-started",
        "getting-started.md",
        "Getting started",
        On::EveryServer,
        include_str!("../pages/getting-started.md"),
    ),
    Source(
        "authentication",
        "authentication.md",
        "Authentication",
        On::EveryServer,
        include_str!("../pages/authentication.md"),
    ),
    Source(
        "accounts",
        "accounts.md",
        "Billing accounts",
        On::EveryServer,
        include_str!("../pages/accounts.md"),
    ),
    Source(
        "idempotency",
        "idempotency.md",
        "Idempotency",
        On::EveryServer,
        include_str!("../pages/idempotency.md"),
    ),
    Source(
        "limits",
        "limits.md",
        "Limits",
        On::EveryServer,
        include_str!("../pages/limits.md"),
    ),
    Source(
        "receiving",
        "receiving.md",
        "Receiving notifications",
        On::EveryServer,
        include_str!("../pages/receiving.md"),
    ),
    Source(
        "notifications",
        "notifications.md",
        "Notifications in full",
        On::EveryServer,
        include_str!("../../../docs/notifications.md"),
    ),
    Source(
        "bulk-orders",
        "bulk-orders.md",
        "Orders from a file",
        On::EveryServer,
        include_str!("../../../docs/bulk-orders.md"),
    ),
    Source(
        "conventions",
        "api-design.md",
        "Conventions in full",
        On::EveryServer,
        include_str!("../../../docs/api-design.md"),
    ),
    Source(
        "sandbox",
        "sandbox.md",
        "The sandbox",
        On::Sandboxes,
        include_str!("../../../docs/sandbox.md"),
    ),
];

/// What an API product's page says before its operations.
const INTRODUCTIONS: &[(&str, &str)] = &[
    ("info", include_str!("../pages/product-info.md")),
    ("order", include_str!("../pages/product-order.md")),
    ("oauth", include_str!("../pages/product-oauth.md")),
];

/// A guide as this server tells it, in Markdown.
#[derive(Debug, Clone)]
pub(crate) struct Guide {
    pub(crate) slug: &'static str,
    pub(crate) file: &'static str,
    pub(crate) label: &'static str,
    pub(crate) text: String,
}

impl Guide {
    pub(crate) fn address(&self) -> String {
        format!("/portal/guides/{}", self.slug)
    }
}

/// The guides of this server, in reading order.
pub(crate) fn guides(sources: &Sources<'_>, base_url: &str) -> Vec<Guide> {
    let here = |Source(.., on, _): &&Source| *on == On::EveryServer || sources.sandbox;
    let guide = |Source(slug, file, label, _, text): &Source| Guide {
        slug,
        file,
        label,
        text: filled(text, base_url, sources),
    };
    GUIDES.iter().filter(here).map(guide).collect()
}

/// What is said before the operations of an API product; empty for one that nobody has introduced.
pub(crate) fn introduction(product: &str) -> &'static str {
    let found = INTRODUCTIONS.iter().find(|(id, _)| *id == product);
    found.map_or("", |(_, text)| text)
}

fn filled(text: &str, base_url: &str, sources: &Sources<'_>) -> String {
    let credentials = &sources.credentials;
    let mut text = without_section(text, NOT_FOR_CUSTOMERS).replace("{{receiver.py}}", RECEIVER);
    if !sources.sandbox {
        text = without_section(&text, FOR_SANDBOXES);
    }
    for address in ADDRESSES {
        text = text.replace(address, base_url);
    }
    for (known, own) in [
        ("demodemodemodemodemodemodemodemo", &credentials.client_id),
        ("demosecretdemose", &credentials.client_secret),
        ("API1000DEMO", &credentials.username),
        ("demo-password", &credentials.password),
    ] {
        text = text.replace(known, own);
    }
    text
}

/// The text without what is under a heading, up to the next of its level.
fn without_section(text: &str, heading: &str) -> String {
    let Some((before, after)) = text.split_once(heading) else {
        return text.to_owned();
    };
    match after.find("\n## ") {
        Some(next) => format!("{before}{}", &after[next..]),
        None => format!("{before}\n"),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;
    use web::Brand;

    use super::*;
    use crate::Credentials;

    #[test]
    fn a_text_is_told_as_this_server_would() {
        let text = "curl -u demodemodemodemodemodemodemodemo:demosecretdemose \
            http://127.0.0.1:8080/x\n\n## Start a sandbox\n\nhere\n\n## For the operator\n\nsecret\n\n\
            ## After\n\nend\n";
        let mut sources = Sources {
            whole: &Value::Null,
            products: &[],
            error_pages: &[],
            credentials: Credentials::placeholders(),
            sandbox: false,
            tls: false,
            brand: Brand::default(),
        };
        let real = "curl -u YOUR_CLIENT_ID:YOUR_CLIENT_SECRET https://api.operator.no/x\n\n\
            ## After\n\nend\n";
        let address = "https://api.operator.no";
        assert_eq!(filled(text, address, &sources), real);
        sources.sandbox = true;
        assert!(filled(text, address, &sources).contains("## Start a sandbox\n\nhere\n\n## After"));
    }
}
