//! Who is signed in: what they may do, in whose name they change things, and the frame of their pages.

use axum::extract::FromRequestParts;
use domain::Author;
use domain::access::{Operator, OperatorRole};
use gateway::Session;
use http::request::Parts;
use web::{FormToken, Notice, Page, Person, Site};

use super::fault::Fault;
use super::{Console, navigation};

/// The person behind a request; each handler of a page that takes a role has one as a parameter.
#[derive(Clone)]
pub(super) struct SignedIn {
    pub(super) operator: Operator,
    pub(super) session: Session,
    pub(super) site: Site,
    pub(super) path: String,
    pub(super) notice: Option<Notice>,
}

impl SignedIn {
    /// In whose name changes are made.
    pub(super) fn author(&self) -> Author {
        Author::of_operator(self.operator.name.as_str())
    }

    /// Whether they may do what takes this role; for what a page shows.
    pub(super) fn may(&self, role: OperatorRole) -> bool {
        self.operator.role >= role
    }

    /// The frame of a page with this title.
    pub(super) fn page(&self, title: impl Into<String>) -> Page {
        let role = self.operator.role;
        let mut page =
            Page::new(&self.site, title).with_navigation(navigation::links(role), &self.path);
        page.person = Some(Person {
            name: self.operator.name.as_str().to_owned(),
            role: role.as_str().to_owned(),
            account: "/console/account".to_owned(),
            sign_out: "/console/sign-out".to_owned(),
        });
        page.token = FormToken::new(self.session.form_token.clone());
        page.notices.extend(self.notice.clone());
        page
    }
}

impl entrance::Person<Console> for SignedIn {
    fn who(&self) -> &Operator {
        &self.operator
    }

    fn session(&self) -> &Session {
        &self.session
    }

    fn role(&self) -> OperatorRole {
        self.operator.role
    }

    fn called(&self) -> &str {
        self.operator.name.as_str()
    }

    fn frame(&self, title: &str) -> Page {
        self.page(title)
    }
}

impl<S: Sync> FromRequestParts<S> for SignedIn {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Fault> {
        // The guard has put it there on each page that takes a role.
        parts
            .extensions
            .get::<Self>()
            .cloned()
            .ok_or(Fault::INTERNAL)
    }
}
