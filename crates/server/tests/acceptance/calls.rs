//! Finished calls: each is counted once, whichever way it ended, and what is kept of it is bounded.

use std::time::Duration;

use domain::access::{ClientId, SystemUserName};
use domain::{Clock, OrganizationNumber};
use jiff::Timestamp;
use selfservice::SelfService;
use selfservice::calls::{
    CallKey, CallLine, CallLogPage, CallLogWish, FinishedCall, Flushed, SeriesQuery,
};
use storage::probe::{self, Statement};
use tokio::task::JoinSet;

use crate::app::{DEMO, Test, TestApp, tests};
use crate::orders::{add, update};

pub(crate) const TESTS: &[Test] = tests![
    calls_are_counted_by_operation_code_and_app,
    a_call_of_nobody_known_is_not_counted,
    calls_at_the_same_time_on_two_nodes_add_up,
    a_call_that_panics_is_counted_as_a_fault_of_ours,
    what_could_not_be_written_down_is_written_down_later,
    the_log_takes_what_it_has_room_for_and_counts_the_rest,
    the_log_is_that_of_an_organizations_own_apps,
    latencies_are_told_within_the_width_of_their_range,
    what_is_older_than_it_is_kept_is_dropped,
];

const AGREEMENTS: &str = "/corporate-agreements/v2/agreements";

async fn flush(app: &TestApp) -> Flushed {
    let flushed = app.selfservice().flush_calls().await;
    flushed.expect("the calls are written down")
}

/// The day around now in one point.
fn around(now: Timestamp) -> SeriesQuery {
    let (from, to) = (
        now - Duration::from_hours(12),
        now + Duration::from_hours(12),
    );
    SeriesQuery::new(from, to, 24 * 60).expect("a query")
}

/// How many calls there were in the day around now, by key.
async fn counted(app: &TestApp, key: CallKey) -> Vec<String> {
    flush(app).await;
    let query = around(app.clock.now());
    let found = app.selfservice().call_series(query, key, (None, None), 20);
    let series = found.await.expect("the counts").series;
    let line = |line: &selfservice::calls::Series| {
        let key = line.key.as_deref().unwrap_or("others");
        format!("{key} {}", line.calls.iter().sum::<i64>())
    };
    series.iter().map(line).collect()
}

async fn calls_are_counted_by_operation_code_and_app(app: &mut TestApp) {
    let caller = app.system_user();
    for _ in 0..3 {
        caller.get(AGREEMENTS).await.ok();
    }
    caller
        .get(&format!("{AGREEMENTS}/1"))
        .await
        .refused(404_001);
    caller.place(&add(404, &[])).await.ok();
    caller
        .get("/corporate-agreements/v2/orders?page=x")
        .await
        .code();
    app.with_info_only()
        .place(&add(404, &[]))
        .await
        .refused(40103);
    app.without_system_user()
        .get(AGREEMENTS)
        .await
        .refused(40001);
    app.expired().get(AGREEMENTS).await.refused(40106);
    let operations = counted(app, CallKey::Operation).await;
    assert_eq!(
        operations,
        [
            "list_agreements 5",
            "place_order 2",
            "get_agreement 1",
            "list_orders 1"
        ]
    );
    let codes = counted(app, CallKey::Code).await;
    assert_eq!(codes[0], "200 4");
    for code in ["40001 1", "40103 1", "40106 1", "404001 1"] {
        assert!(codes.iter().any(|one| one == code), "{code}: {codes:?}");
    }
    let apps = counted(app, CallKey::App).await;
    assert_eq!(apps[0], format!("{} 7", DEMO.0));
    assert_eq!(apps.len(), 3);
}

async fn a_call_of_nobody_known_is_not_counted(app: &mut TestApp) {
    app.anonymous().get(AGREEMENTS).await.refused(40102);
    app.authorized("Bearer x")
        .get(AGREEMENTS)
        .await
        .refused(40105);
    app.basic((DEMO.0, "wrong"))
        .get(AGREEMENTS)
        .await
        .refused(40108);
    app.system_user().get("/no/such/path").await.refused(40401);
    assert_eq!(flush(app).await, Flushed::default());
    assert_eq!(counted(app, CallKey::Code).await, [] as [&str; 0]);
}

