//! The three commands that the program prints work when they are pasted into a shell.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use super::program::Program;
use crate::app::{Process, processes};

pub(crate) const TESTS: &[Process] = processes![the_printed_commands_work_when_they_are_pasted];

fn the_printed_commands_work_when_they_are_pasted() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut program = Program::serve(folder.path(), &["--demo-order-delay", "0.5"]);
    let printed = program.printed_until("The documents are at");
    let is_command = |line: &&str| line.starts_with("curl ") || line.starts_with("TOKEN=");
    let commands: Vec<_> = printed.lines().filter(is_command).collect();
    let [token, products, order] = commands[..] else {
        panic!("not three commands: {printed}");
    };

    let before = paste(folder.path(), &[token, products]);
    assert!(
        before.starts_with(r#"[{"ordered":[{"id":2799029,"#),
        "{before}"
    );
    assert!(!before.contains("11175198"), "{before}");

    let placed = paste(folder.path(), &[token, order]);
    let id = placed
        .strip_prefix(r#"[{"orderId":""#)
        .and_then(|rest| rest.strip_suffix(r#""}]"#));
    let id = id.unwrap_or_else(|| panic!("not an order's id: {placed}"));
    assert_eq!(id.len(), 12);

    let state = format!(
        "curl -s -H \"Authorization: Bearer $TOKEN\" {}",
        program.url(&format!("/corporate-agreements/v2/orders/{id}"))
    );
    for _ in 0..100 {
        if paste(folder.path(), &[token, &state]).contains(r#""state":"COMPLETED""#) {
            let after = paste(folder.path(), &[token, products]);
            assert!(
                after.contains(r#""billingAccountId":"11175198""#),
                "{after}"
            );
            return;
        }
        pause();
    }
    panic!("the order is not completed after ten seconds");
}

/// What the last of the commands prints, all of them pasted into one shell.
fn paste(folder: &Path, commands: &[&str]) -> String {
    let output = Command::new("bash")
        .args(["-c", &commands.join("\n")])
        .current_dir(folder)
        .output()
        .expect("bash runs");
    assert!(output.status.success(), "{commands:?}: {output:?}");
    String::from_utf8(output.stdout).expect("text")
}

#[expect(
    clippy::disallowed_methods,
    reason = "another process needs the time, not this one's threads"
)]
fn pause() {
    std::thread::sleep(Duration::from_millis(100));
}
