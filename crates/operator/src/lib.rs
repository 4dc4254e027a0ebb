//! The operator's side: their API for carrying out orders, and the call to their own system.

mod order;
mod system;

pub use order::WorkOrder;
pub use system::{HttpSystem, SystemError, SystemSettings};
