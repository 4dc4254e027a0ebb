//! The server under test: the program's own composition in this process, on a database of its own,
//! with a clock that a test moves by hand. Every answer is checked against the OpenAPI document.

mod answer;
mod caller;
mod clock;
mod document;
mod harness;

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use api::Services;
use axum::Router;
use domain::access::{ClientId, SystemUserName};
use domain::{Entropy, OrderEvent, OrderState};
use gateway::{Nodes, ServerKey};
use jiff::SignedDuration;
use selfservice::calls::CallSettings;
use selfservice::fulfillment::{Fulfillment, Schedule, SystemWorker, Worker};
use selfservice::notifications::Courier;
use selfservice::{Approval, NewApps, SelfService};
use server::wiring::{Mode, Parts};
use storage::probe::Engine;
use storage::{Error, OrderFilter, Page, Store, Transaction};
use testkit::{Database, ManualClock, SeededEntropy};

pub(crate) use answer::Answer;
pub(crate) use caller::{
    CLIENT, Call, Caller, DEMO, DEMO_USER, INFO, INTERNAL, Identity, OTHER, TINY, Token, basic,
};
pub(crate) use document::{Operation, document};
pub(crate) use harness::{Process, Test, block_on, processes, run, tests};

use clock::FragileClock;

/// The address in the committed documents, and the one that the server under test goes by.
pub(crate) const PUBLIC_URL: &str = "http://127.0.0.1:8080";
/// How long an order takes; it can be cancelled in the first half.
pub(crate) const ORDER_DELAY: Duration = Duration::from_secs(2);

/// What may differ from one start to another.
pub(crate) struct Choices {
    pub(crate) wire: api::Settings,
    pub(crate) gateway: gateway::Settings,
    pub(crate) fulfillment: Fulfillment,
    pub(crate) calls: CallSettings,
    pub(crate) new_apps: NewApps,
    pub(crate) webhooks: api::WebhookSettings,
    pub(crate) console: ::operator::ConsoleSettings,
}

/// A running server, without its sockets.
pub(crate) struct TestApp {
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) store: Store,
    fragile_clock: Arc<FragileClock>,
    entropy: Arc<SeededEntropy>,
    choices: Choices,
    services: Services,
    router: Router,
    operator: Router,
    tokens: Mutex<HashMap<Identity, Token>>,
    database: Database,
    broken: bool,
}

impl TestApp {
    /// Starts on an empty database and loads the demo data, as `avtale serve --demo` does.
    pub(crate) async fn start(engine: Engine) -> Self {
        let database = match engine {
            Engine::Sqlite => Database::sqlite(),
            Engine::Postgres => Database::postgres()
                .await
                .expect("the server of TEST_DATABASE_URL"),
        };
        let clock = Arc::new(ManualClock::default());
        let fragile_clock = Arc::new(FragileClock::new(Arc::clone(&clock)));
        let entropy = Arc::new(SeededEntropy::new(1));
        let choices = Choices::of(engine);
        let parts = open(database.url(), &fragile_clock, &entropy).await;
        server::demo::load(&parts).await.expect("the demo data");
        let services = parts.services(choices.mode());
        let operator = operator_router(&parts, &services, &choices);
        Self {
            clock,
            store: parts.store,
            fragile_clock,
            entropy,
            router: api::router(&services).expect("every operation is declared"),
            operator,
            choices,
            services,
            tokens: Mutex::default(),
            database,
            broken: false,
        }
    }

    /// Ends the server and starts it again on the same database.
    pub(crate) async fn restart(&mut self) {
        self.restart_with(|_| {}).await;
    }

    /// The same with other settings.
    pub(crate) async fn restart_with(&mut self, change: impl FnOnce(&mut Choices)) {
        change(&mut self.choices);
        self.services
            .gateway
            .close()
            .await
            .expect("the counts are stored");
        self.store.close().await;
        let parts = open(self.database.url(), &self.fragile_clock, &self.entropy).await;
        server::demo::load(&parts).await.expect("the demo data");
        self.services = parts.services(self.choices.mode());
        self.router = api::router(&self.services).expect("every operation is declared");
        self.operator = operator_router(&parts, &self.services, &self.choices);
        self.store = parts.store;
    }

    /// The services of a second node on the same database.
    pub(crate) async fn another_node(&self) -> Services {
        let parts = open(self.database.url(), &self.fragile_clock, &self.entropy).await;
        parts.services(self.choices.mode())
    }

