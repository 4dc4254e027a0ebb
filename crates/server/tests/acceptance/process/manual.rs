//! The completions and the manual's pages: there is one for each command, and they can be read.

use std::process::{Command, Output};

use super::program::command;
use crate::app::{Process, processes};

pub(crate) const TESTS: &[Process] = processes![
    completions_of_every_shell_name_the_commands,
    bash_reads_its_completions,
    the_manual_has_a_page_for_each_command,
];

fn avtale(arguments: &[&str]) -> Output {
    let folder = tempfile::tempdir().expect("a folder");
    let output = command(folder.path(), arguments).output();
    let output = output.expect("the program runs");
    assert!(output.status.success(), "{output:?}");
    output
}

fn completions_of_every_shell_name_the_commands() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let script = String::from_utf8(avtale(&["completions", shell]).stdout).expect("text");
        for word in ["serve", "journal", "demo-order-delay"] {
            assert!(script.contains(word), "{shell} does not know {word}");
        }
    }
}

fn bash_reads_its_completions() {
    let folder = tempfile::tempdir().expect("a folder");
    let script = folder.path().join("avtale.bash");
    std::fs::write(&script, avtale(&["completions", "bash"]).stdout).expect("a file");
    let try_it = ". ./avtale.bash; COMP_WORDS=(avtale jour); COMP_CWORD=1; \
                  _avtale avtale jour avtale; echo \"${COMPREPLY[@]}\"";
    let mut bash = Command::new("bash");
    let output = bash
        .args(["-c", try_it])
        .current_dir(folder.path())
        .output();
    let output = output.expect("bash runs");
    let words = String::from_utf8_lossy(&output.stdout);
    assert_eq!(words, "journal\n", "{output:?}");
}

fn the_manual_has_a_page_for_each_command() {
    let folder = tempfile::tempdir().expect("a folder");
    let pages = folder.path().join("man");
    let to = pages.to_str().expect("a path of letters");
    avtale(&["manual", to]);
    for (page, words) in [
        ("avtale.1", "avtale\\-serve"),
        ("avtale-serve.1", "operator\\-listen"),
        ("avtale-order-place.1", "idempotency key"),
        ("avtale-journal-verify.1", "head"),
    ] {
        let text = std::fs::read_to_string(pages.join(page)).expect(page);
        assert!(
            text.contains(".TH ") && text.contains(words),
            "{page}: {text}"
        );
    }
}
