//! `avtale backup`: a copy of the database, taken while the server goes on, by the engine's own
//! means; and `avtale backup verify`, which tries a copy out.

mod report;
mod scratch;
pub(crate) mod target;
pub(crate) mod tools;
mod verify;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, bail};
use clap::{Args, Subcommand};
use indicatif::ProgressBar;
use storage::backup;

use crate::cli::StoreOptions;
use crate::config::Config;
use target::Target;
use tools::Tools;

/// How to take or try out a backup.
#[derive(Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub(crate) struct Backup {
    #[command(subcommand)]
    command: Option<BackupCommand>,

    #[command(flatten)]
    take: Take,
}

#[derive(Subcommand)]
enum BackupCommand {
    /// Restores a backup into a scratch place, checks what must hold of it, and drops the place.
    /// Ends with 1 when something is wrong.
    Verify(verify::Verify),
}

#[derive(Args)]
struct Take {
    /// Where to write the backup. It is there under this name once it is whole.
    #[arg(value_name = "FILE", required = true)]
    file: Option<PathBuf>,

    /// Replaces FILE if it is there.
    #[arg(long)]
    replace: bool,

    /// PostgreSQL's `pg_dump`, with `pg_restore` beside it [default: those in PATH].
    #[arg(long, value_name = "PATH")]
    pg_dump: Option<PathBuf>,

    #[command(flatten)]
    options: StoreOptions,
}

/// Does what the command line says.
pub(crate) fn run(backup: Backup) -> anyhow::Result<ExitCode> {
    match backup.command {
        Some(BackupCommand::Verify(verify)) => verify.run(),
        None => backup.take.run().map(|()| ExitCode::SUCCESS),
    }
}

impl Take {
    fn run(self) -> anyhow::Result<()> {
        let file = self.file.context("failed to learn where to write to")?;
        let config = Config::load_store(&self.options)?;
        refuse_own_files(&config, &file)?;
        let target = Target::begin(&file, self.replace)?;
        if let Some(database) = config.database.path() {
            copy_whole(database, target.path())?;
        } else {
            let tools = Tools::beside_dump(self.pg_dump);
            let bar = spinner("pg_dump is at work");
            tools.dump(config.database.url(), target.path())?;
            bar.set_message("reading it again");
            tools.check(target.path())?;
            bar.finish_and_clear();
        }
        let digest = target.publish_with_digest()?;
        let bytes = std::fs::metadata(&file)?.len();
        super::print(&format!(
            "{}: {bytes} bytes, SHA-256 {digest}\n",
            file.display()
        ))?;
        say(&format!(
            "The key is not in it: keep a copy of {} somewhere else. Without it the backup is of \
             no use.",
            config.key_file.display()
        ));
        Ok(())
    }
}

/// A backup that took the place of what it is a backup of would be the end of both.
fn refuse_own_files(config: &Config, file: &Path) -> anyhow::Result<()> {
    let Ok(file) = file.canonicalize() else {
        return Ok(());
    };
    let own = config.database.path().into_iter();
    for own in own.chain([config.key_file.as_path()]) {
        if own.canonicalize().is_ok_and(|own| own == file) {
            bail!("{} is in use by the server", file.display());
        }
    }
    Ok(())
}

/// Copies an SQLite file and has the engine check the copy.
pub(crate) fn copy_whole(from: &Path, to: &Path) -> anyhow::Result<()> {
    copy(from, to)?;
    let bar = spinner("checking the copy");
    let check = backup::check(to)?;
    bar.finish_and_clear();
    if let Some(damage) = check.damage.first() {
        bail!("{} is damaged: {damage}", from.display());
    }
    if let Some(table) = check.orphans.first() {
        bail!(
            "{} is damaged: rows of {table} name others that are not there",
            from.display()
        );
    }
    Ok(())
}

fn copy(from: &Path, to: &Path) -> anyhow::Result<()> {
    if !from.is_file() {
        bail!("there is no database at {}", from.display());
    }
    let bar = ProgressBar::new(0);
    let copied = backup::copy(from, to, |done, total| {
        bar.set_length(total);
        bar.set_position(done);
    });
    bar.finish_and_clear();
    copied.with_context(|| format!("failed to copy {}", from.display()))
}

/// On a terminal alone.
pub(crate) fn spinner(message: &'static str) -> ProgressBar {
    ProgressBar::new_spinner().with_message(message)
}

#[expect(clippy::print_stderr, reason = "messages go to stderr")]
pub(crate) fn say(message: &str) {
    eprintln!("{message}");
}

/// Which engine's backup a file is.
pub(crate) fn engine_of(file: &Path) -> anyhow::Result<backup::Engine> {
    let engine = backup::engine_of(file);
    let engine = engine.with_context(|| format!("failed to read {}", file.display()))?;
    engine.with_context(|| format!("{} is no backup of either engine", file.display()))
}
