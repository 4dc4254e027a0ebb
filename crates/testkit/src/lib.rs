//! For tests only: time and randomness to steer by hand, and scratch databases of both engines.

mod clock;
mod database;
mod entropy;

pub use clock::ManualClock;
pub use database::Database;
pub use entropy::SeededEntropy;
