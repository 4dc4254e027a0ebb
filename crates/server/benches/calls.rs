//! What does it cost a request that its call is noted? Reads the products of an agreement through the
//! program's own router, without sockets, and in turn with that: notes as many calls by themselves, and
//! writes them down as it is done once a second. Prints medians and their ratios:
//! `cargo bench -p server --bench calls`.

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, header};
use domain::access::{ClientId, SystemUserName};
use domain::{Clock, OrganizationNumber};
use gateway::{Nodes, ServerKey};
use jiff::SignedDuration;
use selfservice::NewApps;
use selfservice::calls::{CallLine, CallSettings, FinishedCall};
use selfservice::fulfillment::{Fulfillment, Schedule};
use server::wiring::{Mode, Parts};
use storage::Store;
use testkit::{Database, ManualClock, SeededEntropy};
use tower::ServiceExt;

type Failure = Box<dyn std::error::Error>;

const APP: &str = "demodemodemodemodemodemodemodemo";
const SYSTEM_USER: &str = "API1000DEMO";
const PRODUCTS: &str = "/corporate-agreements/v2/agreements/123456/products";
/// How many calls are made between two flushes.
const CALLS: u32 = 2_000;
const ROUNDS: usize = 30;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Failure> {
    let sqlite = Database::sqlite();
    measure("sqlite", sqlite.url(), Nodes::One).await?;
    if let Some(postgres) = Database::postgres().await {
        measure("postgres", postgres.url(), Nodes::Several).await?;
    }
    Ok(())
}

/// What each took, in every round.
#[derive(Default)]
struct Taken {
    requests: Vec<Duration>,
    notes: Vec<Duration>,
    flushes: Vec<Duration>,
}

#[expect(clippy::disallowed_methods, reason = "a benchmark measures")]
async fn measure(engine: &str, url: &str, nodes: Nodes) -> Result<(), Failure> {
    let clock = Arc::new(ManualClock::default());
    let parts = Parts {
        store: Store::open(url).await?,
        key: ServerKey::new(&[7; 32]),
        clock: Arc::<ManualClock>::clone(&clock),
        entropy: Arc::new(SeededEntropy::new(1)),
    };
    parts.prepare().await?;
    server::demo::load(&parts).await?;
    let services = parts.services(mode(nodes)?);
    let router = api::router(&services)?;
    let token = token(&router).await?;
    let mut spent = Taken::default();
    for _ in 0..ROUNDS {
        let began = Instant::now();
        for _ in 0..CALLS {
            read_products(&router, &token).await?;
        }
        spent.requests.push(began.elapsed());
        services.selfservice.flush_calls().await?;

        let began = Instant::now();
        for _ in 0..CALLS {
            services.selfservice.note_call(call(clock.as_ref())?, line);
        }
        spent.notes.push(began.elapsed());
        let began = Instant::now();
        services.selfservice.flush_calls().await?;
        spent.flushes.push(began.elapsed());
        clock.advance(Duration::from_secs(1));
    }
    print(engine, spent);
    parts.store.close().await;
    Ok(())
}

fn mode(nodes: Nodes) -> Result<Mode, Failure> {
    let wire = api::Settings {
        public_url: "http://127.0.0.1:8080".to_owned(),
        brackets: true,
        strict_codes: false,
        sandbox_faults: false,
        upstreams: Vec::new(),
    };
    let webhooks = api::Webhooks::new(&api::WebhookSettings::default(), &wire.public_url)?;
    Ok(Mode {
        wire,
        webhooks: Arc::new(webhooks),
        gateway: gateway::Settings {
            limits: false,
            ..gateway::Settings::new(nodes)
        },
        fulfillment: Fulfillment::simulated(Schedule {
            delay: SignedDuration::from_secs(2),
            account_visible_after: SignedDuration::ZERO,
        }),
        calls: CallSettings::default(),
        new_apps: NewApps::default(),
    })
}

async fn token(router: &Router) -> Result<String, Failure> {
    let form = format!("grant_type=password&username={SYSTEM_USER}&password=demo-password");
    let request = Request::post("/oauth/v2/token")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from(format!(
            "{form}&client_id={APP}&client_secret=demosecretdemose"
        )))?;
    let answer = router.clone().oneshot(request).await?;
    let body = to_bytes(answer.into_body(), usize::MAX).await?;
    let body: serde_json::Value = serde_json::from_slice(&body)?;
    let token = body["access_token"].as_str();
    Ok(token.ok_or_else(|| format!("no token: {body}"))?.to_owned())
}

async fn read_products(router: &Router, token: &str) -> Result<(), Failure> {
    let request = Request::get(PRODUCTS)
        .header(header::AUTHORIZATION, format!("Bearer {token}"))
        .body(Body::empty())?;
    let answer = router.clone().oneshot(request).await?;
    if answer.status() != StatusCode::OK {
        return Err(format!("{}", answer.status()).into());
    }
    to_bytes(answer.into_body(), usize::MAX).await?;
    Ok(())
}

/// What a request to read products leaves in the book.
fn call(clock: &ManualClock) -> Result<FinishedCall, Failure> {
    let organization = OrganizationNumber::parse("914742315").ok_or("no organization's number")?;
    Ok(FinishedCall {
        operation: "list_agreement_products",
        app: ClientId::new(APP),
        system_user: Some(SystemUserName::new(SYSTEM_USER)),
        code: 200,
        at: clock.now(),
        took: Duration::from_millis(1),
        touched: vec![organization],
        presumed: false,
    })
}

fn line() -> CallLine {
    CallLine {
        transaction_id: "019e8a3c-2b00-7c3d-9f3e-5a1b2c3d4e5f".to_owned(),
        method: "GET".to_owned(),
        path: PRODUCTS.to_owned(),
    }
}

#[expect(
    clippy::print_stdout,
    reason = "the figures are what a benchmark is for"
)]
fn print(engine: &str, spent: Taken) {
    let each = |mut spent: Vec<Duration>| {
        spent.sort_unstable();
        spent[spent.len() / 2].as_secs_f64() * 1e6 / f64::from(CALLS)
    };
    let (request, note) = (each(spent.requests), each(spent.notes));
    let flush = each(spent.flushes);
    println!("{engine}: a request {request:.2} us, its note among it {note:.3} us");
    println!("{engine}: writing down {CALLS} calls at once, for each {flush:.3} us");
    println!(
        "{engine}: noting / request {:.4}, writing down / request {:.4}",
        note / request,
        flush / request
    );
}
