//! Answers that say yes: a structure written once, and the headers of lists.

use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use selfservice::Page;
use serde::Serialize;

use crate::error::{ApiError, ErrorCode};

const TOTAL_COUNT: HeaderName = HeaderName::from_static("x-total-count");

/// A JSON body with status 200.
pub(crate) struct Json<T>(pub(crate) T);

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        match serde_json::to_vec(&self.0) {
            Ok(bytes) => {
                let json = HeaderValue::from_static("application/json");
                (StatusCode::OK, [(header::CONTENT_TYPE, json)], bytes).into_response()
            }
            Err(error) => {
                tracing::error!(%error, "failed to write an answer");
                ApiError::new(ErrorCode::GatewayFault).into_response()
            }
        }
    }
}

/// A list that comes whole, with how many things are in it.
pub(crate) struct WholeList<T>(pub(crate) Vec<T>);

impl<T: Serialize> IntoResponse for WholeList<T> {
    fn into_response(self) -> Response {
        let total = HeaderValue::from(self.0.len());
        ([(TOTAL_COUNT, total)], Json(self.0)).into_response()
    }
}

/// One page of a list, with how many there are in all and where the other pages are.
pub(crate) struct Listed<T> {
    pub(crate) items: Vec<T>,
    pub(crate) total: i64,
    pub(crate) page: Page,
    /// The list's absolute address, without `page` and `pageSize`.
    pub(crate) address: String,
}

impl<T: Serialize> IntoResponse for Listed<T> {
    fn into_response(self) -> Response {
        let link = links(&self.address, self.page, self.total);
        let mut response = Json(self.items).into_response();
        response
            .headers_mut()
            .insert(TOTAL_COUNT, HeaderValue::from(self.total));
        if let Ok(link) = HeaderValue::from_str(&link) {
            response.headers_mut().insert(header::LINK, link);
        }
        response
    }
}

/// The `Link` header of a page (RFC 8288): first, previous, next and last.
fn links(address: &str, page: Page, total: i64) -> String {
    let last = (total - 1).max(0) / page.size;
    let separator = if address.contains('?') { '&' } else { '?' };
    let link = |relation: &str, number: i64| {
        format!(
            "<{address}{separator}page={number}&pageSize={}>; rel=\"{relation}\"",
            page.size
        )
    };
    let mut links = vec![link("first", 0)];
    if page.number > 0 {
        links.push(link("prev", page.number.saturating_sub(1).min(last)));
    }
    if page.number < last {
        links.push(link("next", page.number + 1));
    }
    links.push(link("last", last));
    links.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(number: i64, total: i64, expected: &str) {
        let written = links("http://a/x", Page { number, size: 10 }, total);
        let short = written
            .replace("<http://a/x?page=", "")
            .replace("&pageSize=10>; rel=", " ");
        assert_eq!(short, expected);
    }

    #[test]
    fn a_page_knows_its_neighbors() {
        check(0, 0, r#"0 "first", 0 "last""#);
        check(0, 10, r#"0 "first", 0 "last""#);
        check(0, 11, r#"0 "first", 1 "next", 1 "last""#);
        check(1, 25, r#"0 "first", 0 "prev", 2 "next", 2 "last""#);
        check(9, 25, r#"0 "first", 2 "prev", 2 "last""#);
    }
}
