//! Forms of those who are not signed in: each repeats what a cookie holds, so that no other site can
//! send it, for the browser keeps the cookie from it.

use axum::body::Bytes;
use axum::extract::Request;
use axum::response::Response;
use http::request::Parts;
use http::{HeaderMap, header};
use web::{FormToken, Page};

use super::People;
use super::fault::Fault;
use super::guard::{forged, read_form};

/// As many bytes as a session's token, in hexadecimal.
const TOKEN_LENGTH: usize = 40;

impl People {
    /// The frame of a page with such a form.
    pub(super) fn open_page(&self, headers: &HeaderMap, title: &str) -> Page {
        let shaped = |token: &&str| token.len() == TOKEN_LENGTH;
        let token = self.cookies.form.read(headers).filter(shaped);
        let token = token.map_or_else(|| self.services.logins.new_link().0, str::to_owned);
        let mut page = Page::new(&self.portal.site, title);
        page.token = FormToken::new(token);
        page
    }

    /// The page, with the cookie that its form repeats.
    pub(super) fn with_cookie(&self, mut response: Response, token: &str) -> Response {
        let cookie = self.cookies.form.set(token);
        response.headers_mut().append(header::SET_COOKIE, cookie);
        response
    }

    /// What such a form sends, if it is one of ours.
    pub(super) async fn read_open_form(&self, request: Request) -> Result<(Parts, Bytes), Fault> {
        let (head, body) = request.into_parts();
        let bytes = read_form(&head.headers, body).await?;
        let token = self.cookies.form.read(&head.headers).unwrap_or_default();
        let sent = web::form_token(&bytes);
        let token = FormToken::new(token);
        token.check(sent.as_deref()).map_err(forged)?;
        Ok((head, bytes))
    }
}
