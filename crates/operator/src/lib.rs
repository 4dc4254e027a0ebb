//! The operator's side: their API for carrying out orders, and the call to their own system.

mod access;
mod document;
mod edge;
pub mod export;
pub mod import;
mod input;
mod operation;
mod order;
mod problem;
pub mod records;
mod router;
mod routes;
mod services;
mod system;

pub use access::UndeclaredOperation;
pub use order::{WorkConfiguration, WorkOrder};
pub use router::{document, router};
pub use services::{Inner, Services};
pub use system::{HttpSystem, SystemError, SystemSettings};
