//! `avtale check-config`: what would hold, or what is wrong.

use clap::ValueEnum;
use domain::Clock;
use selfservice::calls::CallSettings;

use crate::cli::CheckConfig;
use crate::config::Config;
use crate::system::SystemClock;
use crate::tls::TlsFiles;

pub(crate) fn run(command: &CheckConfig) -> anyhow::Result<()> {
    if command.reference {
        return super::print(&crate::settings::page());
    }
    let config = Config::load(&command.options)?;
    for warning in config.warnings(SystemClock.now())? {
        super::print_warning(&warning);
    }
    // What would stop the start stops here too.
    config.ways.system(std::sync::Arc::new(SystemClock))?;
    let public_url = config.public_url.as_deref();
    let operator_url = config.operator_public_url.as_deref();
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
            "operator_public_url",
            operator_url
                .unwrap_or("that of the operator's listener")
                .to_owned(),
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
        ("tls", shown(config.tls.as_ref())),
        ("operator_tls", shown(config.operator_tls.as_ref())),
        ("log", config.log.clone()),
        ("calls", kept(config.calls)),
        ("portal", config.portal.to_string()),
        ("brand.name", config.brand.name.clone()),
        ("brand.logo", logo(&config)),
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

fn logo(config: &Config) -> String {
    let logo = config.brand.logo.as_ref();
    logo.map_or_else(|| "none".to_owned(), ToString::to_string)
}

fn kept(calls: CallSettings) -> String {
    let days = |kept: jiff::SignedDuration| kept.as_hours() / 24;
    let (log, counts, reads) = (calls.log_kept, calls.minutes_kept, calls.reads_kept);
    format!(
        "{} a second one by one for {} days, counted for {} days, whose data was read for {} days",
        calls.logged_per_second,
        days(log),
        days(counts),
        days(reads)
    )
}

fn shown(files: Option<&TlsFiles>) -> String {
    let Some(files) = files else {
        return "off".to_owned();
    };
    let (certificate, key) = (files.certificate.display(), files.private_key.display());
    match &files.client_ca {
        Some(file) => format!(
            "{certificate} with {key}, for callers of {}",
            file.display()
        ),
        None => format!("{certificate} with {key}"),
    }
}
