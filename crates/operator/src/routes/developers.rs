//! `/operator/v1/organizations/…/developers`: an organization's people in the developer portal. Who
//! they are is the address within the organization, so each path has both.

use axum::Extension;
use axum::extract::{FromRequestParts, Path, State};
use domain::access::{Developer, DeveloperEmail, DeveloperLogin, DeveloperRole};
use domain::{Author, OrganizationNumber};
use http::request::Parts;
use selfservice::Mandate;

use super::Answer;
use super::developer_bodies::{DeveloperBody, DevelopersBody, InvitationBody, WishBody};
use crate::Services;
use crate::input::{Members, Query};
use crate::problem::{Code, Problem};

/// The person that the path names. What can be no number or no address is nobody's.
pub(crate) struct PersonInPath(DeveloperLogin);

impl<S: Send + Sync> FromRequestParts<S> for PersonInPath {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let unknown = || Problem::new(Code::DeveloperNotFound, "nobody can be called so");
        let Path((number, email)) = Path::<(String, String)>::from_request_parts(parts, state)
            .await
            .map_err(|_| unknown())?;
        let number = OrganizationNumber::parse(&number).ok_or_else(unknown)?;
        let email = DeveloperEmail::parse(&email).ok_or_else(unknown)?;
        Ok(Self(DeveloperLogin::new(&number, &email)))
    }
}

impl PersonInPath {
    fn mandate(&self, by: &Author) -> Mandate {
        Mandate::of_operator(by, &self.0.organization)
    }

    async fn find(&self, services: &Services) -> Result<Developer, Problem> {
        let found = services.selfservice.find_developer(&self.0).await?;
        found.ok_or_else(|| {
            let detail = format!("there is no developer {}", self.0.email);
            Problem::new(Code::DeveloperNotFound, detail)
        })
    }
}

/// List an organization's people
///
/// Those who sign in to the developer portal, and those who are invited.
#[utoipa::path(
    get,
    path = "/operator/v1/organizations/{organizationNumber}/developers",
    tag = "developers",
    params(("organizationNumber" = String, Path, description = "The number.", example = "914742315")),
    responses((status = 200, description = "The people.", body = DevelopersBody))
)]
pub(crate) async fn list_developers(
    State(services): State<Services>,
    Path(number): Path<String>,
    query: Query,
) -> Result<Answer<DevelopersBody>, Problem> {
    query.finish()?;
    let unknown = || Problem::new(Code::RecordNotFound, "no organization can have this number");
    let number = OrganizationNumber::parse(&number).ok_or_else(unknown)?;
    let selfservice = &services.selfservice;
    selfservice.own_organization(&number).await?;
    everybody(&services, &number).await
}

/// Get one of an organization's people
///
/// Enabled or not.
#[utoipa::path(
    get,
    path = "/operator/v1/organizations/{organizationNumber}/developers/{email}",
    tag = "developers",
    params(
        ("organizationNumber" = String, Path, description = "The number.", example = "914742315"),
        ("email" = String, Path, description = "The address.", example = "kari@example.com")
    ),
    responses((status = 200, description = "The developer.", body = DeveloperBody))
)]
pub(crate) async fn get_developer(
    State(services): State<Services>,
    person: PersonInPath,
    query: Query,
) -> Result<Answer<DeveloperBody>, Problem> {
    query.finish()?;
    Ok(Answer(person.find(&services).await?.into()))
}

/// Settle what one of an organization's people may do
///
/// Somebody who is there already; others are invited.
#[utoipa::path(
    put,
    path = "/operator/v1/organizations/{organizationNumber}/developers/{email}",
    tag = "developers",
    params(
        ("organizationNumber" = String, Path, description = "The number.", example = "914742315"),
        ("email" = String, Path, description = "The address.", example = "kari@example.com")
    ),
    request_body = WishBody,
    responses((status = 200, description = "The developer.", body = DeveloperBody))
)]
pub(crate) async fn put_developer(
    State(services): State<Services>,
    Extension(by): Extension<Author>,
    person: PersonInPath,
    mut body: Members,
) -> Result<Answer<DeveloperBody>, Problem> {
    let role = read_role(&mut body)?;
    body.finish("role")?;
    let role = role.ok_or_else(|| Problem::invalid("role", "is missing"))?;
    let mandate = person.mandate(&by);
    let selfservice = &services.selfservice;
    let set = selfservice.set_developer_role(&mandate, &person.0.email, role);
    Ok(Answer(set.await?.into()))
}

/// Make a link with which somebody chooses a password
///
/// The answer is the only place where the link is ever shown; nothing is sent. It works once, for seven
/// days, and an earlier link for the same person ends. Who is there already keeps role and one-time
/// codes; anybody else becomes one of the organization's people, a `developer` if the body does not
/// say otherwise.
#[utoipa::path(
    post,
    path = "/operator/v1/organizations/{organizationNumber}/developers/{email}/invite",
    tag = "developers",
    params(
        ("organizationNumber" = String, Path, description = "The number.", example = "914742315"),
        ("email" = String, Path, description = "The address.", example = "kari@example.com")
    ),
    request_body(content = WishBody, description = "May be left out."),
    responses((status = 200, description = "The link.", body = InvitationBody))
)]
pub(crate) async fn invite_developer(
    State(services): State<Services>,
    Extension(by): Extension<Author>,
    person: PersonInPath,
    mut body: Members,
) -> Result<Answer<InvitationBody>, Problem> {
    let role = read_role(&mut body)?.unwrap_or(DeveloperRole::Developer);
    body.finish("role")?;
    let (link, hash) = services.gateway.logins().new_link();
    let mandate = person.mandate(&by);
    let invited = (&person.0.email, role);
    let selfservice = &services.selfservice;
    let made = selfservice
        .invite_developer(&mandate, invited, &hash, None)
        .await?;
    let mut shown = InvitationBody::from(made);
    shown.link = Some(format!("{}{link}", services.invitation_address));
    Ok(Answer(shown))
}

