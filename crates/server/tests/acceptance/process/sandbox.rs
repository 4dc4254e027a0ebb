//! The sandbox from the command line: what is chosen holds for a running server, and a database that
//! is no sandbox is left alone.

use std::path::Path;

use serde_json::{Value, json};

use super::program::{Program, command};
use crate::app::{Process, processes};

pub(crate) const TESTS: &[Process] = processes![
    a_sandbox_is_steered_from_the_command_line,
    a_database_that_is_no_sandbox_is_left_alone,
    a_demo_from_before_the_note_is_noted_at_its_next_start,
];

const WHOSE: [&str; 2] = ["--organization", "914742315"];

/// The exit code, and what the program said on both of its outputs.
fn run(folder: &Path, deed: &str, options: &[&str]) -> (i32, String, String) {
    let output = command(folder, &["sandbox", deed]).args(options).output();
    let output = output.expect("the program runs");
    (
        output.status.code().expect("an exit code"),
        String::from_utf8(output.stdout).expect("text"),
        String::from_utf8(output.stderr).expect("text"),
    )
}

#[track_caller]
fn succeeds(folder: &Path, deed: &str, options: &[&str]) -> String {
    let (code, stdout, stderr) = run(folder, deed, &[&WHOSE, options].concat());
    assert_eq!((code, stderr.as_str()), (0, ""), "{deed} {options:?}");
    stdout
}

#[track_caller]
fn fails(folder: &Path, deed: &str, options: &[&str], (code, words): (i32, &str)) {
    let (seen, stdout, stderr) = run(folder, deed, options);
    assert_eq!((seen, stdout.as_str()), (code, ""), "{options:?}: {stderr}");
    assert!(stderr.contains(words), "no {words} in: {stderr}");
}

fn a_sandbox_is_steered_from_the_command_line() {
    let folder = tempfile::tempdir().expect("a folder");
    let here = folder.path();
    let program = Program::serve(here, &[]);
    let words = succeeds(here, "show", &[]);
    assert_eq!(
        words,
        "ending   COMPLETED\nreason   \nafter    as the server was started\n"
    );
    let choice = ["--ending", "failed", "--reason", "Out of stock"];
    let choice = [&choice[..], &["--seconds", "1.5"]].concat();
    let chosen = succeeds(here, "set", &choice);
    let failing = "ending   FAILED\nreason   Out of stock\nafter    1.5 seconds\n";
    assert_eq!(chosen, failing);
    let shown: Value = serde_json::from_str(&succeeds(here, "show", &["--json"])).expect("JSON");
    let expected = json!({
        "organization": "914742315", "ending": "FAILED", "reason": "Out of stock", "seconds": 1.5,
    });
    assert_eq!(shown, expected);
    for (options, refusal) in [
        (&["--ending", "held"][..], (1, "reason")),
        (&["--seconds", "3601"], (2, "--seconds")),
        (&["--seconds", "-1"], (2, "-1")),
        (&["--ending", "cancelled"], (2, "completed, failed, held")),
    ] {
        fails(here, "set", &[&WHOSE, options].concat(), refusal);
    }
    let unknown = ["--organization", "999999999"];
    fails(here, "reset", &unknown, (1, "there is no organization"));
    fails(here, "reset", &[], (2, "--organization"));
    assert_eq!(succeeds(here, "show", &[]), failing);
    let reset = succeeds(here, "reset", &["--json"]);
    let reset: Value = serde_json::from_str(&reset).expect("JSON");
    assert_eq!(
        reset,
        json!({ "organizations": ["914742315", "987654321"] })
    );
    assert_eq!(succeeds(here, "show", &[]), words);
    let others = ["--organization", "976967631"];
    let (code, stdout, _) = run(here, "reset", &others);
    assert_eq!((code, stdout.as_str()), (0, "reset: 976967631\n"));
    drop(program);
    // The next start finds the note, and the command needs no server.
    drop(Program::serve(here, &[]));
    assert_eq!(succeeds(here, "set", &choice), failing);
}

fn a_database_that_is_no_sandbox_is_left_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let here = folder.path();
    let missing = (1, "avtale.db");
    fails(here, "show", &WHOSE, missing);
    let migrated = command(here, &["migrate"]).output().expect("it runs");
    assert!(migrated.status.success(), "{migrated:?}");
    for deed in ["show", "set", "reset"] {
        let refusal = (1, "this database is no sandbox\nhint: ");
        fails(here, deed, &WHOSE, refusal);
    }
}

fn a_demo_from_before_the_note_is_noted_at_its_next_start() {
    let folder = tempfile::tempdir().expect("a folder");
    let here = folder.path();
    assert!(Program::serve(here, &[]).stop());
    let database = rusqlite::Connection::open(here.join("avtale.db")).expect("the database");
    let forget = "DELETE FROM installation WHERE fact = 'demo_data'";
    assert_eq!(database.execute(forget, []).expect("it is written"), 1);
    drop(database);
    fails(here, "reset", &WHOSE, (1, "this database is no sandbox"));
    drop(Program::serve(here, &[]));
    succeeds(here, "reset", &[]);
}
