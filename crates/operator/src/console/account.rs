//! A person's own page: who they are here, and their password.

use askama::Template;
use axum::response::Response;
use entrance::PasswordFaults;
use web::{Field, Moment, Page};

use super::signed_in::SignedIn;

#[derive(Template)]
#[template(path = "console/account.html")]
struct Html {
    page: Page,
    person: SignedIn,
    faults: PasswordFaults,
}

impl Html {
    fn login(&self) -> &str {
        self.person.operator.name.as_str()
    }

    fn hint(&self) -> String {
        entrance::password_hint(self.person.session.has_codes)
    }
}

/// The page.
pub(super) async fn show(person: SignedIn) -> Response {
    page(person, PasswordFaults::default())
}

/// The page with what is wrong with its form.
pub(super) fn page(person: SignedIn, faults: PasswordFaults) -> Response {
    let mut page = person.page("Your account");
    page.notices
        .extend(entrance::must_change_notice(&person.session));
    web::html(&Html {
        page,
        person,
        faults,
    })
}
