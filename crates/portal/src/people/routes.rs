//! Every address of the people's on one screen, with the least role that it takes.

use axum::Router;
use axum::handler::Handler;
use axum::routing::{get, post};
use domain::access::DeveloperRole::{self, Administrator, Developer};
use http::Method;

use super::{
    People, PeoplePage, account, app, apps, invitation, one_time_codes, products, sign_in,
    system_user, system_users, team, try_it, usage,
};

/// Routes, each with who may come.
pub(super) struct Routes {
    router: Router<People>,
    list: Vec<PeoplePage>,
}

/// All of them.
pub(super) fn all() -> Routes {
    let routes = Routes {
        router: Router::new(),
        list: Vec::new(),
    };
    with_calls(with_apps(with_own(routes)))
        .page("/portal/system-users", Developer, system_users::list)
        .page("/portal/system-users/new", Administrator, system_users::ask)
        .form(
            "/portal/system-users/new",
            Administrator,
            system_users::create,
        )
        .page("/portal/system-users/{name}", Developer, system_user::show)
        .form(
            "/portal/system-users/{name}/organizations",
            Administrator,
            system_user::set_organizations,
        )
        .form(
            "/portal/system-users/{name}/rotate-password",
            Administrator,
            system_user::rotate_password,
        )
        .form(
            "/portal/system-users/{name}/enable",
            Administrator,
            system_user::enable,
        )
        .form(
            "/portal/system-users/{name}/disable",
            Administrator,
            system_user::disable,
        )
        .page("/portal/team", Developer, team::list)
        .form("/portal/team/invite", Administrator, team::invite)
        .form("/portal/team/take-back", Administrator, team::take_back)
        .form("/portal/team/role", Administrator, team::set_role)
        .form("/portal/team/enable", Administrator, team::enable)
        .form("/portal/team/disable", Administrator, team::disable)
}

/// What concerns the person alone.
fn with_own(routes: Routes) -> Routes {
    routes
        .open_page("/portal/sign-in", sign_in::show)
        .open_form("/portal/sign-in", sign_in::sign_in)
        .open_page("/portal/invitation/{link}", invitation::show)
        .open_form("/portal/invitation/{link}", invitation::accept)
        .form("/portal/sign-out", Developer, sign_in::sign_out)
        .page("/portal/account", Developer, account::show)
        .form("/portal/account/name", Developer, account::rename)
        .form(
            "/portal/account/password",
            Developer,
            account::change_password,
        )
        .page("/portal/account/codes", Developer, one_time_codes::show)
        .form("/portal/account/codes", Developer, one_time_codes::begin)
        .form(
            "/portal/account/codes/remove",
            Developer,
            one_time_codes::remove,
        )
}

fn with_apps(routes: Routes) -> Routes {
    routes
        .page("/portal/apps", Developer, apps::list)
        .page("/portal/apps/new", Developer, apps::ask)
        .form("/portal/apps/new", Developer, apps::create)
        .page("/portal/apps/{id}", Developer, app::show)
        .form("/portal/apps/{id}/change", Developer, app::change)
        .form("/portal/apps/{id}/choose", Developer, products::choose)
        .form("/portal/apps/{id}/drop", Developer, products::drop_product)
        .form("/portal/apps/{id}/add-secret", Developer, app::add_secret)
        .form("/portal/apps/{id}/end-secret", Developer, app::end_secret)
        .form("/portal/apps/{id}/enable", Developer, app::enable)
        .form("/portal/apps/{id}/disable", Developer, app::disable)
}

/// Calls: one that is made from here, those that were made, and what came of them.
fn with_calls(routes: Routes) -> Routes {
    routes
        .page("/portal/try/{operation}", Developer, try_it::show)
        .form("/portal/try/{operation}", Developer, try_it::send)
        .page(usage::ADDRESS, Developer, usage::calls)
        .page("/portal/use/log", Developer, usage::log)
        .page("/portal/use/orders", Developer, usage::orders)
        .page("/portal/use/notifications", Developer, usage::endpoints)
        .page(
            "/portal/use/notifications/{endpoint}",
            Developer,
            usage::endpoint,
        )
        .form(
            "/portal/use/notifications/{endpoint}/redeliver",
            Developer,
            usage::redeliver,
        )
}

impl Routes {
    /// A page that takes a role.
    fn page<T: 'static>(
        self,
        path: &'static str,
        role: DeveloperRole,
        handler: impl Handler<T, People>,
    ) -> Self {
        self.with(Method::GET, path, Some(role), |router| {
            router.route(path, get(handler))
        })
    }

    /// What a form of such a page sends.
    fn form<T: 'static>(
        self,
        path: &'static str,
        role: DeveloperRole,
        handler: impl Handler<T, People>,
    ) -> Self {
        self.with(Method::POST, path, Some(role), |router| {
            router.route(path, post(handler))
        })
    }

    fn open_page<T: 'static>(self, path: &'static str, handler: impl Handler<T, People>) -> Self {
        self.with(Method::GET, path, None, |router| {
            router.route(path, get(handler))
        })
    }

    fn open_form<T: 'static>(self, path: &'static str, handler: impl Handler<T, People>) -> Self {
        self.with(Method::POST, path, None, |router| {
            router.route(path, post(handler))
        })
    }

    fn with(
        mut self,
        method: Method,
        path: &'static str,
        role: Option<DeveloperRole>,
        add: impl FnOnce(Router<People>) -> Router<People>,
    ) -> Self {
        self.router = add(self.router);
        self.list.push(PeoplePage { method, path, role });
        self
    }

    pub(super) fn split(self) -> (Router<People>, Vec<PeoplePage>) {
        (self.router, self.list)
    }
}
