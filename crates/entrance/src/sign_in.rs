//! Signing in and out.

use std::net::{IpAddr, Ipv4Addr};

use axum::Extension;
use axum::extract::{Request, State};
use axum::response::Response;
use gateway::{Deed, SignIn, SignInRefusal};
use http::{HeaderMap, HeaderValue, header};
use serde::Deserialize;
use web::{ClientAddress, Notice, address_to_sign_in, own_address, see_other, sentence};

use crate::door::Typed;
use crate::passwords::with_refusal;
use crate::{
    Entrance, Fault, Known, Person, Query, open_page, read, read_open_form, with_form_cookie,
};

/// What the form to sign in sends beside who it is. The page is asked for with `next` alone: where
/// someone wants to go once they are signed in.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Credentials {
    password: String,
    code: String,
    next: String,
}

/// The page to sign in, or the first page for those who have.
pub async fn show_sign_in<E: Entrance>(
    State(entrance): State<E>,
    person: Option<Extension<E::Person>>,
    Query(wanted): Query<Credentials>,
    headers: HeaderMap,
) -> Response {
    if person.is_some() {
        return see_other(E::FIRST, None);
    }
    let notice = web::refresh_notice(&entrance.door().cookies.notice, &headers);
    form(&entrance, &headers, &(wanted, E::Name::default()), notice)
}

/// Signs in whoever knows the password of a name, and its code where one is asked for.
pub async fn sign_in<E: Entrance>(
    State(entrance): State<E>,
    request: Request,
) -> Result<Response, Fault> {
    let cookies = &entrance.door().cookies;
    let (head, bytes) = read_open_form(entrance.door(), request).await?;
    let typed: Typed<E> = (read(&bytes)?, read(&bytes)?);
    let network = network(head.extensions.get::<ClientAddress>().copied());
    let before = head.extensions.get::<E::Person>();
    match begin(&entrance, &typed, network, before).await {
        Ok(cookie) => {
            let next = own_address(E::HOME, &typed.0.next).unwrap_or(E::FIRST);
            let mut response = see_other(next, None);
            response.headers_mut().append(header::SET_COOKIE, cookie);
            let gone = cookies.form.clear();
            response.headers_mut().append(header::SET_COOKIE, gone);
            Ok(response)
        }
        Err(SignInRefusal::Storage(error)) => Err(error.into()),
        Err(refusal) => {
            let words = match refusal {
                SignInRefusal::TooSoon { .. } => sentence(&refusal.to_string()),
                _ => E::WRONG.to_owned(),
            };
            let notice = Some(Notice::failed(words));
            let response = form(&entrance, &head.headers, &typed, notice);
            Ok(with_refusal(response, &refusal))
        }
    }
}

/// Ends the session, here and in the database.
pub async fn sign_out<E: Entrance>(
    State(entrance): State<E>,
    Extension(person): Extension<E::Person>,
) -> Result<Response, Fault> {
    let deed = Deed::SignOut(person.session());
    entrance.record(person.who(), deed).await?;
    let cookies = &entrance.door().cookies;
    let notice = Notice::done("You are signed out.");
    let address = address_to_sign_in(E::HOME, None);
    let mut response = see_other(&address, Some((&cookies.notice, &notice)));
    let gone = cookies.session.clear();
    response.headers_mut().append(header::SET_COOKIE, gone);
    Ok(response)
}

/// Where a request comes from, as far as that is known.
pub(crate) fn network(address: Option<ClientAddress>) -> IpAddr {
    address.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |address| address.0)
}

/// Begins a session, and gives the cookie that holds its token. One that the browser had before ends,
/// whoever's it was.
async fn begin<E: Entrance>(
    entrance: &E,
    (typed, name): &Typed<E>,
    network: IpAddr,
    before: Option<&E::Person>,
) -> Result<HeaderValue, SignInRefusal> {
    let Known { name, who } = entrance.known(name).await?;
    let logins = &entrance.door().logins;
    let typed = SignIn {
        name: &name,
        known: who.is_some(),
        password: &typed.password,
        code: &typed.code,
        network,
    };
    let verified = logins.verify(E::REALM, &typed).await?;
    let who = who.ok_or(SignInRefusal::Wrong)?;
    let token = logins.new_token();
    let deed = Deed::SignIn {
        verified: &verified,
        token: &token,
        before: before.map(Person::session),
    };
    if entrance.record(&who, deed).await? {
        return Ok(entrance.door().cookies.session.set(token.as_str()));
    }
    Err(SignInRefusal::Wrong)
}

fn form<E: Entrance>(
    entrance: &E,
    headers: &HeaderMap,
    (typed, name): &Typed<E>,
    notice: Option<Notice>,
) -> Response {
    let mut page = open_page(entrance.door(), headers, "Sign in");
    page.notices.extend(notice);
    let token = page.token.clone();
    let next = own_address(E::HOME, &typed.next).unwrap_or_default();
    let response = entrance.sign_in_page(page, name, next);
    with_form_cookie(entrance.door(), &token, response)
}
