//! `avtale serve`: starts everything, says where, and stops it in good order.

use std::net::{Ipv4Addr, Ipv6Addr};
use std::sync::Arc;

use anyhow::bail;
use api::{WebhookSettings, Webhooks};
use domain::{Clock, FulfillmentWay};
use gateway::Nodes;
use ipnet::{Ipv4Net, Ipv6Net};
use jiff::SignedDuration;
use operator::ConsoleSettings;
use selfservice::fulfillment::{Fulfillment, Schedule};
use tokio_util::task::TaskTracker;

use crate::cli::{ResponseStyle, Serve, Switch};
use crate::config::Config;
use crate::door::Door;
use crate::lifecycle::stop_on_signal;
use crate::listener::announce_limits;
use crate::system::SystemClock;
use crate::telemetry;
use crate::wiring::{Mode, Parts};
use crate::{customers, demo, housekeeping, watching};

/// Workers side by side; their commits share one fsync.
const WORKERS: usize = 4;

pub(crate) async fn run(options: Serve) -> anyhow::Result<()> {
    let config = Config::load(&options.options)?;
    telemetry::start_log(&config.log)?;
    warn(&config)?;
    let figures = telemetry::start_metrics()?;
    let stop = stop_on_signal()?;
    let (customers, operator) = open_doors(&config).await?;
    let (own_url, operator_url) = (customers.url.clone(), operator.url.clone());

    let parts = Parts::open(&config).await?;
    if options.demo {
        demo::load(&parts).await?;
    }
    let public_url = config.public_url.clone();
    let mode = mode(
        &config,
        &options,
        public_url.unwrap_or_else(|| own_url.clone()),
        &parts,
    )?;
    let services = parts.services(mode);
    let tasks = TaskTracker::new();
    for _ in 0..WORKERS {
        tasks.spawn(services.selfservice.worker().run(stop.clone()));
    }
    if let Some(worker) = services.selfservice.system_worker() {
        for _ in 0..worker.concurrency() {
            tasks.spawn(worker.clone().run(stop.clone()));
        }
    }
    tasks.spawn(services.selfservice.publisher().run(stop.clone()));
    let courier = services.selfservice.courier(services.webhooks.clone());
    tasks.spawn(courier.run(stop.clone()));
    tasks.spawn(housekeeping::run(services.clone(), stop.clone()));
    tasks.spawn(watching::keep_book(services.clone(), stop.clone()));
    tasks.spawn(watching::look(services.clone(), stop.clone()));
    let router = telemetry::measured(customers::router(&services, config.brand.clone())?);
    let proxies = &config.trusted_proxies;
    customers.serve(router, proxies.clone(), &tasks, &stop);
    let console = ConsoleSettings {
        brand: config.brand.clone(),
        tls: config.console_is_behind_tls(),
    };
    let router = api::health(&services)
        .merge(telemetry::metrics(figures))
        .merge(operator::router(&parts.operator(&services, console))?);
    operator.serve(router, proxies.clone(), &tasks, &stop);
    tasks.close();
    announce(options.demo, &own_url, &operator_url);
    tokio::select! {
        () = tasks.wait() => {}
        () = parts.store.broken() => bail!("the database file failed; start again to recover"),
    }
    watching::finish(&services).await;
    services.gateway.close().await?;
    parts.store.close().await;
    Ok(())
}

/// Says in the log what works and is unwise, and what bounds callers.
fn warn(config: &Config) -> anyhow::Result<()> {
    for warning in config.warnings(SystemClock.now())? {
        tracing::warn!(warning, "a setting needs attention");
    }
    announce_limits();
    Ok(())
}

/// For customers, and for the operator.
async fn open_doors(config: &Config) -> anyhow::Result<(Door, Door)> {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let (tls, operator_tls) = (config.tls.clone(), config.operator_tls.clone());
    let customers = Door::open(config.listen, "--listen", tls, Arc::clone(&clock)).await?;
    let (address, flag) = (config.operator_listen, "--operator-listen");
    let operator = Door::open(address, flag, operator_tls, clock).await?;
    tracing::info!(
        customers = customers.url,
        operator = operator.url,
        "listening"
    );
    Ok((customers, operator))
}

/// What the settings and the flags make of the services.
fn mode(
    config: &Config,
    options: &Serve,
    public_url: String,
    parts: &Parts,
) -> anyhow::Result<Mode> {
    let nodes = if config.database.is_embedded() {
        Nodes::One
    } else {
        Nodes::Several
    };
    let delay = if options.demo {
        options.demo_order_delay
    } else {
        0.0
    };
    Ok(Mode {
        webhooks: Arc::new(webhooks(config, options, &public_url)?),
        wire: api::Settings {
            public_url,
            brackets: config.response_style == ResponseStyle::Documented,
            strict_codes: config.strict_codes,
            sandbox_faults: options.demo,
            upstreams: config.upstreams.0.clone(),
        },
        gateway: gateway::Settings {
            limits: options.limits == Switch::On,
            ..gateway::Settings::new(nodes)
        },
        fulfillment: Fulfillment {
            default_way: config.ways.default.unwrap_or(if options.demo {
                FulfillmentWay::Simulated
            } else {
                FulfillmentWay::Desk
            }),
            schedule: Schedule {
                delay: SignedDuration::try_from_secs_f64(delay)?,
                account_visible_after: SignedDuration::from_secs(
                    config.account_visible_after.into(),
                ),
            },
            system: config.ways.system(Arc::clone(&parts.clock))?,
            elsewhere: false,
        },
        calls: config.calls,
        new_apps: config.portal.new_apps(options.demo),
    })
}

/// In the demo, what listens on this machine may be an endpoint.
fn webhooks(config: &Config, options: &Serve, public_url: &str) -> anyhow::Result<Webhooks> {
    let mut allow_networks = config.notification_networks.clone();
    if options.demo {
        allow_networks.push(Ipv4Net::new(Ipv4Addr::LOCALHOST, 8)?.into());
        allow_networks.push(Ipv6Net::from(Ipv6Addr::LOCALHOST).into());
    }
    let settings = WebhookSettings {
        allow_networks,
        ..WebhookSettings::default()
    };
    Ok(Webhooks::new(&settings, public_url)?)
}

#[expect(
    clippy::print_stdout,
    reason = "whoever starts a server wants to know where it is"
)]
fn announce(demo: bool, own_url: &str, operator_url: &str) {
    println!("Avtale listens on {own_url} for customers, on {operator_url} for the operator.");
    if demo {
        println!("{}", demo::next_steps(own_url, operator_url));
    }
}
