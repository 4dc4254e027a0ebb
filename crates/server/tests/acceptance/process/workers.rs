//! The operator's own programs: workers that take orders, and the command line that gives them keys,
//! each a process beside the server.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Output, Stdio};

use reqwest::Client;
use serde_json::Value;

use super::fulfillment::place;
use super::program::{Program, command};
use crate::app::{Process, block_on, processes};

pub(crate) const TESTS: &[Process] = processes![
    a_second_worker_ends_what_the_first_died_of,
    a_key_is_given_out_and_taken_away_while_the_server_runs,
    a_wrong_call_of_the_operator_command_says_what_is_wrong,
    the_operators_document_is_printed_as_committed,
];

const DEMO_KEY: &str = "demooperatorkeydemooperatorkeydemooperat";

/// The example of a worker, as a process.
struct Worker {
    child: Child,
    stdout: BufReader<ChildStdout>,
}

impl Worker {
    fn start(program: &Program, key: &str, variables: &[(&str, &str)]) -> Self {
        let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/pull_worker.py");
        let url = format!("http://{}", program.operator_address);
        let mut child = Command::new("python3")
            .arg(example)
            .env("AVTALE_OPERATOR_URL", url)
            .env("AVTALE_OPERATOR_KEY", key)
            .envs(variables.iter().copied())
            .stdout(Stdio::piped())
            .spawn()
            .expect("python3 is there");
        let stdout = child.stdout.take().expect("its output");
        Self {
            child,
            stdout: BufReader::new(stdout),
        }
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.stdout.read_line(&mut line).expect("a line");
        line.trim_end().to_owned()
    }

