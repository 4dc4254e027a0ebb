//! The links beside each page, with the least role that sees them.

use domain::access::OperatorRole::{self, Administrator, Viewer};
use web::{Link, Links};

/// Heading, words, address, role. The order is that of the page.
const LINKS: &[(&str, &str, &str, OperatorRole)] = &[
    ("", "Overview", "/console/", Viewer),
    ("Work", "Desk", "/console/desk", Viewer),
    ("Work", "Orders", "/console/orders", Viewer),
    ("Work", "Requests", "/console/requests", Viewer),
    ("Work", "Notifications", "/console/notifications", Viewer),
    (
        "Customers",
        "Organizations",
        "/console/organizations",
        Viewer,
    ),
    ("Customers", "Agreements", "/console/agreements", Viewer),
    ("Customers", "Billing accounts", "/console/accounts", Viewer),
    ("Customers", "Persons", "/console/persons", Viewer),
    ("Catalogue", "Offerings", "/console/offerings", Viewer),
    ("Access", "Apps", "/console/apps", Viewer),
    ("Access", "System users", "/console/system-users", Viewer),
    ("Access", "Developers", "/console/developers", Viewer),
    ("Audit", "Journal", "/console/journal", Viewer),
    ("Audit", "Data reads", "/console/data-reads", Viewer),
    ("People", "Operators", "/console/operators", Administrator),
    ("You", "Account", "/console/account", Viewer),
];

/// The links that a role sees.
pub(super) fn links(role: OperatorRole) -> Vec<Links> {
    let mut groups: Vec<Links> = Vec::new();
    for (heading, words, address, _) in LINKS.iter().filter(|link| link.3 <= role) {
        if groups.last().is_none_or(|group| group.heading != *heading) {
            groups.push(Links {
                heading: (*heading).to_owned(),
                links: Vec::new(),
            });
        }
        if let Some(group) = groups.last_mut() {
            group.links.push(Link::new(*words, *address));
        }
    }
    groups
}
