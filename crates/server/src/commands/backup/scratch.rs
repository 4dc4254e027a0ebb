//! A place for a backup to be tried out in, which is gone afterwards.

use std::fs::DirBuilder;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use domain::Entropy;
use storage::backup;

use super::target::with_suffix;
use crate::system::OsEntropy;

/// The folder of an SQLite file.
pub(super) struct Folder(PathBuf);

impl Folder {
    /// A new folder, in `parent` or beside the backup.
    pub(super) fn make(backup: &Path, parent: Option<&Path>) -> anyhow::Result<Self> {
        let beside = with_suffix(backup, &format!(".scratch-{}", word()));
        let folder = match (parent, beside.file_name()) {
            (Some(parent), Some(name)) => parent.join(name),
            _ => beside,
        };
        DirBuilder::new()
            .mode(0o700)
            .create(&folder)
            .with_context(|| format!("failed to make {}", folder.display()))?;
        Ok(Self(folder))
    }

    /// An empty file in it, for its owner alone.
    pub(super) fn file(&self) -> anyhow::Result<PathBuf> {
        let file = self.0.join("scratch.db");
        std::fs::File::create_new(&file)?;
        Ok(file)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_dir_all(&self.0) {
            super::say(&format!("{} is left behind: {error}", self.0.display()));
        }
    }
}

/// A database of PostgreSQL's.
pub(super) enum Database {
    /// One that was empty, and is so again afterwards.
    Given(String),
    /// One that was made for this, and is dropped.
    Made {
        server: String,
        name: String,
        url: String,
    },
}

impl Database {
    /// The given database, or a new one on the given server.
    pub(super) async fn make(
        database: Option<String>,
        server: Option<String>,
    ) -> anyhow::Result<Self> {
        if let Some(url) = database {
            if backup::count_tables(&url).await? > 0 {
                bail!("the scratch database is not empty");
            }
            return Ok(Self::Given(url));
        }
        let Some(server) = server else {
            bail!(
                "a backup of PostgreSQL is tried out in another database\nhint: name an empty one \
                 with --scratch-database, or a server on which one may be made with \
                 --scratch-server"
            );
        };
        let name = format!("avtale_scratch_{}", word());
        let made = backup::create_database(&server, &name).await;
        let url = made.context("failed to make a scratch database")?;
        Ok(Self::Made { server, name, url })
    }

    pub(super) fn url(&self) -> &str {
        match self {
            Self::Given(url) | Self::Made { url, .. } => url,
        }
    }

    /// Leaves nothing behind.
    pub(super) async fn clear(self) -> anyhow::Result<()> {
        let cleared = match &self {
            Self::Given(url) => backup::empty(url).await,
            Self::Made { server, name, .. } => backup::drop_database(server, name).await,
        };
        cleared.context("failed to clear the scratch database")
    }
}

/// Unlike that of any other run.
fn word() -> String {
    let mut bytes = [0; 6];
    OsEntropy.fill(&mut bytes);
    hex::encode(bytes)
}
