//! A failure at every table that a step of an order touches: the step leaves nothing, and once the
//! table is mended the order ends as if nothing had happened.

use domain::{Author, OrderId};
use jiff::SignedDuration;
use serde_json::{Value, json};
use storage::probe::{self, Statement};

use super::operator_system::{Behavior, Scripted};
use crate::app::{Test, TestApp, tests};
use crate::orders::{add, ordered, setting, update};

pub(crate) const TESTS: &[Test] = tests![
    a_simulated_order_outlives_a_failure_of_every_table,
    a_systems_order_outlives_a_failure_of_every_table,
    a_worker_s_report_outlives_a_failure_of_every_table,
    every_step_done_twice_is_done_once,
];

/// A table that steps write to, broken and mended.
pub(super) struct Breakage {
    pub(super) table: &'static str,
    break_it: Statement,
    mend_it: Statement,
}

macro_rules! breakages {
    ($($table:literal),+ $(,)?) => {
        [$(Breakage {
            table: $table,
            break_it: Statement::new(concat!("ALTER TABLE ", $table, " RENAME TO ", $table, "_gone")),
            mend_it: Statement::new(concat!("ALTER TABLE ", $table, "_gone RENAME TO ", $table)),
        }),+]
    };
}

pub(super) static BREAKAGES: [Breakage; 8] = breakages![
    "jobs",
    "orders",
    "order_events",
    "journal",
    "products",
    "product_configurations",
    "accounts",
    "offering_configurations",
];

impl Breakage {
    pub(super) async fn begin(&'static self, app: &TestApp) {
        app.operate(async |tx| probe::execute(tx, &self.break_it, &[]).await)
            .await;
    }

    pub(super) async fn end(&'static self, app: &TestApp) {
        app.operate(async |tx| probe::execute(tx, &self.mend_it, &[]).await)
            .await;
    }
}

/// What the world should look like: which orders were placed, and what has to show for them.
#[derive(Default)]
struct Model {
    orders: Vec<String>,
    email: String,
    added: usize,
}

impl Model {
    /// One order of each type; the first pays by another account and sets an address of its own.
    async fn place(&mut self, app: &TestApp) -> [String; 2] {
        self.email = format!("number{}@example.com", self.orders.len());
        self.added += 1;
        let settings = [(6420, self.email.as_str()), (6140, "11175198")];
        let caller = app.system_user();
        let placed = [
            caller.ordered(&update(&settings)).await,
            caller.ordered(&add(13_883, &settings)).await,
        ];
        self.orders.extend(placed.clone());
        placed
    }

    /// All orders are completed, each went through its states once, and the products show it.
    async fn holds(&self, app: &TestApp) {
        for id in &self.orders {
            let order = app.system_user().order(id).await;
            let states = states(&order);
            assert_eq!(states.first(), Some(&json!("ACKNOWLEDGED")), "{order}");
            assert_eq!(states.last(), Some(&json!("COMPLETED")), "{order}");
            let middle = &states[1..states.len() - 1];
            assert_eq!(middle, [json!("IN_PROGRESS")], "{order}");
        }
        let product = app.system_user().product(2_799_029).await;
        assert_eq!(setting(&product, 6420), Some(self.email.as_str()));
        assert_eq!(product["billingAccountId"], "11175198");
        let products = ordered(app).await;
        assert_eq!(products.len(), 1 + self.added);
        assert!(
            products
                .iter()
                .all(|product| product["status"] == "ORDERED")
        );
    }
}

fn states(order: &Value) -> Vec<Value> {
    let history = order["history"].as_array().expect("a history");
    history.iter().map(|event| event["state"].clone()).collect()
}

async fn a_simulated_order_outlives_a_failure_of_every_table(app: &mut TestApp) {
    let mut model = Model::default();
    for breakage in &BREAKAGES {
        for seconds in [1, 2] {
            model.place(app).await;
            app.clock.advance(std::time::Duration::from_secs(seconds));
            breakage.begin(app).await;
            // It says what went wrong, and goes on with other work.
            drop(app.worker().run_due_jobs().await);
            breakage.end(app).await;
            app.finish_orders().await;
            model.holds(app).await;
        }
    }
}

