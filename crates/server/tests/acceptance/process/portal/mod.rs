//! What the portal tells people to paste, pasted: the guides' commands, and the requests of every
//! operation.

pub(super) mod guides;
pub(super) mod samples;

use std::path::Path;
use std::process::{Command, Output};

use super::program::Program;
use crate::app::block_on;

/// The text of a page.
fn page(program: &Program, path: &str) -> String {
    let text = block_on(async {
        let answer = reqwest::get(program.url(path)).await.expect("an answer");
        assert!(answer.status().is_success(), "{path}");
        answer.text().await
    });
    text.expect("a page")
}

/// The blocks of code in this language, as a browser would copy them.
fn blocks(page: &str, language: &str) -> Vec<String> {
    let begin = format!("<code class=\"language-{language}\">");
    let parts = page.split(&begin).skip(1);
    let blocks = parts.filter_map(|part| part.split("</code>").next());
    blocks.map(unescaped).collect()
}

fn unescaped(text: &str) -> String {
    let entities = [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#39;", "'"),
        ("&amp;", "&"),
    ];
    let mut text = text.to_owned();
    for (entity, letter) in entities {
        text = text.replace(entity, letter);
    }
    text
}

/// Runs a program in a folder to its end.
fn run(folder: &Path, program: &str, arguments: &[&str]) -> Output {
    let output = Command::new(program)
        .args(arguments)
        .current_dir(folder)
        .output();
    output.unwrap_or_else(|error| panic!("{program}: {error}"))
}

/// What it printed, once it ended well.
#[track_caller]
fn printed(output: &Output, what: &str) -> String {
    assert!(output.status.success(), "{what}: {output:?}");
    String::from_utf8(output.stdout.clone()).expect("text")
}

/// Whether a program can be run here; the log says so when it can't.
fn is_there(program: &str, argument: &str) -> bool {
    let there = Command::new(program).arg(argument).output();
    let there = there.is_ok_and(|output| output.status.success());
    if !there {
        say_skipped(program);
    }
    there
}

#[expect(
    clippy::print_stderr,
    reason = "a test that is left out must not look as if it had passed"
)]
fn say_skipped(language: &str) {
    eprintln!("\nSKIPPED: requests that the portal shows for {language} were not tried\n");
}
