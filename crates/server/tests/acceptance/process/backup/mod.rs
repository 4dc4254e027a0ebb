//! Backups taken and restored by the program itself, beside a server that goes on.

pub(super) mod checks;
pub(super) mod recovery;
pub(super) mod refusals;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;
use testkit::Database;

use super::program::{Program, command};
use crate::app::block_on;

/// A folder to work in, with the settings that name a database and its key.
pub(super) struct Place {
    folder: TempDir,
    /// The flags of the database and the key.
    flags: Vec<String>,
    _database: Option<Database>,
}

impl Place {
    /// Where an SQLite file is, or will be.
    pub(super) fn sqlite() -> Self {
        Self::with("sqlite:avtale.db", None)
    }

    /// An empty database of PostgreSQL's, if there is a server.
    pub(super) fn postgres() -> Option<Self> {
        let database = block_on(Database::postgres())?;
        let url = database.url().to_owned();
        Some(Self::with(&url, Some(database)))
    }

    fn with(url: &str, database: Option<Database>) -> Self {
        let flags = ["--database", url, "--key-file", "key"];
        Self {
            folder: tempfile::tempdir().expect("a folder"),
            flags: flags.map(str::to_owned).to_vec(),
            _database: database,
        }
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The files in it, by name.
    pub(super) fn names(&self) -> Vec<String> {
        let names = std::fs::read_dir(self.folder.path()).expect("a folder");
        let mut names: Vec<_> = names
            .map(|entry| entry.expect("a file").file_name())
            .map(|name| name.into_string().expect("a name"))
            .collect();
        names.sort();
        names
    }

    /// The program with these arguments and then this place's flags.
    pub(super) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = command(self.folder.path(), arguments);
        command.args(&self.flags);
        command
    }

    pub(super) fn run(&self, arguments: &[&str]) -> Output {
        let mut command = self.command(arguments);
        command.output().expect("the program runs")
    }

    /// Starts the demo here, without limits.
    pub(super) fn serve(&self) -> Program {
        let flags = self.flags.iter().map(String::as_str);
        let mut options = vec!["--limits", "off", "--demo-order-delay", "0.3"];
        options.extend(flags);
        Program::serve(self.folder.path(), &options)
    }

    /// Brings files here from another place.
    pub(super) fn fetch(&self, from: &Self, names: &[&str]) {
        for name in names {
            // A copy keeps the mode.
            std::fs::copy(from.path(name), self.path(name)).expect("a copy");
        }
    }
}

/// A place with a migrated database, its key, and the backup `b` of it.
pub(super) fn backed_up() -> Place {
    let place = Place::sqlite();
    let mut program = place.serve();
    assert!(program.stop());
    printed(&place.run(&["backup", "b"]));
    place
}

#[track_caller]
pub(super) fn printed(output: &Output) -> String {
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout.clone()).expect("text")
}

/// It ended with 1, and said this on stderr.
#[track_caller]
pub(super) fn failed(output: &Output, words: &[&str]) {
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    for word in words {
        assert!(said.contains(word), "no {word} in: {said}");
    }
}

/// How many things a check of a report was asked of, and how many are wrong.
#[track_caller]
pub(super) fn check(report: &Value, name: &str) -> (i64, i64) {
    let checks = report["checks"].as_array().expect("checks");
    let check = checks.iter().find(|check| check["check"] == name);
    let check = check.unwrap_or_else(|| panic!("no `{name}` in {report}"));
    let number = |member: &str| check[member].as_i64().expect("a number");
    (number("lookedAt"), number("wrong"))
}

/// PostgreSQL's own tools, of the newest version there is; said aloud when there is none.
pub(super) fn postgres_tool(name: &str) -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten();
    let tools = versions.filter_map(|version| {
        let version = version.ok()?.path();
        let number: u32 = version.file_name()?.to_str()?.parse().ok()?;
        Some((number, version.join("bin").join(name)))
    });
    let newest = tools.filter(|(_, tool)| tool.exists()).max();
    let tool = newest.map(|(_, tool)| tool).or_else(|| in_path(name));
    if tool.is_none() {
        say(&format!(
            "THE BACKUPS OF POSTGRESQL WERE NOT TRIED: {name} is missing"
        ));
    }
    tool
}

fn in_path(name: &str) -> Option<PathBuf> {
    let runs = Command::new(name).arg("--version").output().is_ok();
    runs.then(|| Path::new(name).to_owned())
}

#[expect(
    clippy::print_stderr,
    reason = "the person who runs the tests has to see it"
)]
fn say(message: &str) {
    eprintln!("\n{message}\n");
}
