//! How people come in to the pages of the console and of the portal: the guard before every page,
//! signing in and out, another password, one-time codes.
//!
//! It knows sessions and forms, and no noun of the business. Who somebody is, and what their pages
//! look like, is for the [`Entrance`] to know.

mod door;
mod fault;
mod guard;
mod input;
mod one_time_codes;
mod open_form;
mod pages;
mod passwords;
mod sign_in;

pub use door::{Cookies, Door, Entrance, Known, Person, Visit};
pub use fault::{Fault, panicked};
pub use guard::guard;
pub use input::{Fields, Form, Query, read};
pub use open_form::{open_page, read_open_form, with_form_cookie};
pub use pages::{GuardedPage, Pages};
pub use passwords::{PasswordFaults, change_password, must_change_notice, password_hint};
pub use sign_in::{Credentials, show_sign_in, sign_in, sign_out};

pub mod codes {
    //! The page of one-time codes.
    pub use crate::one_time_codes::{begin, remove, show};
}
