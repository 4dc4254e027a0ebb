//! The page for new operators, from its first command to its last.

use std::path::Path;

use super::program::{Program, shell};
use crate::app::{Process, processes};

pub(crate) const TESTS: &[Process] =
    processes![a_new_operator_gets_from_an_empty_database_to_a_completed_order];

fn a_new_operator_gets_from_an_empty_database_to_a_completed_order() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/operating/first-customer.md");
    let page = std::fs::read_to_string(page).expect("the page");
    let (before, after) = page.split_once("## Serve").expect("a place to serve from");
    let folder = tempfile::tempdir().expect("a folder");
    // What the first shell knows, the second one needs: one shell pastes all, and waits between.
    let kept = folder.path().join("kept");
    let load = format!(
        "{}\ndeclare -p PASSWORD SECRET >{}",
        blocks(before),
        kept.display()
    );
    paste(folder.path(), &load);
    let program = Program::serve_own(folder.path());
    let rest = format!("source {}\n{}", kept.display(), blocks(after));
    let rest = rest.replace("http://127.0.0.1:8080", &program.url(""));
    let printed = paste(folder.path(), &rest);
    for words in [
        r#""available":[{"id":500,"name":"Sentralbord""#,
        "811111111",
        r#""state":"COMPLETED""#,
        "The switchboard is set up.",
    ] {
        assert!(printed.contains(words), "no {words} in: {printed}");
    }
}

/// All that is to be pasted.
fn blocks(page: &str) -> String {
    let blocks = page.split("```sh\n").skip(1);
    let blocks = blocks.map(|rest| rest.split("```").next().expect("an end"));
    blocks.collect()
}

fn paste(folder: &Path, commands: &str) -> String {
    let output = shell(folder, commands).output().expect("bash runs");
    assert!(output.status.success(), "{commands}: {output:?}");
    String::from_utf8(output.stdout).expect("text")
}
