//! `avtale restore`: puts a backup where no database is, and makes it fit to go on from.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::Args;
use domain::{Author, OtherChange};
use gateway::ServerKey;
use selfservice::Resumed;
use storage::backup::{self, Engine};
use storage::{Store, Transaction};
use tokio::runtime::Runtime;

use super::backup::target::{COMPANIONS, Target, check_digest, with_suffix};
use super::backup::tools::Tools;
use super::backup::{copy_whole, engine_of, say, spinner};
use super::carries_nothing_out;
use crate::cli::StoreOptions;
use crate::config::Config;
use crate::key_file;
use crate::wiring::{Parts, fingerprint};

/// How to restore.
#[derive(Args)]
pub(crate) struct Restore {
    /// The backup.
    #[arg(value_name = "FILE")]
    file: PathBuf,

    /// Lets access tokens that were issued before go on, those too that were revoked after the
    /// backup was taken.
    #[arg(long)]
    keep_tokens: bool,

    /// PostgreSQL's `pg_restore` [default: that in PATH].
    #[arg(long, value_name = "PATH")]
    pg_restore: Option<PathBuf>,

    #[command(flatten)]
    options: StoreOptions,
}

impl Restore {
    /// Does it.
    pub(super) fn run(self) -> anyhow::Result<()> {
        let config = Config::load_store(&self.options)?;
        let key = key_file::load(&config.key_file)?;
        let engine = engine_of(&self.file)?;
        if check_digest(&self.file)? == Some(false) {
            bail!(
                "{} is not what was written: its SHA-256 is another",
                self.file.display()
            );
        }
        let shown = config.database.shown();
        let resumed = match (engine, config.database.path()) {
            (Engine::Sqlite, Some(database)) => self.restore_file(database, key),
            (Engine::Postgres, None) => self.restore_dump(&config, key),
            (Engine::Sqlite, None) => bail!("it is a backup of SQLite, and {shown} is not"),
            (Engine::Postgres, Some(_)) => {
                bail!("it is a backup of PostgreSQL, and {shown} is not")
            }
        };
        let Resumed {
            ended_credentials,
            jobs,
        } = resumed.with_context(|| format!("failed to restore into {shown}"))?;
        super::print(&format!(
            "restored into {shown}: {jobs} jobs go on, {ended_credentials} access tokens are ended\n"
        ))?;
        say(
            "What was changed after the backup is as it was before: disable again the operators' \
             keys, client apps and system users that were disabled since, and see the page on \
             backups about orders that were accepted since.",
        );
        Ok(())
    }

    /// Under another name until nothing more can fail, so that no server starts on half of it.
    fn restore_file(&self, database: &Path, key: ServerKey) -> anyhow::Result<Resumed> {
        let there = [""].iter().chain(&COMPANIONS);
        let mut there = there.map(|suffix| with_suffix(database, suffix));
        if let Some(there) = there.find(|there| there.exists()) {
            bail!(
                "{} is there\nhint: move it and what lies beside it away; nothing is restored \
                 over data",
                there.display()
            );
        }
        let target = Target::begin(database, false)?;
        copy_whole(&self.file, target.path())?;
        let url = format!("sqlite:{}", target.path().display());
        // The runtime ends here, and nothing is open any more.
        let resumed = Runtime::new()?.block_on(self.resume(&url, key))?;
        target.publish_new()?;
        Ok(resumed)
    }

    fn restore_dump(&self, config: &Config, key: ServerKey) -> anyhow::Result<Resumed> {
        let url = config.database.url();
        let runtime = Runtime::new()?;
        let tables = runtime.block_on(backup::count_tables(url))?;
        if tables > 0 {
            bail!(
                "it has {tables} tables\nhint: name an empty database; nothing is restored over \
                 data"
            );
        }
        let tools = Tools::with_restore(self.pg_restore.clone());
        let settled = tools.fact(&self.file, "key_fingerprint")?;
        if settled.is_some_and(|settled| settled != fingerprint(&key)) {
            bail!(
                "the database was made with another key\nhint: restore the key file that belongs \
                 to it"
            );
        }
        let bar = spinner("pg_restore is at work");
        tools.restore(&self.file, url)?;
        bar.finish_and_clear();
        runtime.block_on(self.resume(url, key)).context(
            "it is there, but not fit to be used\nhint: make the database anew and restore again",
        )
    }

    async fn resume(&self, url: &str, key: ServerKey) -> anyhow::Result<Resumed> {
        let parts = Parts::on(Store::open(url).await?, key);
        let resumed = async {
            parts.prepare().await?;
            let keep = self.keep_tokens;
            let end_tokens = async |tx: &mut Transaction| {
                // People sign in again in any case; that takes them a moment.
                let sessions = tx.sessions().end_everyones().await?;
                // One that was used since would work once more.
                let sessions = sessions + tx.invitations().end_everyones().await?;
                if keep {
                    return Ok(sessions);
                }
                Ok(sessions + tx.access_tokens().revoke_all().await?)
            };
            let name = self.file.file_name().unwrap_or_default().to_string_lossy();
            let change =
                OtherChange::new("installation", "database", "restored").with("from", name);
            let by = Author::of_operator(super::COMMAND_LINE);
            let selfservice = parts.selfservice(carries_nothing_out());
            let resumed = selfservice.resume_restored(&by, &change, end_tokens);
            Ok(resumed.await?)
        };
        let resumed = resumed.await;
        parts.store.close().await;
        resumed
    }
}
