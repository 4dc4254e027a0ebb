//! Tells customers of changes: by a feed that they read, and by deliveries to their endpoints.
//!
//! The publisher makes out a delivery for each change and each endpoint that wants it, in the
//! transaction that gives the change its place. A courier sends what is due, and records what came
//! of it. Between the two a crash sends the same event again: so it arrives at least once.

mod courier;
mod deliveries;
mod endpoints;
mod feed;
mod messenger;
mod oversight;
mod own;
mod round;
mod schedule;
mod secrets;
mod spread;

pub use courier::Courier;
pub use deliveries::DeliveryWithAttempts;
pub use endpoints::{Address, EndpointWish};
pub use feed::EventPage;
pub use messenger::{Message, Messenger, Reply};
pub use oversight::OversightRefusal;
pub use secrets::{RotatedSecret, SecretBytes};

pub(crate) use feed::Cursors;
pub(crate) use secrets::SecretKey;
pub(crate) use spread::spread;
