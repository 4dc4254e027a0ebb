//! Signing in and out.

use std::net::{IpAddr, Ipv4Addr};

use askama::Template;
use axum::Extension;
use axum::extract::{Request, State};
use axum::response::Response;
use domain::Author;
use domain::access::{OperatorName, Realm};
use gateway::{SignIn, SignInRefusal};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use selfservice::OperatorRefusal;
use serde::Deserialize;
use web::{ClientAddress, Field, FormToken, Notice, Page, see_other};

use super::fault::{Fault, sentence};
use super::guard::{forged, read_form};
use super::input::Query;
use super::signed_in::SignedIn;
use super::{Console, HOME};

const ADDRESS: &str = "/console/sign-in";
/// As many as a session's token.
const FORM_TOKEN_BYTES: usize = 20;

#[derive(Template)]
#[template(path = "console/sign_in.html")]
struct Html {
    page: Page,
    name: String,
    next: String,
}

/// Where someone wants to go once they are signed in.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Wanted {
    next: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Typed {
    name: String,
    password: String,
    code: String,
    next: String,
    form_token: String,
}

/// Where to sign in, and to go on from there.
pub(super) fn address_to_sign_in(wanted: Option<&str>) -> String {
    web::address_to_sign_in(HOME, wanted)
}

/// The page to sign in, or the first page for those who have.
pub(super) async fn show(
    State(console): State<Console>,
    person: Option<Extension<SignedIn>>,
    Query(wanted): Query<Wanted>,
    headers: HeaderMap,
) -> Response {
    if person.is_some() {
        return see_other(HOME, None);
    }
    let notice = web::refresh_notice(&console.cookies.notice, &headers);
    let typed = Typed {
        next: wanted.next,
        ..Typed::default()
    };
    console.form_to_sign_in(&headers, &typed, notice)
}

/// Signs in whoever knows a name with its password, and its code where one is asked for.
pub(super) async fn sign_in(
    State(console): State<Console>,
    request: Request,
) -> Result<Response, Fault> {
    let (head, body) = request.into_parts();
    let bytes = read_form(&head.headers, body).await?;
    let typed: Typed = serde_urlencoded::from_bytes(&bytes)
        .map_err(|_| Fault::unreadable("The form has fields that can't be read."))?;
    let token = console.cookies.form.read(&head.headers).unwrap_or_default();
    FormToken::new(token)
        .check(Some(&typed.form_token))
        .map_err(forged)?;
    let network = head.extensions.get::<ClientAddress>();
    let network = network.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |address| address.0);
    let before = head.extensions.get::<SignedIn>();
    match console.begin(&typed, network, before).await {
        Ok(cookie) => {
            let next = web::own_address(HOME, &typed.next).unwrap_or(HOME);
            let mut response = see_other(next, None);
            response.headers_mut().append(header::SET_COOKIE, cookie);
            let gone = console.cookies.form.clear();
            response.headers_mut().append(header::SET_COOKIE, gone);
            Ok(response)
        }
        Err(SignInRefusal::Storage(error)) => Err(error.into()),
        Err(refusal) => Ok(console.refuse(&head.headers, &typed, &refusal)),
    }
}

/// Ends the session, here and in the database.
pub(super) async fn sign_out(
    State(console): State<Console>,
    person: SignedIn,
) -> Result<Response, Fault> {
    let (by, name) = (person.author(), &person.operator.name);
    let (logins, session) = (&console.logins, &person.session);
    let end = async |tx: &mut storage::Transaction| logins.end(tx, session).await;
    console
        .services
        .operators
        .record(&by, name, "signed out", end)
        .await?;
    let notice = Notice::done("You are signed out.");
    let mut response = see_other(ADDRESS, Some((&console.cookies.notice, &notice)));
    let headers = response.headers_mut();
    headers.append(header::SET_COOKIE, console.cookies.session.clear());
    Ok(response)
}

impl Console {
    /// Begins a session, and gives the cookie that holds its token. One that the browser had before
    /// ends, whoever's it was.
    async fn begin(
        &self,
        typed: &Typed,
        network: IpAddr,
        before: Option<&SignedIn>,
    ) -> Result<HeaderValue, SignInRefusal> {
        let name = self.known(&typed.name).await?;
        let verified = self
            .logins
            .verify(
                Realm::Operator,
                &SignIn {
                    name: &typed.name,
                    known: name.is_some(),
                    password: &typed.password,
                    code: &typed.code,
                    network,
                },
            )
            .await?;
        let name = name.ok_or(SignInRefusal::Wrong)?;
        let token = self.logins.new_token();
        let (logins, by) = (&self.logins, Author::of_operator(name.as_str()));
        let begin = async |tx: &mut storage::Transaction| {
            if let Some(before) = before {
                logins.end(tx, &before.session).await?;
            }
            logins.begin(tx, &verified, &token).await
        };
        let operators = &self.services.operators;
        if operators.record(&by, &name, "signed in", begin).await? {
            return Ok(self.cookies.session.set(token.as_str()));
        }
        Err(SignInRefusal::Wrong)
    }

    /// The name of an operator who may sign in.
    async fn known(&self, typed: &str) -> Result<Option<OperatorName>, storage::Error> {
        let Some(name) = OperatorName::parse(typed) else {
            return Ok(None);
        };
        match self.services.operators.find(&name).await {
            Ok(operator) => Ok(Some(name).filter(|_| operator.enabled)),
            Err(OperatorRefusal::Storage(error)) => Err(error),
            Err(_) => Ok(None),
        }
    }

    fn refuse(&self, headers: &HeaderMap, typed: &Typed, refusal: &SignInRefusal) -> Response {
        let notice = Notice::failed(sentence(&refusal.to_string()));
        let mut response = self.form_to_sign_in(headers, typed, Some(notice));
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
        if let SignInRefusal::TooSoon { retry_after } = refusal {
            *response.status_mut() = StatusCode::TOO_MANY_REQUESTS;
            let seconds = HeaderValue::from(retry_after.as_secs());
            response.headers_mut().insert(header::RETRY_AFTER, seconds);
        }
        response
    }

    /// The form holds what the cookie holds, so that no other site can send it: the browser keeps the
    /// cookie from it.
    fn form_to_sign_in(
        &self,
        headers: &HeaderMap,
        typed: &Typed,
        notice: Option<Notice>,
    ) -> Response {
        let shaped = |token: &&str| token.len() == 2 * FORM_TOKEN_BYTES;
        let token = self.cookies.form.read(headers).filter(shaped);
        let token = token.map_or_else(|| self.form_token(), str::to_owned);
        let mut page = Page::new(&self.site, "Sign in");
        page.notices.extend(notice);
        page.token = FormToken::new(token.clone());
        let mut response = web::html(&Html {
            page,
            name: typed.name.clone(),
            next: web::own_address(HOME, &typed.next)
                .unwrap_or_default()
                .to_owned(),
        });
        let cookie = self.cookies.form.set(&token);
        response.headers_mut().append(header::SET_COOKIE, cookie);
        response
    }

    fn form_token(&self) -> String {
        let mut bytes = [0; FORM_TOKEN_BYTES];
        self.services.entropy.fill(&mut bytes);
        hex::encode(bytes)
    }
}
