//! Every address of the people's on one screen, with the least role that it takes.

use domain::access::DeveloperRole::{self, Administrator, Developer};
use entrance::codes;

use super::{
    People, account, app, apps, invitation, products, sandbox, system_user, system_users, team,
    try_it, usage,
};

/// Routes, each with who may come.
pub(super) type Routes = entrance::Pages<People, DeveloperRole>;

/// All of them.
pub(super) fn all() -> Routes {
    with_calls(with_apps(with_own(Routes::new())))
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
        .page(
            "/portal/system-users/{name}/rotate-password",
            Administrator,
            system_user::ask_rotate_password,
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
        .page(
            "/portal/system-users/{name}/disable",
            Administrator,
            system_user::ask_disable,
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
        .page("/portal/team/disable", Administrator, team::ask_disable)
        .form("/portal/team/disable", Administrator, team::disable)
}

/// What concerns the person alone.
fn with_own(routes: Routes) -> Routes {
    routes
        .open_page("/portal/sign-in", entrance::show_sign_in::<People>)
        .open_form("/portal/sign-in", entrance::sign_in::<People>)
        .open_page("/portal/invitation/{link}", invitation::show)
        .open_form("/portal/invitation/{link}", invitation::accept)
        .form("/portal/sign-out", Developer, entrance::sign_out::<People>)
        .page("/portal/account", Developer, account::show)
        .form("/portal/account/name", Developer, account::rename)
        .form(
            "/portal/account/password",
            Developer,
            entrance::change_password::<People>,
        )
        .page("/portal/account/codes", Developer, codes::show::<People>)
        .form("/portal/account/codes", Developer, codes::begin::<People>)
        .form(
            "/portal/account/codes/remove",
            Developer,
            codes::remove::<People>,
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
        .page("/portal/apps/{id}/drop", Developer, products::ask_drop)
        .form("/portal/apps/{id}/drop", Developer, products::drop_product)
        .form("/portal/apps/{id}/add-secret", Developer, app::add_secret)
        .page(
            "/portal/apps/{id}/end-secret",
            Developer,
            app::ask_end_secret,
        )
        .form("/portal/apps/{id}/end-secret", Developer, app::end_secret)
        .form("/portal/apps/{id}/enable", Developer, app::enable)
        .page("/portal/apps/{id}/disable", Developer, app::ask_disable)
        .form("/portal/apps/{id}/disable", Developer, app::disable)
}

/// Calls: one that is made from here, those that were made, and what came of them.
fn with_calls(routes: Routes) -> Routes {
    routes
        .page(sandbox::ADDRESS, Developer, sandbox::show)
        .form("/portal/sandbox/settings", Developer, sandbox::set)
        .page("/portal/sandbox/reset", Developer, sandbox::ask_reset)
        .form("/portal/sandbox/reset", Developer, sandbox::reset)
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