/// What would have been noted of a call of the demo app's.
fn finished(at: Timestamp, took: Duration) -> FinishedCall {
    FinishedCall {
        operation: "list_orders",
        app: ClientId::new(DEMO.0),
        system_user: Some(SystemUserName::new("API1000DEMO")),
        code: 200,
        at,
        took,
        touched: OrganizationNumber::parse("914742315").into_iter().collect(),
        presumed: false,
    }
}

fn line() -> CallLine {
    CallLine {
        transaction_id: "a-call".to_owned(),
        method: "GET".to_owned(),
        path: "/corporate-agreements/v2/orders".to_owned(),
    }
}

async fn calls_at_the_same_time_on_two_nodes_add_up(app: &mut TestApp) {
    let other = app.another_node().await;
    let own = app.another_node().await;
    let now = app.clock.now();
    let mut callers = JoinSet::new();
    for number in 0..400 {
        let services = if number % 2 == 0 {
            own.clone()
        } else {
            other.clone()
        };
        callers.spawn(async move {
            let selfservice: &SelfService = &services.selfservice;
            selfservice.note_call(finished(now, Duration::from_micros(number)), line);
            if number % 10 < 2 {
                let flushed = selfservice.flush_calls().await.expect("written down");
                return flushed.calls;
            }
            0
        });
    }
    let mut written: u64 = callers.join_all().await.into_iter().sum();
    for services in [&own, &other] {
        let flushed = services.selfservice.flush_calls().await;
        written += flushed.expect("written down").calls;
    }
    assert_eq!(written, 400);
    assert_eq!(counted(app, CallKey::Operation).await, ["list_orders 400"]);
    assert_eq!(counted(app, CallKey::Code).await, ["200 400"]);
}

async fn a_call_that_panics_is_counted_as_a_fault_of_ours(app: &mut TestApp) {
    let caller = app.system_user();
    caller.get(AGREEMENTS).await.ok();
    for reading in 1..50 {
        app.panic_at_reading(reading);
        let call = caller.call(axum::http::Method::POST, "/corporate-agreements/v2/orders");
        let answer = call
            .header("x-request-id", "so-the-edge-does-not-ask")
            .body(update(&[(6420, "kari@example.com")]).to_string())
            .send()
            .await;
        app.panic_at_reading(0);
        if answer.status.is_success() {
            break;
        }
        answer.refused(50001);
    }
    let codes = counted(app, CallKey::Code).await;
    assert!(
        codes.iter().any(|one| one.starts_with("50001 ")),
        "{codes:?}"
    );
}

async fn what_could_not_be_written_down_is_written_down_later(app: &mut TestApp) {
    static BREAK: Statement = Statement::new("ALTER TABLE call_log RENAME TO call_log_gone");
    static MEND: Statement = Statement::new("ALTER TABLE call_log_gone RENAME TO call_log");
    let caller = app.system_user();
    caller.get(AGREEMENTS).await.ok();
    app.operate(async |tx| probe::execute(tx, &BREAK, &[]).await)
        .await;
    for _ in 0..2 {
        let failed = app.selfservice().flush_calls().await;
        failed.expect_err("no table to write to");
        caller.get(AGREEMENTS).await.ok();
    }
    app.operate(async |tx| probe::execute(tx, &MEND, &[]).await)
        .await;
    assert_eq!(flush(app).await.calls, 2);
    assert_eq!(
        counted(app, CallKey::Operation).await,
        ["list_agreements 3"]
    );
    assert_eq!(logged(app, "914742315", None).await.calls.len(), 3);
}

async fn logged(app: &TestApp, owner: &str, id: Option<&str>) -> CallLogPage {
    let owner = OrganizationNumber::parse(owner).expect("a number");
    let wish = CallLogWish {
        app: id.map(ClientId::new),
        from: Timestamp::UNIX_EPOCH,
        failed: false,
    };
    let mut all = CallLogPage {
        calls: Vec::new(),
        next: None,
        unlogged: 0,
    };
    loop {
        let before = all.next.take();
        let page = app
            .selfservice()
            .list_logged_calls(&owner, &wish, before.as_deref(), 2);
        let page = page.await.expect("the log");
        all.calls.extend(page.calls);
        all.unlogged = page.unlogged;
        all.next = page.next;
        if all.next.is_none() {
            return all;
        }
    }
}

