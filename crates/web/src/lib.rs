//! What the pages of the console and of the portal share: looks, plots, cookies, headers.
//!
//! A page is an askama template that extends `layout.html`, with a field `page: Page`. What it shows
//! is escaped by askama; what this crate writes as HTML by itself is marked with `HtmlSafe`.

mod address;
mod assets;
mod badge;
mod brand;
mod breakable;
mod cells;
mod contact;
mod cookie;
mod csrf;
mod field;
mod form;
mod logo;
mod moment;
mod notice;
mod number;
mod page;
mod pager;
pub mod plot;
mod qr;
mod request_id;
mod response;
mod security;
mod site;

pub use address::{ClientAddress, has_control_character};
pub use assets::Asset;
pub use badge::{Badge, Tone};
pub use brand::{Brand, Color};
pub use breakable::Breakable;
pub use cells::label_cells;
pub use contact::Contact;
pub use cookie::Cookie;
pub use csrf::{Forgery, FormToken, check_origin};
pub use field::{Field, Options};
pub use form::{Unreadable, address_to_sign_in, form_token, own_address, read_form, sentence};
pub use logo::{Logo, LogoFault};
pub use moment::Moment;
pub use notice::Notice;
pub use number::{grouped, share};
pub use page::{Link, Links, Page, Person};
pub use pager::Pager;
pub use qr::Qr;
pub use request_id::{RequestId, RequestIds, identify};
pub use response::{html, refresh_notice, see_other};
pub use security::{Security, secure};
pub use site::Site;
