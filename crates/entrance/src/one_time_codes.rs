//! One-time codes: setting them up, and doing without them again.

use askama::Template;
use axum::Extension;
use axum::extract::State;
use axum::response::Response;
use gateway::{Deed, Enrollment, LEAST_ALONE, PasswordUse, SignInRefusal, check_password};
use http::StatusCode;
use serde::Deserialize;
use web::{ClientAddress, Field, Notice, Page, Qr, see_other, sentence};

use crate::passwords::{confirm, why_not_confirmed, with_refusal};
use crate::{Entrance, Fault, Form, Person};

#[derive(Template)]
#[template(path = "people/one_time_codes.html")]
struct Html {
    page: Page,
    offer: Option<Offer>,
    fault: String,
}

/// What a device is told.
struct Offer {
    codes: Enrollment,
    picture: Option<Qr>,
}

/// What the form that confirms a device sends.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Confirmation {
    seed: String,
    code: String,
}

/// What the form to do without codes sends.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Removal {
    password: String,
}

/// What a device needs, or the form to do without it.
pub async fn show<E: Entrance>(
    State(entrance): State<E>,
    Extension(person): Extension<E::Person>,
) -> Response {
    let door = entrance.door();
    let (realm, name) = person.session().login();
    let issuer = &door.site.brand().name;
    let codes = door.logins.offer_codes(realm, name, issuer);
    page::<E>(&person, Some(codes), String::new())
}

/// Asks for codes from now on, when the person has shown that their device makes the right ones.
pub async fn begin<E: Entrance>(
    State(entrance): State<E>,
    Extension(person): Extension<E::Person>,
    Form(typed): Form<Confirmation>,
) -> Result<Response, Fault> {
    let (door, session) = (entrance.door(), person.session());
    let deed = Deed::SetUpCodes {
        session,
        seed: &typed.seed,
        code: &typed.code,
    };
    if entrance.record(person.who(), deed).await? {
        let notice = Notice::done("From now on, signing in takes a code from your device.");
        return Ok(to_account(&entrance, &notice));
    }
    let issuer = &door.site.brand().name;
    let offered = door
        .logins
        .offered_codes(session.login(), &typed.seed, issuer);
    let codes = offered.ok_or_else(|| Fault::unreadable("This was never offered."))?;
    let fault = "This is not the code that your device should show now. Is its clock right?";
    let mut response = page::<E>(&person, Some(codes), fault.to_owned());
    *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    Ok(response)
}

/// Asks for codes no longer, when the person knows the password and it is long enough to stand alone.
pub async fn remove<E: Entrance>(
    State(entrance): State<E>,
    Extension(person): Extension<E::Person>,
    address: Option<Extension<ClientAddress>>,
    Form(typed): Form<Removal>,
) -> Result<Response, Fault> {
    let address = address.map(|address| address.0);
    match confirm(&entrance, &person, &typed.password, address).await {
        Ok(()) => {}
        Err(SignInRefusal::Storage(error)) => return Err(error.into()),
        Err(refusal) => {
            let response = page::<E>(&person, None, why_not_confirmed(&refusal));
            return Ok(with_refusal(response, &refusal));
        }
    }
    let used = PasswordUse {
        name: person.called(),
        with_code: false,
    };
    if let Err(fault) = check_password(&typed.password, used) {
        let fault = sentence(&format!(
            "without a code, the password {fault}; change it first (at least {LEAST_ALONE} characters)"
        ));
        let mut response = page::<E>(&person, None, fault);
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
        return Ok(response);
    }
    let deed = Deed::RemoveCodes(person.session());
    entrance.record(person.who(), deed).await?;
    let notice = Notice::done("Signing in takes no code any more.");
    Ok(to_account(&entrance, &notice))
}

fn to_account<E: Entrance>(entrance: &E, notice: &Notice) -> Response {
    let address = format!("{}account", E::HOME);
    see_other(&address, Some((&entrance.door().cookies.notice, notice)))
}

/// Those who have codes are offered no others, lest they lose what they have.
fn page<E: Entrance>(person: &E::Person, codes: Option<Enrollment>, fault: String) -> Response {
    let codes = codes.filter(|_| !person.session().has_codes);
    web::html(&Html {
        page: person.frame("One-time codes"),
        offer: codes.map(|codes| Offer {
            picture: Qr::new(&codes.address, "A picture for your device to read"),
            codes,
        }),
        fault,
    })
}
