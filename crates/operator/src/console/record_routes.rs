//! The addresses of records, with the least role that each takes.

use domain::access::OperatorRole::{Administrator, Viewer};

use super::pages::Pages;
use super::{accounts, address_cards, agreements, apps, edit, form, offerings};
use super::{organizations, persons, products, system_users};

/// The pages and forms of all kinds.
pub(super) fn add_to(pages: Pages) -> Pages {
    let pages = pages
        .page("/console/organizations", Viewer, organizations::list)
        .page("/console/organizations/{key}", Viewer, organizations::show)
        .page("/console/address-cards", Viewer, address_cards::list)
        .page("/console/address-cards/{key}", Viewer, address_cards::show)
        .page("/console/agreements", Viewer, agreements::list)
        .page("/console/agreements/{key}", Viewer, agreements::show)
        .page(
            "/console/agreements/{key}/customer",
            Viewer,
            agreements::customer,
        )
        .page("/console/products", Viewer, products::list)
        .page("/console/products/{key}", Viewer, products::show)
        .page("/console/offerings", Viewer, offerings::list)
        .page("/console/offerings/{key}", Viewer, offerings::show)
        .page("/console/accounts", Viewer, accounts::list)
        .page("/console/accounts/{key}", Viewer, accounts::show)
        .page(
            "/console/accounts/{key}/status",
            Administrator,
            accounts::ask,
        )
        .form(
            "/console/accounts/{key}/status",
            Administrator,
            accounts::set_status,
        )
        .page("/console/persons", Viewer, persons::list)
        .page("/console/persons/{key}", Viewer, persons::show)
        .page(
            "/console/persons/{key}/anonymize",
            Administrator,
            persons::confirm,
        )
        .form(
            "/console/persons/{key}/anonymize",
            Administrator,
            persons::anonymize,
        );
    let pages = add_access(pages);
    pages
        .page("/console/add/{kind}", Administrator, form::show_empty)
        .form("/console/add/{kind}", Administrator, form::add)
        .page("/console/change/{kind}/{key}", Administrator, form::show)
        .form("/console/change/{kind}/{key}", Administrator, form::change)
        .page("/console/json/{kind}", Administrator, edit::show_empty)
        .form("/console/json/{kind}", Administrator, edit::add)
        .page("/console/json/{kind}/{key}", Viewer, edit::show)
        .form("/console/json/{kind}/{key}", Administrator, edit::change)
}

fn add_access(pages: Pages) -> Pages {
    let pages = pages
        .page("/console/apps", Viewer, apps::list)
        .page("/console/apps/{key}", Viewer, apps::show)
        .page(
            "/console/apps/{key}/rotate-secret",
            Administrator,
            apps::ask,
        )
        .form(
            "/console/apps/{key}/rotate-secret",
            Administrator,
            apps::rotate,
        )
        .form("/console/apps/{key}/enable", Administrator, apps::enable)
        .page("/console/apps/{key}/disable", Administrator, apps::ask)
        .form("/console/apps/{key}/disable", Administrator, apps::disable)
        .page(
            "/console/apps/{key}/revoke-tokens",
            Administrator,
            apps::ask,
        )
        .form(
            "/console/apps/{key}/revoke-tokens",
            Administrator,
            apps::revoke,
        );
    add_system_users(pages)
}

fn add_system_users(pages: Pages) -> Pages {
    pages
        .page("/console/system-users", Viewer, system_users::list)
        .page("/console/system-users/{key}", Viewer, system_users::show)
        .page(
            "/console/system-users/{key}/rotate-password",
            Administrator,
            system_users::ask,
        )
        .form(
            "/console/system-users/{key}/rotate-password",
            Administrator,
            system_users::rotate,
        )
        .form(
            "/console/system-users/{key}/enable",
            Administrator,
            system_users::enable,
        )
        .page(
            "/console/system-users/{key}/disable",
            Administrator,
            system_users::ask,
        )
        .form(
            "/console/system-users/{key}/disable",
            Administrator,
            system_users::disable,
        )
        .page(
            "/console/system-users/{key}/revoke-tokens",
            Administrator,
            system_users::ask,
        )
        .form(
            "/console/system-users/{key}/revoke-tokens",
            Administrator,
            system_users::revoke,
        )
}
