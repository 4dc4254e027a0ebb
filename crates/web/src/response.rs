//! Answers: a page, or where to go on.

use askama::Template;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderValue, StatusCode, header};

use crate::notice;
use crate::{Cookie, Notice, label_cells};

/// A page as an answer, its tables labeled. One that can't be rendered is an error of ours, and the log says which.
pub fn html(template: &impl Template) -> Response {
    match template.render() {
        Ok(text) => {
            let media_type = HeaderValue::from_static("text/html; charset=utf-8");
            ([(header::CONTENT_TYPE, media_type)], label_cells(text)).into_response()
        }
        Err(error) => {
            tracing::error!(%error, "a page can't be rendered");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// Sends the browser on with a new request, so that going back repeats nothing. What came of it is
/// shown once, on the page that it goes to.
pub fn see_other(address: &str, told: Option<(&Cookie, &Notice)>) -> Response {
    let mut headers = HeaderMap::new();
    // What is no header would be an address that nobody can follow, too.
    let address = HeaderValue::from_str(address).unwrap_or(HeaderValue::from_static("/"));
    headers.insert(header::LOCATION, address);
    if let Some((cookie, notice)) = told {
        headers.append(header::SET_COOKIE, cookie.set(&notice::written(notice)));
    }
    (StatusCode::SEE_OTHER, headers).into_response()
}

/// The notice that a request carries, if any. An answer that shows it lets it go by [`Cookie::clear`].
#[must_use]
pub fn refresh_notice(cookie: &Cookie, headers: &HeaderMap) -> Option<Notice> {
    cookie.read(headers).and_then(notice::read)
}
