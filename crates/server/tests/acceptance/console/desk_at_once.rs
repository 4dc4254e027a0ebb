//! Of two who see the same order, one does something about it.

use domain::{Author, OrderId};
use selfservice::fulfillment::{Report, WorkRefusal};

use crate::app::{Test, TestApp, tests};
use crate::orders::add;

pub(crate) const TESTS: &[Test] = tests![
    who_has_seen_an_earlier_hold_ends_nothing,
    of_two_who_end_the_same_order_one_does,
];

/// A held order, with what somebody has seen of it.
async fn held(app: &TestApp) -> Report {
    let id = app.system_user().ordered(&add(404, &[])).await;
    let id = OrderId::parse(&id).expect("an id");
    let kari = kari();
    let held = app.selfservice().hold_order(&kari, id, "a question");
    let held = held.await.expect("a held order");
    Report {
        id,
        claim: None,
        seen: Some(held.order.updated_at),
    }
}

fn kari() -> Author {
    Author::of_operator("kari")
}

async fn who_has_seen_an_earlier_hold_ends_nothing(app: &mut TestApp) {
    let old = held(app).await;
    let desk = app.selfservice();
    desk.resume_order(&kari(), old).await.expect("it goes on");
    let again = desk.hold_order(&kari(), old.id, "another question").await;
    let again = again.expect("a held order");
    let by = Author::of_operator("ola");
    for refused in [
        desk.complete_order(&by, old, None).await,
        desk.fail_order(&by, old, "why").await,
        desk.hold_order(&by, old, "why").await,
        desk.begin_order(&by, old).await,
        desk.resume_order(&by, old).await,
    ] {
        let refused = refused.err();
        assert!(matches!(refused, Some(WorkRefusal::MovedOn)), "{refused:?}");
    }
    let found = desk.find_any_order(old.id).await.expect("an order");
    assert_eq!(found.order, again.order);
    let seen = Some(again.order.updated_at);
    let done = desk.complete_order(&by, Report { seen, ..old }, None).await;
    done.expect("a completed order");
}

async fn of_two_who_end_the_same_order_one_does(app: &mut TestApp) {
    let seen = held(app).await;
    let (desk, ola) = (app.selfservice(), Author::of_operator("ola"));
    let by = kari();
    let (completed, failed) = tokio::join!(
        desk.complete_order(&by, seen, None),
        desk.fail_order(&ola, seen, "why")
    );
    let found = desk.find_any_order(seen.id).await.expect("an order");
    let (done, refused) = match (completed, failed) {
        (Ok(done), Err(refused)) | (Err(refused), Ok(done)) => (done, refused),
        other => panic!("{other:?}"),
    };
    assert_eq!(found.order, done.order);
    assert!(matches!(refused, WorkRefusal::MovedOn), "{refused:?}");
}
