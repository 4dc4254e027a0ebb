//! Who may sign in to the console, and the pages that only the console has of it.

use askama::Template;
use axum::response::Response;
use domain::access::{Operator, OperatorName, OperatorRole, Realm};
use entrance::{Door, Entrance, Known, PasswordFaults, Visit};
use gateway::{Deed, Session};
use selfservice::OperatorRefusal;
use serde::Deserialize;
use web::{Field, Page, RequestId};

use super::fault;
use super::signed_in::SignedIn;
use super::{Console, HOME, account};

#[derive(Template)]
#[template(path = "console/sign_in.html")]
struct Html<'a> {
    page: Page,
    name: &'a str,
    next: &'a str,
}

/// What the form to sign in says of who it is.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Name {
    name: String,
}

impl Console {
    async fn may_sign_in(&self, name: &str) -> Result<Option<Operator>, storage::Error> {
        let Some(name) = OperatorName::parse(name) else {
            return Ok(None);
        };
        match self.services.operators.find(&name).await {
            Ok(operator) => Ok(Some(operator).filter(|operator| operator.enabled)),
            Err(OperatorRefusal::Storage(error)) => Err(error),
            Err(_) => Ok(None),
        }
    }
}

impl Entrance for Console {
    type Role = OperatorRole;
    type Person = SignedIn;
    type Who = Operator;
    type Name = Name;

    const REALM: Realm = Realm::Operator;
    const HOME: &'static str = HOME;
    const FIRST: &'static str = HOME;
    const LEAST: OperatorRole = OperatorRole::Viewer;
    const WRONG: &'static str = "The name, the password or the code is wrong.";

    fn door(&self) -> &Door<OperatorRole> {
        &self.door
    }

    async fn known(&self, typed: &Name) -> Result<Known<Operator>, storage::Error> {
        Ok(Known {
            name: typed.name.clone(),
            who: self.may_sign_in(&typed.name).await?,
        })
    }

    async fn find(
        &self,
        session: Session,
        visit: Visit,
    ) -> Result<Option<SignedIn>, entrance::Fault> {
        let found = self.may_sign_in(&session.name).await?;
        Ok(found.map(|operator| SignedIn {
            operator,
            session,
            site: self.door.site.clone(),
            path: visit.path,
            notice: visit.notice,
        }))
    }

    async fn record(&self, operator: &Operator, deed: Deed<'_>) -> Result<bool, storage::Error> {
        let (operators, logins) = (&self.services.operators, &self.door.logins);
        let body = async |tx: &mut storage::Transaction| logins.carry_out(tx, deed).await;
        operators
            .record_own(&operator.name, deed.action(), body)
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
            || Page::new(&self.door.site, title),
            |person| person.page(title),
        );
        fault::page(page, fault, id)
    }

    fn sign_in_page(&self, page: Page, typed: &Name, next: &str) -> Response {
        let name = &typed.name;
        web::html(&Html { page, name, next })
    }

    fn account_page(&self, person: SignedIn, faults: PasswordFaults) -> Response {
        account::page(person, faults)
    }
}
