//! Every address of the console on one screen, with the least role that it takes.

use domain::access::OperatorRole::{self, Administrator, Desk, Viewer};
use entrance::codes;

use super::{
    Console, account, api_product_requests, data_reads, desk, developer, developers, journal,
    journal_check, notifications, operator, operators, order_deeds, orders, overview,
    record_routes,
};

/// Routes, each with who may come.
pub(super) type Pages = entrance::Pages<Console, OperatorRole>;

/// All of them.
pub(super) fn all() -> Pages {
    Pages::new()
        .page("/console/", Viewer, overview::show)
        .page("/console/account", Viewer, account::show)
        .form(
            "/console/account/password",
            Viewer,
            entrance::change_password::<Console>,
        )
        .page("/console/account/codes", Viewer, codes::show::<Console>)
        .form("/console/account/codes", Viewer, codes::begin::<Console>)
        .form(
            "/console/account/codes/remove",
            Viewer,
            codes::remove::<Console>,
        )
        .and(work)
        .and(requests)
        .and(customers_people)
        .and(record_routes::add_to)
        .and(audit)
        .and(people)
        .form("/console/sign-out", Viewer, entrance::sign_out::<Console>)
        .open_page("/console/sign-in", entrance::show_sign_in::<Console>)
        .open_form("/console/sign-in", entrance::sign_in::<Console>)
}

fn work(pages: Pages) -> Pages {
    pages
        .page("/console/desk", Viewer, desk::show)
        .page("/console/orders", Viewer, orders::list)
        .page("/console/orders/{id}", Viewer, orders::show)
        .form("/console/orders/{id}/begin", Desk, order_deeds::begin)
        .form("/console/orders/{id}/resume", Desk, order_deeds::resume)
        .page(
            "/console/orders/{id}/complete",
            Desk,
            order_deeds::ask_complete,
        )
        .form("/console/orders/{id}/complete", Desk, order_deeds::complete)
        .page("/console/orders/{id}/fail", Desk, order_deeds::ask_fail)
        .form("/console/orders/{id}/fail", Desk, order_deeds::fail)
        .page("/console/orders/{id}/hold", Desk, order_deeds::ask_hold)
        .form("/console/orders/{id}/hold", Desk, order_deeds::hold)
        .page("/console/notifications", Viewer, notifications::list)
        .page("/console/notifications/{id}", Viewer, notifications::show)
        .form(
            "/console/notifications/{id}/disable",
            Desk,
            notifications::disable,
        )
        .form(
            "/console/notifications/{id}/enable",
            Desk,
            notifications::enable,
        )
        .page(
            "/console/notifications/{id}/deliveries/{event}",
            Viewer,
            notifications::show_delivery,
        )
        .form(
            "/console/notifications/{id}/deliveries/{event}/redeliver",
            Desk,
            notifications::redeliver,
        )
}

fn requests(pages: Pages) -> Pages {
    pages
        .page("/console/requests", Viewer, api_product_requests::list)
        .form(
            "/console/requests/{app}/{product}/approve",
            Desk,
            api_product_requests::approve,
        )
        .page(
            "/console/requests/{app}/{product}/refuse",
            Desk,
            api_product_requests::ask_refuse,
        )
        .form(
            "/console/requests/{app}/{product}/refuse",
            Desk,
            api_product_requests::refuse,
        )
}

fn customers_people(pages: Pages) -> Pages {
    let pages = pages
        .page("/console/developers", Viewer, developers::list)
        .page(
            "/console/organizations/{key}/developers",
            Viewer,
            developers::team,
        )
        .form(
            "/console/organizations/{key}/developers/invite",
            Administrator,
            developers::invite,
        )
        .form(
            "/console/organizations/{key}/developers/take-back",
            Administrator,
            developers::take_back,
        )
        .page(
            "/console/organizations/{key}/developers/{email}",
            Viewer,
            developer::show,
        )
        .form(
            "/console/organizations/{key}/developers/{email}/role",
            Administrator,
            developer::set_role,
        )
        .form(
            "/console/organizations/{key}/developers/{email}/enable",
            Administrator,
            developer::enable,
        );
    asked_first(pages)
}

/// What one of a customer's people is signed out by.
fn asked_first(pages: Pages) -> Pages {
    let disable = "/console/organizations/{key}/developers/{email}/disable";
    let sessions = "/console/organizations/{key}/developers/{email}/end-sessions";
    let codes = "/console/organizations/{key}/developers/{email}/remove-codes";
    pages
        .page(disable, Administrator, developer::ask)
        .form(disable, Administrator, developer::disable)
        .page(sessions, Administrator, developer::ask)
        .form(sessions, Administrator, developer::end_sessions)
        .page(codes, Administrator, developer::ask)
        .form(codes, Administrator, developer::remove_codes)
}

fn audit(pages: Pages) -> Pages {
    pages
        .page("/console/journal", Viewer, journal::show)
        .page("/console/journal/check", Viewer, journal_check::show)
        .form("/console/journal/check", Viewer, journal_check::begin)
        .page("/console/data-reads", Viewer, data_reads::show)
}

fn people(pages: Pages) -> Pages {
    pages
        .page("/console/operators", Administrator, operators::list)
        .form("/console/operators", Administrator, operators::add)
        .page("/console/operators/{name}", Administrator, operator::show)
        .form(
            "/console/operators/{name}/role",
            Administrator,
            operators::change_role,
        )
        .page(
            "/console/operators/{name}/disable",
            Administrator,
            operator::ask,
        )
        .form(
            "/console/operators/{name}/disable",
            Administrator,
            operators::disable,
        )
        .form(
            "/console/operators/{name}/enable",
            Administrator,
            operators::enable,
        )
        .page(
            "/console/operators/{name}/rotate-key",
            Administrator,
            operator::ask,
        )
        .form(
            "/console/operators/{name}/rotate-key",
            Administrator,
            operators::rotate_key,
        )
        .page(
            "/console/operators/{name}/password",
            Administrator,
            operator::ask,
        )
        .form(
            "/console/operators/{name}/password",
            Administrator,
            operators::make_password,
        )
        .page(
            "/console/operators/{name}/remove-codes",
            Administrator,
            operator::ask,
        )
        .form(
            "/console/operators/{name}/remove-codes",
            Administrator,
            operators::remove_codes,
        )
}
