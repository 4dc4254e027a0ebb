//! What is known of calls after the program has stopped, and what its metrics tell of what waits.

use std::path::Path;

use reqwest::Client;
use serde_json::{Value, json};

use super::program::{Program, command};
use crate::app::{INTERNAL, Process, block_on, processes};

pub(crate) const TESTS: &[Process] = processes![
    the_last_calls_are_written_down_at_the_stop,
    metrics_tell_what_waits,
];

const AGREEMENTS: &str = "/corporate-agreements/v2/agreements";

fn journal_reads(folder: &Path, arguments: &[&str]) -> String {
    let output = command(folder, &[&["journal", "reads"], arguments].concat()).output();
    let output = output.expect("the program runs");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    String::from_utf8(output.stdout).expect("text")
}

fn the_last_calls_are_written_down_at_the_stop() {
    let folder = tempfile::tempdir().expect("a folder");
    let here = folder.path();
    let mut program = Program::serve(here, &[]);
    block_on(async {
        for _ in 0..3 {
            let call = Client::new().get(program.url(AGREEMENTS));
            let call = call.basic_auth(INTERNAL.0, Some(INTERNAL.1));
            assert_eq!(call.send().await.expect("an answer").status(), 200);
        }
    });
    assert!(program.stop(), "it ended with another code than 0");
    let mut reads: Vec<Value> = journal_reads(here, &["--json", "--app", INTERNAL.0])
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    // They may be of two minutes.
    let total = |reads: &[Value], number: &str| {
        let of = reads.iter().filter(|read| read["organization"] == number);
        of.map(|read| read["calls"].as_i64().expect("a count"))
            .sum::<i64>()
    };
    assert_eq!(total(&reads, "914742315"), 3, "{reads:?}");
    assert_eq!(total(&reads, "987654321"), 3, "{reads:?}");
    let first = reads.swap_remove(0);
    assert_eq!(first["operation"], json!("list_agreements"));
    assert_eq!(first["systemUser"], json!("API1000DEMO"));
    let table = journal_reads(here, &["--organization", "987654321"]);
    assert!(
        table.trim_start().starts_with("FIRST AT") && !table.contains("914742315"),
        "{table}"
    );
    assert_eq!(journal_reads(here, &["--app", "unknown"]), "");
    assert_eq!(journal_reads(here, &["--to", "2020-01-01T00:00:00Z"]), "");
}

fn metrics_tell_what_waits() {
    let folder = tempfile::tempdir().expect("a folder");
    let program = Program::serve(folder.path(), &[]);
    let url = format!("http://{}/metrics", program.operator_address);
    let metrics = block_on(async {
        loop {
            let answer = reqwest::get(&url).await.expect("an answer");
            let text = answer.text().await.expect("text");
            // The program looks as soon as it has started.
            if text.contains("avtale_oldest_waiting_delivery_seconds") {
                return text;
            }
            tokio::task::yield_now().await;
        }
    });
    for line in [
        "avtale_orders{state=\"held\"} 0",
        "avtale_orders{state=\"acknowledged\"} 0",
        "avtale_jobs{queue=\"desk\"} 0",
        "avtale_deliveries_waiting 0",
        "avtale_oldest_held_order_seconds 0",
    ] {
        assert!(metrics.contains(line), "no {line} in: {metrics}");
    }
}
