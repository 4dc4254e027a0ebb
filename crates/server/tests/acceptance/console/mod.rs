//! The console's pages as a browser without scripts sees them: cookies are kept, redirections are
//! shown, and every answer is checked for the headers that all have.

mod api_product_requests;
pub(crate) mod codes;
mod data_reads;
mod database;
mod desk;
mod desk_at_once;
mod developers;
mod edit;
mod guarding;
mod journal;
mod notifications;
mod operators;
mod order_lists;
mod overview;
mod passwords;
mod record_forms;
mod records;
mod secrets;
mod sessions;
mod sign_in;
pub(crate) mod visitor;

use domain::access::{Operator, OperatorName, OperatorRole, Realm};
use storage::NewPassword;

use crate::app::{Test, TestApp};

/// The tests of each file of the folder.
pub(crate) const FILES: &[(&str, &[Test])] = &[
    ("console::api_product_requests", api_product_requests::TESTS),
    ("console::codes", codes::TESTS),
    ("console::data_reads", data_reads::TESTS),
    ("console::desk", desk::TESTS),
    ("console::desk_at_once", desk_at_once::TESTS),
    ("console::developers", developers::TESTS),
    ("console::edit", edit::TESTS),
    ("console::guarding", guarding::TESTS),
    ("console::journal", journal::TESTS),
    ("console::notifications", notifications::TESTS),
    ("console::operators", operators::TESTS),
    ("console::order_lists", order_lists::TESTS),
    ("console::overview", overview::TESTS),
    ("console::passwords", passwords::TESTS),
    ("console::record_forms", record_forms::TESTS),
    ("console::records", records::TESTS),
    ("console::secrets", secrets::TESTS),
    ("console::sessions", sessions::TESTS),
    ("console::sign_in", sign_in::TESTS),
];

/// The sandbox's own operator, an administrator.
const DEMO: (&str, &str) = ("demo", "demo-operator-password");

/// A page without what its tables have besides for narrow screens.
fn without_labels(page: &str) -> String {
    let mut page = page.replace("<wbr>", "");
    for attribute in [" role=\"", " data-label=\""] {
        let mut parts = page.split(attribute);
        let mut plain = parts.next().unwrap_or_default().to_owned();
        plain.extend(parts.filter_map(|part| Some(part.split_once('"')?.1)));
        page = plain;
    }
    page
}

/// Adds an operator who signs in with [`password`].
async fn add_operator(app: &TestApp, name: &str, role: OperatorRole) {
    let operator = Operator {
        name: OperatorName::parse(name).expect("a name"),
        role,
        enabled: true,
        created_at: jiff::Timestamp::UNIX_EPOCH,
    };
    let key = crate::app::key().hash_operator_key(name);
    let entropy = testkit::SeededEntropy::new(3);
    let hash = gateway::hash_password(&password(name), &entropy).expect("a hash");
    let password = NewPassword {
        hash: &hash,
        must_change: false,
        at: jiff::Timestamp::UNIX_EPOCH,
    };
    app.operate(async |tx| {
        tx.operators().insert(&operator, &key).await?;
        tx.logins()
            .set_password(Realm::Operator, name, password)
            .await
    })
    .await;
}

fn password(name: &str) -> String {
    format!("{name} likes to walk in the fjords")
}

/// What the journal says was done to an operator, the oldest first, with who did it.
async fn journal(app: &TestApp, name: &str) -> Vec<(String, String)> {
    in_journal(app, ("operator", name)).await
}

/// What the journal says was done to a record, with who did it, by its words: while the clock stands
/// still, nothing is older than the rest.
pub(crate) async fn changes(app: &TestApp, noun: &str, subject: &str) -> Vec<(String, String)> {
    let mut done = in_journal(app, (noun, subject)).await;
    done.sort();
    done
}

async fn in_journal(app: &TestApp, (noun, subject): (&str, &str)) -> Vec<(String, String)> {
    let rows = app
        .store
        .read(async |tx| tx.journal().unplaced(1_000).await);
    let mut rows = rows.await.expect("the journal");
    rows.retain(|row| row.line.noun == noun && row.line.subject == subject);
    rows.sort_by(|one, other| one.change.id.as_str().cmp(other.change.id.as_str()));
    let row = |row: storage::JournalRow| (row.line.action, row.change.author.name);
    rows.into_iter().map(row).collect()
}

/// Completes all that waits for a person, so that the test ends with nothing left to do.
async fn end_all(app: &TestApp) {
    let by = domain::Author::of_operator("demo");
    let first = selfservice::Page {
        number: 0,
        size: 100,
    };
    loop {
        let desk = app.selfservice().list_desk(first).await;
        let (waiting, _) = desk.expect("the desk");
        let Some(next) = waiting.iter().find(|one| !one.waits) else {
            return;
        };
        let done = app
            .selfservice()
            .complete_order(&by, (next.order.id, None), None);
        done.await.expect("completed");
    }
}
