//! `avtale backup verify`: whether a backup can be restored, and whether all that must hold of it
//! does.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::bail;
use clap::Args;
use gateway::ServerKey;
use selfservice::{JournalCheck, JournalHead};
use storage::backup::Engine;
use storage::{Store, Transaction, backup};
use tokio::runtime::Runtime;

use super::report::Report;
use super::scratch::{Database, Folder};
use super::target::check_digest;
use super::tools::Tools;
use super::{copy, say, spinner};
use crate::cli::StoreOptions;
use crate::commands::carries_nothing_out;
use crate::commands::journal::{forged_in_words, head};
use crate::config::Config;
use crate::key_file;
use crate::wiring::Parts;

/// Enough to know where to look.
const EXAMPLES: i64 = 5;

#[derive(Args)]
pub(super) struct Verify {
    /// The backup.
    #[arg(value_name = "FILE")]
    file: PathBuf,

    /// A head of the journal that was kept: it must be among the seals.
    #[arg(long, value_name = "POSITION:SEAL", value_parser = head)]
    head: Option<JournalHead>,

    /// As JSON instead of a table.
    #[arg(long)]
    json: bool,

    /// SQLite: the folder in which it is tried out [default: the backup's].
    #[arg(long, value_name = "DIR")]
    scratch: Option<PathBuf>,

    /// PostgreSQL: an empty database in which it is tried out, and which is empty again afterwards.
    #[arg(
        long,
        env = "AVTALE_SCRATCH_DATABASE",
        value_name = "URL",
        hide_env_values = true
    )]
    scratch_database: Option<String>,

    /// PostgreSQL: a server on which a database for this may be made and dropped.
    #[arg(
        long,
        env = "AVTALE_SCRATCH_SERVER",
        value_name = "URL",
        hide_env_values = true
    )]
    scratch_server: Option<String>,

    /// PostgreSQL's `pg_restore` [default: that in PATH].
    #[arg(long, value_name = "PATH")]
    pg_restore: Option<PathBuf>,

    #[command(flatten)]
    options: StoreOptions,
}

