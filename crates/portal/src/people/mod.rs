//! What an organization's people do by themselves: sign in, and look after their team, their apps and
//! their system users. A noun has one file here and its templates in `templates/people/`;
//! `routes.rs` has every address.

mod account;
mod app;
mod apps;
mod fault;
mod guard;
mod input;
mod invitation;
mod one_time_codes;
mod open_form;
mod products;
mod routes;
mod secret;
mod sign_in;
mod signed_in;
mod system_user;
mod system_users;
mod team;
mod try_it;
mod usage;

use std::sync::Arc;

use axum::Router;
use axum::middleware::from_fn_with_state;
use domain::Clock;
use domain::access::DeveloperRole;
use gateway::{Gateway, Logins};
use http::Method;
use selfservice::SelfService;
use tower_http::catch_panic::CatchPanicLayer;
use web::{Cookie, secure};

use crate::Portal;
use crate::portal::Inner;
use guard::guard;

/// Where a link leads with which someone chooses a password; its secret end follows.
pub const INVITATION: &str = "/portal/invitation/";

/// What the people's pages work with.
#[derive(Clone)]
pub struct PeopleServices {
    /// What they can do.
    pub selfservice: Arc<SelfService>,
    /// How they sign in.
    pub logins: Logins,
    /// Who may call, for the calls that are made from here.
    pub gateway: Arc<Gateway>,
    /// The API as callers reach it; a call made from here has its [`web::ClientAddress`].
    pub api: Router,
    /// How long calls take.
    pub clock: Arc<dyn Clock>,
    /// Where this server is reached, for the links that people pass on.
    pub public_url: String,
    /// Someone whom everybody may sign in as; in the sandbox alone.
    pub demo: Option<DemoLogin>,
}

/// With what everybody may sign in to a sandbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DemoLogin {
    /// The e-mail address.
    pub email: &'static str,
    /// The password.
    pub password: &'static str,
}

/// A page or form of the people's, for those who test that each is guarded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeoplePage {
    /// `GET` for a page, `POST` for what its forms send.
    pub method: Method,
    /// Its path, with parameters in braces.
    pub path: &'static str,
    /// The least role that it takes; `None` when anybody may come.
    pub role: Option<DeveloperRole>,
}

/// What every handler has.
#[derive(Clone)]
struct People {
    services: PeopleServices,
    portal: Arc<Inner>,
    cookies: Arc<Cookies>,
    pages: Arc<Vec<PeoplePage>>,
}

/// What the browser keeps.
struct Cookies {
    /// The session's token.
    session: Cookie,
    /// What forms have to repeat of those who have no session.
    form: Cookie,
    /// What came of what was done last.
    notice: Cookie,
}

impl Portal {
    /// Serves the pages of an organization's people, beside those of [`Portal::router`].
    pub fn people(&self, services: PeopleServices) -> Router {
        let inner = self.inner();
        let cookie = |name: &str| Cookie::new(name, inner.security.tls);
        let (routes, list) = routes::all().split();
        let people = People {
            services,
            portal: Arc::clone(inner),
            cookies: Arc::new(Cookies {
                session: cookie("avtale-portal"),
                form: cookie("avtale-portal-form"),
                notice: cookie("avtale-portal-notice"),
            }),
            pages: Arc::new(list),
        };
        routes
            .method_not_allowed_fallback(async || fault::Fault::WRONG_METHOD)
            .with_state(people.clone())
            .layer(CatchPanicLayer::custom(fault::panicked))
            .layer(from_fn_with_state(people, guard))
            .layer(from_fn_with_state(inner.security, secure))
    }
}

/// Every page and form of the people's.
#[must_use]
pub fn people_pages() -> Vec<PeoplePage> {
    routes::all().split().1
}
