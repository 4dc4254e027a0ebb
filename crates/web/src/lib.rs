//! What the pages of the console and of the portal share: looks, plots, cookies, headers.
//!
//! A page is an askama template that extends `layout.html`, with a field `page: Page`. What it shows
//! is escaped by askama; what this crate writes as HTML by itself is marked with `HtmlSafe`.

mod address;
mod assets;
mod badge;
mod brand;
mod contact;
mod cookie;
mod csrf;
mod field;
mod form;
mod moment;
mod notice;
mod page;
mod pager;
pub mod plot;
mod qr;
mod response;
mod security;
mod site;

pub use address::{ClientAddress, has_control_character};
pub use assets::Asset;
pub use badge::{Badge, Tone};
pub use brand::{Brand, Color};
pub use contact::Contact;
pub use cookie::Cookie;
pub use csrf::{Forgery, FormToken, check_origin};
pub use field::{Field, Options};
pub use form::{Unreadable, address_to_sign_in, form_token, own_address, read_form, sentence};
pub use moment::Moment;
pub use notice::Notice;
pub use page::{Link, Links, Page, Person};
pub use pager::Pager;
pub use qr::Qr;
pub use response::{html, refresh_notice, see_other};
pub use security::{Security, secure};
pub use site::Site;