impl Verify {
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        let config = Config::load_store(&self.options)?;
        let key = key_file::load(&config.key_file)?;
        let engine = super::engine_of(&self.file)?;
        let mut report = Report::default();
        self.check_digest(&mut report)?;
        match engine {
            Engine::Sqlite => self.try_file(key, &mut report)?,
            Engine::Postgres => Runtime::new()?.block_on(self.try_dump(key, &mut report))?,
        }
        super::super::print(&if self.json {
            report.as_json()
        } else {
            report.as_table()
        })?;
        if report.is_good() {
            return Ok(ExitCode::SUCCESS);
        }
        bail!("{} is not good", self.file.display())
    }

    fn check_digest(&self, report: &mut Report) -> anyhow::Result<()> {
        const WHAT: &str = "the file is what was written";
        match check_digest(&self.file)? {
            Some(fits) => {
                let other = || "its SHA-256 is another".to_owned();
                report.add_one(WHAT, (!fits).then(other));
            }
            None => say(&format!(
                "There is no {}.sha256, so a change of single bytes may not show.",
                self.file.display()
            )),
        }
        Ok(())
    }

    fn try_file(&self, key: ServerKey, report: &mut Report) -> anyhow::Result<()> {
        let folder = Folder::make(&self.file, self.scratch.as_deref())?;
        let scratch = folder.file()?;
        if let Err(error) = copy(&self.file, &scratch) {
            report.add_one("the engine can read it", Some(format!("{error:#}")));
            return Ok(());
        }
        if !check_structure(&scratch, report)? {
            return Ok(());
        }
        let url = format!("sqlite:{}", scratch.display());
        // The runtime ends before the folder does, and nothing is open any more.
        Runtime::new()?.block_on(self.examine(&url, key, report))
    }

    async fn try_dump(&self, key: ServerKey, report: &mut Report) -> anyhow::Result<()> {
        const TABLES: &str = "the engine takes all tables";
        let tools = Tools::with_restore(self.pg_restore.clone());
        tools.expect_restore()?;
        let (database, server) = (&self.scratch_database, &self.scratch_server);
        let scratch = Database::make(database.clone(), server.clone()).await?;
        let bar = spinner("pg_restore is at work");
        let restored = tools.restore(&self.file, scratch.url());
        bar.finish_and_clear();
        let examined = async {
            // Making the keys, pg_restore has had the engine check them.
            if let Err(error) = restored {
                report.add_one(TABLES, Some(format!("{error:#}")));
                return Ok(());
            }
            let tables = backup::count_tables(scratch.url()).await?;
            report.add(TABLES, (tables, 0), vec![]);
            self.examine(scratch.url(), key, report).await
        };
        let examined = examined.await;
        scratch.clear().await?;
        examined
    }

    /// What must hold of a backup that an engine has taken.
    async fn examine(&self, url: &str, key: ServerKey, report: &mut Report) -> anyhow::Result<()> {
        const SCHEMA: &str = "this program knows its version";
        let store = match Store::open(url).await {
            Err(storage::Error::Schema(words)) => {
                report.add_one(SCHEMA, Some(words));
                return Ok(());
            }
            opened => opened?,
        };
        let version = store.schema_version().await?;
        report.add(SCHEMA, (version, 0), vec![]);
        let parts = Parts::on(store, key);
        let checked = self.check_rows(&parts, report).await;
        parts.store.close().await;
        checked
    }

    async fn check_rows(&self, parts: &Parts, report: &mut Report) -> anyhow::Result<()> {
        let bar = spinner("asking what must hold");
        let check = async |tx: &mut Transaction| tx.invariants().check(EXAMPLES).await;
        for checked in parts.store.read(check).await? {
            let examples = checked.examples.iter().map(ToString::to_string).collect();
            let counts = (checked.looked_at, checked.broken);
            report.add(checked.rule, counts, examples);
        }
        let words = parts.prepare().await.err().map(|error| {
            let words = error.to_string();
            words.lines().next().unwrap_or_default().to_owned()
        });
        let fits = words.is_none();
        report.add_one("the key belongs to it", words);
        if fits {
            let selfservice = parts.selfservice(carries_nothing_out());
            let progress = |position| bar.set_message(format!("{position} changes checked"));
            let journal = selfservice.verify_journal(self.head.as_ref(), progress);
            add_journal(&journal.await?, report);
        }
        bar.finish_and_clear();
        Ok(())
    }
}

/// Whether the engine finds the file whole.
fn check_structure(scratch: &Path, report: &mut Report) -> anyhow::Result<bool> {
    let check = backup::check(scratch)?;
    let count = |lines: &[String]| i64::try_from(lines.len()).unwrap_or(i64::MAX);
    let whole = check.damage.is_empty();
    let (damage, orphans) = (count(&check.damage), count(&check.orphans));
    let pages = check.pages;
    report.add(
        "the engine finds its pages whole",
        (pages, damage),
        check.damage,
    );
    if whole {
        let rows = "each row that another names is there";
        report.add(rows, (pages, orphans), check.orphans);
    }
    Ok(whole)
}

fn add_journal(check: &JournalCheck, report: &mut Report) {
    const WHAT: &str = "the journal is as it was written";
    match check {
        JournalCheck::Intact(head) => {
            report.add(WHAT, (head.position, 0), vec![]);
            report.head = Some(head.to_string());
        }
        JournalCheck::Broken(position) => {
            report.add(
                WHAT,
                (*position, 1),
                vec![format!("from position {position} on")],
            );
        }
        JournalCheck::Forged(count, positions) => {
            let broken = i64::try_from(*count).unwrap_or(i64::MAX);
            let words = format!("forged: {}", forged_in_words(positions, *count));
            report.add(WHAT, (broken, broken), vec![words]);
        }
        JournalCheck::OtherHead => {
            let words = "the head that was kept is not among the seals";
            report.add_one(WHAT, Some(words.to_owned()));
        }
    }
}
