//! Operators and the journal from the command line: in whose name things are done, what nobody may
//! do to the last administrator, and a journal in which somebody else has written.

use std::path::Path;

use super::fulfillment::wait_until;
use super::program::{Program, command};
use crate::app::{Process, processes};

pub(crate) const TESTS: &[Process] = processes![
    the_last_administrator_stays_one_on_the_command_line_too,
    the_desk_acts_in_the_name_of_an_operator_who_may_do_so,
    commands_about_the_database_have_the_flags_that_matter_to_them,
    a_forged_row_ends_the_check_of_the_journal_with_1,
    a_head_in_another_form_is_refused,
];

/// The exit code, and what the program said on both of its outputs.
fn run(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    let output = command(folder, arguments).output();
    let output = output.expect("the program runs");
    (
        output.status.code().expect("an exit code"),
        String::from_utf8(output.stdout).expect("text"),
        String::from_utf8(output.stderr).expect("text"),
    )
}

#[track_caller]
fn succeeds(folder: &Path, arguments: &[&str]) -> String {
    let (code, stdout, stderr) = run(folder, arguments);
    assert_eq!(code, 0, "{arguments:?}: {stderr}");
    stdout
}

#[track_caller]
fn fails(folder: &Path, arguments: &[&str], words: &[&str]) {
    let (code, _, stderr) = run(folder, arguments);
    assert_eq!(code, 1, "{arguments:?}: {stderr}");
    for word in words {
        assert!(stderr.contains(word), "no {word} in: {stderr}");
    }
}

fn the_last_administrator_stays_one_on_the_command_line_too() {
    let folder = tempfile::tempdir().expect("a folder");
    let here = folder.path();
    succeeds(here, &["migrate"]);
    for name in ["kari", "ola"] {
        succeeds(here, &["operator", "add", name, "--role", "administrator"]);
    }
    succeeds(here, &["operator", "disable", "kari"]);
    let words = [
        "error: ola is the last enabled administrator\n",
        "hint: add another first",
    ];
    fails(here, &["operator", "disable", "ola"], &words);
    succeeds(here, &["operator", "enable", "kari"]);
    succeeds(here, &["operator", "disable", "ola"]);
    fails(
        here,
        &["operator", "enable", "nobody"],
        &["there is no operator nobody", "hint: those there are"],
    );
    fails(
        here,
        &["operator", "add", "ola", "--role", "desk"],
        &["there is an operator ola already", "rotate-key ola"],
    );
}

fn the_desk_acts_in_the_name_of_an_operator_who_may_do_so() {
    let folder = tempfile::tempdir().expect("a folder");
    let here = folder.path();
    // The demo brings its customers' system users.
    drop(Program::serve(here, &[]));
    fails(
        here,
        &["operator", "add", "API1000DEMO", "--role", "desk"],
        &["API1000DEMO is what a customer's system user is called"],
    );
    for (name, role) in [("vera", "viewer"), ("away", "desk"), ("kari", "desk")] {
        succeeds(here, &["operator", "add", name, "--role", role]);
    }
    succeeds(here, &["operator", "disable", "away"]);
    for (by, words) in [
        ("API1000DEMO", "there is no operator API1000DEMO"),
        ("nobody", "there is no operator nobody"),
        ("away", "operator away is disabled"),
        (
            "vera",
            "operator vera is a viewer; this takes the role desk",
        ),
    ] {
        let complete = ["order", "complete", "000000000001", "--by", by];
        fails(here, &complete, &[words, "hint: those there are"]);
    }
    for by in ["kari", "demo"] {
        let complete = ["order", "complete", "000000000001", "--by", by];
        fails(here, &complete, &["no such order"]);
    }
}

fn commands_about_the_database_have_the_flags_that_matter_to_them() {
    let folder = tempfile::tempdir().expect("a folder");
    for arguments in [
        &["migrate"][..],
        &["order", "complete"],
        &["order", "desk"],
        &["journal", "list"],
        &["journal", "head"],
        &["operator", "add"],
        &["import"],
        &["export"],
        &["backup"],
        &["restore"],
    ] {
        let help = succeeds(folder.path(), &[arguments, &["--help"]].concat());
        for flag in [
            "--config",
            "--database ",
            "--database-password-file",
            "--key-file",
        ] {
            assert!(help.contains(flag), "no {flag} in: {help}");
        }
        for flag in ["--listen", "--tls-", "--fulfillment", "--trusted-proxies"] {
            assert!(!help.contains(flag), "{flag} in: {help}");
        }
    }
    // The variables of a server's settings are no concern of theirs, and the file is checked whole.
    let mut migrate = command(folder.path(), &["migrate"]);
    let migrated = migrate.env("AVTALE_LISTEN", "nowhere").output();
    assert!(migrated.expect("the program runs").status.success());
    let file = folder.path().join("avtale.toml");
    std::fs::write(file, "listn = \"127.0.0.1:0\"\n").expect("written");
    fails(
        folder.path(),
        &["migrate", "--config", "avtale.toml"],
        &["unknown key `listn`"],
    );
}

fn a_forged_row_ends_the_check_of_the_journal_with_1() {
    let folder = tempfile::tempdir().expect("a folder");
    let here = folder.path();
    let mut program = Program::serve_logged(here, &[]);
    succeeds(here, &["operator", "add", "kari", "--role", "desk"]);
    let file = rusqlite::Connection::open(here.join("avtale.db")).expect("the database");
    file.busy_timeout(std::time::Duration::from_mins(1))
        .expect("a pause");
    let forge = "INSERT INTO journal (id, at, author, noun, subject, action, facts, mac)
                 VALUES ('forged', 0, 'kari', 'operator', 'mallory', 'added', '{}', 'feed')";
    let sealed = "SELECT COUNT(*) FROM journal WHERE genuine";
    wait_until(|| file.query_row(sealed, [], |row| row.get::<_, i64>(0)) == Ok(1));
    assert_eq!(file.execute(forge, []), Ok(1));
    program.logged_until("somebody else has written a row into the journal");
    // What is under way is finished first.
    assert!(program.stop());
    let listed = succeeds(here, &["journal", "list"]);
    assert!(listed.contains("FORGED: operator added"), "{listed}");
    let listed = succeeds(here, &["journal", "list", "--json"]);
    assert!(listed.contains("\"forged\":true"), "{listed}");
    let all: Vec<_> = listed.lines().collect();
    for last in 1..=3 {
        let count = &last.to_string();
        let newest = succeeds(here, &["journal", "list", "--json", "--last", count]);
        let newest: Vec<_> = newest.lines().collect();
        assert_eq!(newest, all[all.len().saturating_sub(last)..]);
    }
    fails(
        here,
        &["journal", "verify"],
        &["somebody without the key has written 1 change, at position "],
    );
}

fn a_head_in_another_form_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let here = folder.path();
    succeeds(here, &["migrate"]);
    let head = succeeds(here, &["journal", "head"]);
    assert_eq!(head, "0:\n");
    succeeds(here, &["journal", "verify", "--head", "0:"]);
    for head in ["7:feed", "7:", "0:feed", "-1:", "7"] {
        let head = &format!("--head={head}");
        let (code, _, stderr) = run(here, &["journal", "verify", head]);
        assert_eq!(code, 2, "{head}: {stderr}");
        assert!(stderr.contains("must be what `avtale journal head` prints"));
    }
}
