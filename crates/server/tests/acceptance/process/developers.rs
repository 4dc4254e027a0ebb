//! The portal's people from the command line: invited, listed, kept out, and what they ask for.

use std::path::Path;

use super::program::{Program, command};
use crate::app::{Process, processes};

pub(crate) const TESTS: &[Process] = processes![
    people_are_invited_listed_and_disabled,
    what_is_not_there_is_said_with_a_hint,
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

fn people_are_invited_listed_and_disabled() {
    let folder = tempfile::tempdir().expect("a folder");
    let here = folder.path();
    // The demo brings its organizations and people.
    drop(Program::serve(here, &[]));
    let whom = ["developer", "invite", "Kari@Example.com"];
    let what = ["--organization", "914742315", "--role", "administrator"];
    let link = succeeds(here, &[&whom[..], &what].concat());
    let (_, secret) = link
        .trim_end()
        .split_once("/portal/invitation/")
        .expect("a link");
    assert_eq!(secret.len(), 40, "{link}");
    let list = succeeds(here, &["developer", "list"]);
    assert_eq!(list.lines().count(), 4, "{list}");
    let list = succeeds(here, &["developer", "list", "--organization", "976967631"]);
    assert!(
        list.contains("other@example.com") && !list.contains("914742315"),
        "{list}"
    );
    let admin = ["admin@example.com", "--organization", "914742315"];
    succeeds(here, &[&["developer", "disable"][..], &admin].concat());
    let list = succeeds(here, &["developer", "list", "--json"]);
    let list: serde_json::Value = serde_json::from_str(&list).expect("JSON");
    assert_eq!(list[0]["enabled"], false);
    succeeds(here, &[&["developer", "enable"][..], &admin].concat());
    let requests = succeeds(here, &["app", "requests", "--json"]);
    assert_eq!(requests, "[]\n");
}

fn what_is_not_there_is_said_with_a_hint() {
    let folder = tempfile::tempdir().expect("a folder");
    let here = folder.path();
    succeeds(here, &["migrate"]);
    for (arguments, words) in [
        (
            &[
                "developer",
                "invite",
                "a@example.com",
                "--organization",
                "914742315",
            ][..],
            "there is no organization 914742315\nhint: those there are: avtale organization list",
        ),
        (
            &[
                "developer",
                "disable",
                "a@example.com",
                "--organization",
                "914742315",
            ],
            "there is no developer a@example.com\nhint: those there are: avtale developer list",
        ),
        (
            &[
                "developer",
                "remove-totp",
                "a@example.com",
                "--organization",
                "914742315",
            ],
            "there is no developer a@example.com",
        ),
        (
            &["app", "approve", "a", "order"],
            "no such request waits for a decision\nhint: those there are: avtale app requests",
        ),
        (
            &["app", "refuse", "a", "order", "--reason", "no"],
            "no such request waits for a decision",
        ),
    ] {
        let (code, _, stderr) = run(here, arguments);
        assert_eq!(code, 1, "{arguments:?}: {stderr}");
        assert!(stderr.contains(words), "no {words} in: {stderr}");
    }
    // An address alone says nothing of the organization, whoever else has it.
    for arguments in [
        &["developer", "enable", "kari@example.com"][..],
        &["developer", "enable", "kari", "--organization", "914742315"],
    ] {
        let (code, _, stderr) = run(here, arguments);
        assert_eq!(code, 2, "{stderr}");
    }
}