    /// Carries out what is due now; how many steps that were.
    pub(crate) async fn run_due_jobs(&self) -> usize {
        let worker = self.services.selfservice.worker();
        worker.run_due_jobs().await.expect("the jobs run")
    }

    /// What the operator's listener serves.
    pub(crate) fn operator_router(&self) -> Router {
        self.operator.clone()
    }

    /// What admits customers' calls, and drops what has expired.
    pub(crate) fn gateway(&self) -> &gateway::Gateway {
        &self.services.gateway
    }

    /// What the customers' listener serves: the API, and the portal beside it.
    pub(crate) fn customers_router(&self) -> Router {
        let router = server::customers::router(&self.services, web::Brand::default());
        router.expect("the documents fit together")
    }

    /// The portal alone.
    pub(crate) fn portal(&self) -> ::portal::Portal {
        let portal = server::customers::portal(&self.services, web::Brand::default());
        portal.expect("the documents fit together")
    }

    /// What a customer can do, and the operator's people with it.
    pub(crate) fn selfservice(&self) -> &SelfService {
        &self.services.selfservice
    }

    /// A worker that carries out what the server does by itself.
    pub(crate) fn worker(&self) -> Worker {
        self.services.selfservice.worker()
    }

    /// Gives every change its place, and makes out its deliveries.
    pub(crate) async fn publish(&self) {
        let publisher = self.services.selfservice.publisher();
        while publisher.publish().await.expect("the journal goes on") > 0 {}
    }

    /// What sends notifications.
    pub(crate) fn courier(&self) -> Courier {
        let webhooks = Arc::clone(&self.services.webhooks);
        self.services.selfservice.courier(webhooks)
    }

    /// Publishes all changes, and sends what is due now; how many rounds that took.
    pub(crate) async fn deliver_due(&self) -> usize {
        self.publish().await;
        let rounds = self.courier().deliver_due().await;
        rounds.expect("the deliveries are recorded")
    }

    /// A worker that calls the operator's system.
    pub(crate) fn system_worker(&self) -> SystemWorker {
        let worker = self.services.selfservice.system_worker();
        worker.expect("the operator has a system")
    }

    /// Moves the clock on until every accepted order has been carried out.
    pub(crate) async fn finish_orders(&self) {
        for round in 0..600 {
            self.run_due_jobs().await;
            if let Some(worker) = self.services.selfservice.system_worker() {
                while worker.call_for_next_order().await.expect("an outcome") {}
            }
            if self.jobs_left().await == 0 {
                return;
            }
            // What was tried in vain waits longer and longer.
            let pause = if round < 60 { 1 } else { 60 };
            self.clock.advance(Duration::from_secs(pause));
        }
        panic!("some jobs are still not done after nine hours");
    }

    /// How many jobs wait for their time.
    pub(crate) async fn jobs_left(&self) -> i64 {
        let count = async |tx: &mut Transaction| tx.jobs().count().await;
        self.store.read(count).await.expect("the jobs are counted")
    }

    /// Changes the database as an operator would.
    pub(crate) async fn operate<T>(
        &self,
        change: impl AsyncFnOnce(&mut Transaction) -> Result<T, Error> + Clone,
    ) -> T {
        self.store
            .transact(change)
            .await
            .expect("the change is made")
    }

    /// All that the callers of both companies can see of what calls change, and the work to come.
    pub(crate) async fn everything(&self) -> String {
        let mut seen = vec![format!("{} jobs", self.jobs_left().await)];
        for (caller, agreements) in [
            (self.system_user(), &["5538579", "123456"][..]),
            (self.of_other_organization(), &["7000001"]),
        ] {
            let orders = caller
                .get("/corporate-agreements/v2/orders?pageSize=1000")
                .await;
            seen.push(orders.ok().to_string());
            for list in [
                "/corporate-accounts/v2/accounts?pageSize=1000",
                "/notifications/v1/endpoints",
            ] {
                seen.push(caller.get(list).await.ok().to_string());
            }
            for agreement in agreements {
                seen.push(caller.products_of(agreement).await.to_string());
            }
        }
        seen.join("\n")
    }

    /// Lets the clock panic when it is read for the nth time from now; 0 for never.
    pub(crate) fn panic_at_reading(&self, reading: u32) {
        self.fragile_clock.panic_at_reading(reading);
    }

