//! Secrets and passwords that the server has made: shown in the very answer to the form that asked
//! for them, and nowhere else. They are in no address and in no cookie, and browsers do not keep the
//! page.

use askama::Template;
use axum::response::Response;
use web::{Notice, Page};

use super::nouns;
use super::signed_in::SignedIn;
use crate::records::Kind;

#[derive(Template)]
#[template(path = "console/secret.html")]
struct Html<'a> {
    page: Page,
    what: &'static str,
    secret: &'a str,
    onward: String,
    words: String,
}

/// The page that tells it, with what came of the form.
pub(super) fn page(
    person: &SignedIn,
    (kind, key): (Kind, &str),
    done: &str,
    secret: &str,
) -> Response {
    let mut person = person.clone();
    person.path = nouns::list_address(kind);
    let mut page = person.page(nouns::title(kind, key));
    page.notices = vec![Notice::done(done)];
    web::html(&Html {
        page,
        what: if kind == Kind::App {
            "secret"
        } else {
            "password"
        },
        secret,
        onward: nouns::address(kind, key),
        words: format!("To the {}", nouns::one(kind)),
    })
}
