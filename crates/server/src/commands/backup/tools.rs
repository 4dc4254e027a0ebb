//! PostgreSQL's own tools, as processes. Passwords reach them through their environment alone.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, bail};
use storage::backup::Address;

/// Where the tools are.
pub(crate) struct Tools {
    dump: PathBuf,
    restore: PathBuf,
}

impl Tools {
    /// `pg_dump` as it was named, and `pg_restore` beside it.
    pub(crate) fn beside_dump(dump: Option<PathBuf>) -> Self {
        let dump = dump.unwrap_or_else(|| PathBuf::from("pg_dump"));
        Self {
            restore: dump.with_file_name("pg_restore"),
            dump,
        }
    }

    /// `pg_restore` as it was named.
    pub(crate) fn with_restore(restore: Option<PathBuf>) -> Self {
        Self {
            dump: PathBuf::from("pg_dump"),
            restore: restore.unwrap_or_else(|| PathBuf::from("pg_restore")),
        }
    }

    /// Writes one state of the database into a file, whatever others write meanwhile.
    pub(crate) fn dump(&self, url: &str, to: &Path) -> anyhow::Result<()> {
        let mut command = on_database(&self.dump, url)?;
        command.arg("--format=custom").arg("--file").arg(to);
        run(&mut command).map(drop)
    }

    /// Reads a dump from its beginning to its end.
    pub(crate) fn check(&self, dump: &Path) -> anyhow::Result<()> {
        let mut command = Command::new(&self.restore);
        command.args(["--file", "/dev/null"]).arg(dump);
        run(&mut command).map(drop)
    }

    /// That `pg_restore` is there.
    pub(crate) fn expect_restore(&self) -> anyhow::Result<()> {
        run(Command::new(&self.restore).arg("--version")).map(drop)
    }

    /// Brings a dump into an empty database: all of it, or nothing.
    pub(crate) fn restore(&self, dump: &Path, url: &str) -> anyhow::Result<()> {
        let mut command = on_database(&self.restore, url)?;
        command
            .args(["--single-transaction", "--no-owner", "--no-privileges"])
            .arg(dump);
        run(&mut command).map(drop)
    }

    /// A fact about the installation that a dump is of, if it has been settled.
    pub(crate) fn fact(&self, dump: &Path, fact: &str) -> anyhow::Result<Option<String>> {
        let mut command = Command::new(&self.restore);
        command
            .args(["--data-only", "--table=installation", "--file=-"])
            .arg(dump);
        let script = run(&mut command)?;
        let rows = script.lines().filter_map(|line| line.split_once('\t'));
        let mut values = rows.filter(|(name, _)| *name == fact);
        Ok(values.next().map(|(_, value)| value.to_owned()))
    }
}

fn on_database(tool: &Path, url: &str) -> anyhow::Result<Command> {
    let address = Address::of(url)?;
    let mut command = Command::new(tool);
    command
        .arg("--no-password")
        .arg(format!("--dbname={}", address.url));
    if let Some(password) = address.password {
        command.env("PGPASSWORD", password);
    }
    Ok(command)
}

/// Waits for its end; what it wrote to its stdout.
fn run(command: &mut Command) -> anyhow::Result<String> {
    let tool = PathBuf::from(command.get_program());
    let output = match command.output() {
        Err(error) if error.kind() == ErrorKind::NotFound => bail!(
            "{} is not there\nhint: install PostgreSQL's client programs, or say where it is with \
             --pg-dump or --pg-restore",
            tool.display()
        ),
        output => output.with_context(|| format!("failed to run {}", tool.display()))?,
    };
    if !output.status.success() {
        let words = String::from_utf8_lossy(&output.stderr);
        let words: Vec<_> = words.lines().take(5).collect();
        bail!(
            "{} ended with {}: {}",
            tool.display(),
            output.status,
            words.join("; ")
        );
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}
