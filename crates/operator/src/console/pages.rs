//! Every address of the console on one screen, with the least role that it takes.

use axum::Router;
use axum::handler::Handler;
use axum::routing::{get, post};
use domain::access::OperatorRole::{self, Administrator, Desk, Viewer};
use http::Method;

use super::{
    Console, Page, account, data_reads, desk, journal, journal_check, notifications,
    one_time_codes, operators, order_deeds, orders, overview, record_routes, sign_in,
};

/// Who may come to a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Visitors {
    /// Also those who are not signed in.
    Anybody,
    /// Those with this role or a higher one.
    From(OperatorRole),
}

/// Routes, each with who may come.
pub(super) struct Pages {
    routes: Router<Console>,
    list: Vec<Page>,
}

/// All of them.
pub(super) fn all() -> Pages {
    Pages::new()
        .page("/console/", Viewer, overview::show)
        .page("/console/account", Viewer, account::show)
        .form(
            "/console/account/password",
            Viewer,
            account::change_password,
        )
        .page("/console/account/codes", Viewer, one_time_codes::show)
        .form("/console/account/codes", Viewer, one_time_codes::begin)
        .form(
            "/console/account/codes/remove",
            Viewer,
            one_time_codes::remove,
        )
        .and(work)
        .and(record_routes::add_to)
        .and(audit)
        .and(people)
        .form("/console/sign-out", Viewer, sign_in::sign_out)
        .open_page("/console/sign-in", sign_in::show)
        .open_form("/console/sign-in", sign_in::sign_in)
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
        .page("/console/operators/{name}", Administrator, operators::show)
        .form(
            "/console/operators/{name}/role",
            Administrator,
            operators::change_role,
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
        .form(
            "/console/operators/{name}/rotate-key",
            Administrator,
            operators::rotate_key,
        )
        .form(
            "/console/operators/{name}/password",
            Administrator,
            operators::make_password,
        )
        .form(
            "/console/operators/{name}/remove-codes",
            Administrator,
            operators::remove_codes,
        )
}

impl Pages {
    /// Those of a part of the console.
    fn and(self, part: impl FnOnce(Self) -> Self) -> Self {
        part(self)
    }

    fn new() -> Self {
        Self {
            routes: Router::new(),
            list: Vec::new(),
        }
    }

    /// A page that takes a role.
    pub(super) fn page<T: 'static>(
        self,
        path: &'static str,
        role: OperatorRole,
        handler: impl Handler<T, Console>,
    ) -> Self {
        self.with(Method::GET, path, Some(role), |routes| {
            routes.route(path, get(handler))
        })
    }

    /// What a form of such a page sends.
    pub(super) fn form<T: 'static>(
        self,
        path: &'static str,
        role: OperatorRole,
        handler: impl Handler<T, Console>,
    ) -> Self {
        self.with(Method::POST, path, Some(role), |routes| {
            routes.route(path, post(handler))
        })
    }

    fn open_page<T: 'static>(self, path: &'static str, handler: impl Handler<T, Console>) -> Self {
        self.with(Method::GET, path, None, |routes| {
            routes.route(path, get(handler))
        })
    }

    fn open_form<T: 'static>(self, path: &'static str, handler: impl Handler<T, Console>) -> Self {
        self.with(Method::POST, path, None, |routes| {
            routes.route(path, post(handler))
        })
    }

    fn with(
        mut self,
        method: Method,
        path: &'static str,
        role: Option<OperatorRole>,
        add: impl FnOnce(Router<Console>) -> Router<Console>,
    ) -> Self {
        self.routes = add(self.routes);
        self.list.push(Page { method, path, role });
        self
    }

    pub(super) fn split(self) -> (Router<Console>, Vec<Page>) {
        (self.routes, self.list)
    }
}
