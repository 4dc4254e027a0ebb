//! What the customers' listener serves: the API, and the developer portal beside it.

use std::sync::Arc;

use api::{ClientNetwork, Document, ErrorCode, Services};
use axum::Router;
use axum::extract::Request;
use axum::middleware::{from_fn_with_state, map_request};
use portal::{Credentials, ErrorPage, PeopleServices, Portal, Sources};
use tower::ServiceExt;
use web::{Brand, ClientAddress, RequestIds};

use crate::{demo, telemetry};

/// The API and the portal. Whatever is neither a page nor an operation is the API's to answer.
pub fn router(services: &Services, brand: Brand) -> anyhow::Result<Router> {
    let api = api::router(services)?;
    let unknown = api.clone();
    let portal = portal(services, brand)?;
    let people = portal.people(PeopleServices {
        selfservice: Arc::clone(&services.selfservice),
        gateway: Arc::clone(&services.gateway),
        // What is tried is a call like any other, beside the page that made it.
        api: telemetry::measured(api.clone()).layer(map_request(from_there)),
        clock: Arc::clone(&services.clock),
        logins: services.gateway.logins(),
        public_url: services.settings.public_url.clone(),
        demo: if services.settings.sandbox_faults {
            &demo::LOGINS
        } else {
            &[]
        },
    });
    let pages = portal
        .router()
        // A page that is written to is no page: the API says so as it does everywhere.
        .method_not_allowed_fallback(async move |request: Request| unknown.oneshot(request).await);
    let ids = RequestIds {
        clock: Arc::clone(&services.clock),
        entropy: Arc::clone(&services.entropy),
    };
    let pages = pages.merge(people);
    Ok(api.merge(pages.layer(from_fn_with_state(ids, web::identify))))
}

/// A call that is made from the portal comes from where the person is.
async fn from_there(mut request: Request) -> Request {
    if let Some(ClientAddress(address)) = request.extensions().get().copied() {
        request.extensions_mut().insert(ClientNetwork(address));
    }
    request
}

/// The portal of this server.
pub fn portal(services: &Services, brand: Brand) -> Result<Portal, portal::Error> {
    let documents = api::served_documents(services);
    let (info, order): (&Document, &Document) = (&documents.info, &documents.order);
    let pages: Vec<_> = ErrorCode::ALL
        .iter()
        .map(|code| ErrorPage {
            code: code.number(),
            text: code.page(),
        })
        .collect();
    let settings = &services.settings;
    // The same switch that lets any error be provoked.
    let sandbox = settings.sandbox_faults;
    Portal::new(&Sources {
        whole: &documents.whole.openapi,
        products: &[("info", &info.openapi), ("order", &order.openapi)],
        error_pages: &pages,
        credentials: if sandbox {
            demo::credentials()
        } else {
            Credentials::placeholders()
        },
        sandbox,
        tls: settings.public_url.starts_with("https://"),
        brand,
    })
}
