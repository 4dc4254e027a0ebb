//! Pages that lead to others: the first one, API products, models, error codes, documents.

use askama::Template;
use web::Page;

use super::{DOCUMENTS, ERRORS, HOME, MODELS, error_address, model_address, page, product_address};
use crate::guides::{Guide, introduction};
use crate::markdown::Linker;
use crate::portal::Inner;
use crate::reference::{Code, Model, Operation, Product};

#[derive(Template)]
#[template(path = "portal/home.html")]
pub(super) struct Home<'a> {
    page: Page,
    guides: Vec<(&'a Guide, String)>,
    products: Vec<(&'a Product, String, usize)>,
    base_url: &'a str,
    sandbox: bool,
}

pub(super) fn home(inner: &Inner) -> Home<'_> {
    let linker = inner.linker();
    let first = |guide: &Guide| {
        let text = linker.render(&guide.text).sections.swap_remove(0).text;
        let sentence = text
            .split_once(". ")
            .map_or(text.as_str(), |(first, _)| first);
        format!("{}.", sentence.trim().trim_end_matches('.'))
    };
    let count = |product: &Product| {
        product
            .groups
            .iter()
            .map(|group| group.operations.len())
            .sum()
    };
    let products = inner.reference.products.iter();
    Home {
        page: page(inner, "Build on your agreements", HOME),
        guides: inner
            .guides
            .iter()
            .map(|guide| (guide, first(guide)))
            .collect(),
        products: products
            .map(|product| (product, product_address(&product.id), count(product)))
            .collect(),
        base_url: &inner.reference.base_url,
        sandbox: inner.sandbox,
    }
}

#[derive(Template)]
#[template(path = "portal/product.html")]
pub(super) struct ProductPage<'a> {
    page: Page,
    product: &'a Product,
    introduction: String,
    inner: &'a Inner,
    linker: Linker<'a>,
}

pub(super) fn product<'a>(inner: &'a Inner, product: &'a Product, path: &str) -> ProductPage<'a> {
    let linker = inner.linker();
    ProductPage {
        page: page(inner, &product.title, path),
        product,
        introduction: linker.render(introduction(&product.id)).html,
        inner,
        linker,
    }
}

impl<'a> ProductPage<'a> {
    fn operations(&self, numbers: &[usize]) -> Vec<&'a Operation> {
        let all = &self.inner.reference.operations;
        numbers.iter().map(|number| &all[*number]).collect()
    }

    fn inline(&self, text: &str) -> String {
        self.linker.inline(text)
    }
}

#[derive(Template)]
#[template(path = "portal/models.html")]
pub(super) struct Models<'a> {
    page: Page,
    models: Vec<(&'a Model, String, String)>,
}

pub(super) fn models(inner: &Inner) -> Models<'_> {
    let linker = inner.linker();
    let row = |model| {
        let Model { name, shape, .. }: &Model = model;
        (
            model,
            model_address(name),
            linker.inline(&shape.description),
        )
    };
    Models {
        page: page(inner, "Models", MODELS),
        models: inner.reference.models.iter().map(row).collect(),
    }
}

#[derive(Template)]
#[template(path = "portal/errors.html")]
pub(super) struct Errors<'a> {
    page: Page,
    codes: Vec<(&'a Code, String, String)>,
}

pub(super) fn errors(inner: &Inner) -> Errors<'_> {
    let linker = inner.linker();
    let mut codes: Vec<_> = inner.reference.codes.iter().collect();
    codes.sort_by_key(|code| (code.status(), code.number));
    let row = |code| {
        let Code {
            number, meaning, ..
        }: &Code = code;
        (code, error_address(*number), linker.inline(meaning))
    };
    Errors {
        page: page(inner, "Error codes", ERRORS),
        codes: codes.into_iter().map(row).collect(),
    }
}

#[derive(Template)]
#[template(path = "portal/documents.html")]
pub(super) struct Documents<'a> {
    page: Page,
    products: &'a [Product],
    base_url: &'a str,
}

pub(super) fn documents(inner: &Inner) -> Documents<'_> {
    Documents {
        page: page(inner, "OpenAPI and Swagger documents", DOCUMENTS),
        products: &inner.reference.products,
        base_url: &inner.reference.base_url,
    }
}
