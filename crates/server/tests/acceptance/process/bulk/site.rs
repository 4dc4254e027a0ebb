//! A sandbox, the command that places orders in it, and what both have to show afterwards.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

use crate::app::{DEMO, block_on};
use crate::process::program::{Program, command};

/// A sandbox with a folder for it and one for the command's files.
pub(super) struct Site {
    pub(super) server_folder: TempDir,
    pub(super) folder: TempDir,
    pub(super) program: Program,
}

impl Site {
    pub(super) fn new(options: &[&str]) -> Self {
        let [server_folder, folder] = [(); 2].map(|()| tempfile::tempdir().expect("a folder"));
        let program = Program::serve(server_folder.path(), options);
        Self {
            server_folder,
            folder,
            program,
        }
    }

    pub(super) fn without_limits() -> Self {
        Self::new(&["--limits", "off"])
    }

    pub(super) fn write(&self, name: &str, text: &str) {
        std::fs::write(self.folder.path().join(name), text).expect("a file");
    }

    /// The command as the demo's system user gives it.
    pub(super) fn place(&self, arguments: &[&str]) -> Command {
        place(self.folder.path(), &self.program.url(""), arguments)
    }

    /// Runs it to its end, with the summary as JSON.
    #[track_caller]
    pub(super) fn placed(&self, file: &str, code: i32) -> Value {
        let output = self.place(&["--file", file, "--json"]).output();
        let output = output.expect("the program runs");
        assert_eq!(output.status.code(), Some(code), "{output:?}");
        serde_json::from_slice(&output.stdout).expect("a summary")
    }

    /// All orders of the sandbox.
    pub(super) fn orders(&self) -> BTreeSet<String> {
        block_on(orders(&self.program))
    }

    /// The lines of a results file that have this result: the row's line and the order.
    pub(super) fn results(&self, file: &str, result: &str) -> Vec<(u64, String)> {
        let path = self.folder.path().join(format!("{file}.results.csv"));
        let text = std::fs::read_to_string(path).expect("results");
        let rows = text.lines().map(|line| line.split(',').collect::<Vec<_>>());
        rows.filter(|row| row.get(2) == Some(&result))
            .map(|row| (row[0].parse().expect("a number"), row[3].to_owned()))
            .collect()
    }

    /// Each row of the file has one order, and there are no others.
    #[track_caller]
    pub(super) fn check_exactly_once(&self, file: &str, rows: usize) {
        let placed = self.results(file, "placed");
        let lines: BTreeSet<_> = placed.iter().map(|(line, _)| line).collect();
        let ids: BTreeSet<_> = placed.iter().map(|(_, id)| id.clone()).collect();
        assert_eq!((lines.len(), placed.len(), ids.len()), (rows, rows, rows));
        assert_eq!(ids, self.orders());
    }
}

pub(super) fn place(folder: &Path, url: &str, arguments: &[&str]) -> Command {
    let mut command = command(folder, &[&["order", "place"], arguments].concat());
    command
        .env("AVTALE_URL", url)
        .env("AVTALE_CLIENT_ID", DEMO.0)
        .env("AVTALE_CLIENT_SECRET", DEMO.1)
        .env("AVTALE_USERNAME", "API1000DEMO")
        .env("AVTALE_PASSWORD", "demo-password")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

async fn orders(program: &Program) -> BTreeSet<String> {
    let http = reqwest::Client::new();
    let form = "grant_type=password&username=API1000DEMO&password=demo-password";
    let login = http
        .post(program.url("/oauth/v2/token"))
        .basic_auth(DEMO.0, Some(DEMO.1))
        .body(form);
    let token: Value = login
        .send()
        .await
        .expect("an answer")
        .json()
        .await
        .expect("a token");
    let list = http
        .get(program.url("/corporate-agreements/v2/orders?pageSize=1000"))
        .bearer_auth(token["access_token"].as_str().expect("a token"));
    let list: Value = list
        .send()
        .await
        .expect("an answer")
        .json()
        .await
        .expect("a list");
    let list = list.as_array().expect("a list");
    let ids: BTreeSet<_> = list
        .iter()
        .map(|order| order["orderId"].as_str().expect("an id").to_owned())
        .collect();
    assert_eq!(ids.len(), list.len());
    ids
}

/// Ended with this code, nothing on stdout, and these words on stderr.
#[track_caller]
pub(super) fn failed(output: &Output, code: i32, words: &[&str]) {
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{stderr}");
    for word in words {
        assert!(stderr.contains(word), "no {word} in: {stderr}");
    }
}
