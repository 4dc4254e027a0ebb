//! What people do with orders, with a failure at every table that it touches, and done twice. A deed
//! that fails leaves nothing; once the table is mended it is done; done again, it changes nothing.

use std::collections::BTreeSet;

use domain::{Author, FulfillmentWay, OrderId, OrderState};
use serde_json::Value;
use storage::probe::{self, Statement};

use super::failures::{BREAKAGES, Breakage};
use crate::app::{Test, TestApp, tests};
use crate::orders::{add, cancel, ordered, update};

pub(crate) const TESTS: &[Test] = tests![
    begin_outlives_a_failure_of_every_table,
    complete_outlives_a_failure_of_every_table,
    fail_outlives_a_failure_of_every_table,
    hold_outlives_a_failure_of_every_table,
    resume_outlives_a_failure_of_every_table,
    cancel_outlives_a_failure_of_every_table,
];

/// What every deed writes to or reads.
const TOUCHED_BY_ALL: [&str; 5] = ["jobs", "journal", "order_events", "orders", "products"];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Deed {
    Begin,
    Complete,
    Fail,
    Hold,
    Resume,
    Cancel,
}

impl Deed {
    /// Whether it is done.
    async fn run(self, app: &TestApp, id: &str) -> bool {
        let order = OrderId::parse(id).expect("an id");
        let by = Author::of_operator("kari");
        let desk = app.selfservice();
        match self {
            Self::Begin => desk.begin_order(&by, order).await.is_ok(),
            Self::Complete => desk.complete_order(&by, order, None).await.is_ok(),
            Self::Fail => desk.fail_order(&by, order, "no line").await.is_ok(),
            Self::Hold => desk.hold_order(&by, order, "a question").await.is_ok(),
            Self::Resume => desk.resume_order(&by, order).await.is_ok(),
            Self::Cancel => cancel(&app.system_user(), id).await.status == 200,
        }
    }

    const fn leads_to(self) -> OrderState {
        match self {
            Self::Begin | Self::Resume => OrderState::InProgress,
            Self::Complete => OrderState::Completed,
            Self::Fail => OrderState::Failed,
            Self::Hold => OrderState::Held,
            Self::Cancel => OrderState::Cancelled,
        }
    }

    /// Whether a report whose answer was lost can be told again.
    const fn may_be_repeated(self) -> bool {
        matches!(self, Self::Complete | Self::Fail)
    }
}

async fn begin_outlives_a_failure_of_every_table(app: &mut TestApp) {
    outlives(app, Deed::Begin).await;
}

async fn complete_outlives_a_failure_of_every_table(app: &mut TestApp) {
    outlives(app, Deed::Complete).await;
}

async fn fail_outlives_a_failure_of_every_table(app: &mut TestApp) {
    outlives(app, Deed::Fail).await;
}

async fn hold_outlives_a_failure_of_every_table(app: &mut TestApp) {
    outlives(app, Deed::Hold).await;
}

async fn resume_outlives_a_failure_of_every_table(app: &mut TestApp) {
    outlives(app, Deed::Resume).await;
}

async fn cancel_outlives_a_failure_of_every_table(app: &mut TestApp) {
    outlives(app, Deed::Cancel).await;
}

async fn outlives(app: &mut TestApp, deed: Deed) {
    app.restart_with(|choices| choices.fulfillment.default_way = FulfillmentWay::Desk)
        .await;
    let settings = [(6420, "kari@example.com"), (6140, "11175198")];
    for body in [update(&settings), add(13_883, &settings)] {
        let mut failed = BTreeSet::new();
        for breakage in &BREAKAGES {
            let id = app.system_user().ordered(&body).await;
            if deed == Deed::Resume {
                assert!(Deed::Hold.run(app, &id).await);
            }
            if fails_whole(app, deed, (&id, breakage)).await {
                failed.insert(breakage.table);
            }
            let after = world(app, &id).await;
            let order = app.system_user().order(&id).await;
            assert_eq!(
                order["state"],
                deed.leads_to().as_str(),
                "{}",
                breakage.table
            );
            assert_eq!(deed.run(app, &id).await, deed.may_be_repeated());
            assert_eq!(world(app, &id).await, after, "done twice is done once");
            if !deed.leads_to().is_final() {
                assert!(Deed::Complete.run(app, &id).await);
            }
        }
        for table in TOUCHED_BY_ALL {
            assert!(failed.contains(table), "{deed:?} does not need {table}");
        }
    }
}

/// Does a deed with a table broken, and then, if that kept it from being done, with the table mended;
/// whether the table was in the way.
async fn fails_whole(app: &TestApp, deed: Deed, (id, breakage): (&str, &'static Breakage)) -> bool {
    let before = world(app, id).await;
    breakage.begin(app).await;
    let done = deed.run(app, id).await;
    breakage.end(app).await;
    if done {
        return false;
    }
    let now = world(app, id).await;
    assert_eq!(now, before, "{deed:?} {}", breakage.table);
    assert!(deed.run(app, id).await, "{deed:?} {}", breakage.table);
    true
}

/// All that a deed may change: the order with its history, the products, what was written into the
/// journal, and the queue of each job with whether it waits.
async fn world(app: &TestApp, id: &str) -> (Value, Vec<Value>, i64, Vec<(String, bool)>) {
    static JOURNAL: Statement = Statement::new("SELECT COUNT(*) FROM journal");
    static JOBS: Statement = Statement::new(
        "SELECT queue, waits FROM jobs WHERE kind = 'FULFILL_ORDER' ORDER BY subject",
    );
    let order = app.system_user().order(id).await;
    let products = ordered(app).await;
    let kept = app.operate(async |tx| {
        let written = probe::fetch_optional(tx, &JOURNAL, &[], |row| row.get(0)).await?;
        let jobs = probe::fetch_all(tx, &JOBS, &[], |row| Ok((row.get(0)?, row.get(1)?))).await?;
        Ok((written.unwrap_or_default(), jobs))
    });
    let (written, jobs) = kept.await;
    (order, products, written, jobs)
}
