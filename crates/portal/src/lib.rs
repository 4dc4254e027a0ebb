//! The developer portal, for the people of customers: the reference, made from the finished OpenAPI
//! documents, guides, and a search over both. No page needs JavaScript.

mod error;
mod guides;
mod markdown;
mod pages;
mod people;
mod portal;
mod reference;
mod samples;
mod search;
mod served;
mod sources;

pub use error::Error;
pub use people::{DemoLogin, INVITATION, PeoplePage, PeopleServices, people_pages};
pub use portal::Portal;
pub use sources::{Credentials, ErrorPage, Sources};
