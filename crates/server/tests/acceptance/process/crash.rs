//! The program killed a hundred times in the middle of its work: every order that was acknowledged
//! is there exactly once, and done exactly once in effect.
//!
//! The seed decides what is ordered and when the program is killed; it is printed, and
//! `AVTALE_CRASH_SEED` sets it.

use std::collections::HashSet;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use domain::Entropy;
use reqwest::{Client, StatusCode};
use serde_json::{Value, json};
use testkit::SeededEntropy;

use super::program::Program;
use crate::app::{DEMO, Process, block_on, processes};

pub(crate) const TESTS: &[Process] =
    processes![acknowledged_orders_survive_a_hundred_kills_exactly_once];

const KILLS: usize = 100;
/// Callers at once.
const CALLERS: usize = 4;
/// The longest time from the first order of a round to the kill.
const LONGEST_ROUND: u64 = 150;
const AGREEMENT: &str = "/corporate-agreements/v2/agreements/5538579/products";
const ORDERS: &str = "/corporate-agreements/v2/orders";

/// One order that a caller wants, however often it has to ask.
struct Wish {
    key: String,
    order: Value,
    /// Known once it was acknowledged.
    id: Option<String>,
}

/// What all callers have asked for, and what was acknowledged.
#[derive(Clone, Default)]
struct Ledger(Arc<Mutex<Vec<Wish>>>);

/// How a caller reaches the program that runs now.
#[derive(Clone)]
struct Session {
    http: Client,
    token: String,
    base: String,
}

fn acknowledged_orders_survive_a_hundred_kills_exactly_once() {
    let seed = seed();
    say(&format!("the seed of this run is {seed}"));
    let entropy = SeededEntropy::new(seed);
    let folder = tempfile::tempdir().expect("a folder");
    let ledger = Ledger::default();
    block_on(async {
        let token = log_in(&start(folder.path())).await;
        for _ in 0..KILLS {
            let mut program = start(folder.path());
            let session = Session::new(&program, &token);
            let callers: Vec<_> = (0..CALLERS)
                .map(|_| tokio::spawn(session.clone().order_until_it_ends(ledger.clone())))
                .collect();
            let round = Duration::from_millis(1 + number(&entropy) % LONGEST_ROUND);
            tokio::time::sleep(round).await;
            program.kill();
            for caller in callers {
                caller.await.expect("no caller was told anything but yes");
            }
        }
        let mut program = start(folder.path());
        let session = Session::new(&program, &token);
        session.settle_the_unknown(&ledger).await;
        session.wait_until_all_is_done().await;
        session.check(&ledger).await;
        assert!(program.stop(), "it ended with another code than 0");
    });
    check_the_file(&folder.path().join("avtale.db"));
}

fn start(folder: &Path) -> Program {
    Program::serve(folder, &["--limits", "off", "--demo-order-delay", "0.05"])
}

async fn log_in(program: &Program) -> String {
    let form = "grant_type=password&username=API1000DEMO&password=demo-password";
    let answer = Client::new()
        .post(program.url("/oauth/v2/token"))
        .basic_auth(DEMO.0, Some(DEMO.1))
        .body(form)
        .send()
        .await
        .expect("an answer");
    let body: Value = answer.json().await.expect("a token");
    body["access_token"].as_str().expect("a token").to_owned()
}

impl Ledger {
    /// Writes down a new wish before anybody is asked for it; its number.
    fn wish(&self) -> usize {
        let mut wishes = self.0.lock().expect("the ledger");
        let number = wishes.len();
        let order = if number.is_multiple_of(2) {
            let value = format!("order{number}@example.com");
            json!({
                "type": "UPDATE_PRODUCT", "agreementId": 5_538_579, "productId": 2_799_029,
                "configurations": [{ "id": 6420, "value": value }],
            })
        } else {
            json!({ "type": "ADD_PRODUCT", "agreementId": 5_538_579, "productOfferingId": 404 })
        };
        wishes.push(Wish {
            key: format!("wish-{number}"),
            order,
            id: None,
        });
        number
    }

    /// Notes an acknowledgment; a second one must say the same.
    fn acknowledge(&self, number: usize, id: &str) {
        let mut wishes = self.0.lock().expect("the ledger");
        let known = wishes[number].id.get_or_insert_with(|| id.to_owned());
        assert_eq!(known, id, "wish {number} was acknowledged as two orders");
    }

    /// Takes a part of the wishes of which nobody knows whether they were heard.
    fn unknown(&self) -> Vec<usize> {
        let wishes = self.0.lock().expect("the ledger");
        let unknown = wishes
            .iter()
            .enumerate()
            .filter(|(_, wish)| wish.id.is_none());
        unknown.map(|(number, _)| number).collect()
    }

    fn request(&self, number: usize) -> (String, Value) {
        let wishes = self.0.lock().expect("the ledger");
        (wishes[number].key.clone(), wishes[number].order.clone())
    }

    fn ids(&self) -> Vec<String> {
        let wishes = self.0.lock().expect("the ledger");
        let id = |wish: &Wish| wish.id.clone().expect("an acknowledged order");
        wishes.iter().map(id).collect()
    }
}

impl Session {
    fn new(program: &Program, token: &str) -> Self {
        Self {
            http: Client::new(),
            token: token.to_owned(),
            base: program.url(""),
        }
    }

    /// Asks again for one wish of the last round, then for new ones, until nobody answers.
    async fn order_until_it_ends(self, ledger: Ledger) {
        let mut next = ledger.unknown().into_iter().next();
        loop {
            let number = next.take().unwrap_or_else(|| ledger.wish());
            if !self.ask(&ledger, number).await {
                return;
            }
        }
    }