    /// Says that the database has been broken on purpose, so that nothing is expected of it.
    pub(crate) fn is_broken_on_purpose(&mut self) {
        self.broken = true;
    }

    /// What must hold at the end of every test: all that was accepted can be carried out, and each
    /// order went through its states in order.
    pub(crate) async fn settle(&self) {
        if self.broken {
            return;
        }
        self.panic_at_reading(0);
        self.finish_orders().await;
        for (app, system_user) in [(DEMO, "API1000DEMO"), (OTHER, "API2000OTHER")] {
            let caller = domain::access::Caller {
                app: ClientId::new(app.0),
                system_user: SystemUserName::new(system_user),
            };
            let read = async |tx: &mut Transaction| {
                let page = Page {
                    number: 0,
                    size: 1000,
                };
                let all = OrderFilter::default();
                let (orders, _) = tx.orders().list(caller.reach(), &all, page).await?;
                let mut histories = Vec::new();
                for order in orders {
                    histories.push((order.state, tx.orders().history(order.id).await?));
                }
                Ok::<_, Error>(histories)
            };
            for (state, history) in self.store.read(read).await.expect("the orders") {
                assert_ended_in_order(state, &history);
            }
        }
    }
}

impl Choices {
    fn of(engine: Engine) -> Self {
        let nodes = match engine {
            Engine::Sqlite => Nodes::One,
            Engine::Postgres => Nodes::Several,
        };
        Self {
            wire: api::Settings {
                public_url: PUBLIC_URL.to_owned(),
                brackets: true,
                strict_codes: false,
                sandbox_faults: true,
                upstreams: Vec::new(),
            },
            gateway: gateway::Settings {
                limits: false,
                ..gateway::Settings::new(nodes)
            },
            fulfillment: Fulfillment::simulated(Schedule {
                delay: SignedDuration::try_from(ORDER_DELAY).expect("a short time"),
                account_visible_after: SignedDuration::ZERO,
            }),
            calls: CallSettings::default(),
            new_apps: NewApps {
                approval: Approval::AtOnce,
                ..NewApps::default()
            },
            webhooks: api::WebhookSettings {
                allow_networks: vec!["127.0.0.0/8".parse().expect("a network")],
                ..api::WebhookSettings::default()
            },
            console: ::operator::ConsoleSettings {
                brand: web::Brand::default(),
                tls: false,
            },
        }
    }

    fn mode(&self) -> Mode {
        let webhooks = api::Webhooks::new(&self.webhooks, &self.wire.public_url);
        Mode {
            webhooks: Arc::new(webhooks.expect("usable settings")),
            wire: self.wire.clone(),
            gateway: self.gateway,
            fulfillment: self.fulfillment.clone(),
            calls: self.calls,
            new_apps: self.new_apps.clone(),
        }
    }
}

fn operator_router(parts: &Parts, services: &Services, choices: &Choices) -> Router {
    ::operator::router(&parts.operator(services, choices.console.clone()))
        .expect("every operation is declared")
}

async fn open(url: &str, clock: &Arc<FragileClock>, entropy: &Arc<SeededEntropy>) -> Parts {
    let entropy: Arc<dyn Entropy> = Arc::<SeededEntropy>::clone(entropy);
    let parts = Parts {
        store: Store::open(url).await.expect("an up-to-date database"),
        key: key(),
        clock: Arc::<FragileClock>::clone(clock),
        entropy,
    };
    parts.prepare().await.expect("the key fits");
    parts
}

/// The key that the database's hashes are made with.
pub(crate) fn key() -> ServerKey {
    ServerKey::new(&[7; 32])
}

fn assert_ended_in_order(state: OrderState, history: &[OrderEvent]) {
    use OrderState::{Acknowledged, Cancelled, Completed, Failed, Held, InProgress};
    let states: Vec<_> = history.iter().map(|event| event.state).collect();
    let legal = |step: &[OrderState]| {
        matches!(
            step,
            [Acknowledged, InProgress | Held | Cancelled]
                | [InProgress, Completed | Failed | Held]
                | [Held, InProgress | Failed]
        )
    };
    assert!(
        states.first() == Some(&Acknowledged) && states.windows(2).all(legal),
        "an odd history: {history:?}"
    );
    assert_eq!(states.last(), Some(&state));
}
