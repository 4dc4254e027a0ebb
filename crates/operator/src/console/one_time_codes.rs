//! One-time codes: setting them up, and doing without them again.

use askama::Template;
use axum::Extension;
use axum::extract::State;
use axum::response::Response;
use gateway::{Enrollment, LEAST_ALONE, PasswordUse, SignInRefusal, check_password};
use http::StatusCode;
use serde::Deserialize;
use web::{ClientAddress, Field, Notice, Page, Qr, see_other};

use super::Console;
use super::account::{why_not, with_refusal};
use super::fault::{Fault, sentence};
use super::input::Form;
use super::signed_in::SignedIn;

const ACCOUNT: &str = "/console/account";

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
pub(super) struct Confirmation {
    seed: String,
    code: String,
}

/// What the form to do without codes sends.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Removal {
    password: String,
}

/// What a device needs, or the form to do without it.
pub(super) async fn show(State(console): State<Console>, person: SignedIn) -> Response {
    let (realm, name) = person.login();
    let issuer = &console.site.brand().name;
    let codes = console.logins.offer_codes(realm, name, issuer);
    page(&person, Some(codes), String::new())
}

/// Asks for codes from now on, when the person has shown that their device makes the right ones.
pub(super) async fn begin(
    State(console): State<Console>,
    person: SignedIn,
    Form(typed): Form<Confirmation>,
) -> Result<Response, Fault> {
    let logins = &console.logins;
    let begin = async |tx: &mut storage::Transaction| {
        let given = (typed.seed.as_str(), typed.code.as_str());
        let begun = logins.begin_codes(tx, person.login(), given).await?;
        if begun {
            logins.end_others(tx, &person.session).await?;
        }
        Ok(begun)
    };
    let (by, name) = (person.author(), &person.operator.name);
    let action = "set up one-time codes";
    let operators = &console.services.operators;
    if operators.record(&by, name, action, begin).await? {
        let notice = Notice::done("From now on, signing in takes a code from your device.");
        return Ok(see_other(ACCOUNT, Some((&console.cookies.notice, &notice))));
    }
    let issuer = &console.site.brand().name;
    let offered = logins.offered_codes(person.login(), &typed.seed, issuer);
    let codes = offered.ok_or_else(|| Fault::unreadable("This was never offered."))?;
    let fault = "This is not the code that your device should show now. Is its clock right?";
    let mut response = page(&person, Some(codes), fault.to_owned());
    *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    Ok(response)
}

/// Asks for codes no longer, when the person knows the password and it is long enough to stand alone.
pub(super) async fn remove(
    State(console): State<Console>,
    person: SignedIn,
    network: Option<Extension<ClientAddress>>,
    Form(typed): Form<Removal>,
) -> Result<Response, Fault> {
    let network = network.map(|network| network.0);
    match console.confirm(&person, &typed.password, network).await {
        Ok(()) => {}
        Err(SignInRefusal::Storage(error)) => return Err(error.into()),
        Err(refusal) => {
            let response = page(&person, None, why_not(&refusal));
            return Ok(with_refusal(response, &refusal));
        }
    }
    let used = PasswordUse {
        name: person.operator.name.as_str(),
        with_code: false,
    };
    if let Err(fault) = check_password(&typed.password, used) {
        let fault = sentence(&format!(
            "without a code, the password {fault}; change it first (at least {LEAST_ALONE} characters)"
        ));
        let mut response = page(&person, None, fault);
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
        return Ok(response);
    }
    let logins = &console.logins;
    let remove = async |tx: &mut storage::Transaction| {
        let removed = logins.end_codes(tx, person.login(), false).await?;
        if removed {
            logins.end_others(tx, &person.session).await?;
        }
        Ok(removed)
    };
    let (by, name) = (person.author(), &person.operator.name);
    let action = "removed one-time codes";
    console
        .services
        .operators
        .record(&by, name, action, remove)
        .await?;
    let notice = Notice::done("Signing in takes no code any more.");
    Ok(see_other(ACCOUNT, Some((&console.cookies.notice, &notice))))
}

/// Those who have codes are offered no others, lest they lose what they have.
fn page(person: &SignedIn, codes: Option<Enrollment>, fault: String) -> Response {
    let codes = codes.filter(|_| !person.session.has_codes);
    web::html(&Html {
        page: person.page("One-time codes"),
        offer: codes.map(|codes| Offer {
            picture: Qr::new(&codes.address, "A picture for your device to read"),
            codes,
        }),
        fault,
    })
}