async fn the_log_takes_what_it_has_room_for_and_counts_the_rest(app: &mut TestApp) {
    app.restart_with(|choices| choices.calls.logged_per_second = 4)
        .await;
    for _ in 0..5 {
        app.system_user().get(AGREEMENTS).await.ok();
    }
    for _ in 0..5 {
        app.with_info_only().get(AGREEMENTS).await.ok();
    }
    let flushed = Flushed {
        calls: 10,
        unlogged: 6,
        lost: 0,
    };
    assert_eq!(flush(app).await, flushed);
    let own = logged(app, "914742315", Some(DEMO.0)).await;
    assert_eq!((own.calls.len(), own.unlogged), (2, 3));
    let all = logged(app, "914742315", None).await;
    assert_eq!((all.calls.len(), all.unlogged), (4, 6));
    app.system_user().get(AGREEMENTS).await.ok();
    assert_eq!(flush(app).await.unlogged, 0, "there is room again");
}

async fn the_log_is_that_of_an_organizations_own_apps(app: &mut TestApp) {
    let caller = app.system_user();
    let answer = caller.get(&format!("{AGREEMENTS}/1?secret=x")).await;
    answer.refused(404_001);
    app.clock.advance(Duration::from_secs(1));
    caller.get(AGREEMENTS).await.ok();
    app.of_other_organization().get(AGREEMENTS).await.ok();
    flush(app).await;
    let own = logged(app, "914742315", None).await.calls;
    let words: Vec<_> = own
        .iter()
        .map(|call| {
            format!(
                "{} {} {} {}",
                call.method, call.path, call.operation, call.code
            )
        })
        .collect();
    assert_eq!(
        words,
        [
            format!("GET {AGREEMENTS} list_agreements 200"),
            format!("GET {AGREEMENTS}/1 get_agreement 404001"),
        ]
    );
    assert_eq!(own[1].transaction_id, answer.header("x-request-id"));
    assert_eq!(logged(app, "976967631", None).await.calls.len(), 1);
    let foreign = logged(app, "976967631", Some(DEMO.0)).await;
    assert_eq!((foreign.calls.len(), foreign.unlogged), (0, 0));
}

async fn latencies_are_told_within_the_width_of_their_range(app: &mut TestApp) {
    let now = app.clock.now();
    for number in 1..=1000_u64 {
        let took = Duration::from_micros(number * 17);
        app.selfservice().note_call(finished(now, took), line);
    }
    flush(app).await;
    let query = around(now);
    let found = app.selfservice().call_latencies(query, Some("list_orders"));
    let found = found.await.expect("the latencies");
    for (line, truth) in [(found.p50, 8_500), (found.p95, 16_150), (found.p99, 16_830)] {
        let truth = Duration::from_micros(truth);
        let told = line[0].expect("some calls");
        assert!(
            told >= truth && told < truth.mul_f64(1.25),
            "{told:?} for {truth:?}"
        );
    }
    let others = app.selfservice().call_latencies(query, Some("get_order"));
    assert_eq!(others.await.expect("the latencies").p50, [None]);
}

async fn what_is_older_than_it_is_kept_is_dropped(app: &mut TestApp) {
    let caller = app.system_user();
    caller.get(AGREEMENTS).await.ok();
    flush(app).await;
    app.selfservice().take_gauges().await.expect("readings");
    let day = Duration::from_hours(24);
    let began = app.clock.now();
    for (days, left) in [
        (6, [1, 1, 1]),
        (2, [0, 1, 1]),
        (28, [0, 0, 1]),
        (365, [0, 0, 0]),
    ] {
        app.clock.advance(day * days);
        let forgotten = app.selfservice().forget_old_calls().await;
        forgotten.expect("housekeeping");
        let lines = logged(app, "914742315", None).await.calls.len();
        let key = CallKey::App;
        let counts = app
            .selfservice()
            .call_series(around(began), key, (None, None), 9);
        let counts = counts.await.expect("counts").series.len();
        let reads = crate::data_reads::reads(app, "list_agreements").await;
        assert_eq!(
            [lines, counts, reads.len().min(1)],
            left,
            "after {days} days more"
        );
    }
}
