//! The console: pages for the operator's people, on the operator's listener. A noun has one file here
//! and its templates in `templates/console/`; `pages.rs` has every address.

mod account;
mod accounts;
mod address_cards;
mod agreements;
mod apps;
mod changes;
mod data_reads;
mod desk;
mod edit;
mod fault;
mod filters;
mod form;
mod forms;
mod guard;
mod input;
mod journal;
mod journal_check;
mod lists;
mod navigation;
mod notifications;
mod nouns;
mod offerings;
mod one_time_codes;
mod operators;
mod order_deeds;
mod orders;
mod organizations;
mod overview;
mod pages;
mod persons;
mod products;
mod record_page;
mod record_routes;
mod rows;
mod secret;
mod sign_in;
mod signed_in;
mod spans;
mod system_users;
mod table;
mod typed;

use std::sync::Arc;

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::response::Redirect;
use axum::routing::get;
use domain::access::OperatorRole;
use gateway::Logins;
use http::Method;
use tower_http::catch_panic::CatchPanicLayer;
use web::{Brand, Cookie, Security, Site};

use crate::Services;
use fault::Fault;
use guard::guard;
use journal_check::Checks;
use pages::Visitors;

/// Where the console begins.
const HOME: &str = "/console/";

/// How the console is reached and whose it looks like.
#[derive(Debug, Clone)]
pub struct ConsoleSettings {
    /// The name and the color on each page.
    pub brand: Brand,
    /// Whether people reach it by TLS, so that its cookies never travel without.
    pub tls: bool,
}

/// What the pages work with.
#[derive(Clone)]
struct Console {
    services: Services,
    logins: Logins,
    site: Site,
    cookies: Arc<Cookies>,
    pages: Arc<Vec<Page>>,
    checks: Checks,
}

/// What the browser keeps.
struct Cookies {
    /// The session's token.
    session: Cookie,
    /// What the form to sign in has to repeat, before there is a session.
    form: Cookie,
    /// What came of what was done last.
    notice: Cookie,
}

/// A page or form of the console, for those who test that each is guarded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// `GET` for a page, `POST` for what its forms send.
    pub method: Method,
    /// Its path, with parameters in braces.
    pub path: &'static str,
    /// The least role that it takes; `None` when anybody may come.
    pub role: Option<OperatorRole>,
}

/// The console with its files.
pub(crate) fn router(services: &Services) -> Router {
    let settings = &services.console;
    let cookie = |name: &str| Cookie::new(name, settings.tls);
    let site = Site::new(settings.brand.clone(), "Console", HOME, Vec::new());
    let (routes, list) = pages::all().split();
    let console = Console {
        services: services.clone(),
        logins: services.gateway.logins(),
        site: site.clone(),
        cookies: Arc::new(Cookies {
            session: cookie("avtale-console"),
            form: cookie("avtale-console-form"),
            notice: cookie("avtale-console-notice"),
        }),
        pages: Arc::new(list),
        checks: Checks::default(),
    };
    let security = Security { tls: settings.tls };
    routes
        .route(
            "/console/{*rest}",
            axum::routing::any(async || Fault::NOT_FOUND),
        )
        .method_not_allowed_fallback(async || Fault::WRONG_METHOD)
        .with_state(console.clone())
        .layer(CatchPanicLayer::custom(fault::panicked))
        .layer(from_fn_with_state(console, guard))
        .merge(site.assets())
        .route("/", get(async || Redirect::to(HOME)))
        .route("/console", get(async || Redirect::to(HOME)))
        .layer(from_fn_with_state(security, web::secure))
}

/// Every page and form of the console.
#[must_use]
pub fn pages() -> Vec<Page> {
    pages::all().split().1
}

impl Console {
    /// Who may come where, as the guard looks it up.
    fn visitors(&self, method: &Method, path: &str) -> Visitors {
        let method = if method == Method::HEAD {
            &Method::GET
        } else {
            method
        };
        let found = self
            .pages
            .iter()
            .find(|page| page.method == *method && page.path == path);
        match found {
            Some(page) => page.role.map_or(Visitors::Anybody, Visitors::From),
            // What is not there is not there for those who are signed in.
            None => Visitors::From(OperatorRole::Viewer),
        }
    }
}