    fn kill(&mut self) {
        self.child.kill().expect("SIGKILL is sent");
        self.child.wait().expect("its end");
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// The status and the body of an answer of the operator's API.
fn get(program: &Program, key: &str, path: &str) -> (u16, Value) {
    block_on(async {
        let url = format!("http://{}{path}", program.operator_address);
        let answer = Client::new().get(url).bearer_auth(key).send().await;
        let answer = answer.expect("an answer");
        let status = answer.status().as_u16();
        (status, answer.json().await.expect("a body"))
    })
}

fn a_second_worker_ends_what_the_first_died_of() {
    let folder = tempfile::tempdir().expect("a folder");
    let here = folder.path();
    let settings = "[fulfillment]\ndefault = \"pull\"\n";
    std::fs::write(here.join("avtale.toml"), settings).expect("a configuration");
    let program = Program::serve(here, &["--limits", "off", "--config", "avtale.toml"]);
    let row = r#"{"type":"ADD_PRODUCT","agreementId":5538579,"productOfferingId":404}"#;
    std::fs::write(here.join("orders.ndjson"), format!("{row}\n")).expect("a file");
    let placed = place(here, &program);
    assert!(placed.status.success(), "{placed:?}");
    let [first, second] = ["worker-1", "worker-2"].map(|name| {
        let added = operator(here, &["add", name, "--role", "desk"]);
        printed(&added).trim_end().to_owned()
    });

    let busy = [
        ("AVTALE_LEASE_SECONDS", "1"),
        ("AVTALE_WORK_SECONDS", "3600"),
    ];
    let mut worker = Worker::start(&program, &first, &busy);
    let taken = worker.line();
    worker.kill();
    let id = taken.strip_suffix(" taken, attempt 1");
    let id = id.unwrap_or_else(|| panic!("not taken: {taken}"));

    let mut worker = Worker::start(&program, &second, &[]);
    assert_eq!(worker.line(), format!("{id} taken, attempt 2"));
    assert_eq!(worker.line(), format!("{id} COMPLETED"));
    worker.kill();

    let (_, order) = get(&program, DEMO_KEY, &format!("/operator/v1/orders/{id}"));
    let history: Vec<_> = order["history"]
        .as_array()
        .expect("a history")
        .iter()
        .map(|event| (event["state"].as_str(), event["actor"].as_str()))
        .collect();
    let expected = [
        (Some("ACKNOWLEDGED"), Some("API1000DEMO")),
        (Some("IN_PROGRESS"), Some("worker-1")),
        (Some("COMPLETED"), Some("worker-2")),
    ];
    assert_eq!(history, expected);
}

fn operator(here: &Path, arguments: &[&str]) -> Output {
    let mut command = command(here, &[&["operator"], arguments].concat());
    command.output().expect("the program runs")
}

#[track_caller]
fn printed(output: &Output) -> String {
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout.clone()).expect("text")
}

fn a_key_is_given_out_and_taken_away_while_the_server_runs() {
    let folder = tempfile::tempdir().expect("a folder");
    let here = folder.path();
    let program = Program::serve(here, &[]);
    let added = operator(here, &["add", "kari", "--role", "viewer"]);
    let words = String::from_utf8_lossy(&added.stderr).into_owned();
    assert_eq!(
        words,
        "the key of operator kari, which is shown this once:\n"
    );
    let first = printed(&added).trim_end().to_owned();
    assert!(first.len() == 40 && first.bytes().all(|byte| byte.is_ascii_hexdigit()));
    let status = |key: &str| get(&program, key, "/operator/v1/desk").0;
    assert_eq!(status(&first), 200);
    printed(&operator(here, &["disable", "kari"]));
    assert_eq!(status(&first), 401);
    let listed = printed(&operator(here, &["list", "--json"]));
    let listed: Value = serde_json::from_str(&listed).expect("JSON");
    let shown: Vec<_> = listed
        .as_array()
        .expect("a list")
        .iter()
        .map(|one| {
            (
                one["name"].as_str(),
                one["role"].as_str(),
                one["enabled"].as_bool(),
            )
        })
        .collect();
    let expected = [
        (Some("demo"), Some("administrator"), Some(true)),
        (Some("kari"), Some("viewer"), Some(false)),
    ];
    assert_eq!(shown, expected);
    let table = printed(&operator(here, &["list"]));
    assert!(table.contains("NAME") && table.contains("kari"), "{table}");
    assert!(!table.contains(&first) && !listed.to_string().contains(&first));
    printed(&operator(here, &["enable", "kari"]));
    assert_eq!(status(&first), 200);
    let second = printed(&operator(here, &["rotate-key", "kari"]));
    assert_eq!((status(&first), status(second.trim_end())), (401, 200));
    for name in ["avtale.db", "avtale.db-wal"] {
        let bytes = std::fs::read(here.join(name)).unwrap_or_default();
        let second = second.trim_end().as_bytes();
        assert!(!bytes.windows(40).any(|window| window == second), "{name}");
    }
}

fn a_wrong_call_of_the_operator_command_says_what_is_wrong() {
    let folder = tempfile::tempdir().expect("a folder");
    let here = folder.path();
    let migrated = command(here, &["migrate"]).status();
    assert!(migrated.expect("the program runs").success());
    printed(&operator(here, &["add", "kari", "--role", "desk"]));
    for (arguments, code, words) in [
        (&["add", "kari", "--role", "viewer"][..], 1, "already"),
        (&["add", "ola"], 2, "--role"),
        (&["add", "ola", "--role", "boss"], 2, "viewer"),
        (&["add", "", "--role", "desk"], 2, "1 to 64"),
        (&["add", "å", "--role", "desk"], 2, "1 to 64"),
        (&["add", "fulfillment", "--role", "desk"], 2, "server's own"),
        (&["disable", "ola"], 1, "avtale operator list"),
        (&["enable", "ola"], 1, "no operator ola"),
        (&["rotate-key", "ola"], 1, "no operator ola"),
        (&[], 2, "Usage"),
    ] {
        let output = operator(here, arguments);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {said}");
        assert!(said.contains(words), "{arguments:?}: {said}");
        assert_eq!(output.stdout, b"", "{arguments:?}");
    }
}

fn the_operators_document_is_printed_as_committed() {
    let folder = tempfile::tempdir().expect("a folder");
    let print = |arguments: &[&str]| {
        let mut command = command(folder.path(), &[&["openapi"], arguments].concat());
        command.output().expect("the program runs")
    };
    let document = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../openapi/operator.json");
    let committed = std::fs::read_to_string(document).expect("the document");
    assert_eq!(printed(&print(&["--product", "operator"])), committed);
    let refused = print(&["--product", "operator", "--swagger2"]);
    assert_eq!(refused.status.code(), Some(1));
}
