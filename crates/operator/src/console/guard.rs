//! What every request to the console passes: where it comes from, who is signed in, what their role
//! allows, and whether a form is one of ours.

use axum::body::{Body, Bytes};
use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use domain::access::{OperatorName, Realm};
use http::uri::PathAndQuery;
use http::{HeaderMap, header};
use selfservice::OperatorRefusal;
use web::{FormToken, Notice, Page, see_other};

use super::Console;
use super::fault::{Fault, sentence};
use super::pages::Visitors;
use super::sign_in::address_to_sign_in;
use super::signed_in::SignedIn;
use crate::edge::RequestId;

/// Where those go who have to choose another password first.
const ACCOUNT: &str = "/console/account";

/// Lets a request through, or answers it; writes the pages that say no.
pub(super) async fn guard(
    State(console): State<Console>,
    request: Request,
    next: Next,
) -> Response {
    let id = request.extensions().get::<RequestId>();
    let id = id.map_or_else(String::new, |id| id.0.clone());
    let (headers, path) = (request.headers(), request.uri().path().to_owned());
    let had_notice = console.cookies.notice.read(headers).is_some();
    let (mut response, person) = match console.identify(headers, path).await {
        Ok(person) => {
            let passed = console.pass(request, person.as_ref(), next).await;
            (passed.unwrap_or_else(IntoResponse::into_response), person)
        }
        Err(fault) => (fault.into_response(), None),
    };
    if let Some(fault) = response.extensions_mut().remove::<Fault>() {
        tracing::info!(status = fault.status.as_u16(), request = %id, "the console refused");
        let allowed = response.headers_mut().remove(header::ALLOW);
        response = fault.render(|title| console.frame(person.as_ref(), title), &id);
        if let Some(allowed) = allowed {
            response.headers_mut().insert(header::ALLOW, allowed);
        }
    }
    if had_notice && !response.status().is_redirection() {
        let gone = console.cookies.notice.clear();
        response.headers_mut().append(header::SET_COOKIE, gone);
    }
    response
}

impl Console {
    /// Who sends a request: nobody when there is no session, or its person may not sign in now.
    async fn identify(&self, headers: &HeaderMap, path: String) -> Result<Option<SignedIn>, Fault> {
        let Some(token) = self.cookies.session.read(headers) else {
            return Ok(None);
        };
        let session = self.logins.session(Realm::Operator, token).await?;
        let known =
            session.and_then(|session| Some((OperatorName::parse(&session.name)?, session)));
        let Some((name, session)) = known else {
            return Ok(None);
        };
        let operator = match self.services.operators.find(&name).await {
            Ok(operator) if operator.enabled => operator,
            Ok(_) | Err(OperatorRefusal::Unknown(_)) => return Ok(None),
            Err(OperatorRefusal::Storage(error)) => return Err(error.into()),
            Err(error) => {
                tracing::error!(%error, "an operator can't be found");
                return Err(Fault::INTERNAL);
            }
        };
        Ok(Some(SignedIn {
            operator,
            session,
            site: self.site.clone(),
            path,
            notice: web::refresh_notice(&self.cookies.notice, headers),
        }))
    }

    async fn pass(
        &self,
        mut request: Request,
        person: Option<&SignedIn>,
        next: Next,
    ) -> Result<Response, Fault> {
        let method = request.method().clone();
        web::check_origin(&method, request.uri(), request.headers()).map_err(forged)?;
        if web::has_control_character(request.uri().path()) {
            return Err(Fault::NOT_FOUND);
        }
        let path = request.extensions().get::<MatchedPath>();
        let path = path.map_or_else(String::new, |path| path.as_str().to_owned());
        let visitors = self.visitors(&method, &path);
        let Visitors::From(role) = visitors else {
            request
                .extensions_mut()
                .extend(person.cloned().map(extensions).unwrap_or_default());
            return Ok(next.run(request).await);
        };
        let Some(person) = person else {
            return Ok(self.to_sign_in(&request));
        };
        let is_own = path.starts_with(ACCOUNT) || path == "/console/sign-out";
        if person.session.must_change && !is_own {
            return Ok(see_other(ACCOUNT, None));
        }
        if !person.may(role) {
            return Err(Fault::ROLE_TOO_LOW);
        }
        if !method.is_safe() {
            request = with_own_form(request, person).await?;
        }
        request.extensions_mut().insert(person.clone());
        Ok(next.run(request).await)
    }

    /// Those who are not signed in do so first, and then come to where they wanted to go. What a form
    /// asked for is not done.
    fn to_sign_in(&self, request: &Request) -> Response {
        if request.method().is_safe() {
            let wanted = request.uri().path_and_query();
            return see_other(&address_to_sign_in(wanted.map(PathAndQuery::as_str)), None);
        }
        let notice = Notice::warning("Your session has ended, so nothing was changed.");
        see_other(
            &address_to_sign_in(None),
            Some((&self.cookies.notice, &notice)),
        )
    }

    fn frame(&self, person: Option<&SignedIn>, title: &str) -> Page {
        match person {
            Some(person) => person.page(title),
            None => Page::new(&self.site, title),
        }
    }
}

fn extensions(person: SignedIn) -> http::Extensions {
    let mut extensions = http::Extensions::new();
    extensions.insert(person);
    extensions
}

/// The request with its body put back, if that is a form of this session.
async fn with_own_form(request: Request, person: &SignedIn) -> Result<Request, Fault> {
    let (head, body) = request.into_parts();
    let bytes = read_form(&head.headers, body).await?;
    let sent = web::form_token(&bytes);
    let token = FormToken::new(person.session.form_token.clone());
    token.check(sent.as_deref()).map_err(forged)?;
    Ok(Request::from_parts(head, Body::from(bytes)))
}

/// The body of a form.
pub(super) async fn read_form(headers: &HeaderMap, body: Body) -> Result<Bytes, Fault> {
    let read = web::read_form(headers, body).await;
    read.map_err(|unreadable| Fault::unreadable(sentence(&unreadable.to_string())))
}

pub(super) fn forged(forgery: web::Forgery) -> Fault {
    tracing::warn!(%forgery, "a form was refused");
    Fault::FORGED
}
