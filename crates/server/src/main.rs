//! The program `avtale`: reads the command line, does what it says, and ends with a telling code:
//! 0 done, 1 failed, 2 called wrongly.

use std::process::ExitCode;

use clap::Parser;
use server::{Cli, commands};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    match commands::run(Cli::parse()) {
        Ok(code) => code,
        Err(error) => {
            commands::print_error(&error);
            ExitCode::FAILURE
        }
    }
}
