//! Choosing a password: another one of one's own, or the first one by a link.

use axum::Extension;
use axum::extract::State;
use axum::response::Response;
use gateway::{
    Deed, LEAST_ALONE, LEAST_WITH_CODE, PasswordUse, Session, SignIn, SignInRefusal, check_password,
};
use http::{HeaderValue, StatusCode, header};
use serde::Deserialize;
use web::{ClientAddress, Notice, see_other, sentence};

use crate::sign_in::network;
use crate::{Entrance, Fault, Form, Person};

/// What the form for another password sends.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Passwords {
    current: String,
    new: String,
    again: String,
}

/// What is wrong with which field of such a form; nothing where it is empty.
#[derive(Debug, Default)]
pub struct PasswordFaults {
    /// The password that there was.
    pub current: String,
    /// The new one.
    pub new: String,
    /// The new one once more.
    pub again: String,
}

impl PasswordFaults {
    /// What is wrong with a password that was typed twice.
    #[must_use]
    pub fn of((new, again): (&str, &str), used: PasswordUse<'_>) -> Self {
        let mut faults = Self::default();
        if let Err(fault) = check_password(new, used) {
            faults.new = sentence(&format!("the password {fault}"));
        } else if new != again {
            "This is not the same as above.".clone_into(&mut faults.again);
        }
        faults
    }

    /// Whether nothing is.
    #[must_use]
    pub fn are_none(&self) -> bool {
        let all = [&self.current, &self.new, &self.again];
        all.iter().all(|fault| fault.is_empty())
    }
}

/// What helps to choose one.
#[must_use]
pub fn password_hint(with_code: bool) -> String {
    let least = if with_code {
        LEAST_WITH_CODE
    } else {
        LEAST_ALONE
    };
    format!("At least {least} characters. Several words are easy to remember and hard to guess.")
}

/// What those read first who have to choose another password.
#[must_use]
pub fn must_change_notice(session: &Session) -> Option<Notice> {
    let words = "Choose another password first; the one that you have was set by somebody else, or it \
                 is too short to stand alone.";
    session.must_change.then(|| Notice::warning(words))
}

/// Another password ends all other sessions; this one goes on under another token.
pub async fn change_password<E: Entrance>(
    State(entrance): State<E>,
    Extension(person): Extension<E::Person>,
    address: Option<Extension<ClientAddress>>,
    Form(typed): Form<Passwords>,
) -> Result<Response, Fault> {
    let session = person.session();
    let used = PasswordUse {
        name: person.called(),
        with_code: session.has_codes,
    };
    let mut faults = PasswordFaults::of((&typed.new, &typed.again), used);
    if faults.new.is_empty() && typed.new == typed.current {
        "This is the password that you have.".clone_into(&mut faults.new);
        faults.again.clear();
    }
    if !faults.are_none() {
        let mut response = entrance.account_page(person, faults);
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
        return Ok(response);
    }
    let address = address.map(|address| address.0);
    match confirm(&entrance, &person, &typed.current, address).await {
        Ok(()) => {}
        Err(SignInRefusal::Storage(error)) => return Err(error.into()),
        Err(refusal) => {
            faults.current = why_not_confirmed(&refusal);
            let response = entrance.account_page(person, faults);
            return Ok(with_refusal(response, &refusal));
        }
    }
    let (logins, cookies) = (&entrance.door().logins, &entrance.door().cookies);
    let hash = logins.hash(&typed.new).await?;
    let token = logins.new_token();
    let deed = Deed::ChangePassword {
        session,
        hash: &hash,
        token: &token,
    };
    if !entrance.record(person.who(), deed).await? {
        return Err(Fault::SIGNED_OUT);
    }
    let notice = Notice::done("Your password is changed. Other sessions of yours have ended.");
    let next = if session.must_change { "" } else { "account" };
    let next = format!("{}{next}", E::HOME);
    let mut response = see_other(&next, Some((&cookies.notice, &notice)));
    let cookie = cookies.session.set(token.as_str());
    response.headers_mut().append(header::SET_COOKIE, cookie);
    Ok(response)
}

/// Whether someone who is signed in knows their own password.
pub(crate) async fn confirm<E: Entrance>(
    entrance: &E,
    person: &E::Person,
    password: &str,
    address: Option<ClientAddress>,
) -> Result<(), SignInRefusal> {
    let (realm, name) = person.session().login();
    let typed = SignIn {
        name,
        known: true,
        password,
        code: "",
        network: network(address),
    };
    let logins = &entrance.door().logins;
    logins.verify_password(realm, &typed).await
}

/// What the field says when the password is not the person's, or was not looked at.
pub(crate) fn why_not_confirmed(refusal: &SignInRefusal) -> String {
    match refusal {
        SignInRefusal::TooSoon { .. } => sentence(&refusal.to_string()),
        _ => "This is not your password.".to_owned(),
    }
}

/// With the status and, if there is one, the time to wait.
pub(crate) fn with_refusal(mut response: Response, refusal: &SignInRefusal) -> Response {
    *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    if let SignInRefusal::TooSoon { retry_after } = refusal {
        *response.status_mut() = StatusCode::TOO_MANY_REQUESTS;
        let seconds = HeaderValue::from(retry_after.as_secs());
        response.headers_mut().insert(header::RETRY_AFTER, seconds);
    }
    response
}
