//! The program `avtale`: reads the command line, does what it says, and ends with a telling code:
//! 0 done, 1 failed, 2 called wrongly.

mod cli;
mod commands;
mod config;
mod demo;
mod key_file;
mod lifecycle;
mod listener;
mod system;
mod telemetry;
mod wiring;

use std::process::ExitCode;

use clap::Parser;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = cli::Cli::parse();
    match commands::run(cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            commands::print_error(&error);
            ExitCode::FAILURE
        }
    }
}
