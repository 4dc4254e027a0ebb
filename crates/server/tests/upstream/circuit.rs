//! The circuit breaker, in the program and with a clock that the test moves.

use std::sync::Arc;
use std::time::Duration;

use api::{Services, Settings, UpstreamSettings};
use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use domain::Clock;
use gateway::{Nodes, ServerKey};
use selfservice::calls::{CallKey, CallSettings, DataReadFilter, SeriesQuery};
use selfservice::fulfillment::{Fulfillment, Schedule};
use server::wiring::{Mode, Parts};
use storage::Store;
use testkit::{Database, ManualClock, SeededEntropy};
use tower::ServiceExt;

use crate::world::{AGREEMENTS, Upstream, World, expect_code, facts};

#[tokio::test]
async fn an_upstream_that_keeps_failing_is_left_alone() {
    let upstream = Upstream::start("500");
    let world = World::beside(&upstream, "").await;
    for _ in 0..5 {
        expect_code(facts(world.get(AGREEMENTS).await).await, 500_100);
    }
    let refused = facts(world.get(AGREEMENTS).await).await;
    assert!(refused.1.is_some_and(|wait| wait <= 10), "{refused:?}");
    expect_code(refused, 503_200);
    assert_eq!(upstream.requests().len(), 5);
}

#[tokio::test]
async fn refusals_do_not_open_it() {
    let upstream = Upstream::start("400-json");
    let world = World::beside(&upstream, "").await;
    for _ in 0..10 {
        assert_eq!(world.get(AGREEMENTS).await.status(), 400);
    }
}

/// The server in this process.
struct InProcess {
    clock: Arc<ManualClock>,
    router: Router,
    services: Services,
    parts: Parts,
    _database: Database,
}

impl InProcess {
    async fn beside(upstream: &Upstream) -> Self {
        let database = Database::sqlite();
        let clock = Arc::new(ManualClock::default());
        let parts = Parts {
            store: Store::open(database.url()).await.expect("a database"),
            key: ServerKey::new(&[7; 32]),
            clock: Arc::clone(&clock) as Arc<dyn domain::Clock>,
            entropy: Arc::new(SeededEntropy::new(1)),
        };
        parts.prepare().await.expect("prepared");
        server::demo::load(&parts).await.expect("the demo data");
        let services = parts.services(mode(upstream));
        Self {
            clock,
            router: api::router(&services).expect("a router"),
            services,
            parts,
            _database: database,
        }
    }
}

/// One call at a time, and all the patience in the world.
fn mode(upstream: &Upstream) -> Mode {
    let base_url = format!("http://127.0.0.1:{}", upstream.port);
    let base_url = base_url.parse().expect("an address");
    let hour = Duration::from_hours(1);
    let webhooks = api::Webhooks::new(&api::WebhookSettings::default(), "http://127.0.0.1");
    Mode {
        webhooks: Arc::new(webhooks.expect("usable settings")),
        wire: Settings {
            public_url: "http://127.0.0.1:8080".to_owned(),
            brackets: true,
            strict_codes: false,
            sandbox_faults: false,
            upstreams: vec![UpstreamSettings {
                timeout: hour,
                deadline: hour,
                concurrency: 1,
                ..UpstreamSettings::new("corporate-agreements", base_url)
            }],
        },
        gateway: gateway::Settings {
            limits: false,
            ..gateway::Settings::new(Nodes::One)
        },
        fulfillment: Fulfillment::simulated(Schedule {
            delay: jiff::SignedDuration::ZERO,
            account_visible_after: jiff::SignedDuration::ZERO,
        }),
        new_apps: selfservice::NewApps::default(),
        calls: CallSettings::default(),
    }
}

#[tokio::test]
async fn after_ten_seconds_one_call_decides() {
    let upstream = Upstream::start("500");
    let server = InProcess::beside(&upstream).await;
    let (clock, router) = (&server.clock, &server.router);
    for _ in 0..5 {
        assert_eq!(call(router).await, 500);
    }
    clock.advance(Duration::from_millis(9_999));
    assert_eq!(call(router).await, 503);
    clock.advance(Duration::from_millis(1));
    assert_eq!(call(router).await, 500);
    assert_eq!(call(router).await, 503);
    assert_eq!(upstream.requests().len(), 6);
    upstream.set_mode("echo");
    clock.advance(Duration::from_secs(10));
    assert_eq!(call(router).await, 200);
    assert_eq!(call(router).await, 200);
    server.parts.store.close().await;
}

#[tokio::test]
async fn calls_that_are_given_up_leave_neither_a_failure_nor_a_taken_place() {
    let upstream = Upstream::start("hang");
    let server = InProcess::beside(&upstream).await;
    for given_up in 1..=10 {
        let router = server.router.clone();
        let waiting = tokio::spawn(async move { call(&router).await });
        upstream.arrived(given_up).await;
        waiting.abort();
        waiting.await.expect_err("given up");
    }
    upstream.set_mode("echo");
    assert_eq!(call(&server.router).await, 200);
    assert_eq!(
        codes(&server).await,
        [("0".to_owned(), 10), ("200".to_owned(), 1)]
    );
    server.parts.store.close().await;
}

/// How many calls were noted with which code.
async fn codes(server: &InProcess) -> Vec<(String, i64)> {
    let selfservice = &server.services.selfservice;
    selfservice.flush_calls().await.expect("written down");
    let now = server.clock.now();
    let span = (now - Duration::from_hours(1), now + Duration::from_mins(1));
    let query = SeriesQuery::new(span.0, span.1, 100).expect("a query");
    let found = selfservice.call_series(query, CallKey::Code, (None, None), 9);
    let series = found.await.expect("the counts").series.into_iter();
    let counts = series.map(|one| (one.key.unwrap_or_default(), one.calls.iter().sum()));
    counts.collect()
}

/// Avtale does not read what an upstream answers.
#[tokio::test]
async fn whatever_an_upstream_answers_may_show_any_organization_of_the_callers() {
    let upstream = Upstream::start("400-json");
    let server = InProcess::beside(&upstream).await;
    assert_eq!(call(&server.router).await, 400);
    assert_eq!(presumed(&server).await, [] as [&str; 0]);
    upstream.set_mode("echo");
    assert_eq!(call(&server.router).await, 200);
    assert_eq!(presumed(&server).await, ["914742315", "987654321"]);
    server.parts.store.close().await;
}

async fn presumed(server: &InProcess) -> Vec<String> {
    let selfservice = &server.services.selfservice;
    selfservice.flush_calls().await.expect("written down");
    let everything = DataReadFilter {
        app: None,
        system_user: None,
        organization: None,
        from: jiff::Timestamp::UNIX_EPOCH,
        to: jiff::Timestamp::MAX,
    };
    let page = selfservice.list_data_reads(&everything, None, 9).await;
    let reads = page.expect("the reads").reads;
    assert!(reads.iter().all(|read| read.presumed), "{reads:?}");
    let numbers = reads.iter().map(|read| read.organization.to_string());
    numbers.collect()
}

/// The status for the demo's internal app, which needs no token.
async fn call(router: &Router) -> StatusCode {
    let credentials = "internalinternalinternalinternal:internalsecretin";
    let credentials = base64::Engine::encode(&base64::prelude::BASE64_STANDARD, credentials);
    let request = Request::get(AGREEMENTS)
        .header(header::AUTHORIZATION, format!("Basic {credentials}"))
        .body(Body::empty())
        .expect("a request");
    let response = router.clone().oneshot(request).await.expect("an answer");
    response.status()
}
