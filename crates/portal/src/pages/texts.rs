//! Pages of running text: guides, the pages of error codes, and what the search finds.

use askama::Template;
use axum::response::Response;
use web::Page;

use super::{error_address, page};
use crate::guides::Guide;
use crate::markdown::Section;
use crate::portal::Inner;
use crate::reference::{Code, Operation};
use crate::search::{Entry, MOST};

#[derive(Template)]
#[template(path = "portal/text.html")]
pub(super) struct Text<'a> {
    page: Page,
    html: String,
    /// The headings, for a text that is long.
    contents: Vec<Section>,
    /// The operations that a code may come from.
    operations: Vec<&'a Operation>,
    is_error: bool,
    /// Where an error is provoked; in a sandbox alone.
    provoking: Option<String>,
    /// Whether what it shows is to be replaced by what the reader was given.
    has_placeholders: bool,
}

pub(super) fn guide<'a>(inner: &'a Inner, guide: &Guide) -> Text<'a> {
    let rendered = inner.linker().render(&guide.text);
    let contents = rendered.sections.into_iter().skip(1).collect::<Vec<_>>();
    Text {
        page: page(inner, &rendered.title, &guide.address()),
        html: rendered.html,
        contents: if contents.len() > 3 {
            contents
        } else {
            Vec::new()
        },
        operations: Vec::new(),
        is_error: false,
        provoking: None,
        has_placeholders: !inner.sandbox && guide.text.contains(&inner.credentials.client_id),
    }
}

pub(super) fn error<'a>(inner: &'a Inner, code: &Code) -> Text<'a> {
    let operations = inner.reference.operations.iter();
    let operations: Vec<_> = operations
        .filter(|operation| operation.has_code(code.number))
        .collect();
    // What comes from in front of the operations may be provoked at any of them.
    let first = operations
        .first()
        .copied()
        .or(inner.reference.operations.first())
        .filter(|_| inner.sandbox);
    Text {
        page: page(
            inner,
            &format!("{} {}", code.number, code.title),
            &error_address(code.number),
        ),
        html: inner.linker().render(&code.page).html,
        contents: Vec::new(),
        provoking: first
            .map(|operation| format!("/portal/try/{}?provoke={}", operation.id, code.number)),
        operations,
        is_error: true,
        has_placeholders: false,
    }
}

#[derive(Template)]
#[template(path = "portal/search.html")]
struct Found<'a> {
    page: Page,
    question: &'a str,
    hits: Vec<Hit<'a>>,
    proposal: Option<(String, String)>,
    most: usize,
}

struct Hit<'a> {
    entry: &'a Entry,
    snippet: Vec<(bool, String)>,
}

/// What fits a question.
pub(crate) fn search(inner: &Inner, question: &str) -> Response {
    let index = inner.index();
    let hits = index.find(question).into_iter().map(|hit| Hit {
        entry: &index.entries[hit.entry],
        snippet: index.snippet(hit.entry, question),
    });
    let hits: Vec<_> = hits.collect();
    let proposal = if hits.is_empty() {
        index.proposal(question)
    } else {
        None
    };
    let proposal = proposal.map(|words| {
        // Words are letters and digits alone.
        let address = format!("/portal/search?q={}", words.replace(' ', "+"));
        (words, address)
    });
    let title = if question.trim().is_empty() {
        "Search".to_owned()
    } else {
        let shown: String = question.trim().chars().take(60).collect();
        format!("Search: {shown}")
    };
    web::html(&Found {
        page: page(inner, &title, "/portal/search"),
        question,
        hits,
        proposal,
        most: MOST,
    })
}
