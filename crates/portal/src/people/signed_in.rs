//! Who is signed in: what they may do, on whose behalf they change things, and the frame of their
//! pages.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use domain::Organization;
use domain::access::{Developer, DeveloperRole};
use entrance::Visit;
use gateway::Session;
use http::request::Parts;
use selfservice::Mandate;
use web::{FormToken, Link, Links, Page, Person};

use super::People;
use super::fault::Fault;
use crate::pages;
use crate::portal::Inner;

/// The person behind a request; each handler of a page that takes a role has one as a parameter.
#[derive(Clone)]
pub(crate) struct SignedIn {
    pub(crate) developer: Developer,
    pub(crate) organization: Organization,
    pub(super) mandate: Mandate,
    pub(super) session: Session,
    pub(super) portal: Arc<Inner>,
    pub(super) visit: Visit,
}

impl SignedIn {
    /// On whose behalf changes are made.
    pub(crate) fn mandate(&self) -> &Mandate {
        &self.mandate
    }

    /// Whether they may do what takes this role; for what a page shows.
    pub(crate) fn may(&self, role: DeveloperRole) -> bool {
        self.developer.role >= role
    }

    /// Whether they change people and system users; for what a page shows.
    pub(crate) fn is_administrator(&self) -> bool {
        self.may(DeveloperRole::Administrator)
    }

    /// The frame of a page with this title.
    pub(crate) fn page(&self, title: impl Into<String>) -> Page {
        let navigation = navigation(&self.portal, Some(&self.organization));
        let mut page =
            Page::new(&self.portal.site, title).with_navigation(navigation, &self.visit.path);
        page.person = Some(Person {
            name: self.developer.name.clone(),
            role: self.developer.role.as_str().to_owned(),
            account: "/portal/account".to_owned(),
            sign_out: "/portal/sign-out".to_owned(),
        });
        page.token = FormToken::new(self.session.form_token.clone());
        page.notices.extend(self.visit.notice.clone());
        page
    }
}

impl entrance::Person<People> for SignedIn {
    fn who(&self) -> &Developer {
        &self.developer
    }

    fn session(&self) -> &Session {
        &self.session
    }

    fn role(&self) -> DeveloperRole {
        self.developer.role
    }

    fn called(&self) -> &str {
        self.developer.email.as_str()
    }

    fn frame(&self, title: &str) -> Page {
        self.page(title)
    }
}

/// The people's own links, and below them the way to the documentation.
fn navigation(portal: &Inner, organization: Option<&Organization>) -> Vec<Links> {
    let mut own = pages::own_links(portal);
    if let Some(organization) = organization {
        organization.name.clone_into(&mut own.heading);
        own.links.push(Link::new("Your account", "/portal/account"));
    }
    let documentation = pages::navigation(portal).into_iter();
    // The operations are a click away; all of them here would hide the people's own.
    let documentation =
        documentation.filter(|group| ["Guides", "Reference"].contains(&&*group.heading));
    std::iter::once(own).chain(documentation).collect()
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
