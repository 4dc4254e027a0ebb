//! The manifests: every dependency has a reason, in one place, and the lock is part of the repository.

use std::process::Command;

use crate::repository::{expect_none, file, files, root};

#[test]
fn every_dependency_has_a_reason_above_it_or_its_group() {
    let section = file("Cargo.toml")
        .lines()
        .skip_while(|(_, line)| *line != "[workspace.dependencies]")
        .skip(1)
        .take_while(|(_, line)| !line.starts_with('['));
    // A comment gives the reason for the lines below it, up to an empty one.
    let mut reason = false;
    let mut complaints = Vec::new();
    for (number, line) in section {
        match line.chars().next() {
            None => reason = false,
            Some('#') => reason = true,
            Some(_) if !reason => complaints.push(format!("Cargo.toml:{number}: {line}")),
            Some(_) => {}
        }
    }
    expect_none(complaints);
}

#[test]
fn every_crate_takes_its_dependencies_and_lints_from_the_workspace() {
    let manifests = files()
        .filter(|file| file.path.starts_with("crates/") && file.path.ends_with("Cargo.toml"));
    let mut complaints = Vec::new();
    for file in manifests {
        let manifest: toml::Table = file.text.parse().expect("TOML");
        for section in ["dependencies", "dev-dependencies", "build-dependencies"] {
            let dependencies = manifest.get(section).and_then(toml::Value::as_table);
            for (name, value) in dependencies.into_iter().flatten() {
                if value.get("workspace") != Some(&toml::Value::Boolean(true)) {
                    complaints.push(format!("{}: {name} is not the workspace's", file.path));
                }
            }
        }
        let lints = manifest
            .get("lints")
            .and_then(|lints| lints.get("workspace"));
        if lints != Some(&toml::Value::Boolean(true)) {
            complaints.push(format!("{}: the lints are not the workspace's", file.path));
        }
    }
    expect_none(complaints);
}

#[test]
fn the_lock_is_part_of_the_repository() {
    assert!(file("Cargo.lock").text.contains("[[package]]"));
    if !root().join(".git").exists() {
        return;
    }
    let listed = Command::new("git")
        .args(["-c", "safe.directory=*", "ls-files", "Cargo.lock"])
        .current_dir(root())
        .output();
    // Without git, nobody can have left it out.
    if let Ok(listed) = listed {
        assert_eq!(String::from_utf8_lossy(&listed.stdout), "Cargo.lock\n");
    }
}
