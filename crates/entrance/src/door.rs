//! What a site tells this crate of itself and of its people.

use std::sync::Arc;

use axum::response::Response;
use domain::access::Realm;
use gateway::{Deed, Logins, Session};
use serde::de::DeserializeOwned;
use web::{Cookie, Notice, Page, RequestId, Site};

use crate::pages::GuardedPage;
use crate::{Credentials, Fault, PasswordFaults};

/// A site with people of its own.
pub trait Entrance: Clone + Send + Sync + 'static {
    /// What people may do, the least first.
    type Role: Copy + Ord + Send + Sync + 'static;
    /// Somebody who is signed in, as the site's handlers get them.
    type Person: Person<Self>;
    /// Somebody whom the site knows.
    type Who: Send + Sync;
    /// What is typed to say who one is, beside the password.
    type Name: DeserializeOwned + Default + Send + Sync;

    /// Among the logins.
    const REALM: Realm;
    /// The first page, with a slash at its end; all other pages are below.
    const HOME: &'static str;
    /// Where those begin who have not said where they want to go.
    const FIRST: &'static str;
    /// The role that everybody has.
    const LEAST: Self::Role;
    /// What is said of a wrong name, password or code alike.
    const WRONG: &'static str;

    /// What all sites have.
    fn door(&self) -> &Door<Self::Role>;

    /// Whom a name stands for, if they may sign in.
    fn known(
        &self,
        name: &Self::Name,
    ) -> impl Future<Output = Result<Known<Self::Who>, storage::Error>> + Send;

    /// The person of a session, if they may still come in.
    fn find(
        &self,
        session: Session,
        visit: Visit,
    ) -> impl Future<Output = Result<Option<Self::Person>, Fault>> + Send;

    /// Carries out what somebody does about their login, and writes it down in the same transaction;
    /// false, and nothing is written, if it was not done.
    fn record(
        &self,
        who: &Self::Who,
        deed: Deed<'_>,
    ) -> impl Future<Output = Result<bool, storage::Error>> + Send;

    /// The page that says no, to somebody or nobody.
    fn fault_page(&self, person: Option<&Self::Person>, fault: &Fault, id: &RequestId) -> Response;

    /// The page to sign in, with what was typed; `next` is where to go on.
    fn sign_in_page(&self, page: Page, name: &Self::Name, next: &str) -> Response;

    /// The person's own page, with what is wrong with the form for another password.
    fn account_page(&self, person: Self::Person, faults: PasswordFaults) -> Response;
}

/// Somebody who is signed in to a site.
pub trait Person<E: Entrance>: Clone + Send + Sync + 'static {
    /// Who it is.
    fn who(&self) -> &E::Who;
    /// In which session.
    fn session(&self) -> &Session;
    /// What they may do.
    fn role(&self) -> E::Role;
    /// What a password must not be little more than.
    fn called(&self) -> &str;
    /// The frame of a page with this title.
    fn frame(&self, title: &str) -> Page;
}

/// Whom a name stands for.
pub struct Known<W> {
    /// By what wrong tries are counted: written in the same way whether somebody has this name or not.
    pub name: String,
    /// Somebody who may sign in.
    pub who: Option<W>,
}

/// What a request says beside who sends it.
#[derive(Debug, Clone)]
pub struct Visit {
    /// The address that is asked for.
    pub path: String,
    /// What came of what was done before.
    pub notice: Option<Notice>,
}

/// What every site has at its entrance.
pub struct Door<R> {
    /// How people sign in.
    pub logins: Logins,
    /// What its pages look like.
    pub site: Site,
    /// What browsers keep.
    pub cookies: Arc<Cookies>,
    /// Every page, with who may come.
    pub pages: Vec<GuardedPage<R>>,
}

/// What the browser keeps.
pub struct Cookies {
    /// The session's token.
    pub session: Cookie,
    /// What forms have to repeat of those who have no session.
    pub form: Cookie,
    /// What came of what was done last.
    pub notice: Cookie,
}

impl Cookies {
    /// Those of a site; `secure` says whether it is behind TLS.
    #[must_use]
    pub fn new(site: &str, secure: bool) -> Self {
        Self {
            session: Cookie::new(site, secure),
            form: Cookie::new(&format!("{site}-form"), secure),
            notice: Cookie::new(&format!("{site}-notice"), secure),
        }
    }
}

/// What the form to sign in sends.
pub(crate) type Typed<E> = (Credentials, <E as Entrance>::Name);
