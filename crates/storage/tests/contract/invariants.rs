//! What must hold of the whole: a sound database breaks no rule, and each kind of damage one.

use domain::{
    Author, Change, ChangeId, Changed, Order, OrderAction, OrderChange, OrderEvent, OrderId,
    ProductId, ProductStatus,
};
use storage::probe::{self, Statement};
use storage::{Checked, Error, JobKind, JournalRow, NewJob, NewProduct, Queue, Store, Transaction};

use crate::client_apps::owner;
use crate::scratch::{Test, tests};
use crate::world::{self, NOW, ORDER, OWN, PRODUCT, VPN, own, product};

pub(crate) const TESTS: &[Test] = tests![
    a_sound_database_breaks_no_rule,
    an_empty_database_breaks_no_rule,
    each_damage_breaks_its_rule_and_no_other,
    many_that_break_a_rule_are_counted_and_some_are_named,
];

const ADDING: OrderId = OrderId::new(7);
const ADDED: ProductId = ProductId::new(77);

/// How a test leaves everything as it was.
enum Undone {
    Report(Vec<Checked>),
    Failed(Error),
}

impl From<Error> for Undone {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

/// The rest of what the acceptance of an order leaves.
async fn accept(tx: &mut Transaction, order: &Order) -> Result<(), Error> {
    let event = OrderEvent {
        state: order.state,
        at: NOW,
        actor: "OWN".to_owned(),
        reason: String::new(),
    };
    tx.orders().record(order.id, &event).await?;
    let change = Change {
        id: ChangeId::new(order.id.to_string()),
        at: NOW,
        organization: Some(order.owner.clone()),
        author: Author::of_operator("kari"),
        what: Changed::Order(OrderChange::of(order, "")),
    };
    tx.journal().record(&JournalRow::of(change), "").await?;
    tx.jobs().enqueue(&job(order.id.get(), order.product)).await
}

fn job(subject: i64, product: ProductId) -> NewJob {
    NewJob {
        kind: JobKind::FulfillOrder,
        subject,
        lane: product.get(),
        turn: subject,
        queue: Queue::BuiltIn,
        organization: owner(),
        due_at: NOW,
    }
}

/// An order that updates a product, and one that adds a product.
async fn build(tx: &mut Transaction) -> Result<(), Error> {
    world::build(tx).await?;
    accept(tx, &world::order(ORDER)).await?;
    let pending = NewProduct {
        status: ProductStatus::Pending,
        ..product(ADDED)
    };
    tx.products().insert(OWN, &pending).await?;
    let mut adding = world::order(ADDING);
    adding.product = ADDED;
    adding.request.action = OrderAction::AddProduct(VPN);
    tx.orders().insert(&adding, &own()).await?;
    accept(tx, &adding).await
}

async fn built(store: &Store) {
    assert_eq!(store.transact(build).await, Ok(()));
}

/// The report after some damage, which is undone.
async fn damaged(
    store: &Store,
    damage: impl AsyncFnOnce(&mut Transaction) -> Result<(), Error> + Clone,
) -> Vec<Checked> {
    let undone = store.transact(async |tx| {
        damage.clone()(tx).await?;
        Err::<(), _>(Undone::Report(tx.invariants().check(3).await?))
    });
    match undone.await {
        Err(Undone::Report(report)) => report,
        Err(Undone::Failed(error)) => panic!("{error}"),
        Ok(()) => panic!("the damage is not undone"),
    }
}

fn broken(report: &[Checked]) -> Vec<(&'static str, i64, &[i64])> {
    let broken = report.iter().filter(|checked| checked.broken > 0);
    broken
        .map(|checked| (checked.rule, checked.broken, checked.examples.as_slice()))
        .collect()
}

async fn a_sound_database_breaks_no_rule(store: Store) {
    built(&store).await;
    let report = store.read(async |tx| tx.invariants().check(3).await).await;
    let report = report.expect("a report");
    assert_eq!(broken(&report), []);
    let looked_at: Vec<_> = report.iter().map(|checked| checked.looked_at).collect();
    assert_eq!(looked_at, [2, 2, 2, 2, 2, 1]);
}

async fn an_empty_database_breaks_no_rule(store: Store) {
    let report = store.read(async |tx| tx.invariants().check(3).await).await;
    let report = report.expect("a report");
    assert!(report.iter().all(|checked| checked.looked_at == 0));
    assert_eq!(broken(&report), []);
}

async fn each_damage_breaks_its_rule_and_no_other(store: Store) {
    static OTHER_STATE: Statement =
        Statement::new("UPDATE orders SET state = 'HELD' WHERE id = 10780005503");
    static NO_HISTORY: Statement =
        Statement::new("DELETE FROM order_events WHERE order_id = 10780005503");
    static NO_JOURNAL: Statement = Statement::new("DELETE FROM journal WHERE id = '010780005503'");
    static NO_JOB: Statement = Statement::new("DELETE FROM jobs WHERE subject = 10780005503");
    static ENDED: Statement =
        Statement::new("UPDATE orders SET state = 'COMPLETED' WHERE id = 10780005503");
    static ENDED_HISTORY: Statement =
        Statement::new("UPDATE order_events SET state = 'COMPLETED' WHERE order_id = 10780005503");
    static STRAY_JOB: Statement = Statement::new(
        "INSERT INTO jobs (kind, subject, lane, turn, waits, due_at, fence, attempts)
         VALUES ('FULFILL_ORDER', 5, 5, 1, FALSE, 0, 0, 0)",
    );
    static STRAY_ACTIVATION: Statement = Statement::new(
        "INSERT INTO jobs (kind, subject, lane, turn, waits, due_at, fence, attempts)
         VALUES ('ACTIVATE_ACCOUNT', 7, 7, 1, FALSE, 0, 0, 0)",
    );
    static NOBODY_ADDS: Statement =
        Statement::new("UPDATE products SET status = 'PENDING' WHERE id = 2799029");
    built(&store).await;
    let (order, history) = (
        ORDER.get(),
        "each order is in the last state of its history",
    );
    let cases: [(&[&'static Statement], _, _); 8] = [
        (&[&OTHER_STATE], history, order),
        (&[&NO_HISTORY], history, order),
        (&[&NO_JOURNAL], "each order is in the journal", order),
        (&[&NO_JOB], "each open order has its job", order),
        (&[&STRAY_JOB], "each job has its order or account", 5),
        (&[&STRAY_ACTIVATION], "each job has its order or account", 7),
        (
            &[&ENDED, &ENDED_HISTORY],
            "no job is left of an order that has ended",
            order,
        ),
        (
            &[&NOBODY_ADDS],
            "each pending product has an open order that adds it",
            PRODUCT.get(),
        ),
    ];
    for (damage, rule, id) in cases {
        let report = damaged(&store, async |tx: &mut Transaction| {
            for statement in damage {
                assert_eq!(probe::execute(tx, statement, &[]).await?, 1);
            }
            Ok(())
        });
        assert_eq!(broken(&report.await), [(rule, 1, &[id][..])]);
    }
}

async fn many_that_break_a_rule_are_counted_and_some_are_named(store: Store) {
    built(&store).await;
    let report = damaged(&store, async |tx: &mut Transaction| {
        for subject in 100..105 {
            tx.jobs().enqueue(&job(subject, PRODUCT)).await?;
        }
        Ok(())
    });
    let rule = "each job has its order or account";
    assert_eq!(broken(&report.await), [(rule, 5, &[100, 101, 102][..])]);
}
