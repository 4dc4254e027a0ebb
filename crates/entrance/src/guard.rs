//! What every request for a page passes: where it comes from, who is signed in, what their role
//! allows, and whether a form is one of ours.

use axum::body::Body;
use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::uri::PathAndQuery;
use http::{HeaderMap, header};
use web::{FormToken, Notice, RequestId, address_to_sign_in, see_other};

use crate::input::read_form;
use crate::pages::{Visitors, visitors};
use crate::{Entrance, Fault, Person, Visit};

/// Lets a request through, or answers it; writes the pages that say no.
pub async fn guard<E: Entrance>(
    State(entrance): State<E>,
    request: Request,
    next: Next,
) -> Response {
    let id = RequestId::of(request.extensions());
    let (headers, path) = (request.headers(), request.uri().path().to_owned());
    let notices = &entrance.door().cookies.notice;
    let had_notice = notices.read(headers).is_some();
    let (mut response, person) = match identify(&entrance, headers, path).await {
        Ok(person) => {
            let passed = pass(&entrance, request, person.as_ref(), next).await;
            (passed.unwrap_or_else(IntoResponse::into_response), person)
        }
        Err(fault) => (fault.into_response(), None),
    };
    if let Some(fault) = response.extensions_mut().remove::<Fault>() {
        let (status, request, realm) = (fault.status.as_u16(), id.as_str(), E::REALM.as_str());
        tracing::info!(status, request, realm, "a page was refused");
        let allowed = response.headers_mut().remove(header::ALLOW);
        response = entrance.fault_page(person.as_ref(), &fault, &id);
        *response.status_mut() = fault.status;
        if let Some(allowed) = allowed {
            response.headers_mut().insert(header::ALLOW, allowed);
        }
    }
    if had_notice && !response.status().is_redirection() {
        let gone = notices.clear();
        response.headers_mut().append(header::SET_COOKIE, gone);
    }
    response
}

/// Who sends a request: nobody when there is no session, or its person may not sign in now.
async fn identify<E: Entrance>(
    entrance: &E,
    headers: &HeaderMap,
    path: String,
) -> Result<Option<E::Person>, Fault> {
    let door = entrance.door();
    let Some(token) = door.cookies.session.read(headers) else {
        return Ok(None);
    };
    let Some(session) = door.logins.session(E::REALM, token).await? else {
        return Ok(None);
    };
    let notice = web::refresh_notice(&door.cookies.notice, headers);
    entrance.find(session, Visit { path, notice }).await
}

async fn pass<E: Entrance>(
    entrance: &E,
    mut request: Request,
    person: Option<&E::Person>,
    next: Next,
) -> Result<Response, Fault> {
    let method = request.method().clone();
    web::check_origin(&method, request.uri(), request.headers())?;
    if web::has_control_character(request.uri().path()) {
        return Err(Fault::NOT_FOUND);
    }
    let path = request.extensions().get::<MatchedPath>();
    let path = path.map_or_else(String::new, |path| path.as_str().to_owned());
    let list = &entrance.door().pages;
    let Visitors::From(role) = visitors(list, (&method, &path), E::LEAST) else {
        if let Some(person) = person {
            request.extensions_mut().insert(person.clone());
        }
        return Ok(next.run(request).await);
    };
    let Some(person) = person else {
        return Ok(to_sign_in(entrance, &request));
    };
    let account = format!("{}account", E::HOME);
    let is_own = path.starts_with(&account) || path == format!("{}sign-out", E::HOME);
    // Those whose password has to be another choose one before anything else.
    if person.session().must_change && !is_own {
        return Ok(see_other(&account, None));
    }
    if person.role() < role {
        return Err(Fault::ROLE_TOO_LOW);
    }
    if !method.is_safe() {
        let token = FormToken::new(person.session().form_token.clone());
        request = with_form(request, &token).await?;
    }
    request.extensions_mut().insert(person.clone());
    Ok(next.run(request).await)
}

/// Those who are not signed in do so first, and then come to where they wanted to go. What a form
/// asked for is not done.
fn to_sign_in<E: Entrance>(entrance: &E, request: &Request) -> Response {
    if request.method().is_safe() {
        let wanted = request.uri().path_and_query().map(PathAndQuery::as_str);
        return see_other(&address_to_sign_in(E::HOME, wanted), None);
    }
    let notice = Notice::warning("Your session has ended, so nothing was changed.");
    let told = Some((&entrance.door().cookies.notice, &notice));
    see_other(&address_to_sign_in(E::HOME, None), told)
}

/// The request with its body put back, if that is a form with this token.
async fn with_form(request: Request, token: &FormToken) -> Result<Request, Fault> {
    let (head, body) = request.into_parts();
    let bytes = read_form(&head.headers, body).await?;
    let sent = web::form_token(&bytes);
    token.check(sent.as_deref())?;
    Ok(Request::from_parts(head, Body::from(bytes)))
}
