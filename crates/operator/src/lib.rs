//! The operator's side: their API, their console, and the call to their own system.

mod access;
mod condition;
mod console;
mod document;
mod edge;
pub mod export;
pub mod import;
mod input;
pub mod manage;
mod operation;
mod order;
mod problem;
pub mod records;
mod router;
mod routes;
mod services;
mod system;

pub use access::UndeclaredOperation;
pub use console::{ConsoleSettings, Page as ConsolePage, pages as console_pages};
pub use order::{WorkConfiguration, WorkOrder};
pub use router::{document, router};
pub use routes::{
    DeskOrderBody as DeskWorkOrder, OrderBody as WorkOrderWithHistory, make_operator_key,
};
pub use services::{CustomersAnswer, Inner, Services};
pub use system::{HttpSystem, SystemError, SystemSettings};
