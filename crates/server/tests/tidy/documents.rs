//! The texts: links lead somewhere, the README's commands are tried, and nothing refers to where the
//! work was done.

use std::path::Path;

use crate::repository::{File, expect_none, file, files, root};

/// The README's commands, where they are tried, and what is to be read there.
const TRIED: &[(&str, &str, &str)] = &[
    (
        "cargo run --release -- serve --demo",
        "crates/server/tests/acceptance/",
        "\"--demo\"",
    ),
    ("./test", ".ci/run", "./test"),
];

/// In pieces, so that this file does not have them.
const FORBIDDEN: &[&str] = &[
    concat!("work", "place"),
    concat!("/wo", "rk/"),
    concat!("../sh", "ared"),
    concat!("se", "eds/"),
];

#[test]
fn every_command_of_the_readme_is_tried() {
    let commands = shell_commands(&file("README.md").text);
    assert!(!commands.is_empty(), "the README has a quick start");
    expect_none(commands.into_iter().filter_map(|command| {
        let Some((_, place, word)) = TRIED.iter().find(|(known, ..)| *known == command) else {
            return Some(format!("who tries `{command}`?"));
        };
        let tried = files().any(|file| file.path.starts_with(place) && file.text.contains(word));
        (!tried).then(|| format!("`{command}` is tried in {place}, but nothing there says {word}"))
    }));
}

#[test]
fn every_link_to_a_file_leads_to_one() {
    let mut complaints = Vec::new();
    for file in files().filter(|file| file.is_markdown()) {
        for (number, target) in links(file) {
            let folder = Path::new(&file.path).parent().expect("a folder");
            if !root().join(folder).join(&target).exists() {
                complaints.push(format!("{}:{number}: {target}", file.path));
            }
        }
    }
    expect_none(complaints);
}

#[test]
fn nothing_refers_to_where_the_work_was_done() {
    let mut complaints = Vec::new();
    for file in files() {
        for (number, line) in file.lines() {
            let line = line.to_lowercase();
            let found = FORBIDDEN.iter().filter(|word| line.contains(**word));
            complaints.extend(found.map(|word| format!("{}:{number}: {word}", file.path)));
        }
    }
    expect_none(complaints);
}

#[test]
fn commands_are_read_out_of_fenced_blocks() {
    let text = "```sh\n# a comment\n$ one \\\n    two\n\nthree\n```\n```json\n{}\n```\n";
    assert_eq!(shell_commands(text), ["one two", "three"]);
}

#[test]
fn links_are_read_outside_of_code() {
    let text = "[a](b.md#c) [d](https://e)\n```\n[f](g)\n```\n[h]: i.md\n`[j](k)` [l](#m)";
    let file = File {
        path: "x.md".to_owned(),
        text: text.to_owned(),
    };
    let found: Vec<_> = links(&file).collect();
    assert_eq!(found, [(1, "b.md".to_owned()), (5, "i.md".to_owned())]);
}

/// The commands of the blocks marked as `sh`, each on one line.
fn shell_commands(text: &str) -> Vec<String> {
    let blocks = text.split("```").skip(1).step_by(2);
    let shell = blocks.filter_map(|block| block.strip_prefix("sh\n"));
    shell
        .flat_map(|block| {
            let joined = block.replace("\\\n", " ");
            let commands: Vec<_> = joined.lines().map(one_line).collect();
            commands
        })
        .filter(|command| !command.is_empty() && !command.starts_with('#'))
        .collect()
}

/// Without the prompt, with single spaces.
fn one_line(command: &str) -> String {
    let words: Vec<_> = command
        .split_whitespace()
        .skip_while(|word| *word == "$")
        .collect();
    words.join(" ")
}

/// The links that are not addresses elsewhere or within the page, without what follows a `#`.
fn links(file: &File) -> impl Iterator<Item = (usize, String)> {
    let mut fenced = false;
    let prose = file.lines().filter(move |(_, line)| {
        let fence = line.trim_start().starts_with("```");
        fenced ^= fence;
        !fenced && !fence
    });
    prose
        .flat_map(|(number, line)| {
            // What is between an odd and an even backtick is code.
            let text: String = line.split('`').step_by(2).collect();
            let targets: Vec<_> = targets(&text).map(|target| (number, target)).collect();
            targets
        })
        .filter(|(_, target)| !target.is_empty() && !target.contains(':'))
}

fn targets(line: &str) -> impl Iterator<Item = String> {
    let inline = line
        .split("](")
        .skip(1)
        .filter_map(|rest| rest.split(')').next());
    let below = line
        .starts_with('[')
        .then(|| line.split_once("]: "))
        .flatten()
        .map(|(_, target)| target);
    inline.chain(below).map(|target| {
        let address = target.split_whitespace().next().unwrap_or_default();
        let (path, _) = address.split_once('#').unwrap_or((address, ""));
        path.to_owned()
    })
}
