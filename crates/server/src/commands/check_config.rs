//! `avtale check-config`: what would hold, or what is wrong.

use clap::ValueEnum;

use crate::cli::Options;
use crate::config::Config;

pub(crate) fn run(options: &Options) -> anyhow::Result<()> {
    let config = Config::load(options)?;
    let public_url = config.public_url.as_deref();
    let style = config.response_style.to_possible_value();
    let networks = config.notification_networks.iter();
    let networks: Vec<_> = networks.map(ToString::to_string).collect();
    let settings = [
        ("listen", config.listen.to_string()),
        ("operator_listen", config.operator_listen.to_string()),
        ("database", config.database.shown()),
        ("key_file", config.key_file.display().to_string()),
        (
            "public_url",
            public_url.unwrap_or("that of the listener").to_owned(),
        ),
        (
            "response_style",
            style.map_or_else(String::new, |style| style.get_name().to_owned()),
        ),
        ("strict_codes", config.strict_codes.to_string()),
        (
            "account_visible_after",
            config.account_visible_after.to_string(),
        ),
        ("trusted_proxies", config.trusted_proxies.to_string()),
        ("notifications.allow_networks", networks.join(", ")),
        ("log", config.log.clone()),
    ];
    let lines = settings
        .iter()
        .map(|(name, value)| format!("{name:<21} = {value}\n"));
    super::print(&format!(
        "{}{}{}",
        lines.collect::<String>(),
        config.ways,
        config.upstreams
    ))
}
