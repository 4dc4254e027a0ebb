//! From a backup that was taken under load to a server that goes on elsewhere: what had been
//! acknowledged is there, what was under way is done once, and no token comes back to life.

use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use reqwest::{Client, StatusCode};
use serde_json::{Value, json};

use super::super::program::Program;
use super::{Place, check, postgres_tool, printed};
use crate::app::{DEMO, Process, block_on, processes};

pub(crate) const TESTS: &[Process] = processes![
    a_file_that_was_copied_under_load_goes_on_elsewhere,
    a_server_that_was_dumped_under_load_goes_on_elsewhere,
    tokens_are_kept_for_whom_says_so,
];

const ORDERS: &str = "/corporate-agreements/v2/orders";
const PRODUCTS: &str = "/corporate-agreements/v2/agreements/5538579/products";
/// Callers at once.
const CALLERS: usize = 3;
/// Orders before the backup begins.
const BEFORE: usize = 40;
/// Orders after it: more than the numbers that a server takes at a time.
const AFTER: usize = 300;

/// The demo's system user at work.
#[derive(Clone)]
struct Session {
    http: Client,
    base: String,
    token: String,
}

impl Session {
    async fn new(program: &Program) -> Self {
        let form = "grant_type=password&username=API1000DEMO&password=demo-password";
        let http = Client::new();
        let request = http.post(program.url("/oauth/v2/token"));
        let answer = request.basic_auth(DEMO.0, Some(DEMO.1)).body(form).send();
        let body: Value = answer.await.expect("an answer").json().await.expect("JSON");
        let token = body["access_token"].as_str().expect("a token").to_owned();
        Self {
            http,
            base: program.url(""),
            token,
        }
    }

    /// The same token at another server.
    fn at(&self, program: &Program) -> Self {
        Self {
            base: program.url(""),
            ..self.clone()
        }
    }

    async fn try_get(&self, path: &str) -> (StatusCode, Value) {
        let request = self.http.get(format!("{}{path}", self.base));
        let answer = request.bearer_auth(&self.token).send().await;
        let answer = answer.expect("an answer");
        (answer.status(), answer.json().await.expect("JSON"))
    }

    async fn get(&self, path: &str) -> Value {
        let (status, body) = self.try_get(path).await;
        assert_eq!(status, StatusCode::OK, "{path}: {body}");
        body
    }

    /// Adds a product; the id of the order.
    async fn order(&self) -> String {
        let order =
            json!({ "type": "ADD_PRODUCT", "agreementId": 5_538_579, "productOfferingId": 404 });
        let request = self
            .http
            .post(format!("{}{ORDERS}", self.base))
            .json(&order);
        let answer = request.bearer_auth(&self.token).send().await;
        let body: Value = answer.expect("an answer").json().await.expect("JSON");
        body[0]["orderId"].as_str().expect("an id").to_owned()
    }

    async fn orders(&self) -> Vec<Value> {
        let mut orders = Vec::new();
        loop {
            let page = orders.len() / 1000;
            let next = self
                .get(&format!("{ORDERS}?pageSize=1000&page={page}"))
                .await;
            let next = next.as_array().expect("a list").clone();
            let last = next.len() < 1000;
            orders.extend(next);
            if last {
                return orders;
            }
        }
    }

