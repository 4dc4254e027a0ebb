//! The form of the source files: an opening line, a size that can be read, nothing left to do.

use crate::repository::{File, expect_none, files, root};

const MOST_LINES: usize = 400;

/// In pieces, so that this file does not have them.
const UNWANTED: &[&str] = &[
    concat!("TO", "DO"),
    concat!("FIX", "ME"),
    concat!("XX", "X"),
    concat!("to", "do!("),
    concat!("unimpl", "emented!("),
    concat!("#[ig", "nore"),
    concat!("#[al", "low("),
    concat!("#![al", "low("),
];

fn sources() -> impl Iterator<Item = &'static File> {
    files().filter(|file| file.is_source())
}

#[test]
fn every_source_file_says_what_it_is_responsible_for() {
    let silent = sources().filter(|file| !file.text.starts_with("//! "));
    expect_none(silent.map(|file| format!("{}: does not begin with //!", file.path)));
}

#[test]
fn no_source_file_is_too_long_to_be_read() {
    expect_none(sources().filter_map(|file| {
        let lines = file.text.lines().count();
        (lines > MOST_LINES).then(|| format!("{}: {lines} lines", file.path))
    }));
}

#[test]
fn nothing_is_left_to_do_or_switched_off() {
    let in_crates = files().filter(|file| file.path.starts_with("crates/"));
    let mut complaints = Vec::new();
    for file in in_crates {
        for (number, line) in file.lines() {
            let found = UNWANTED.iter().filter(|unwanted| line.contains(**unwanted));
            complaints.extend(found.map(|unwanted| format!("{}:{number}: {unwanted}", file.path)));
        }
    }
    expect_none(complaints);
}

#[test]
fn a_module_with_a_folder_is_the_folders_mod_rs() {
    let rust = files().filter(|file| file.is_rust());
    let doubled = rust.filter(|file| root().join(file.path.trim_end_matches(".rs")).is_dir());
    expect_none(doubled.map(|file| format!("{}: move it into its folder as mod.rs", file.path)));
}
