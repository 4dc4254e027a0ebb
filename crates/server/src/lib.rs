//! The program's parts, so that the tests put together the same server as `main` does.

mod cli;
pub mod commands;
mod config;
pub mod demo;
mod fulfillment;
mod housekeeping;
mod key_file;
mod lifecycle;
mod listener;
mod system;
mod telemetry;
mod trusted_proxies;
mod upstreams;
pub mod wiring;

pub use cli::Cli;
