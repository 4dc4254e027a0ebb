//! Whose data was read: what the operations' answers showed, and nobody else's.

use axum::http::Method;
use domain::access::ClientId;
use jiff::Timestamp;
use selfservice::calls::{DataRead, DataReadFilter};
use serde_json::{Value, json};

use crate::app::{DEMO, OTHER, Test, TestApp, tests};
use crate::orders::add;

pub(crate) const TESTS: &[Test] = tests![
    a_list_touches_those_whose_data_it_shows,
    a_refused_call_touches_nobody,
    an_account_touches_its_owner_and_its_payer,
    a_call_for_the_head_alone_is_a_read_too,
    reads_are_listed_page_by_page,
];

const AGREEMENTS: &str = "/corporate-agreements/v2/agreements";
const ACCOUNTS: &str = "/corporate-accounts/v2/accounts";

/// Everything that was read.
fn everything() -> DataReadFilter {
    DataReadFilter {
        app: None,
        system_user: None,
        organization: None,
        from: Timestamp::UNIX_EPOCH,
        to: Timestamp::MAX,
    }
}

async fn list(app: &TestApp, filter: &DataReadFilter) -> Vec<DataRead> {
    let flushed = app.selfservice().flush_calls().await;
    flushed.expect("the calls are written down");
    let page = app.selfservice().list_data_reads(filter, None, 1_000);
    page.await.expect("the reads").reads
}

/// Whose data an operation has shown, in all, by number.
pub(crate) async fn reads(app: &TestApp, operation: &str) -> Vec<String> {
    reads_since(app, operation, Timestamp::UNIX_EPOCH).await
}

/// The same from an instant on.
pub(crate) async fn reads_since(app: &TestApp, operation: &str, from: Timestamp) -> Vec<String> {
    let mut reads = list(
        app,
        &DataReadFilter {
            from,
            ..everything()
        },
    )
    .await;
    reads.retain(|read| read.operation == operation);
    let mut numbers: Vec<_> = reads
        .iter()
        .map(|read| read.organization.to_string())
        .collect();
    numbers.sort_unstable();
    numbers.dedup();
    numbers
}

async fn a_list_touches_those_whose_data_it_shows(app: &mut TestApp) {
    let caller = app.system_user();
    for _ in 0..3 {
        caller.get(AGREEMENTS).await.ok();
    }
    caller.get("/corporate-agreements/v2/orders").await.ok();
    app.of_other_organization().get(AGREEMENTS).await.ok();
    assert_eq!(
        reads(app, "list_orders").await,
        [] as [&str; 0],
        "an empty list"
    );
    caller.ordered(&add(404, &[])).await;
    caller.get("/corporate-agreements/v2/orders").await.ok();
    let own = DataReadFilter {
        app: Some(ClientId::new(DEMO.0)),
        ..everything()
    };
    let words: Vec<_> = list(app, &own)
        .await
        .iter()
        .map(|read| {
            let user = read.system_user.as_str();
            format!(
                "{} {user} {} {}",
                read.organization, read.operation, read.calls
            )
        })
        .collect();
    assert_eq!(
        words,
        [
            "914742315 API1000DEMO list_agreements 3",
            "914742315 API1000DEMO list_orders 1",
            "987654321 API1000DEMO list_agreements 3",
        ]
    );
    let foreign = DataReadFilter {
        app: Some(ClientId::new(OTHER.0)),
        ..everything()
    };
    let foreign = list(app, &foreign).await;
    let numbers: Vec<_> = foreign
        .iter()
        .map(|read| read.organization.as_str())
        .collect();
    assert_eq!(numbers, ["976967631"]);
}

async fn a_refused_call_touches_nobody(app: &mut TestApp) {
    let caller = app.system_user();
    caller
        .get(&format!("{AGREEMENTS}/7000001"))
        .await
        .refused(404_001);
    caller.place(&add(999_999, &[])).await.refused(400_002);
    app.expired().get(AGREEMENTS).await.refused(40106);
    app.without_system_user()
        .get(AGREEMENTS)
        .await
        .refused(40001);
    let fault = caller
        .call(Method::GET, AGREEMENTS)
        .header("x-sandbox-fault", "50001");
    fault.send().await.refused(50001);
    assert_eq!(list(app, &everything()).await, []);
}

async fn an_account_touches_its_owner_and_its_payer(app: &mut TestApp) {
    let caller = app.system_user();
    let body = json!({
        "accountReference1": "Drift",
        "ownerOrganizationNumber": "987654321",
        "payerOrganizationNumber": "914742315",
    });
    let opened = caller.post(ACCOUNTS, &body).await;
    let id = opened.ok()["id"].as_str().expect("an id").to_owned();
    assert_eq!(
        reads(app, "create_account").await,
        ["914742315", "987654321"]
    );
    caller.get(&format!("{ACCOUNTS}/{id}")).await.ok();
    assert_eq!(reads(app, "get_account").await, ["914742315", "987654321"]);
    // One page shows the accounts of one of them alone.
    caller.get(&format!("{ACCOUNTS}?pageSize=1")).await.ok();
    assert_eq!(reads(app, "list_accounts").await, ["914742315"]);
}

async fn a_call_for_the_head_alone_is_a_read_too(app: &mut TestApp) {
    let caller = app.system_user();
    caller.call(Method::HEAD, AGREEMENTS).send().await;
    assert_eq!(
        reads(app, "list_agreements").await,
        ["914742315", "987654321"]
    );
}

async fn reads_are_listed_page_by_page(app: &mut TestApp) {
    let caller = app.system_user();
    for address in [AGREEMENTS, ACCOUNTS, "/organizations/v1/organizations"] {
        caller.get(address).await.ok();
        app.clock.advance(std::time::Duration::from_mins(1));
    }
    let whole = list(app, &everything()).await;
    let mut paged = Vec::new();
    let mut after: Option<String> = None;
    loop {
        let (filter, selfservice) = (everything(), app.selfservice());
        let page = selfservice.list_data_reads(&filter, after.as_deref(), 2);
        let page = page.await.expect("the reads");
        assert!(page.reads.len() <= 2);
        paged.extend(page.reads);
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(paged.len(), 5);
    assert_eq!(paged, whole);
    let value: Vec<Value> = paged.iter().map(|read| json!(read.operation)).collect();
    assert_eq!(value.first(), Some(&json!("list_agreements")));
}