/// The table breaks before the call, and while the system does its part.
async fn a_systems_order_outlives_a_failure_of_every_table(app: &mut TestApp) {
    let system = Scripted::behind(app).await;
    let mut model = Model::default();
    for breakage in &BREAKAGES {
        let placed = model.place(app).await;
        breakage.begin(app).await;
        let worker = app.system_worker();
        drop(worker.call_for_next_order().await);
        breakage.end(app).await;
        let called_before = system.calls();
        assert!(called_before.len() <= 1, "{}", breakage.table);
        let store = app.store.clone();
        system.next(Behavior::Breaks(store, &breakage.break_it));
        app.clock.advance(std::time::Duration::from_mins(1));
        drop(worker.call_for_next_order().await);
        breakage.end(app).await;
        app.finish_orders().await;
        let mut called: Vec<_> = called_before.into_iter().chain(system.calls()).collect();
        called.retain(|(id, _)| *id == placed[0]);
        assert!(
            (1..=3).contains(&called.len()),
            "{}: {called:?}",
            breakage.table
        );
        model.holds(app).await;
    }
}

async fn a_worker_s_report_outlives_a_failure_of_every_table(app: &mut TestApp) {
    app.restart_with(|choices| {
        choices.fulfillment.default_way = domain::FulfillmentWay::Pull;
    })
    .await;
    let mut model = Model::default();
    let by = Author::of_operator("worker 7");
    let lease = SignedDuration::from_secs(60);
    for breakage in &BREAKAGES {
        model.place(app).await;
        breakage.begin(app).await;
        drop(app.selfservice().claim_orders(&by, 9, lease).await);
        breakage.end(app).await;
        // What a claim took that failed half-way is handed out again once its lease is over.
        app.clock.advance(std::time::Duration::from_secs(61));
        let claimed = app.selfservice().claim_orders(&by, 9, lease).await;
        let claimed = claimed.expect("orders");
        assert_eq!(claimed.len(), 2, "{}", breakage.table);
        for work in claimed {
            let report = (work.order.id, Some(work.claim));
            breakage.begin(app).await;
            drop(app.selfservice().complete_order(&by, report, None).await);
            breakage.end(app).await;
            // Some tables are not touched by every order, so that the report has got through.
            let again = app.selfservice().complete_order(&by, report, None).await;
            let shown = app.system_user().order(&work.order.id.to_string()).await;
            assert!(again.is_ok() || shown["state"] == "COMPLETED", "{shown}");
        }
        model.holds(app).await;
    }
}

/// Two workers call the system for the same order, because the first was away for longer than its
/// lease; a worker's report comes twice; the claim of an order that has ended is asked for again.
async fn every_step_done_twice_is_done_once(app: &mut TestApp) {
    let system = Scripted::behind(app).await;
    let mut model = Model::default();
    let placed = model.place(app).await;
    system.next(Behavior::Fails);
    system.next(Behavior::Fails);
    let worker = app.system_worker();
    assert!(worker.call_for_next_order().await.expect("a call"));
    assert!(worker.call_for_next_order().await.expect("a call"));
    app.clock.advance(std::time::Duration::from_mins(1));
    // The report comes while the system is being asked again.
    let id = OrderId::parse(&placed[0]).expect("an id");
    let by = Author::of_operator("the system");
    let reported = app
        .selfservice()
        .complete_order(&by, (id, None), None)
        .await;
    let reported = reported.expect("the report is taken");
    let again = app
        .selfservice()
        .complete_order(&by, (id, None), None)
        .await;
    assert_eq!(again.expect("the order as it is"), reported);
    app.finish_orders().await;
    model.holds(app).await;
    let calls = system.calls();
    assert_eq!(calls.iter().filter(|(id, _)| *id == placed[0]).count(), 1);
}
