//! The vocabulary of the business. No IO, no async, no serialization, no SQL.

mod clock;
mod entropy;

pub use clock::Clock;
pub use entropy::Entropy;
