//! One of the operator's people or workers, and what is asked before their key, password or codes end.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use domain::access::{Operator, Realm};
use http::Uri;
use web::{Field, Moment, Page};

use super::Console;
use super::apps::asked;
use super::confirm::Confirm;
use super::fault::Fault;
use super::operators::ADDRESS;
use super::record_page::Button;
use super::signed_in::SignedIn;
use super::table::Cell;

#[derive(Template)]
#[template(path = "console/operator.html")]
struct Html {
    page: Page,
    operator: Operator,
    /// Whether signing in takes a code; nothing when there is no password.
    codes: Option<bool>,
    buttons: Vec<Button>,
    is_self: bool,
}

/// The person or worker.
pub(super) async fn show(
    State(console): State<Console>,
    person: SignedIn,
    Path(name): Path<String>,
) -> Result<Response, Fault> {
    let (operator, codes) = console.operator_with_codes(&name).await?;
    Ok(web::html(&Html {
        page: person.page(operator.name.as_str()),
        is_self: operator.name == person.operator.name,
        buttons: buttons(&operator, codes, &person),
        operator,
        codes,
    }))
}

/// Asks before one of the buttons is pressed.
pub(super) async fn ask(
    State(console): State<Console>,
    person: SignedIn,
    Path(name): Path<String>,
    uri: Uri,
) -> Result<Response, Fault> {
    let (operator, codes) = console.operator_with_codes(&name).await?;
    let button = asked(buttons(&operator, codes, &person), &uri)?;
    let operators = &console.services.operators;
    let seen = operators.seen_of_secrets(&operator.name).await?;
    let name = operator.name.as_str();
    Ok(Confirm::new(&person, (name, address(&operator)), button)
        .fact("Role", Cell::text(operator.role.as_str()))
        .once(&seen)
        .answer())
}

impl Console {
    async fn operator_with_codes(&self, name: &str) -> Result<(Operator, Option<bool>), Fault> {
        let operator = self.operator(name).await?;
        let logins = self.services.gateway.logins();
        let name = operator.name.as_str();
        let codes = logins.asks_for_code(Realm::Operator, name).await?;
        Ok((operator, codes))
    }
}

fn address(operator: &Operator) -> String {
    format!("{ADDRESS}/{}", operator.name.as_str())
}

fn buttons(operator: &Operator, codes: Option<bool>, person: &SignedIn) -> Vec<Button> {
    let address = address(operator);
    let is_self = operator.name == person.operator.name;
    let mut buttons = vec![
        Button::new(format!("{address}/rotate-key"), "Make another key").warning(
            "The key that they have ends at once: a worker with it stops until it has the new one, which \
             is shown once, in the answer to this.",
        ),
    ];
    if !is_self {
        let password = Button::new(format!("{address}/password"), "Make another password");
        buttons.push(password.warning(
            "The password that they have ends at once, and they are signed out. The new one is shown \
             once, in the answer to this, and they change it at the first sign-in.",
        ));
    }
    if !is_self && codes == Some(true) {
        let codes = Button::new(
            format!("{address}/remove-codes"),
            "Ask for no one-time codes any more",
        );
        buttons.push(codes.warning(
            "For those who have lost their device. They are signed out, sign in with the password \
             alone, and then choose another one.",
        ));
    }
    buttons.push(if operator.enabled {
        let you = if is_self { " This is you." } else { "" };
        Button::new(format!("{address}/disable"), "Disable").warning(&format!(
            "The key ends and they are signed out, until an administrator enables them again.{you}"
        ))
    } else {
        Button::new(format!("{address}/enable"), "Enable")
    });
    buttons
}
