//! What holds of a database that nobody has damaged, beyond what the engine itself enforces.

use crate::sql::{Row, Statement};
use crate::{Error, Transaction};

static COUNT_ORDERS: Statement = Statement::new("SELECT COUNT(*) FROM orders");

static COUNT_JOBS: Statement = Statement::new("SELECT COUNT(*) FROM jobs");

static COUNT_OPEN_ORDERS: Statement = Statement::new(
    "SELECT COUNT(*) FROM orders WHERE state IN ('ACKNOWLEDGED', 'IN_PROGRESS', 'HELD')",
);

static COUNT_PENDING_PRODUCTS: Statement =
    Statement::new("SELECT COUNT(*) FROM products WHERE status = 'PENDING'");

static OTHER_STATE: Statement = Statement::new(
    "SELECT o.id, COUNT(*) OVER () FROM orders o
     LEFT JOIN order_events e ON e.order_id = o.id
          AND e.position = (SELECT MAX(l.position) FROM order_events l WHERE l.order_id = o.id)
     WHERE e.state IS NULL OR e.state <> o.state
     ORDER BY o.id LIMIT $1",
);

static JOB_WITHOUT_SUBJECT: Statement = Statement::new(
    "SELECT j.subject, COUNT(*) OVER () FROM jobs j
     WHERE (j.kind = 'FULFILL_ORDER'
            AND NOT EXISTS (SELECT 1 FROM orders o WHERE o.id = j.subject))
        OR (j.kind = 'ACTIVATE_ACCOUNT'
            AND NOT EXISTS (SELECT 1 FROM accounts a WHERE a.id = j.subject))
     ORDER BY j.subject LIMIT $1",
);

static OPEN_ORDER_WITHOUT_JOB: Statement = Statement::new(
    "SELECT o.id, COUNT(*) OVER () FROM orders o
     WHERE o.state IN ('ACKNOWLEDGED', 'IN_PROGRESS', 'HELD')
       AND NOT EXISTS (SELECT 1 FROM jobs j WHERE j.kind = 'FULFILL_ORDER' AND j.subject = o.id)
     ORDER BY o.id LIMIT $1",
);

static ENDED_ORDER_WITH_JOB: Statement = Statement::new(
    "SELECT o.id, COUNT(*) OVER () FROM jobs j JOIN orders o ON o.id = j.subject
     WHERE j.kind = 'FULFILL_ORDER' AND o.state NOT IN ('ACKNOWLEDGED', 'IN_PROGRESS', 'HELD')
     ORDER BY o.id LIMIT $1",
);

static PENDING_PRODUCT_WITHOUT_ORDER: Statement = Statement::new(
    "SELECT p.id, COUNT(*) OVER () FROM products p
     WHERE p.status = 'PENDING' AND NOT EXISTS (
         SELECT 1 FROM jobs j JOIN orders o ON o.id = j.subject
         WHERE j.kind = 'FULFILL_ORDER' AND j.lane = p.id AND o.product_id = p.id
           AND o.action = 'ADD_PRODUCT' AND o.state IN ('ACKNOWLEDGED', 'IN_PROGRESS', 'HELD'))
     ORDER BY p.id LIMIT $1",
);

static ORDER_NOT_IN_JOURNAL: Statement = Statement::new(
    "SELECT o.id, COUNT(*) OVER () FROM orders o
     LEFT JOIN (SELECT DISTINCT subject FROM journal WHERE noun = 'order') j
          ON j.subject = SUBSTR('000000000000' || CAST(o.id AS TEXT), LENGTH(CAST(o.id AS TEXT)) + 1)
     WHERE j.subject IS NULL
     ORDER BY o.id LIMIT $1",
);

pub(crate) static STATEMENTS: &[&Statement] = &[
    &COUNT_ORDERS,
    &COUNT_JOBS,
    &COUNT_OPEN_ORDERS,
    &COUNT_PENDING_PRODUCTS,
    &OTHER_STATE,
    &JOB_WITHOUT_SUBJECT,
    &OPEN_ORDER_WITHOUT_JOB,
    &ENDED_ORDER_WITH_JOB,
    &PENDING_PRODUCT_WITHOUT_ORDER,
    &ORDER_NOT_IN_JOURNAL,
];

/// What is counted, and what breaks the rule: ids, and how many there are in all.
type Rule = (&'static str, &'static Statement, &'static Statement);

/// In words for the people who read the report.
static RULES: [Rule; 6] = [
    (
        "each order is in the last state of its history",
        &COUNT_ORDERS,
        &OTHER_STATE,
    ),
    (
        "each order is in the journal",
        &COUNT_ORDERS,
        &ORDER_NOT_IN_JOURNAL,
    ),
    (
        "each open order has its job",
        &COUNT_OPEN_ORDERS,
        &OPEN_ORDER_WITHOUT_JOB,
    ),
    (
        "each job has its order or account",
        &COUNT_JOBS,
        &JOB_WITHOUT_SUBJECT,
    ),
    (
        "no job is left of an order that has ended",
        &COUNT_JOBS,
        &ENDED_ORDER_WITH_JOB,
    ),
    (
        "each pending product has an open order that adds it",
        &COUNT_PENDING_PRODUCTS,
        &PENDING_PRODUCT_WITHOUT_ORDER,
    ),
];

/// What came of one rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// The rule, in words.
    pub rule: &'static str,
    /// How many things it was asked of.
    pub looked_at: i64,
    /// How many of them break it.
    pub broken: i64,
    /// The ids of the first of those.
    pub examples: Vec<i64>,
}

/// The invariants, within one transaction.
pub struct Invariants<'t>(&'t mut Transaction);

impl Transaction {
    /// What must hold of the whole.
    pub fn invariants(&mut self) -> Invariants<'_> {
        Invariants(self)
    }
}

impl Invariants<'_> {
    /// Asks every rule of everything, which may take as long as it takes; with the ids of at most
    /// so many that break it.
    pub async fn check(&mut self, most_examples: i64) -> Result<Vec<Checked>, Error> {
        self.0.take_time().await?;
        let mut report = Vec::with_capacity(RULES.len());
        for (rule, count, breaking) in RULES {
            let looked_at = self.0.fetch_optional(count, &[], |row| row.get(0)).await?;
            let params = [most_examples.into()];
            let found = self.0.fetch_all(breaking, &params, id_and_count).await?;
            report.push(Checked {
                rule,
                looked_at: looked_at.unwrap_or(0),
                broken: found.first().map_or(0, |(_, count)| *count),
                examples: found.into_iter().map(|(id, _)| id).collect(),
            });
        }
        Ok(report)
    }
}

fn id_and_count(row: &Row<'_>) -> Result<(i64, i64), Error> {
    Ok((row.get(0)?, row.get(1)?))
}
