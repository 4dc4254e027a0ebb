//! What is known of calls after the program has stopped, and what its metrics tell of what waits.

use std::path::Path;

use reqwest::{Client, Response, redirect};
use serde_json::{Value, json};

use super::program::{Program, command};
use crate::app::{INTERNAL, Process, block_on, processes};

pub(crate) const TESTS: &[Process] = processes![
    the_last_calls_are_written_down_at_the_stop,
    metrics_tell_what_waits,
    a_call_that_is_tried_counts_as_one,
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

/// A browser that has signed in to the portal.
struct Browser {
    client: Client,
    home: String,
    cookie: String,
}

impl Browser {
    async fn sign_in(program: &Program) -> Self {
        let client = Client::builder().redirect(redirect::Policy::none());
        let mut browser = Self {
            client: client.build().expect("a client"),
            home: program.url(""),
            cookie: String::new(),
        };
        let (_, token) = browser.page("/portal/sign-in").await;
        let fields = [
            ("form_token", token.as_str()),
            ("organization", "914742315"),
            ("email", "admin@example.com"),
            ("password", "demo-portal-password"),
        ];
        let answer = browser.post("/portal/sign-in", &fields).await;
        assert_eq!(answer.status(), 303);
        browser.keep(&answer);
        browser
    }

    /// A page, and the token of its first form.
    async fn page(&mut self, path: &str) -> (String, String) {
        let request = self.client.get(format!("{}{path}", self.home));
        let answer = request.header("cookie", &self.cookie).send().await;
        let answer = answer.expect("a page");
        self.keep(&answer);
        let page = answer.text().await.expect("text");
        let begin = "name=\"form_token\" value=\"";
        let token = page.split_once(begin).map_or("", |(_, rest)| rest);
        let token = token.split('"').next().unwrap_or_default().to_owned();
        (page, token)
    }

    async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Response {
        let request = self.client.post(format!("{}{path}", self.home));
        let request = request
            .header("origin", &self.home)
            .header("cookie", &self.cookie)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(serde_urlencoded::to_string(fields).expect("texts"));
        request.send().await.expect("an answer")
    }

    /// The first cookie that is set, in place of the one of before.
    fn keep(&mut self, answer: &Response) {
        if let Some(set) = answer.headers().get("set-cookie") {
            let set = set.to_str().expect("text");
            set.split(';')
                .next()
                .unwrap_or_default()
                .clone_into(&mut self.cookie);
        }
    }
}

/// What the metrics say of requests of this method.
async fn counted(program: &Program, method: &str) -> u64 {
    let url = format!("http://{}/metrics", program.operator_address);
    let answer = reqwest::get(&url).await.expect("an answer");
    let text = answer.text().await.expect("text");
    let begin = format!("http_requests_total{{method=\"{method}\",status=\"200\"}} ");
    let line = text.lines().find_map(|line| line.strip_prefix(&begin));
    line.map_or(0, |count| count.parse().expect("a count"))
}

fn a_call_that_is_tried_counts_as_one() {
    let folder = tempfile::tempdir().expect("a folder");
    let program = Program::serve(folder.path(), &[]);
    block_on(async {
        let mut browser = Browser::sign_in(&program).await;
        let address = "/portal/try/list_agreements";
        let (_, token) = browser.page(address).await;
        let before = [
            counted(&program, "GET").await,
            counted(&program, "POST").await,
        ];
        let fields = [
            ("form_token", token.as_str()),
            ("app", INTERNAL.0),
            ("system_user", "API1000DEMO"),
        ];
        let answer = browser.post(address, &fields).await;
        assert_eq!(answer.status(), 200, "{:?}", answer.text().await);
        let after = [
            counted(&program, "GET").await,
            counted(&program, "POST").await,
        ];
        // The page that was asked for, and the call that it made.
        assert_eq!(after, [before[0] + 1, before[1] + 1]);
    });
}
