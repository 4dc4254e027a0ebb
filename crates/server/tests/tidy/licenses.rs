//! The licenses of what we depend on, by the list that `deny.toml` also has.

use std::collections::BTreeSet;
use std::process::Command;

use serde_json::Value;

use crate::repository::{expect_none, file, metadata};

#[test]
fn every_dependency_has_a_license_of_the_list() {
    let allowed = allowed();
    let metadata = everything();
    let packages = metadata["packages"].as_array().expect("packages");
    let theirs = packages
        .iter()
        .filter(|package| package["source"].is_string());
    expect_none(theirs.filter_map(|package| {
        let (name, license) = (&package["name"], &package["license"]);
        let satisfied = license
            .as_str()
            .is_some_and(|expression| satisfies(expression, &allowed));
        (!satisfied).then(|| format!("{name}: {license}"))
    }));
}

#[test]
fn our_own_license_is_of_the_list() {
    let manifest: toml::Table = file("Cargo.toml").text.parse().expect("TOML");
    let license = manifest["workspace"]["package"]["license"].as_str();
    assert!(allowed().contains(license.expect("a license")));
    assert!(file("LICENSE").text.contains("Apache License"));
}

#[test]
fn license_expressions_are_understood() {
    let allowed = ["MIT", "Zlib", "Unicode-3.0"].map(str::to_owned).into();
    for (expression, expected) in [
        ("MIT", true),
        ("GPL-3.0", false),
        ("GPL-3.0 OR MIT", true),
        ("GPL-3.0/MIT", true),
        ("GPL-3.0 / MIT", true),
        ("MIT AND Zlib", true),
        ("MIT AND GPL-3.0", false),
        ("(GPL-3.0 OR MIT) AND Unicode-3.0", true),
        ("GPL-3.0 OR MIT AND Apache-2.0", false),
        ("MIT WITH LLVM-exception", true),
        ("GPL-2.0 WITH Classpath-exception-2.0 OR Zlib", true),
        ("", false),
        ("MIT OR", false),
        ("(MIT", false),
        ("MIT Zlib", false),
    ] {
        assert_eq!(satisfies(expression, &allowed), expected, "{expression}");
    }
}

fn allowed() -> BTreeSet<String> {
    let deny: toml::Table = file("deny.toml").text.parse().expect("TOML");
    let list = deny["licenses"]["allow"].as_array().expect("a list");
    list.iter()
        .map(|license| license.as_str().expect("a name").to_owned())
        .collect()
}

/// What every system needs, or, where cargo has not fetched that, what this one needs.
fn everything() -> Value {
    metadata(&[]).unwrap_or_else(|_| {
        let version = Command::new(env!("CARGO")).arg("-vV").output();
        let version = String::from_utf8(version.expect("cargo").stdout).expect("text");
        let host = version
            .lines()
            .find_map(|line| line.strip_prefix("host: "))
            .expect("cargo's own system");
        metadata(&["--filter-platform", host]).expect("metadata")
    })
}

/// Whether the licenses of an SPDX expression can all be taken from the list. An exception (`WITH`)
/// only gives more rights. `/` is how `OR` was once written.
fn satisfies(expression: &str, allowed: &BTreeSet<String>) -> bool {
    let spaced = expression
        .replace('(', " ( ")
        .replace(')', " ) ")
        .replace('/', " OR ");
    let mut rest = Words(spaced.split_whitespace().collect());
    rest.any_of(allowed) == Some(true) && rest.0.is_empty()
}

/// What of an expression is not yet read. Each method gives `None` for what is no expression.
struct Words<'a>(Vec<&'a str>);

impl Words<'_> {
    fn any_of(&mut self, allowed: &BTreeSet<String>) -> Option<bool> {
        let mut holds = self.all_of(allowed)?;
        while self.next_is("OR") {
            holds |= self.all_of(allowed)?;
        }
        Some(holds)
    }

    fn all_of(&mut self, allowed: &BTreeSet<String>) -> Option<bool> {
        let mut holds = self.one(allowed)?;
        while self.next_is("AND") {
            holds &= self.one(allowed)?;
        }
        Some(holds)
    }

    fn one(&mut self, allowed: &BTreeSet<String>) -> Option<bool> {
        if self.next_is("(") {
            let holds = self.any_of(allowed)?;
            return self.next_is(")").then_some(holds);
        }
        let holds = allowed.contains(self.take()?);
        if self.next_is("WITH") {
            self.take()?;
        }
        Some(holds)
    }

    fn next_is(&mut self, word: &str) -> bool {
        let is = self.0.first() == Some(&word);
        if is {
            self.0.remove(0);
        }
        is
    }

    fn take(&mut self) -> Option<&str> {
        (!self.0.is_empty()).then(|| self.0.remove(0))
    }
}
