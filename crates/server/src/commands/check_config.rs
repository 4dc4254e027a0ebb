//! `avtale check-config`: what would hold, or what is wrong.

use crate::cli::Options;
use crate::config::Config;

#[expect(
    clippy::print_stdout,
    reason = "what would hold is this command's data"
)]
pub(crate) fn run(options: &Options) -> anyhow::Result<()> {
    let config = Config::load(options)?;
    let public_url = config
        .public_url
        .as_deref()
        .unwrap_or("that of the listener");
    println!("listen          = {}", config.listen);
    println!("operator_listen = {}", config.operator_listen);
    println!("database        = {}", config.database.shown());
    println!("key_file        = {}", config.key_file.display());
    println!("public_url      = {public_url}");
    println!("response_style  = {:?}", config.response_style);
    println!("strict_codes    = {}", config.strict_codes);
    println!("account_visible_after = {} s", config.account_visible_after);
    println!("trusted_proxies = {}", config.trusted_proxies);
    println!("log             = {}", config.log);
    print!("{}", config.upstreams);
    Ok(())
}
