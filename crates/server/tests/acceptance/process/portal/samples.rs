//! The requests of every operation, in each language that is installed: whole programs, as copied.

use std::collections::HashMap;
use std::path::Path;

use super::{blocks, is_there, page, printed, run, say_skipped};
use crate::app::{DEMO, INTERNAL, Process, processes};
use crate::process::program::Program;

pub(crate) const TESTS: &[Process] = processes![
    the_requests_for_a_shell_work,
    the_requests_in_python_work,
    the_requests_in_javascript_work,
    some_requests_in_java_work,
    some_requests_in_go_work,
    nobody_tries_the_requests_in_csharp,
];

/// Every operation, in an order in which each finds what it needs, and what it prints first.
const OPERATIONS: &[(&str, &str)] = &[
    ("get_authorization_server", r#"{"issuer":"#),
    ("create_token", r#"{"access_token":"#),
    ("introspect_token", r#"{"active":"#),
    ("revoke_token", ""),
    ("log_out", "OK!"),
    ("log_out_by_get", "OK!"),
    ("list_organizations", r#"[{"orgNumber":"#),
    ("list_address_cards", r#"[{"id":"664158","#),
    ("list_agreements", r#"[{"id":"123456","#),
    ("get_agreement", r#"{"id":"5538579","#),
    ("list_agreement_products", r#"[{"ordered":[{"id":2799029,"#),
    ("list_accounts", r#"[{"id":"#),
    ("get_account", r#"{"id":"1234567","#),
    ("create_account", r#"{"id":"#),
    ("create_endpoint", r#"{"id":"#),
    ("place_order", r#"[{"orderId":"#),
    ("get_order", r#"{"orderId":"#),
    ("cancel_order", r#"{"orderId":"#),
    ("list_orders", r#"[{"orderId":"#),
    ("list_events", r#"{"events":["#),
    ("list_endpoints", r#"[{"id":"#),
    ("get_endpoint", r#"{"id":"#),
    ("change_endpoint", r#"{"id":"#),
    ("rotate_endpoint_secret", r#"{"secret":"#),
    ("list_deliveries", "["),
    ("delete_endpoint", r#"{"id":"#),
];

/// Those that need an event of their own; the others show that their programs are right.
const NEED_AN_EVENT: &[&str] = &["get_delivery", "redeliver"];

/// One of each kind, for languages that take long to start.
const FEW: &[&str] = &[
    "get_authorization_server",
    "create_token",
    "introspect_token",
    "list_agreements",
    "place_order",
    "cancel_order",
];

/// Ids in the documents that are nobody's here, and where the real ones come from.
const IDS: &[(&str, &str, &str)] = &[
    ("place_order", "orderId", "010780005503"),
    ("create_endpoint", "id", "8f14e45fceea167a5a36dedd4bea2543"),
];

/// Only apps that are allowed to may introspect, and this is the sandbox's.
const MAY_INTROSPECT: [(&str, &str); 2] = [(DEMO.0, INTERNAL.0), (DEMO.1, INTERNAL.1)];

/// A sandbox whose orders wait long enough to be cancelled.
struct Bench {
    folder: tempfile::TempDir,
    program: Program,
    /// What stands in place of which id.
    ids: HashMap<&'static str, String>,
}

impl Bench {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let program = Program::serve(folder.path(), &["--demo-order-delay", "600"]);
        Self {
            folder,
            program,
            ids: HashMap::new(),
        }
    }

    fn try_all(&mut self, language: &str, only: &[&str], start: impl Fn(&Path, &str) -> String) {
        for (operation, first) in OPERATIONS {
            if !only.is_empty() && !only.contains(operation) {
                continue;
            }
            let page = page(&self.program, &format!("/portal/operations/{operation}"));
            let mut code = blocks(&page, language).swap_remove(0);
            for (known, id) in &self.ids {
                code = code.replace(known, id);
            }
            if *operation == "introspect_token" {
                for (known, allowed) in MAY_INTROSPECT {
                    code = code.replace(known, allowed);
                }
            }
            let text = start(self.folder.path(), &code);
            let text = text.trim_start();
            assert!(text.starts_with(first), "{language} {operation}: {text}");
            assert!(
                !text.contains("errorCode"),
                "{language} {operation}: {text}"
            );
            for (_, member, known) in IDS.iter().filter(|(from, ..)| from == operation) {
                let value = text
                    .split(&format!("\"{member}\":\""))
                    .nth(1)
                    .expect(member);
                let value = value.split('"').next().unwrap_or_default();
                self.ids.insert(known, value.to_owned());
            }
        }
    }
}

fn the_requests_for_a_shell_work() {
    let mut bench = Bench::new();
    every_operation_is_tried(&bench.program);
    bench.try_all("sh", &[], |folder, code| {
        printed(&run(folder, "bash", &["-euc", code]), code)
    });
    for operation in NEED_AN_EVENT {
        let page = page(&bench.program, &format!("/portal/operations/{operation}"));
        let code = blocks(&page, "sh").swap_remove(0);
        let text = printed(&run(bench.folder.path(), "bash", &["-euc", &code]), &code);
        assert!(
            text.contains(r#""errorCode":404904"#),
            "{operation}: {text}"
        );
    }
}

fn the_requests_in_python_work() {
    Bench::new().try_all("python", &[], |folder, code| {
        std::fs::write(folder.join("call.py"), code).expect("a file");
        printed(&run(folder, "python3", &["call.py"]), code)
    });
}

fn the_requests_in_javascript_work() {
    if !is_there("node", "--version") {
        return;
    }
    Bench::new().try_all("javascript", &[], |folder, code| {
        std::fs::write(folder.join("call.mjs"), code).expect("a file");
        printed(&run(folder, "node", &["call.mjs"]), code)
    });
}

fn some_requests_in_java_work() {
    if !is_there("java", "-version") {
        return;
    }
    Bench::new().try_all("java", FEW, |folder, code| {
        std::fs::write(folder.join("Call.java"), code).expect("a file");
        printed(&run(folder, "java", &["Call.java"]), code)
    });
}

fn some_requests_in_go_work() {
    if !is_there("go", "version") {
        return;
    }
    Bench::new().try_all("go", FEW, |folder, code| {
        std::fs::write(folder.join("call.go"), code).expect("a file");
        printed(&run(folder, "go", &["run", "call.go"]), code)
    });
}

/// They need a project around them; what is left out is said aloud.
fn nobody_tries_the_requests_in_csharp() {
    say_skipped("C#");
}

/// A new operation comes with its line above.
fn every_operation_is_tried(program: &Program) {
    let document: serde_json::Value =
        serde_json::from_str(&page(program, "/openapi.json")).expect("a document");
    let items = document["paths"].as_object().expect("paths").values();
    for operation in items.flat_map(|item| item.as_object().expect("operations").values()) {
        let id = operation["operationId"].as_str().expect("an id");
        let tried = OPERATIONS.iter().any(|(known, _)| *known == id) || NEED_AN_EVENT.contains(&id);
        assert!(tried, "who tries {id}?");
    }
}
