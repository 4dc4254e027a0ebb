//! Signed calls to systems outside: the operator's own, and the endpoints that customers subscribe.
//! It decides which addresses may be called, and knows nothing of what the calls are about.

mod addresses;
mod client;
mod destination;
mod signature;

pub use client::{Answer, CallError, Client, ClientError, Request, Settings};
pub use destination::{Destination, DestinationRefused, Reach};
pub use signature::{Secret, VerifyError, headers, sign, verify};
