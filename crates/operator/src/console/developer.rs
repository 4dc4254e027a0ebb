//! One of a customer's people in the portal: what they may do, and whether they may sign in.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use domain::access::{
    Developer, DeveloperEmail, DeveloperLogin, DeveloperRole, OperatorRole, Realm,
};
use http::Uri;
use selfservice::{Mandate, OwnRefusal};
use serde::Deserialize;
use web::{Field, Moment, Notice, Page, see_other};

use super::Console;
use super::apps::asked;
use super::confirm::Confirm;
use super::developers::{ROLES, address, address_of, address_of_team, read_number};
use super::fault::Fault;
use super::input::Form;
use super::record_page::Button;
use super::signed_in::SignedIn;
use super::table::Cell;

#[derive(Template)]
#[template(path = "console/developer.html")]
struct Html {
    page: Page,
    developer: Developer,
    /// Whether signing in takes a code; nothing when there is no password.
    codes: Option<bool>,
    buttons: Vec<Button>,
    may: bool,
    back: String,
    journal: String,
}

/// What the form for another role sends.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Chosen {
    role: String,
}

/// The organization's number and the address, as the path has them.
type InPath = Path<(String, String)>;
type Shown = Result<Response, Fault>;

/// The person.
pub(super) async fn show(
    State(console): State<Console>,
    person: SignedIn,
    Path(path): InPath,
) -> Shown {
    let (developer, codes) = console.developer(&path).await?;
    let may = person.may(OperatorRole::Administrator);
    let back = address_of_team(&developer.organization);
    let mut person = person;
    person.path.clone_from(&back);
    let author = serde_urlencoded::to_string([("author", developer.login().to_string())]);
    Ok(web::html(&Html {
        page: person.page(developer.name.as_str()),
        buttons: if may {
            buttons(&developer, codes)
        } else {
            Vec::new()
        },
        // A pair of texts has no way to fail.
        journal: format!("/console/journal?{}", author.unwrap_or_default()),
        codes,
        may,
        back,
        developer,
    }))
}

/// Asks before one of the buttons is pressed.
pub(super) async fn ask(
    State(console): State<Console>,
    person: SignedIn,
    Path(path): InPath,
    uri: Uri,
) -> Shown {
    let (developer, codes) = console.developer(&path).await?;
    let button = asked(buttons(&developer, codes), &uri)?;
    let about = (developer.name.as_str(), address(&developer));
    Ok(Confirm::new(&person, about, button)
        .fact("E-mail", Cell::text(developer.email.to_string()))
        .fact("Organization", Cell::text(developer.organization.as_str()))
        .fact("Role", Cell::text(developer.role.as_str()))
        .answer())
}

/// Settles what they may do.
pub(super) async fn set_role(
    State(console): State<Console>,
    person: SignedIn,
    Path(path): InPath,
    Form(chosen): Form<Chosen>,
) -> Shown {
    let login = read(&path)?;
    let role = DeveloperRole::parse(&chosen.role);
    let role = role.ok_or_else(|| Fault::unreadable("There is no such role."))?;
    let mandate = Mandate::of_operator(&person.author(), &login.organization);
    let selfservice = &console.services.selfservice;
    let set = selfservice.set_developer_role(&mandate, &login.email, role);
    let done = format!(
        "From now on, {} has the role {}.",
        login.email,
        role.as_str()
    );
    console.to_developer(&login, set.await.map(drop), &Notice::done(done))
}

/// Keeps them from signing in.
pub(super) async fn disable(
    State(console): State<Console>,
    person: SignedIn,
    Path(path): InPath,
) -> Shown {
    let done = format!("{} is disabled and signed out.", path.1);
    set_enabled(&console, &person, (&path, false), done).await
}

/// Lets them sign in again.
pub(super) async fn enable(
    State(console): State<Console>,
    person: SignedIn,
    Path(path): InPath,
) -> Shown {
    let done = format!("{} may sign in again.", path.1);
    set_enabled(&console, &person, (&path, true), done).await
}