/// Take an invitation back
///
/// The link works no more.
#[utoipa::path(
    post,
    path = "/operator/v1/organizations/{organizationNumber}/developers/{email}/take-back-invitation",
    tag = "developers",
    params(
        ("organizationNumber" = String, Path, description = "The number.", example = "914742315"),
        ("email" = String, Path, description = "The address.", example = "kari@example.com")
    ),
    responses((status = 200, description = "The people, and the invitations that are left.", body = DevelopersBody))
)]
pub(crate) async fn take_back_invitation(
    State(services): State<Services>,
    Extension(by): Extension<Author>,
    person: PersonInPath,
    body: Members,
) -> Result<Answer<DevelopersBody>, Problem> {
    body.finish("")?;
    let mandate = person.mandate(&by);
    let selfservice = &services.selfservice;
    selfservice
        .remove_invitation(&mandate, &person.0.email)
        .await?;
    everybody(&services, &mandate.organization).await
}

/// Keep somebody from signing in
///
/// Their sessions end at once, and so does a link to choose another password.
#[utoipa::path(
    post,
    path = "/operator/v1/organizations/{organizationNumber}/developers/{email}/disable",
    tag = "developers",
    params(
        ("organizationNumber" = String, Path, description = "The number.", example = "914742315"),
        ("email" = String, Path, description = "The address.", example = "kari@example.com")
    ),
    responses((status = 200, description = "The developer, disabled.", body = DeveloperBody))
)]
pub(crate) async fn disable_developer(
    State(services): State<Services>,
    Extension(by): Extension<Author>,
    person: PersonInPath,
    body: Members,
) -> Result<Answer<DeveloperBody>, Problem> {
    set_enabled(&services, &by, (&person, false), body).await
}

/// Let somebody sign in again
///
/// With the password that they had.
#[utoipa::path(
    post,
    path = "/operator/v1/organizations/{organizationNumber}/developers/{email}/enable",
    tag = "developers",
    params(
        ("organizationNumber" = String, Path, description = "The number.", example = "914742315"),
        ("email" = String, Path, description = "The address.", example = "kari@example.com")
    ),
    responses((status = 200, description = "The developer, enabled.", body = DeveloperBody))
)]
pub(crate) async fn enable_developer(
    State(services): State<Services>,
    Extension(by): Extension<Author>,
    person: PersonInPath,
    body: Members,
) -> Result<Answer<DeveloperBody>, Problem> {
    set_enabled(&services, &by, (&person, true), body).await
}

/// Sign somebody out everywhere
///
/// They may sign in again at once.
#[utoipa::path(
    post,
    path = "/operator/v1/organizations/{organizationNumber}/developers/{email}/end-sessions",
    tag = "developers",
    params(
        ("organizationNumber" = String, Path, description = "The number.", example = "914742315"),
        ("email" = String, Path, description = "The address.", example = "kari@example.com")
    ),
    responses((status = 200, description = "The developer.", body = DeveloperBody))
)]
pub(crate) async fn end_developer_sessions(
    State(services): State<Services>,
    Extension(by): Extension<Author>,
    person: PersonInPath,
    body: Members,
) -> Result<Answer<DeveloperBody>, Problem> {
    body.finish("")?;
    let found = person.find(&services).await?;
    services.end_developer_sessions(&by, &person.0).await?;
    Ok(Answer(found.into()))
}

/// Ask somebody for no one-time codes any more
///
/// For those who have lost their device. They are signed out, sign in with the password alone, and then
/// choose another one.
#[utoipa::path(
    post,
    path = "/operator/v1/organizations/{organizationNumber}/developers/{email}/remove-one-time-codes",
    tag = "developers",
    params(
        ("organizationNumber" = String, Path, description = "The number.", example = "914742315"),
        ("email" = String, Path, description = "The address.", example = "kari@example.com")
    ),
    responses((status = 200, description = "The developer.", body = DeveloperBody))
)]
pub(crate) async fn remove_developer_codes(
    State(services): State<Services>,
    Extension(by): Extension<Author>,
    person: PersonInPath,
    body: Members,
) -> Result<Answer<DeveloperBody>, Problem> {
    body.finish("")?;
    let found = person.find(&services).await?;
    services.remove_developer_codes(&by, &person.0).await?;
    Ok(Answer(found.into()))
}

async fn everybody(
    services: &Services,
    number: &OrganizationNumber,
) -> Result<Answer<DevelopersBody>, Problem> {
    let selfservice = &services.selfservice;
    let developers = selfservice.list_developers(number).await?;
    let invitations = selfservice.list_invitations(number).await?;
    Ok(Answer(DevelopersBody {
        developers: developers.into_iter().map(DeveloperBody::from).collect(),
        invitations: invitations.into_iter().map(InvitationBody::from).collect(),
    }))
}

async fn set_enabled(
    services: &Services,
    by: &Author,
    (person, enabled): (&PersonInPath, bool),
    body: Members,
) -> Result<Answer<DeveloperBody>, Problem> {
    body.finish("")?;
    let mandate = person.mandate(by);
    let selfservice = &services.selfservice;
    let set = selfservice.set_developer_enabled(&mandate, &person.0.email, enabled);
    Ok(Answer(set.await?.into()))
}

fn read_role(body: &mut Members) -> Result<Option<DeveloperRole>, Problem> {
    let Some(word) = body.text("role")? else {
        return Ok(None);
    };
    let role = DeveloperRole::parse(&word);
    let wrong = || Problem::invalid("role", "must be one of developer, administrator");
    role.map(Some).ok_or_else(wrong)
}
