//! What an organization's people do by themselves: sign in, and look after their team, their apps and
//! their system users. A noun has one file here and its templates in `templates/people/`;
//! `routes.rs` has every address.

mod account;
mod app;
mod apps;
mod confirm;
mod fault;
mod input;
mod invitation;
mod products;
mod routes;
mod sandbox;
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
use entrance::{Cookies, Door, GuardedPage, guard};
use gateway::{Gateway, Logins};
use selfservice::SelfService;
use tower_http::catch_panic::CatchPanicLayer;
use web::secure;

use crate::Portal;
use crate::portal::Inner;
pub(crate) use fault::page as fault_page;

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
    /// Those whom everybody may sign in as; in the sandbox alone.
    pub demo: &'static [DemoLogin],
}

/// With what everybody may sign in to a sandbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DemoLogin {
    /// The organization's number.
    pub organization: &'static str,
    /// The e-mail address.
    pub email: &'static str,
    /// The password.
    pub password: &'static str,
}

/// A page or form of the people's, for those who test that each is guarded.
pub type PeoplePage = GuardedPage<DeveloperRole>;

/// What every handler has.
#[derive(Clone)]
struct People {
    services: PeopleServices,
    portal: Arc<Inner>,
    cookies: Arc<Cookies>,
    door: Arc<Door<DeveloperRole>>,
}

impl Portal {
    /// Serves the pages of an organization's people, beside those of [`Portal::router`].
    pub fn people(&self, services: PeopleServices) -> Router {
        let inner = self.inner();
        let cookies = Arc::new(Cookies::new("avtale-portal", inner.security.tls));
        let (routes, list) = routes::all().split();
        let people = People {
            door: Arc::new(Door {
                logins: services.logins.clone(),
                site: inner.site.clone(),
                cookies: Arc::clone(&cookies),
                pages: list,
            }),
            services,
            portal: Arc::clone(inner),
            cookies,
        };
        routes
            .method_not_allowed_fallback(async || entrance::Fault::WRONG_METHOD)
            .with_state(people.clone())
            .layer(CatchPanicLayer::custom(entrance::panicked))
            .layer(from_fn_with_state(people, guard::<People>))
            .layer(from_fn_with_state(inner.security, secure))
    }
}

/// Every page and form of the people's.
#[must_use]
pub fn people_pages() -> Vec<PeoplePage> {
    routes::all().split().1
}
