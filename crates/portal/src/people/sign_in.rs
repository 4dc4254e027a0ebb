//! Signing in and out.

use std::net::{IpAddr, Ipv4Addr};

use askama::Template;
use axum::Extension;
use axum::extract::{Request, State};
use axum::response::Response;
use domain::access::{Developer, DeveloperEmail, Realm};
use gateway::{SignIn, SignInRefusal};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use selfservice::Mandate;
use serde::Deserialize;
use web::{ClientAddress, Field, Notice, Page, own_address, see_other, sentence};

use super::fault::Fault;
use super::input::{Query, read};
use super::signed_in::SignedIn;
use super::{DemoLogin, People};
use crate::portal::HOME;

const ADDRESS: &str = "/portal/sign-in";
/// Where those begin who have not said where they want to go.
const FIRST: &str = "/portal/apps";

#[derive(Template)]
#[template(path = "people/sign_in.html")]
struct Html {
    page: Page,
    email: String,
    next: String,
    demo: Option<DemoLogin>,
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
    email: String,
    password: String,
    code: String,
    next: String,
}

/// The page to sign in, or the first page for those who have.
pub(super) async fn show(
    State(people): State<People>,
    person: Option<Extension<SignedIn>>,
    Query(wanted): Query<Wanted>,
    headers: HeaderMap,
) -> Response {
    if person.is_some() {
        return see_other(FIRST, None);
    }
    let notice = web::refresh_notice(&people.cookies.notice, &headers);
    let typed = Typed {
        next: wanted.next,
        ..Typed::default()
    };
    people.form_to_sign_in(&headers, &typed, notice)
}

/// Signs in whoever knows an address with its password, and its code where one is asked for.
pub(super) async fn sign_in(
    State(people): State<People>,
    request: Request,
) -> Result<Response, Fault> {
    let (head, bytes) = people.read_open_form(request).await?;
    let typed: Typed = read(&bytes)?;
    let network = head.extensions.get::<ClientAddress>().copied();
    let before = head.extensions.get::<SignedIn>();
    match people.begin(&typed, network, before).await {
        Ok(cookie) => {
            let next = own_address(HOME, &typed.next).unwrap_or(FIRST);
            let mut response = see_other(next, None);
            response.headers_mut().append(header::SET_COOKIE, cookie);
            let gone = people.cookies.form.clear();
            response.headers_mut().append(header::SET_COOKIE, gone);
            Ok(response)
        }
        Err(SignInRefusal::Storage(error)) => Err(error.into()),
        Err(refusal) => Ok(people.refuse(&head.headers, &typed, &refusal)),
    }
}

/// Ends the session, here and in the database.
pub(super) async fn sign_out(
    State(people): State<People>,
    person: SignedIn,
) -> Result<Response, Fault> {
    let (logins, session) = (&people.services.logins, &person.session);
    let end = async |tx: &mut storage::Transaction| logins.end(tx, session).await;
    let (selfservice, mandate) = (&people.services.selfservice, person.mandate());
    let whose = (mandate, &person.developer.email);
    selfservice
        .record_of_developer(whose, "signed out", end)
        .await?;
    let notice = Notice::done("You are signed out.");
    let mut response = see_other(ADDRESS, Some((&people.cookies.notice, &notice)));
    let gone = people.cookies.session.clear();
    response.headers_mut().append(header::SET_COOKIE, gone);
    Ok(response)
}

/// Where a request comes from, as far as that is known.
pub(super) fn network(address: Option<ClientAddress>) -> IpAddr {
    address.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |address| address.0)
}

/// With the status and, if there is one, the time to wait.
pub(super) fn with_refusal(mut response: Response, refusal: &SignInRefusal) -> Response {
    *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    if let SignInRefusal::TooSoon { retry_after } = refusal {
        *response.status_mut() = StatusCode::TOO_MANY_REQUESTS;
        let seconds = HeaderValue::from(retry_after.as_secs());
        response.headers_mut().insert(header::RETRY_AFTER, seconds);
    }
    response
}

impl People {
    /// Begins a session, and gives the cookie that holds its token. One that the browser had before
    /// ends, whoever's it was.
    async fn begin(
        &self,
        typed: &Typed,
        address: Option<ClientAddress>,
        before: Option<&SignedIn>,
    ) -> Result<HeaderValue, SignInRefusal> {
        let developer = self.known(&typed.email).await?;
        let shown = developer.as_ref().map(|known| known.email.as_str());
        let (realm, logins) = (Realm::Portal, &self.services.logins);
        let verified = SignIn {
            name: shown.unwrap_or(&typed.email),
            known: developer.is_some(),
            password: &typed.password,
            code: &typed.code,
            network: network(address),
        };
        let verified = logins.verify(realm, &verified).await?;
        let developer = developer.ok_or(SignInRefusal::Wrong)?;
        let token = logins.new_token();
        let begin = async |tx: &mut storage::Transaction| {
            if let Some(before) = before {
                logins.end(tx, &before.session).await?;
            }
            logins.begin(tx, &verified, &token).await
        };
        let (selfservice, mandate) = (&self.services.selfservice, Mandate::from(&developer));
        let whose = (&mandate, &developer.email);
        let done = selfservice.record_of_developer(whose, "signed in", begin);
        if done.await? {
            return Ok(self.cookies.session.set(token.as_str()));
        }
        Err(SignInRefusal::Wrong)
    }

    /// The developer with this address, if they may sign in.
    async fn known(&self, typed: &str) -> Result<Option<Developer>, storage::Error> {
        let Some(email) = DeveloperEmail::parse(typed.trim()) else {
            return Ok(None);
        };
        let found = self.services.selfservice.find_developer(&email).await?;
        Ok(found.filter(|developer| developer.enabled))
    }

    fn refuse(&self, headers: &HeaderMap, typed: &Typed, refusal: &SignInRefusal) -> Response {
        let words = match refusal {
            SignInRefusal::TooSoon { .. } => sentence(&refusal.to_string()),
            _ => "The address, the password or the code is wrong.".to_owned(),
        };
        let response = self.form_to_sign_in(headers, typed, Some(Notice::failed(words)));
        with_refusal(response, refusal)
    }

    fn form_to_sign_in(
        &self,
        headers: &HeaderMap,
        typed: &Typed,
        notice: Option<Notice>,
    ) -> Response {
        let mut page = self.open_page(headers, "Sign in");
        page.notices.extend(notice);
        let token = page.token.as_str().to_owned();
        let next = own_address(HOME, &typed.next).unwrap_or_default();
        let response = web::html(&Html {
            page,
            email: typed.email.clone(),
            next: next.to_owned(),
            demo: self.services.demo,
        });
        self.with_cookie(response, &token)
    }
}
