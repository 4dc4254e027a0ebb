//! What `backup` and `restore` do not do: write over data, and take a key that does not fit.

use std::os::unix::fs::PermissionsExt;

use super::{Place, backed_up, failed, printed};
use crate::app::{Process, processes};

pub(crate) const TESTS: &[Process] = processes![
    a_backup_is_replaced_only_when_that_is_said,
    a_backup_does_not_take_its_databases_place,
    a_backup_that_fails_leaves_nothing,
    nothing_is_restored_over_data,
    a_key_that_does_not_fit_is_refused,
    what_is_no_backup_is_refused,
    a_password_is_not_among_the_arguments,
];

fn a_backup_is_replaced_only_when_that_is_said() {
    let place = backed_up();
    assert_eq!(place.names(), ["avtale.db", "b", "b.sha256", "key"]);
    let mode = std::fs::metadata(place.path("b"))
        .expect("a file")
        .permissions();
    assert_eq!(mode.mode() & 0o777, 0o600);
    std::fs::write(place.path("b"), "of old").expect("written");
    failed(&place.run(&["backup", "b"]), &["b is there", "--replace"]);
    assert_eq!(std::fs::read(place.path("b")).expect("a file"), b"of old");
    // What a program that was killed has left is no obstacle.
    std::fs::write(place.path("b.partial"), "half").expect("written");
    printed(&place.run(&["backup", "b", "--replace"]));
    assert_eq!(place.names(), ["avtale.db", "b", "b.sha256", "key"]);
    printed(&place.run(&["backup", "verify", "b"]));
}

fn a_backup_does_not_take_its_databases_place() {
    let place = backed_up();
    for own in ["avtale.db", "key"] {
        let before = std::fs::read(place.path(own)).expect("a file");
        failed(&place.run(&["backup", own, "--replace"]), &["in use"]);
        assert_eq!(std::fs::read(place.path(own)).expect("a file"), before);
    }
}

fn a_backup_that_fails_leaves_nothing() {
    let place = Place::sqlite();
    failed(&place.run(&["backup", "b"]), &["no database at avtale.db"]);
    assert_eq!(place.names(), [""; 0]);
    std::fs::write(
        place.path("avtale.db"),
        "no database at all, but long enough",
    )
    .expect("written");
    failed(&place.run(&["backup", "b"]), &["avtale.db"]);
    assert_eq!(place.names(), ["avtale.db"]);
}

fn nothing_is_restored_over_data() {
    let place = backed_up();
    for there in ["avtale.db", "avtale.db-wal"] {
        std::fs::remove_file(place.path("avtale.db")).ok();
        std::fs::write(place.path(there), "data").expect("written");
        let refused = place.run(&["restore", "b"]);
        failed(&refused, &[there, "nothing is restored over data"]);
        assert_eq!(std::fs::read(place.path(there)).expect("a file"), b"data");
    }
}

fn a_key_that_does_not_fit_is_refused() {
    let place = backed_up();
    std::fs::remove_file(place.path("avtale.db")).expect("removed");
    std::fs::remove_file(place.path("key")).expect("removed");
    failed(&place.run(&["restore", "b"]), &["key file key", "hint: "]);
    failed(&place.run(&["backup", "verify", "b"]), &["key file key"]);
    std::fs::write(place.path("key"), "12".repeat(32)).expect("a key");
    std::fs::set_permissions(place.path("key"), PermissionsExt::from_mode(0o600)).expect("a mode");
    failed(&place.run(&["restore", "b"]), &["another key"]);
    let report = place.run(&["backup", "verify", "b"]);
    failed(&report, &["b is not good"]);
    let table = String::from_utf8_lossy(&report.stdout).into_owned();
    assert!(table.contains("made with another key"), "{table}");
    assert_eq!(place.names(), ["b", "b.sha256", "key"]);
}

fn what_is_no_backup_is_refused() {
    let place = backed_up();
    std::fs::write(place.path("c"), "not a backup of anything").expect("written");
    std::fs::write(place.path("d"), "PGDMP and so on").expect("written");
    for arguments in [&["restore", "c"][..], &["backup", "verify", "c"]] {
        failed(&place.run(arguments), &["c is no backup"]);
    }
    failed(&place.run(&["restore", "absent"]), &["absent"]);
    failed(&place.run(&["restore", "d"]), &["backup of PostgreSQL"]);
    let usage = place.run(&["backup"]);
    assert_eq!(usage.status.code(), Some(2), "{usage:?}");
}

/// A tool that writes down how it was called.
fn a_password_is_not_among_the_arguments() {
    let place = Place::sqlite();
    let tool = place.path("pg_dump");
    let script = "#!/bin/sh\necho \"$@\" >arguments\necho \"$PGPASSWORD\" >password\nexit 3\n";
    std::fs::write(&tool, script).expect("a tool");
    std::fs::set_permissions(&tool, PermissionsExt::from_mode(0o700)).expect("a mode");
    let url = "postgres://avtale:se%20same@127.0.0.1:1/avtale?sslmode=disable";
    let mut command = super::command(place.folder.path(), &["backup", "b", "--database", url]);
    let failure = command.args(["--pg-dump", "./pg_dump"]).output();
    failed(&failure.expect("the program runs"), &["pg_dump ended with"]);
    let read = |name: &str| std::fs::read_to_string(place.path(name)).expect("a file");
    assert_eq!(read("password"), "se same\n");
    let arguments = read("arguments");
    assert!(!arguments.contains("same"), "{arguments}");
    let address = "--dbname=postgres://avtale@127.0.0.1:1/avtale?sslmode=disable";
    assert!(arguments.contains(address), "{arguments}");
    let mut command = super::command(place.folder.path(), &["backup", "b", "--database", url]);
    let failure = command.args(["--pg-dump", "./absent"]).output();
    failed(
        &failure.expect("the program runs"),
        &["absent is not there", "--pg-dump"],
    );
}
