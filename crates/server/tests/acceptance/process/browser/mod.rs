//! The console and the portal in a browser: by the keyboard alone, and as those see them who need
//! contrast, labels and room on a narrow screen.

mod accessibility;
mod desk;
mod driver;
mod keyboard;
mod narrow;
mod people;
mod portal;
mod records;
mod sandbox;
mod session;
mod try_it;

pub(crate) use accessibility::TESTS as ACCESSIBILITY;
pub(crate) use desk::TESTS as DESK;
pub(crate) use keyboard::TESTS as KEYBOARD;
pub(crate) use narrow::TESTS as NARROW;
pub(crate) use people::TESTS as PEOPLE;
pub(crate) use portal::TESTS as PORTAL;
pub(crate) use records::TESTS as RECORDS;
pub(crate) use sandbox::TESTS as SANDBOX;
pub(crate) use try_it::TESTS as TRY_IT;