    async fn wait_until_all_is_done(&self) {
        for _ in 0..1200 {
            let orders = self.orders().await;
            if orders.iter().all(|order| order["state"] == "COMPLETED") {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("some orders are not completed after a minute");
    }

    /// Each order went through its states once, and each added one product.
    async fn check_effects(&self) {
        let orders = self.orders().await;
        for order in &orders {
            let id = order["orderId"].as_str().expect("an id");
            let order = self.get(&format!("{ORDERS}/{id}")).await;
            let history = order["history"].as_array().expect("a history");
            let states: Vec<_> = history.iter().map(|event| &event["state"]).collect();
            assert_eq!(states, ["ACKNOWLEDGED", "IN_PROGRESS", "COMPLETED"]);
        }
        let products = self.get(PRODUCTS).await;
        let products = products[0]["ordered"].as_array().expect("a list");
        let added = products
            .iter()
            .filter(|product| product["productOfferId"] == 404);
        assert!(added.clone().all(|product| product["status"] == "ORDERED"));
        assert_eq!(added.count(), orders.len());
    }
}

/// Callers that order all the time, and what they were told.
struct Load {
    acknowledged: Arc<Mutex<Vec<String>>>,
    stop: Arc<AtomicBool>,
    callers: Vec<tokio::task::JoinHandle<()>>,
}

impl Load {
    fn begin(session: &Session) -> Self {
        let (acknowledged, stop) = (
            Arc::<Mutex<Vec<_>>>::default(),
            Arc::<AtomicBool>::default(),
        );
        let callers = (0..CALLERS).map(|_| {
            let (session, acknowledged) = (session.clone(), Arc::clone(&acknowledged));
            let stop = Arc::clone(&stop);
            tokio::spawn(async move {
                while !stop.load(Ordering::Relaxed) {
                    let id = session.order().await;
                    acknowledged.lock().expect("the list").push(id);
                }
            })
        });
        Self {
            callers: callers.collect(),
            acknowledged,
            stop,
        }
    }

    fn so_far(&self) -> Vec<String> {
        self.acknowledged.lock().expect("the list").clone()
    }

    async fn at_least(&self, count: usize) {
        while self.so_far().len() < count {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    async fn end(self) -> HashSet<String> {
        self.stop.store(true, Ordering::Relaxed);
        for caller in self.callers {
            caller.await.expect("every order is acknowledged");
        }
        let all = self.acknowledged.lock().expect("the list");
        all.iter().cloned().collect()
    }
}

/// What a backup under load left behind.
struct Left {
    session: Session,
    before: Vec<String>,
    ever: HashSet<String>,
}

/// Takes the backup `b` while orders come in and are carried out, and loses the server.
fn back_up_under_load(here: &Place, arguments: &[&str]) -> Left {
    let mut program = here.serve();
    let left = block_on(async {
        let session = Session::new(&program).await;
        let load = Load::begin(&session);
        load.at_least(BEFORE).await;
        let before = load.so_far();
        let mut command = here.command(&[&["backup", "b"], arguments].concat());
        let taken = tokio::task::spawn_blocking(move || command.output());
        let taken = taken.await.expect("it ends").expect("the program runs");
        assert!(printed(&taken).starts_with("b: "));
        let said = String::from_utf8_lossy(&taken.stderr).into_owned();
        assert!(said.starts_with("The key is not in it"), "{said}");
        load.at_least(load.so_far().len() + AFTER).await;
        let ever = load.end().await;
        Left {
            session,
            before,
            ever,
        }
    });
    program.kill();
    left
}

/// What must be so of a server on a database that was restored.
fn check_restored(there: &Place, left: &Left) {
    let mut program = there.serve();
    block_on(async {
        let (status, body) = left.session.at(&program).try_get(ORDERS).await;
        assert_eq!(
            (status, &body["errorCode"]),
            (StatusCode::UNAUTHORIZED, &json!(40105))
        );
        let session = Session::new(&program).await;
        let orders = session.orders().await;
        let ids: HashSet<_> = orders
            .iter()
            .filter_map(|order| order["orderId"].as_str())
            .collect();
        assert!(left.before.iter().all(|id| ids.contains(id.as_str())));
        let new = session.order().await;
        assert!(!left.ever.contains(&new), "an id was given out twice");
        session.wait_until_all_is_done().await;
        session.check_effects().await;
    });
    assert!(program.stop());
    printed(&there.run(&["journal", "verify"]));
    let listed = printed(&there.run(&["journal", "list", "--by", "command line"]));
    assert!(listed.contains("installation restored"), "{listed}");
}

/// The report of a backup that has orders under way and no fault.
fn check_report(report: &str, left: &Left) {
    let report: Value = serde_json::from_str(report).expect("JSON");
    assert_eq!(report["good"], true, "{report}");
    let (orders, _) = check(&report, "each order is in the last state of its history");
    assert!(usize::try_from(orders).expect("a count") >= left.before.len());
    let (open, _) = check(&report, "each open order has its job");
    assert!(open > 0, "some orders were under way: {report}");
    let (changes, _) = check(&report, "the journal is as it was written");
    assert!(changes > 0);
}

fn a_file_that_was_copied_under_load_goes_on_elsewhere() {
    let (here, there) = (Place::sqlite(), Place::sqlite());
    let left = back_up_under_load(&here, &[]);
    let report = printed(&here.run(&["backup", "verify", "b", "--json"]));
    check_report(&report, &left);
    there.fetch(&here, &["b", "b.sha256", "key"]);
    let restored = printed(&there.run(&["restore", "b"]));
    assert!(restored.contains("sqlite:avtale.db: "), "{restored}");
    assert_eq!(there.names(), ["avtale.db", "b", "b.sha256", "key"]);
    check_restored(&there, &left);
}

fn a_server_that_was_dumped_under_load_goes_on_elsewhere() {
    let (Some(here), Some(there)) = (Place::postgres(), Place::postgres()) else {
        return;
    };
    let (Some(dump), Some(restore)) = (postgres_tool("pg_dump"), postgres_tool("pg_restore"))
    else {
        return;
    };
    let dump = ["--pg-dump", dump.to_str().expect("a path")];
    let restore = ["--pg-restore", restore.to_str().expect("a path")];
    let left = back_up_under_load(&here, &dump);
    let verify = ["backup", "verify", "b", "--json"];
    let (scratch, server) = (["--scratch-database", &there.flags[1]], &here.flags[1]);
    for place in [scratch, ["--scratch-server", server]] {
        let report = here.run(&[&verify[..], &restore, &place].concat());
        check_report(&printed(&report), &left);
    }
    std::fs::copy(here.path("b"), here.path("c")).expect("a copy");
    super::checks::flip(&here.path("c"), dump_length(&here) * 9 / 10);
    let damaged = ["backup", "verify", "c", "--scratch-server", server];
    let damaged = here.run(&[&damaged[..], &restore].concat());
    super::failed(&damaged, &["c is not good"]);
    let occupied = ["--scratch-database", server];
    let refused = here.run(&[&verify[..], &restore, &occupied].concat());
    super::failed(&refused, &["not empty"]);
    super::failed(
        &here.run(&verify),
        &["--scratch-database", "--scratch-server"],
    );

    there.fetch(&here, &["b", "b.sha256"]);
    let restore = [&["restore", "b"], &restore[..]].concat();
    super::failed(&there.run(&restore), &["key file"]);
    std::fs::write(there.path("key"), "12".repeat(32)).expect("a key");
    let private = std::os::unix::fs::PermissionsExt::from_mode(0o600);
    std::fs::set_permissions(there.path("key"), private).expect("a mode");
    super::failed(&there.run(&restore), &["another key"]);
    there.fetch(&here, &["key"]);
    printed(&there.run(&restore));
    super::failed(&there.run(&restore), &["empty database", "over data"]);
    check_restored(&there, &left);
}

fn dump_length(place: &Place) -> usize {
    std::fs::read(place.path("b")).expect("the backup").len()
}

fn tokens_are_kept_for_whom_says_so() {
    let (here, there) = (Place::sqlite(), Place::sqlite());
    let mut program = here.serve();
    let session = block_on(Session::new(&program));
    printed(&here.run(&["backup", "b"]));
    assert!(program.stop());
    there.fetch(&here, &["b", "key"]);
    printed(&there.run(&["restore", "b", "--keep-tokens"]));
    let program = there.serve();
    let (status, body) = block_on(session.at(&program).try_get(ORDERS));
    assert_eq!(status, StatusCode::OK, "{body}");
}

/// Waits until the journal has given places to so many changes.
pub(super) fn wait_for_changes(place: &Place, count: usize) {
    for _ in 0..600 {
        let listed = printed(&place.run(&["journal", "list", "--json"]));
        if listed.lines().count() >= count {
            return;
        }
        block_on(async { tokio::time::sleep(Duration::from_millis(50)).await });
    }
    panic!("not {count} changes have a place after half a minute");
}
