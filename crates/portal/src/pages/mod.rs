//! Every page: its place, its address, and how it is made.

mod entries;
mod listings;
mod members;
mod operation;
mod texts;

use askama::Template;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use web::{Link, Links, Page, RequestId};

use crate::guides::Guide;
use crate::portal::{HOME, Inner};
use crate::reference::Reference;

pub(crate) use entries::entries;
pub(crate) use texts::search;

const MODELS: &str = "/portal/models";
const ERRORS: &str = "/portal/errors";
const DOCUMENTS: &str = "/portal/documents";

/// What a page shows; the numbers are places in the reference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Home,
    Guide(usize),
    Product(usize),
    Operation(usize),
    Models,
    Model(usize),
    Errors,
    Error(usize),
    Documents,
}

/// Every page with its address.
pub(crate) fn places(reference: &Reference, guides: &[Guide]) -> Vec<(String, Place)> {
    let mut places = vec![
        (HOME.to_owned(), Place::Home),
        (MODELS.to_owned(), Place::Models),
        (ERRORS.to_owned(), Place::Errors),
        (DOCUMENTS.to_owned(), Place::Documents),
    ];
    for (number, guide) in guides.iter().enumerate() {
        places.push((guide.address(), Place::Guide(number)));
    }
    for (number, product) in reference.products.iter().enumerate() {
        places.push((product_address(&product.id), Place::Product(number)));
    }
    for (number, operation) in reference.operations.iter().enumerate() {
        places.push((operation.address(), Place::Operation(number)));
    }
    for (number, model) in reference.models.iter().enumerate() {
        places.push((model_address(&model.name), Place::Model(number)));
    }
    for (number, code) in reference.codes.iter().enumerate() {
        places.push((error_address(code.number), Place::Error(number)));
    }
    places
}

/// The HTML of a page.
pub(crate) fn render(inner: &Inner, place: &Place, path: &str) -> Result<String, askama::Error> {
    let reference = &inner.reference;
    let html = match *place {
        Place::Home => listings::home(inner).render(),
        Place::Guide(number) => texts::guide(inner, &inner.guides[number]).render(),
        Place::Product(number) => {
            listings::product(inner, &reference.products[number], path).render()
        }
        Place::Operation(number) => {
            operation::page_of(inner, &reference.operations[number]).render()
        }
        Place::Models => listings::models(inner).render(),
        Place::Model(number) => members::model(inner, &reference.models[number]).render(),
        Place::Errors => listings::errors(inner).render(),
        Place::Error(number) => texts::error(inner, &reference.codes[number]).render(),
        Place::Documents => listings::documents(inner).render(),
    };
    html.map(web::label_cells)
}

/// Says that there is no such page, and how to go on.
pub(crate) fn missing(inner: &Inner, id: &RequestId) -> Response {
    #[derive(Template)]
    #[template(path = "portal/missing.html")]
    struct Missing<'a> {
        page: Page,
        request_id: &'a str,
    }
    let missing = Missing {
        page: page(inner, "There is no such page", ""),
        request_id: id.as_str(),
    };
    (StatusCode::NOT_FOUND, web::html(&missing)).into_response()
}

/// A page with the links beside it.
pub(crate) fn page(inner: &Inner, title: &str, path: &str) -> Page {
    let own = std::iter::once(own_links(inner));
    let navigation = own.chain(navigation(inner)).collect();
    Page::new(&inner.site, title).with_navigation(navigation, path)
}

/// What people do by themselves; those who are not signed in are led to where they can.
pub(crate) fn own_links(inner: &Inner) -> Links {
    let links = [
        ("Apps", "/portal/apps"),
        ("System users", "/portal/system-users"),
        ("Team", "/portal/team"),
        ("Use", "/portal/use"),
    ];
    let sandbox = inner.sandbox.then_some(("Sandbox", "/portal/sandbox"));
    Links {
        heading: "Your organization".to_owned(),
        links: links
            .into_iter()
            .chain(sandbox)
            .map(|(label, address)| Link::new(label, address))
            .collect(),
    }
}

pub(crate) fn navigation(inner: &Inner) -> Vec<Links> {
    let guides = inner.guides.iter();
    let guides = guides.map(|guide| Link::new(guide.label, guide.address()));
    let mut navigation = vec![Links {
        heading: "Guides".to_owned(),
        links: guides.collect(),
    }];
    let mut links = Vec::new();
    for product in &inner.reference.products {
        let label = if product.has_documents {
            format!("API product {}", product.id)
        } else {
            product.title.clone()
        };
        links.push(Link::new(label, product_address(&product.id)));
    }
    for (label, address) in [
        ("Models", MODELS),
        ("Error codes", ERRORS),
        ("OpenAPI and Swagger", DOCUMENTS),
    ] {
        links.push(Link::new(label, address));
    }
    navigation.push(Links {
        heading: "Reference".to_owned(),
        links,
    });
    for product in &inner.reference.products {
        let numbers = product.groups.iter().flat_map(|group| &group.operations);
        let operations = numbers.map(|number| &inner.reference.operations[*number]);
        navigation.push(Links {
            heading: if product.has_documents {
                format!("Operations: {}", product.id)
            } else {
                format!("Operations: {}", product.title)
            },
            links: operations
                .map(|operation| Link::new(operation.summary.clone(), operation.address()))
                .collect(),
        });
    }
    navigation
}

fn product_address(id: &str) -> String {
    format!("/portal/products/{id}")
}

fn model_address(name: &str) -> String {
    format!("{MODELS}/{name}")
}

fn error_address(number: u32) -> String {
    format!("{ERRORS}/{number}")
}
