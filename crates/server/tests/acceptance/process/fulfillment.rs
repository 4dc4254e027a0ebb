//! Orders that others carry out: the operator's system and the desk, each a process of its own.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

use reqwest::Client;
use serde_json::{Value, json};

use super::program::{Program, command};
use crate::app::{DEMO, Process, block_on, processes};

pub(crate) const TESTS: &[Process] = processes![
    orders_outlive_the_operators_system_and_this_server,
    people_at_the_desk_end_orders_from_the_command_line,
    the_desk_makes_no_database_and_takes_no_odd_reason,
];

const ORDERS: &str = "/corporate-agreements/v2/orders";
const ROWS: usize = 60;

/// The example of an operator's system, as a process.
struct OperatorSystem {
    child: Child,
    port: u16,
}

impl OperatorSystem {
    fn start(folder: &Path, port: u16) -> Self {
        let example =
            Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/operator_system.py");
        let mut child = Command::new("python3")
            .arg(example)
            .args(["--secret-file", "system.secret", "--fail", "0.2"])
            .args(["--port", &port.to_string()])
            .current_dir(folder)
            .stdout(Stdio::piped())
            .spawn()
            .expect("python3 is there");
        let mut line = String::new();
        let stdout = child.stdout.take().expect("its output");
        BufReader::new(stdout).read_line(&mut line).expect("a line");
        let port = line
            .rsplit_once(':')
            .and_then(|(_, rest)| rest.split('/').next());
        let port = port.and_then(|port| port.parse().ok()).expect("its port");
        Self { child, port }
    }

    fn kill(mut self) -> u16 {
        self.child.kill().expect("SIGKILL is sent");
        self.child.wait().expect("its end");
        self.port
    }
}

impl Drop for OperatorSystem {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// What the operator's system says that it has carried out.
fn ledger(folder: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(folder.join("ledger.txt")).unwrap_or_default();
    let ids = text.lines().filter_map(|line| line.split(' ').next());
    ids.map(str::to_owned).collect()
}

fn orders_outlive_the_operators_system_and_this_server() {
    let folder = tempfile::tempdir().expect("a folder");
    let here = folder.path();
    std::fs::write(
        here.join("system.secret"),
        "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=\n",
    )
    .expect("a secret");
    let system = OperatorSystem::start(here, 0);
    std::fs::write(
        here.join("avtale.toml"),
        format!(
            "[fulfillment]\ndefault = \"system\"\n\n[fulfillment.system]\nurl = \
             \"http://127.0.0.1:{}/orders\"\nsecret_file = \"system.secret\"\n",
            system.port
        ),
    )
    .expect("a configuration");
    let serve = || Program::serve(here, &["--limits", "off", "--config", "avtale.toml"]);
    let mut program = serve();
    let row = r#"{"type":"ADD_PRODUCT","agreementId":5538579,"productOfferingId":404}"#;
    std::fs::write(here.join("orders.ndjson"), format!("{row}\n").repeat(ROWS)).expect("a file");
    let placed = place(here, &program);
    assert!(placed.status.success(), "{placed:?}");
    wait_until(|| ledger(here).len() >= 5);
    let port = system.kill();
    program.kill();
    let mut program = serve();
    let before = ledger(here).len();
    let system = OperatorSystem::start(here, port);
    wait_until(|| ledger(here).len() > before);
    program.kill();
    let program = serve();
    block_on(async {
        let session = Session::new(&program).await;
        session.wait_for(ROWS, "COMPLETED").await;
        let done = ledger(here);
        let distinct: BTreeSet<_> = done.iter().collect();
        assert_eq!((done.len(), distinct.len()), (ROWS, ROWS), "none twice");
        for id in &done {
            let states = session.states(id).await;
            assert_eq!(states, ["ACKNOWLEDGED", "IN_PROGRESS", "COMPLETED"]);
        }
    });
    drop(system);
}

/// The first of these orders that is listed does not wait for another.
fn is_waiting(listed: &str, orders: [&String; 2]) {
    let line = listed.lines().next().expect("a line");
    let line: Value = serde_json::from_str(line).expect("JSON, one object per line");
    assert_eq!(line["waits"], json!(false));
    assert!(orders.iter().any(|id| line["orderId"] == **id));
}

fn people_at_the_desk_end_orders_from_the_command_line() {
    let folder = tempfile::tempdir().expect("a folder");
    let here = folder.path();
    let program = Program::serve(here, &["--fulfillment", "desk", "--limits", "off"]);
    let row = r#"{"type":"ADD_PRODUCT","agreementId":5538579,"productOfferingId":404}"#;
    std::fs::write(here.join("orders.ndjson"), format!("{row}\n").repeat(3)).expect("a file");
    assert!(place(here, &program).status.success());
    let added = command(here, &["operator", "add", "kari", "--role", "desk"]).output();
    assert!(added.expect("the program runs").status.success());
    let order = |arguments: &[&str]| -> Output {
        let mut command = command(here, &[&["order"], arguments].concat());
        command.output().expect("the program runs")
    };
    block_on(async {
        let session = Session::new(&program).await;
        let ids = session.ids().await;
        let [first, second, third] = ids.as_slice() else {
            panic!("three orders: {ids:?}");
        };
        let note = ["--note", "set in the switch"];
        let done = order(&[&["complete", first, "--by", "kari"], &note[..]].concat());
        assert!(done.status.success(), "{done:?}");
        let shown = String::from_utf8_lossy(&done.stdout).into_owned();
        assert!(
            shown.contains("COMPLETED") && shown.contains("set in the switch (kari)"),
            "{shown}"
        );
        let twice = order(&["complete", first]);
        assert!(twice.status.success(), "{twice:?}");
        assert_eq!(String::from_utf8_lossy(&twice.stdout), shown);
        let failed = order(&["fail", first, "--reason", "no line there"]);
        let words = String::from_utf8_lossy(&failed.stderr).into_owned();
        assert_eq!(
            words,
            format!("error: order {first}: the order has ended: COMPLETED\n")
        );
        let listed = order(&["desk", "--json"]);
        let listed = String::from_utf8_lossy(&listed.stdout).into_owned();
        is_waiting(&listed, [second, third]);
        assert!(order(&["begin", second]).status.success());
        let done = order(&["fail", second, "--reason", "no line there"]);
        assert!(done.status.success(), "{done:?}");
        let done = order(&["hold", third, "--reason", "asked the customer"]);
        assert!(done.status.success(), "{done:?}");
        assert!(order(&["resume", third]).status.success());
        assert!(order(&["complete", third]).status.success());
        assert_eq!(
            session.states(second).await,
            ["ACKNOWLEDGED", "IN_PROGRESS", "FAILED"]
        );
        let expected = ["ACKNOWLEDGED", "HELD", "IN_PROGRESS", "COMPLETED"];
        assert_eq!(session.states(third).await, expected);
        let json = order(&["show", third, "--json"]);
        let json: Value = serde_json::from_slice(&json.stdout).expect("JSON");
        assert_eq!([&json["orderId"], &json["way"]], [third, "desk"]);
        assert_eq!(json["history"][1]["actor"], "command line");
        assert_eq!(json["history"].as_array().map(Vec::len), Some(4));
        let unknown = order(&["show", "000000000001"]);
        assert_eq!(unknown.status.code(), Some(1));
    });
}

fn the_desk_makes_no_database_and_takes_no_odd_reason() {
    let folder = tempfile::tempdir().expect("a folder");
    let run = |arguments: &[&str]| -> Output {
        let output = command(folder.path(), arguments).output();
        output.expect("the program runs")
    };
    for arguments in [
        &["order", "desk"][..],
        &["journal", "verify"],
        &["operator", "list"],
        &["export"],
    ] {
        let output = run(arguments);
        let words = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(1), "{arguments:?}");
        assert!(words.starts_with("error: there is no database at avtale.db\nhint: "));
        let left = std::fs::read_dir(folder.path()).expect("a folder").count();
        assert_eq!(left, 0, "{arguments:?}");
    }
    let long = "x".repeat(501);
    for reason in ["", "  ", "two\nlines", "\u{1b}[31mred", &long] {
        let output = run(&["order", "fail", "010780005503", "--reason", reason]);
        assert_eq!(output.status.code(), Some(2), "{reason}");
    }
}