/// Signs them out everywhere.
pub(super) async fn end_sessions(
    State(console): State<Console>,
    person: SignedIn,
    Path(path): InPath,
) -> Shown {
    let login = console.developer(&path).await?.0.login();
    let by = person.author();
    let ended = console.services.end_developer_sessions(&by, &login);
    let notice = if ended.await? {
        Notice::done(format!("{} is signed out everywhere.", login.email))
    } else {
        Notice::info(format!("{} was nowhere signed in.", login.email))
    };
    console.to_developer(&login, Ok(()), &notice)
}

/// Asks for no one-time codes any more, of somebody who has lost their device.
pub(super) async fn remove_codes(
    State(console): State<Console>,
    person: SignedIn,
    Path(path): InPath,
) -> Shown {
    let login = console.developer(&path).await?.0.login();
    let by = person.author();
    let removed = console.services.remove_developer_codes(&by, &login);
    let notice = if removed.await? {
        Notice::done("They sign in with the password alone, and then choose another one.")
    } else {
        Notice::info("They sign in without one-time codes already.")
    };
    console.to_developer(&login, Ok(()), &notice)
}

async fn set_enabled(
    console: &Console,
    person: &SignedIn,
    (path, enabled): (&(String, String), bool),
    done: String,
) -> Shown {
    let login = read(path)?;
    let mandate = Mandate::of_operator(&person.author(), &login.organization);
    let selfservice = &console.services.selfservice;
    let set = selfservice.set_developer_enabled(&mandate, &login.email, enabled);
    console.to_developer(&login, set.await.map(drop), &Notice::done(done))
}

fn read((number, email): &(String, String)) -> Result<DeveloperLogin, Fault> {
    let email = DeveloperEmail::parse(email).ok_or(Fault::NOT_FOUND)?;
    Ok(DeveloperLogin::new(&read_number(number)?, &email))
}

impl Console {
    async fn developer(&self, path: &(String, String)) -> Result<(Developer, Option<bool>), Fault> {
        let login = read(path)?;
        let found = self.services.selfservice.find_developer(&login).await?;
        let developer = found.ok_or(Fault::NOT_FOUND)?;
        let name = login.to_string();
        let logins = self.services.gateway.logins();
        let codes = logins.asks_for_code(Realm::Portal, &name).await?;
        Ok((developer, codes))
    }

    /// Leads back to the person, with what came of it.
    fn to_developer(
        &self,
        login: &DeveloperLogin,
        outcome: Result<(), OwnRefusal>,
        notice: &Notice,
    ) -> Shown {
        outcome?;
        let address = address_of(&login.organization, &login.email);
        Ok(see_other(&address, Some((&self.cookies.notice, notice))))
    }
}

fn buttons(developer: &Developer, codes: Option<bool>) -> Vec<Button> {
    let (address, email) = (address(developer), &developer.email);
    let mut buttons = Vec::new();
    if developer.enabled {
        let sessions = Button::new(format!("{address}/end-sessions"), "Sign out everywhere");
        buttons.push(sessions.warning(&format!(
            "{email} is signed out in every browser at once, and may sign in again."
        )));
    }
    if codes == Some(true) {
        let codes = Button::new(
            format!("{address}/remove-codes"),
            "Ask for no one-time codes any more",
        );
        buttons.push(codes.warning(
            "For those who have lost their device. They are signed out, sign in with the password \
             alone, and then choose another one.",
        ));
    }
    buttons.push(if developer.enabled {
        Button::new(format!("{address}/disable"), "Disable").warning(&format!(
            "{email} is signed out at once and may not sign in any more; a link to choose a password \
             ends, too. Apps and system users go on."
        ))
    } else {
        Button::new(format!("{address}/enable"), "Enable")
    });
    buttons
}
