//! `avtale backup verify`: a good backup passes, and each kind of damage shows.

use std::path::Path;

use rusqlite::Connection;
use serde_json::Value;

use super::{Place, backed_up, check, failed, printed};
use crate::app::{Process, processes};

pub(crate) const TESTS: &[Process] = processes![
    a_good_backup_passes_and_leaves_no_trace,
    a_byte_that_has_changed_shows,
    a_file_that_is_damaged_without_a_digest_shows,
    rows_that_break_a_rule_show,
    a_journal_that_was_changed_or_cut_off_shows,
    a_backup_of_a_newer_program_is_not_taken_for_good,
];

const DIGEST: &str = "the file is what was written";
const PAGES: &str = "the engine finds its pages whole";
const JOURNAL: &str = "the journal is as it was written";

/// The report, and whether the program took the backup for good.
fn verify(place: &Place, arguments: &[&str]) -> (bool, Value) {
    let output = place.run(&[&["backup", "verify", "b", "--json"], arguments].concat());
    let report = serde_json::from_slice(&output.stdout);
    let report: Value = report.unwrap_or_else(|_| panic!("no report: {output:?}"));
    let good = report["good"].as_bool().expect("a verdict");
    assert_eq!(output.status.code(), Some(i32::from(!good)), "{output:?}");
    assert_eq!(
        place
            .names()
            .iter()
            .filter(|name| name.contains("scratch"))
            .count(),
        0
    );
    (good, report)
}

fn spoil(place: &Place, sql: &str) {
    let backup = Connection::open(place.path("b")).expect("the backup");
    backup.execute_batch(sql).expect("a change");
    drop(backup);
    std::fs::remove_file(place.path("b.sha256")).ok();
}

pub(super) fn flip(path: &Path, at: usize) {
    let mut bytes = std::fs::read(path).expect("the backup");
    bytes[at] ^= 0x40;
    std::fs::write(path, bytes).expect("written");
}

fn a_good_backup_passes_and_leaves_no_trace() {
    let place = backed_up();
    let before = std::fs::read(place.path("b")).expect("the backup");
    let (good, report) = verify(&place, &[]);
    assert!(good, "{report}");
    assert_eq!(check(&report, DIGEST), (1, 0));
    std::fs::create_dir(place.path("elsewhere")).expect("a folder");
    let (good, _) = verify(&place, &["--scratch", "elsewhere"]);
    assert!(good);
    let left = std::fs::read_dir(place.path("elsewhere")).expect("a folder");
    assert_eq!(left.count(), 0);
    assert_eq!(std::fs::read(place.path("b")).expect("the backup"), before);
    let table = printed(&place.run(&["backup", "verify", "b"]));
    assert!(table.contains("each order is in the journal"), "{table}");
}

fn a_byte_that_has_changed_shows() {
    let place = backed_up();
    let length = std::fs::read(place.path("b")).expect("the backup").len();
    for at in [60, length / 3, length / 2, length - 10] {
        flip(&place.path("b"), at);
        let (good, report) = verify(&place, &[]);
        assert!(!good, "byte {at}");
        assert_eq!(check(&report, DIGEST), (1, 1));
        std::fs::remove_file(place.path("avtale.db")).ok();
        failed(&place.run(&["restore", "b"]), &["SHA-256"]);
        flip(&place.path("b"), at);
    }
    assert!(verify(&place, &[]).0);
}

fn a_file_that_is_damaged_without_a_digest_shows() {
    let place = backed_up();
    std::fs::remove_file(place.path("b.sha256")).expect("removed");
    std::fs::remove_file(place.path("avtale.db")).expect("removed");
    let whole = std::fs::read(place.path("b")).expect("the backup");
    // The kind of each page is in its first byte; the first page has the file's head before it.
    for page in [1, 2, whole.len() / 4096 / 2] {
        flip(&place.path("b"), page * 4096);
        let (good, report) = verify(&place, &[]);
        assert!(!good, "page {page}: {report}");
        failed(&place.run(&["restore", "b"]), &["damaged"]);
        assert!(!place.path("avtale.db").exists());
        std::fs::write(place.path("b"), &whole).expect("written");
    }
    std::fs::write(place.path("b"), &whole[..whole.len() / 2]).expect("written");
    assert!(!verify(&place, &[]).0, "half of it");
    std::fs::write(place.path("b"), &whole).expect("written");
    let (good, report) = verify(&place, &[]);
    assert!(good && check(&report, PAGES).1 == 0, "{report}");
}

fn rows_that_break_a_rule_show() {
    let place = backed_up();
    spoil(
        &place,
        "INSERT INTO jobs (kind, subject, lane, turn, waits, due_at, fence, attempts)
         VALUES ('FULFILL_ORDER', 5, 5, 1, FALSE, 0, 0, 0)",
    );
    let (good, report) = verify(&place, &[]);
    assert!(!good);
    assert_eq!(check(&report, "each job has its order or account"), (1, 1));
    spoil(
        &place,
        "DELETE FROM jobs; PRAGMA foreign_keys = OFF;
         INSERT INTO subscriptions VALUES ('4790000000', '000000000')",
    );
    let (good, report) = verify(&place, &[]);
    assert!(!good);
    assert_eq!(check(&report, "each row that another names is there").1, 1);
}

fn a_journal_that_was_changed_or_cut_off_shows() {
    let place = Place::sqlite();
    let mut program = place.serve();
    // Each leaves a change; it has its place once the server has stopped after the next start.
    for name in ["kari", "ola"] {
        printed(&place.run(&["operator", "add", name, "--role", "viewer"]));
    }
    super::recovery::wait_for_changes(&place, 2);
    assert!(program.stop());
    let head = printed(&place.run(&["journal", "head"]));
    printed(&place.run(&["backup", "b"]));
    let (good, report) = verify(&place, &["--head", head.trim()]);
    assert!(good, "{report}");
    assert_eq!(report["journalHead"], head.trim());
    spoil(
        &place,
        "DELETE FROM journal WHERE position = (SELECT MAX(position) FROM journal)",
    );
    assert!(verify(&place, &[]).0, "the rest fits");
    let (good, report) = verify(&place, &["--head", head.trim()]);
    assert!(!good && check(&report, JOURNAL).1 == 1, "{report}");
    spoil(
        &place,
        "UPDATE journal SET author = 'nobody' WHERE position = 1",
    );
    let (good, report) = verify(&place, &[]);
    assert!(!good && check(&report, JOURNAL).1 == 1, "{report}");
}

fn a_backup_of_a_newer_program_is_not_taken_for_good() {
    let place = backed_up();
    spoil(
        &place,
        "INSERT INTO schema_migrations VALUES (9999, 'later', '', '')",
    );
    let (good, report) = verify(&place, &[]);
    assert!(!good);
    assert_eq!(check(&report, "this program knows its version"), (1, 1));
}