/// Places the orders of `orders.ndjson`.
pub(super) fn place(here: &Path, program: &Program) -> Output {
    let url = program.url("");
    let arguments = [
        "order",
        "place",
        "--file",
        "orders.ndjson",
        "--json",
        "--url",
        &url,
    ];
    command(here, &arguments)
        .env("AVTALE_CLIENT_ID", DEMO.0)
        .env("AVTALE_CLIENT_SECRET", DEMO.1)
        .env("AVTALE_USERNAME", "API1000DEMO")
        .env("AVTALE_PASSWORD", "demo-password")
        .output()
        .expect("the program runs")
}

/// Looks again and again, for a minute at most.
pub(super) fn wait_until(holds: impl Fn() -> bool) {
    block_on(async {
        for _ in 0..1200 {
            if holds() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("it did not happen within a minute");
    });
}

/// The demo's system user at work.
struct Session {
    http: Client,
    token: String,
    base: String,
}

impl Session {
    async fn new(program: &Program) -> Self {
        let form = "grant_type=password&username=API1000DEMO&password=demo-password";
        let http = Client::new();
        let request = http
            .post(program.url("/oauth/v2/token"))
            .basic_auth(DEMO.0, Some(DEMO.1));
        let answer = request.body(form).send().await.expect("an answer");
        let body: Value = answer.json().await.expect("a token");
        Self {
            http,
            token: body["access_token"].as_str().expect("a token").to_owned(),
            base: program.url(""),
        }
    }

    async fn get(&self, path: &str) -> Value {
        let request = self.http.get(format!("{}{path}", self.base));
        let answer = request.bearer_auth(&self.token).send().await;
        answer.expect("an answer").json().await.expect("a body")
    }

    async fn ids(&self) -> Vec<String> {
        let orders = self.get(ORDERS).await;
        let id = |order: &Value| order["orderId"].as_str().expect("an id").to_owned();
        orders.as_array().expect("a list").iter().map(id).collect()
    }

    async fn states(&self, id: &str) -> Vec<String> {
        let order = self.get(&format!("{ORDERS}/{id}")).await;
        let state = |event: &Value| event["state"].as_str().expect("a state").to_owned();
        let history = order["history"].as_array().expect("a history");
        history.iter().map(state).collect()
    }

    async fn wait_for(&self, count: usize, state: &str) {
        for _ in 0..1200 {
            let orders = self.get(&format!("{ORDERS}?state={state}")).await;
            if orders.as_array().map_or(0, Vec::len) == count {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("not {count} orders {state} within a minute");
    }
}
