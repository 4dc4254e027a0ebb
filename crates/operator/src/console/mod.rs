//! The console: pages for the operator's people, on the operator's listener. A noun has one file here
//! and its templates in `templates/console/`; `pages.rs` has every address.

mod account;
mod accounts;
mod address_cards;
mod agreements;
mod api_product_requests;
mod apps;
mod changes;
mod confirm;
mod data_reads;
mod desk;
mod developer;
mod developers;
mod edit;
mod fault;
mod filters;
mod form;
mod forms;
mod input;
mod journal;
mod journal_check;
mod lists;
mod navigation;
mod notifications;
mod nouns;
mod offerings;
mod operator;
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
use entrance::{Cookies, Door, GuardedPage, guard};
use tower_http::catch_panic::CatchPanicLayer;
use web::{Brand, Security, Site};

use crate::Services;
use journal_check::Checks;

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
    cookies: Arc<Cookies>,
    door: Arc<Door<OperatorRole>>,
    checks: Checks,
}

/// A page or form of the console, for those who test that each is guarded.
pub type Page = GuardedPage<OperatorRole>;

/// The console with its files.
pub(crate) fn router(services: &Services) -> Router {
    let settings = &services.console;
    let cookies = Arc::new(Cookies::new("avtale-console", settings.tls));
    let site = Site::new(settings.brand.clone(), "Console", HOME, Vec::new());
    let (routes, list) = pages::all().split();
    let console = Console {
        services: services.clone(),
        cookies: Arc::clone(&cookies),
        door: Arc::new(Door {
            logins: services.gateway.logins(),
            site: site.clone(),
            cookies,
            pages: list,
        }),
        checks: Checks::default(),
    };
    let security = Security { tls: settings.tls };
    routes
        .route(
            "/console/{*rest}",
            axum::routing::any(async || entrance::Fault::NOT_FOUND),
        )
        .method_not_allowed_fallback(async || entrance::Fault::WRONG_METHOD)
        .with_state(console.clone())
        .layer(CatchPanicLayer::custom(entrance::panicked))
        .layer(from_fn_with_state(console, guard::<Console>))
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
