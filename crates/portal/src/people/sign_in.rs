//! Who may sign in to the portal, and the pages that only the portal has of it.

use std::sync::Arc;

use askama::Template;
use axum::response::Response;
use domain::OrganizationNumber;
use domain::access::{Developer, DeveloperEmail, DeveloperLogin, DeveloperRole, Realm};
use entrance::{Door, Entrance, Known, PasswordFaults, Visit};
use gateway::{Deed, Session};
use selfservice::{Mandate, OwnRefusal};
use serde::Deserialize;
use web::{Field, Page, RequestId};

use super::fault::{self, Fault};
use super::signed_in::SignedIn;
use super::{DemoLogin, People, account};
use crate::portal::HOME;

#[derive(Template)]
#[template(path = "people/sign_in.html")]
struct Html<'a> {
    page: Page,
    typed: &'a Name,
    next: &'a str,
    demo: &'static [DemoLogin],
}

/// What the form to sign in says of who it is.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Name {
    organization: String,
    email: String,
}

impl Name {
    /// Whom it stands for, whether there is such a person or not. People write the nine digits in
    /// groups.
    fn login(&self) -> Option<DeveloperLogin> {
        let digits = self.organization.split_whitespace().collect::<String>();
        Some(DeveloperLogin {
            organization: OrganizationNumber::parse(&digits)?,
            email: DeveloperEmail::parse(self.email.trim())?,
        })
    }
}

impl Entrance for People {
    type Role = DeveloperRole;
    type Person = SignedIn;
    type Who = Developer;
    type Name = Name;

    const REALM: Realm = Realm::Portal;
    const HOME: &'static str = HOME;
    const FIRST: &'static str = "/portal/apps";
    const LEAST: DeveloperRole = DeveloperRole::Developer;
    const WRONG: &'static str = "The organization, the address, the password or the code is wrong.";

    fn door(&self) -> &Door<DeveloperRole> {
        &self.door
    }

    async fn known(&self, typed: &Name) -> Result<Known<Developer>, storage::Error> {
        let Some(login) = typed.login() else {
            return Ok(Known {
                name: format!("{}/{}", typed.organization, typed.email),
                who: None,
            });
        };
        let found = self.services.selfservice.find_developer(&login).await?;
        Ok(Known {
            name: login.to_string(),
            who: found.filter(|developer| developer.enabled),
        })
    }

    async fn find(
        &self,
        session: Session,
        visit: Visit,
    ) -> Result<Option<SignedIn>, entrance::Fault> {
        let selfservice = &self.services.selfservice;
        let developer = match DeveloperLogin::parse(&session.name) {
            Some(login) => selfservice.find_developer(&login).await?,
            None => None,
        };
        let Some(developer) = developer.filter(|developer| developer.enabled) else {
            return Ok(None);
        };
        let organization = match selfservice.own_organization(&developer.organization).await {
            Ok(organization) => organization,
            Err(OwnRefusal::UnknownOrganization(_)) => return Ok(None),
            Err(error) => return Err(Fault::from(error).into()),
        };
        Ok(Some(SignedIn {
            mandate: Mandate::from(&developer),
            developer,
            organization,
            session,
            portal: Arc::clone(&self.portal),
            visit,
        }))
    }

    async fn record(&self, developer: &Developer, deed: Deed<'_>) -> Result<bool, storage::Error> {
        let (selfservice, logins) = (&self.services.selfservice, &self.services.logins);
        let body = async |tx: &mut storage::Transaction| logins.carry_out(tx, deed).await;
        selfservice
            .record_developers_own(developer, deed.action(), body)
            .await
    }

    fn fault_page(
        &self,
        person: Option<&SignedIn>,
        fault: &entrance::Fault,
        id: &RequestId,
    ) -> Response {
        let title = fault.title.as_ref();
        let page = person.map_or_else(
            || Page::new(&self.portal.site, title),
            |person| person.page(title),
        );
        fault::page(page, fault, id)
    }

    fn sign_in_page(&self, page: Page, typed: &Name, next: &str) -> Response {
        web::html(&Html {
            page,
            typed,
            next,
            demo: self.services.demo,
        })
    }

    fn account_page(&self, person: SignedIn, faults: PasswordFaults) -> Response {
        account::page(person, faults, String::new())
    }
}
