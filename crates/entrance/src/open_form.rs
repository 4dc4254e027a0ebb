//! Forms of those who are not signed in: each repeats what a cookie holds, so that no other site can
//! send it, for the browser keeps the cookie from it.

use axum::body::Bytes;
use axum::extract::Request;
use axum::response::Response;
use http::request::Parts;
use http::{HeaderMap, header};
use web::{FormToken, Page};

use crate::input::read_form;
use crate::{Door, Fault};

/// As many letters as a session's token has.
const TOKEN_LENGTH: usize = 40;

/// The frame of a page with such a form.
pub fn open_page<R>(door: &Door<R>, headers: &HeaderMap, title: &str) -> Page {
    let shaped = |token: &&str| token.len() == TOKEN_LENGTH;
    let token = door.cookies.form.read(headers).filter(shaped);
    let token = token.map_or_else(|| door.logins.new_link().0, str::to_owned);
    let mut page = Page::new(&door.site, title);
    page.token = FormToken::new(token);
    page
}

/// The page, with the cookie that its form repeats.
pub fn with_form_cookie<R>(door: &Door<R>, token: &FormToken, mut page: Response) -> Response {
    let cookie = door.cookies.form.set(token.as_str());
    page.headers_mut().append(header::SET_COOKIE, cookie);
    page
}

/// What such a form sends, if it is one of ours.
pub async fn read_open_form<R>(door: &Door<R>, request: Request) -> Result<(Parts, Bytes), Fault> {
    let (head, body) = request.into_parts();
    let bytes = read_form(&head.headers, body).await?;
    let token = door.cookies.form.read(&head.headers).unwrap_or_default();
    let sent = web::form_token(&bytes);
    FormToken::new(token).check(sent.as_deref())?;
    Ok((head, bytes))
}
