//! A file that appears under its name once it is whole, and for its owner alone.

use std::ffi::OsString;
use std::fs::{File, OpenOptions, Permissions};
use std::io::ErrorKind;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use sha2::{Digest, Sha256};

use crate::key_file::sync_folder;

/// What SQLite may have put beside a file, and would take for a part of it.
pub(crate) const COMPANIONS: [&str; 3] = ["-wal", "-shm", "-journal"];

/// The file while it is written, under another name. Dropped before it is published, it is gone.
pub(crate) struct Target {
    file: PathBuf,
    partial: PathBuf,
    /// Locked, so that two programs never write to one file.
    handle: File,
}

impl Target {
    /// Begins a file that is not there, or that may be replaced.
    pub(crate) fn begin(file: &Path, replace: bool) -> anyhow::Result<Self> {
        if !replace && file.try_exists()? {
            bail!(
                "{} is there already\nhint: --replace replaces it once the new one is whole",
                file.display()
            );
        }
        let partial = with_suffix(file, ".partial");
        let failed = || format!("failed to write {}", partial.display());
        let handle = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(&partial)
            .with_context(failed)?;
        // Whoever had it before may have published it between the opening and the lock.
        let mine = handle.try_lock().is_ok() && is_same(&handle, &partial)?;
        if !mine {
            bail!("another program is writing {}", partial.display());
        }
        let target = Self {
            file: file.to_owned(),
            partial,
            handle,
        };
        target.drop_companions();
        let handle = &target.handle;
        handle.set_permissions(Permissions::from_mode(0o600))?;
        handle.set_len(0)?;
        Ok(target)
    }

    /// Where to write to.
    pub(crate) fn path(&self) -> &Path {
        &self.partial
    }

    /// Gives the file its name, if nobody else has meanwhile.
    pub(crate) fn publish_new(self) -> anyhow::Result<()> {
        let failed = || format!("failed to make {}", self.file.display());
        let left = COMPANIONS.map(|suffix| with_suffix(&self.partial, suffix));
        if let Some(left) = left.iter().find(|left| left.exists()) {
            bail!("{} is left: the copy is not whole", left.display());
        }
        self.handle.sync_all().with_context(failed)?;
        std::fs::hard_link(&self.partial, &self.file).with_context(failed)?;
        sync_folder(&self.file).with_context(failed)
    }

    /// Gives the file its name, and puts its SHA-256 beside it as `sha256sum --check` reads it.
    pub(crate) fn publish_with_digest(self) -> anyhow::Result<String> {
        let failed = || format!("failed to make {}", self.file.display());
        self.handle.sync_all().with_context(failed)?;
        let digest = digest_of(&self.partial).with_context(failed)?;
        let name = self.file.file_name().unwrap_or_default().to_string_lossy();
        let beside = with_suffix(&self.file, ".sha256");
        std::fs::rename(&self.partial, &self.file).with_context(failed)?;
        // After the file: a digest of what is not there yet would be worse than an old one.
        std::fs::write(&beside, format!("{digest}  {name}\n"))
            .and_then(|()| File::open(&beside)?.sync_all())
            .with_context(|| format!("failed to write {}", beside.display()))?;
        sync_folder(&self.file).with_context(failed)?;
        Ok(digest)
    }

    fn drop_companions(&self) {
        for suffix in COMPANIONS {
            // Most of the time there is none.
            drop(std::fs::remove_file(with_suffix(&self.partial, suffix)));
        }
    }
}

impl Drop for Target {
    /// What was published has no other name any more, or loses it here.
    fn drop(&mut self) {
        if is_same(&self.handle, &self.partial).is_ok_and(|same| same) {
            self.drop_companions();
            drop(std::fs::remove_file(&self.partial));
        }
    }
}

/// Whether the file is what was written down beside it; none if nothing was.
pub(crate) fn check_digest(file: &Path) -> anyhow::Result<Option<bool>> {
    let beside = with_suffix(file, ".sha256");
    let failed = || format!("failed to read {}", beside.display());
    let text = match std::fs::read_to_string(&beside) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        read => read.with_context(failed)?,
    };
    let digest = digest_of(file).with_context(|| format!("failed to read {}", file.display()))?;
    Ok(Some(text.split_whitespace().next() == Some(&digest)))
}

fn digest_of(file: &Path) -> std::io::Result<String> {
    let mut hash = Sha256::new();
    std::io::copy(&mut File::open(file)?, &mut Hasher(&mut hash))?;
    Ok(hex::encode(hash.finalize()))
}

struct Hasher<'h>(&'h mut Sha256);

impl std::io::Write for Hasher<'_> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Whether a path still leads to a file that is open.
fn is_same(handle: &File, path: &Path) -> std::io::Result<bool> {
    let mine = handle.metadata()?;
    match std::fs::metadata(path) {
        Ok(there) => Ok((there.dev(), there.ino()) == (mine.dev(), mine.ino())),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

/// The path with more at its end.
pub(crate) fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(suffix);
    PathBuf::from(name)
}
