//! The portal as a router: every page is made when it is first asked for, and kept.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use axum::Router;
use axum::extract::{RawQuery, Request, State};
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::{HeaderValue, StatusCode, header};
use web::{Asset, RequestId, Security, Site, secure};

use crate::guides::{Guide, guides};
use crate::markdown::Linker;
use crate::pages::{Place, places};
use crate::people::fault_page;
use crate::reference::Reference;
use crate::search::Index;
use crate::served::Served;
use crate::{Credentials, Error, Sources, pages};

/// Where the portal begins.
pub(crate) const HOME: &str = "/portal/";

/// The developer portal of one server.
#[derive(Clone)]
pub struct Portal(Arc<Inner>);

/// What all pages are made from.
pub(crate) struct Inner {
    pub(crate) reference: Reference,
    pub(crate) guides: Vec<Guide>,
    pub(crate) credentials: Credentials,
    pub(crate) sandbox: bool,
    pub(crate) site: Site,
    /// Addresses of pages by the names of their Markdown files.
    files: HashMap<String, String>,
    pages: HashMap<String, Slot>,
    index: OnceLock<Index>,
    pub(crate) security: Security,
}

/// A page's place, and the page once somebody has asked for it.
struct Slot {
    place: Place,
    served: OnceLock<Served>,
}

impl Portal {
    /// Reads everything once; what does not fit together is told here.
    pub fn new(sources: &Sources<'_>) -> Result<Self, Error> {
        let reference = Reference::read(sources)?;
        let guides = guides(sources, &reference.base_url);
        let style: &[u8] = include_bytes!("../assets/portal.css");
        let own = vec![Asset::new("portal.css", "text/css; charset=utf-8", style)];
        let site = Site::new(sources.brand.clone(), "Developer portal", HOME, own);
        let slot = |(address, place)| {
            let served = OnceLock::new();
            (address, Slot { place, served })
        };
        Ok(Self(Arc::new(Inner {
            pages: places(&reference, &guides).into_iter().map(slot).collect(),
            files: files(&reference, &guides),
            reference,
            guides,
            credentials: sources.credentials.clone(),
            sandbox: sources.sandbox,
            site,
            index: OnceLock::new(),
            security: Security { tls: sources.tls },
        })))
    }

    pub(crate) fn inner(&self) -> &Arc<Inner> {
        &self.0
    }

    /// The addresses of all pages but the search.
    pub fn addresses(&self) -> impl Iterator<Item = &str> {
        self.0.pages.keys().map(String::as_str)
    }

    /// Serves the pages under `/portal/`, and sends those who come to `/` there.
    pub fn router(&self) -> Router {
        Router::new()
            .route("/", get(go_home))
            .route("/portal", get(go_home))
            .route(HOME, get(page))
            .route("/portal/search", get(search))
            .route("/portal/{*path}", get(page))
            .with_state(Arc::clone(&self.0))
            .merge(self.0.site.assets())
            .layer(from_fn_with_state(self.0.security, secure))
    }
}

impl Inner {
    pub(crate) fn linker(&self) -> Linker<'_> {
        Linker {
            reference: &self.reference,
            files: &self.files,
        }
    }

    pub(crate) fn index(&self) -> &Index {
        self.index.get_or_init(|| Index::new(pages::entries(self)))
    }
}

async fn go_home() -> Response {
    let home = HeaderValue::from_static(HOME);
    (StatusCode::TEMPORARY_REDIRECT, [(header::LOCATION, home)]).into_response()
}

async fn page(State(inner): State<Arc<Inner>>, request: Request) -> Response {
    let (head, _) = request.into_parts();
    let (path, headers) = (head.uri.path(), &head.headers);
    // Who adds a slash means the same page.
    let plain = path.strip_suffix('/').filter(|_| path != HOME);
    let Some(slot) = inner.pages.get(plain.unwrap_or(path)) else {
        return pages::missing(&inner, &RequestId::of(&head.extensions));
    };
    if let Some(served) = slot.served.get() {
        return served.answer(headers);
    }
    match pages::render(&inner, &slot.place, plain.unwrap_or(path)) {
        Ok(html) => slot
            .served
            .get_or_init(|| Served::new(html))
            .answer(headers),
        Err(error) => {
            tracing::error!(%error, path, "a page can't be rendered");
            let fault = entrance::Fault::INTERNAL;
            let page = pages::page(&inner, &fault.title, "");
            let shown = fault_page(page, &fault, &RequestId::of(&head.extensions));
            (fault.status, shown).into_response()
        }
    }
}

async fn search(State(inner): State<Arc<Inner>>, RawQuery(query): RawQuery) -> Response {
    pages::search(&inner, &question(query.as_deref().unwrap_or_default()))
}

/// The parameter `q`; a query that can't be read asks for nothing.
fn question(query: &str) -> String {
    let pairs: Vec<(String, String)> = serde_urlencoded::from_str(query).unwrap_or_default();
    let asked = pairs.into_iter().find(|(name, _)| name == "q");
    asked.map(|(_, value)| value).unwrap_or_default()
}

fn files(reference: &Reference, guides: &[Guide]) -> HashMap<String, String> {
    let guides = guides
        .iter()
        .map(|guide| (guide.file.to_owned(), guide.address()));
    let codes = reference.codes.iter().map(|code| {
        let number = code.number;
        (format!("{number}.md"), format!("/portal/errors/{number}"))
    });
    let receiver = (
        "receiver.py".to_owned(),
        "/portal/guides/receiving".to_owned(),
    );
    guides.chain(codes).chain([receiver]).collect()
}