    /// Whether there was an answer; anything but an acknowledgment is a failure of the test.
    async fn ask(&self, ledger: &Ledger, number: usize) -> bool {
        let (key, order) = ledger.request(number);
        let request = self
            .http
            .post(format!("{}{ORDERS}", self.base))
            .bearer_auth(&self.token)
            .header("idempotency-key", key)
            .json(&order);
        let Ok(answer) = request.send().await else {
            return false;
        };
        let status = answer.status();
        let Ok(body) = answer.json::<Value>().await else {
            return false;
        };
        // Several callers may ask for the same wish; one of them may be told to wait.
        if status == StatusCode::CONFLICT && body["errorCode"] == 409_902 {
            return true;
        }
        assert_eq!(status, StatusCode::OK, "{body}");
        ledger.acknowledge(number, body[0]["orderId"].as_str().expect("an id"));
        true
    }

    async fn get(&self, path: &str) -> Value {
        let request = self
            .http
            .get(format!("{}{path}", self.base))
            .bearer_auth(&self.token);
        let answer = request.send().await.expect("an answer");
        assert_eq!(answer.status(), StatusCode::OK, "{path}");
        answer.json().await.expect("a body")
    }

    async fn settle_the_unknown(&self, ledger: &Ledger) {
        for number in ledger.unknown() {
            assert!(
                self.ask(ledger, number).await,
                "the program has ended by itself"
            );
        }
        assert!(ledger.unknown().is_empty());
    }

    async fn wait_until_all_is_done(&self) {
        for _ in 0..300 {
            let mut open = 0;
            for state in ["ACKNOWLEDGED", "IN_PROGRESS"] {
                let orders = self.get(&format!("{ORDERS}?state={state}")).await;
                open += orders.as_array().map_or(0, Vec::len);
            }
            if open == 0 {
                return;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("some orders are still open after half a minute");
    }

    /// Every acknowledged order is there once, done once, and its change is there once.
    async fn check(&self, ledger: &Ledger) {
        let acknowledged = ledger.ids();
        let distinct: HashSet<_> = acknowledged.iter().collect();
        assert_eq!(
            distinct.len(),
            acknowledged.len(),
            "two wishes got the same order"
        );
        let orders = self.all_orders().await;
        let ids: HashSet<_> = orders
            .iter()
            .filter_map(|order| order["orderId"].as_str())
            .collect();
        assert_eq!(
            orders.len(),
            acknowledged.len(),
            "orders beyond the acknowledged, or fewer"
        );
        assert!(acknowledged.iter().all(|id| ids.contains(id.as_str())));
        for id in &acknowledged {
            let order = self.get(&format!("{ORDERS}/{id}")).await;
            let history = order["history"].as_array().expect("a history");
            let states: Vec<_> = history.iter().map(|event| &event["state"]).collect();
            assert_eq!(
                states,
                ["ACKNOWLEDGED", "IN_PROGRESS", "COMPLETED"],
                "{order}"
            );
        }
        self.check_effects(&orders).await;
        say(&format!("{} orders, each there exactly once", orders.len()));
    }

    async fn all_orders(&self) -> Vec<Value> {
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

    async fn check_effects(&self, orders: &[Value]) {
        let products = self.get(AGREEMENT).await;
        let products = products[0]["ordered"].as_array().expect("a list");
        let added = products
            .iter()
            .filter(|product| product["productOfferId"] == 404);
        assert!(added.clone().all(|product| product["status"] == "ORDERED"));
        let adds = orders.iter().filter(|order| order["type"] == "ADD_PRODUCT");
        assert_eq!(
            added.count(),
            adds.count(),
            "products added and orders to add them"
        );

        // The orders of one millisecond may be listed in another order than they were accepted in.
        let mut updates = orders
            .iter()
            .filter(|order| order["type"] == "UPDATE_PRODUCT")
            .peekable();
        let newest = updates.peek().expect("an update")["createdAt"].clone();
        let last: Vec<_> = updates
            .take_while(|order| order["createdAt"] == newest)
            .map(|order| &order["configurations"][0]["value"])
            .collect();
        let product = products.iter().find(|product| product["id"] == 2_799_029);
        let value = &product.expect("the product")["productConfigurations"][0]["value"];
        assert!(
            last.contains(&value),
            "{value} is not of the last order: {last:?}"
        );
    }
}

fn check_the_file(path: &Path) {
    let database = rusqlite::Connection::open(path).expect("the database");
    let ask = |sql: &str| -> String {
        let row = database.query_row(sql, [], |row| row.get::<_, rusqlite::types::Value>(0));
        format!("{:?}", row.expect("an answer"))
    };
    assert_eq!(ask("PRAGMA integrity_check"), "Text(\"ok\")");
    assert_eq!(
        ask("SELECT count(*) FROM pragma_foreign_key_check"),
        "Integer(0)"
    );
    assert_eq!(ask("SELECT count(*) FROM jobs"), "Integer(0)");
}

fn number(entropy: &SeededEntropy) -> u64 {
    let mut bytes = [0; 8];
    entropy.fill(&mut bytes);
    u64::from_be_bytes(bytes)
}

/// Another one each time, unless it is given.
fn seed() -> u64 {
    #[expect(
        clippy::disallowed_methods,
        reason = "tests are configured by their environment"
    )]
    let given = std::env::var("AVTALE_CRASH_SEED").ok();
    given.map_or_else(
        || u64::from(std::process::id()),
        |seed| seed.parse().expect("AVTALE_CRASH_SEED is a number"),
    )
}

#[expect(
    clippy::print_stderr,
    reason = "the person who runs the tests has to see it"
)]
fn say(message: &str) {
    eprintln!("crash: {message}");
}
