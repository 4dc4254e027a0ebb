//! What every request of the people's passes: where it comes from, who is signed in, what their role
//! allows, and whether a form is one of ours.

use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use domain::access::{DeveloperEmail, DeveloperRole, Realm};
use http::{HeaderMap, Method, header};
use selfservice::{Mandate, OwnRefusal};
use web::{FormToken, Notice, Page, address_to_sign_in, see_other, sentence};

use super::People;
use super::fault::Fault;
use super::signed_in::SignedIn;
use crate::portal::HOME;

/// Where those go who have to choose another password first.
const ACCOUNT: &str = "/portal/account";

/// Who may come to a page.
enum Visitors {
    Anybody,
    From(DeveloperRole),
}

/// Lets a request through, or answers it; writes the pages that say no.
pub(super) async fn guard(State(people): State<People>, request: Request, next: Next) -> Response {
    let (headers, path) = (request.headers(), request.uri().path().to_owned());
    let had_notice = people.cookies.notice.read(headers).is_some();
    let (mut response, person) = match people.identify(headers, path).await {
        Ok(person) => {
            let passed = people.pass(request, person.as_ref(), next).await;
            (passed.unwrap_or_else(IntoResponse::into_response), person)
        }
        Err(fault) => (fault.into_response(), None),
    };
    if let Some(fault) = response.extensions_mut().remove::<Fault>() {
        tracing::info!(status = fault.status.as_u16(), "the portal refused");
        let allowed = response.headers_mut().remove(header::ALLOW);
        response = fault.render(|title| people.frame(person.as_ref(), title));
        if let Some(allowed) = allowed {
            response.headers_mut().insert(header::ALLOW, allowed);
        }
    }
    if had_notice && !response.status().is_redirection() {
        let gone = people.cookies.notice.clear();
        response.headers_mut().append(header::SET_COOKIE, gone);
    }
    response
}

impl People {
    /// Who sends a request: nobody when there is no session, or its person may not sign in now.
    async fn identify(&self, headers: &HeaderMap, path: String) -> Result<Option<SignedIn>, Fault> {
        let Some(token) = self.cookies.session.read(headers) else {
            return Ok(None);
        };
        let session = self.services.logins.session(Realm::Portal, token).await?;
        let Some(session) = session else {
            return Ok(None);
        };
        let selfservice = &self.services.selfservice;
        let developer = match DeveloperEmail::parse(&session.name) {
            Some(email) => selfservice.find_developer(&email).await?,
            None => None,
        };
        let Some(developer) = developer.filter(|developer| developer.enabled) else {
            return Ok(None);
        };
        let organization = match selfservice.own_organization(&developer.organization).await {
            Ok(organization) => organization,
            Err(OwnRefusal::UnknownOrganization(_)) => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        Ok(Some(SignedIn {
            mandate: Mandate::from(&developer),
            developer,
            organization,
            session,
            portal: Arc::clone(&self.portal),
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
        let Visitors::From(role) = self.visitors(&method, &path) else {
            if let Some(person) = person {
                request.extensions_mut().insert(person.clone());
            }
            return Ok(next.run(request).await);
        };
        let Some(person) = person else {
            return Ok(self.to_sign_in(&request));
        };
        let is_own = path.starts_with(ACCOUNT) || path == "/portal/sign-out";
        if person.session.must_change && !is_own {
            return Ok(see_other(ACCOUNT, None));
        }
        if !person.may(role) {
            return Err(Fault::ROLE_TOO_LOW);
        }
        if !method.is_safe() {
            let token = FormToken::new(person.session.form_token.clone());
            request = with_form(request, &token).await?;
        }
        request.extensions_mut().insert(person.clone());
        Ok(next.run(request).await)
    }

    fn visitors(&self, method: &Method, path: &str) -> Visitors {
        let method = if method == Method::HEAD {
            &Method::GET
        } else {
            method
        };
        let found = self
            .pages
            .iter()
            .find(|page| page.method == *method && page.path == path);
        match found {
            Some(page) => page.role.map_or(Visitors::Anybody, Visitors::From),
            None => Visitors::From(DeveloperRole::Developer),
        }
    }

    /// Those who are not signed in do so first, and then come to where they wanted to go. What a form
    /// asked for is not done.
    fn to_sign_in(&self, request: &Request) -> Response {
        if request.method().is_safe() {
            let wanted = request.uri().path_and_query();
            let wanted = wanted.map(http::uri::PathAndQuery::as_str);
            return see_other(&address_to_sign_in(HOME, wanted), None);
        }
        let notice = Notice::warning("Your session has ended, so nothing was changed.");
        let told = Some((&self.cookies.notice, &notice));
        see_other(&address_to_sign_in(HOME, None), told)
    }

    fn frame(&self, person: Option<&SignedIn>, title: &str) -> Page {
        match person {
            Some(person) => person.page(title),
            None => Page::new(&self.portal.site, title),
        }
    }
}

/// The request with its body put back, if that is a form with this token.
async fn with_form(request: Request, token: &FormToken) -> Result<Request, Fault> {
    let (head, body) = request.into_parts();
    let bytes = read_form(&head.headers, body).await?;
    let sent = web::form_token(&bytes);
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
