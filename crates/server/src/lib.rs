//! The program's parts, so that the tests put together the same server as `main` does.

mod brand;
mod cli;
pub mod commands;
mod config;
pub mod customers;
mod database;
pub mod demo;
mod door;
mod fulfillment;
mod housekeeping;
mod key_file;
mod lifecycle;
mod listener;
mod new_apps;
mod options;
mod secret_files;
mod settings;
mod system;
mod telemetry;
mod tls;
mod trusted_proxies;
mod upstreams;
mod watching;
pub mod wiring;

pub use cli::Cli;
