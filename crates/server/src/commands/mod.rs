//! One file per command that takes more than a line.

mod check_config;
mod openapi;
mod serve;

use tokio::runtime::Runtime;

use crate::cli::{Cli, Command};
use crate::config::Config;
use crate::wiring::Parts;

/// Does what the command line says.
pub fn run(cli: Cli) -> anyhow::Result<()> {
    match cli.command {
        Command::Serve(options) => Runtime::new()?.block_on(serve::run(options)),
        Command::CheckConfig(options) => check_config::run(&options),
        Command::Migrate(options) => {
            let config = Config::load(&options)?;
            Runtime::new()?.block_on(async {
                Parts::open(&config).await?.store.close().await;
                Ok(())
            })
        }
        Command::Openapi(options) => openapi::run(&options),
    }
}

/// The whole chain of causes, on one line; hints keep theirs.
#[expect(clippy::print_stderr, reason = "messages go to stderr")]
pub fn print_error(error: &anyhow::Error) {
    let chain: Vec<String> = error.chain().map(ToString::to_string).collect();
    eprintln!("error: {}", chain.join(": "));
}
