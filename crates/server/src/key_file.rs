//! The key that lives outside the database, in a file that only its owner may read.

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;

use anyhow::{Context, bail};
use domain::Entropy;
use gateway::ServerKey;

/// The key in the file; made at the first start.
pub(crate) fn load_or_create(path: &Path, entropy: &dyn Entropy) -> anyhow::Result<ServerKey> {
    let key = match std::fs::read_to_string(path) {
        Ok(text) => parse(path, &text)?,
        Err(error) if error.kind() == ErrorKind::NotFound => create(path, entropy)?,
        Err(error) => {
            return Err(error).with_context(|| format!("failed to read {}", path.display()));
        }
    };
    Ok(ServerKey::new(&key))
}

/// The key in the file, which must be there: one that is made now fits no backup.
pub(crate) fn load(path: &Path) -> anyhow::Result<ServerKey> {
    let text = std::fs::read_to_string(path).with_context(|| {
        let hint = "hint: put the key there that belongs to the backup, or name it with --key-file";
        format!("failed to read the key file {}\n{hint}", path.display())
    })?;
    Ok(ServerKey::new(&parse(path, &text)?))
}

fn parse(path: &Path, text: &str) -> anyhow::Result<[u8; 32]> {
    let mode = std::fs::metadata(path)?.permissions().mode();
    if mode & 0o077 != 0 {
        bail!(
            "others may read {}\nhint: chmod 600 {}",
            path.display(),
            path.display()
        );
    }
    let mut key = [0; 32];
    match hex::decode_to_slice(text.trim(), &mut key) {
        Ok(()) => Ok(key),
        Err(_) => bail!("{} does not hold 64 hexadecimal digits", path.display()),
    }
}

/// Whoever comes second, when two nodes start at once, reads what the first has written.
fn create(path: &Path, entropy: &dyn Entropy) -> anyhow::Result<[u8; 32]> {
    let mut key = [0; 32];
    entropy.fill(&mut key);
    let temporary = path.with_extension(format!("key.{}", std::process::id()));
    let failed = || format!("failed to create {}", path.display());
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&temporary)
        .with_context(failed)?;
    writeln!(file, "{}", hex::encode(key)).with_context(failed)?;
    file.sync_all().with_context(failed)?;
    let linked = std::fs::hard_link(&temporary, path);
    std::fs::remove_file(&temporary).with_context(failed)?;
    match linked {
        Ok(()) => {
            sync_folder(path).with_context(failed)?;
            Ok(key)
        }
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            parse(path, &std::fs::read_to_string(path).with_context(failed)?)
        }
        Err(error) => Err(error).with_context(failed),
    }
}

/// The file's name must be as durable as its content.
pub(crate) fn sync_folder(path: &Path) -> std::io::Result<()> {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::system::OsEntropy;

    #[test]
    fn the_key_is_made_once_and_read_back() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("avtale.db.key");
        let made = load_or_create(&path, &OsEntropy).expect("made");
        let read = load_or_create(&path, &OsEntropy).expect("read");
        assert_eq!(made.derive("test"), read.derive("test"));
        assert_eq!(
            std::fs::metadata(&path)
                .expect("a file")
                .permissions()
                .mode()
                & 0o777,
            0o600
        );
    }

    #[test]
    fn a_key_that_others_may_read_is_refused() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("avtale.db.key");
        load_or_create(&path, &OsEntropy).expect("made");
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).expect("changed");
        let refused = load_or_create(&path, &OsEntropy)
            .map(drop)
            .expect_err("refused");
        assert!(refused.to_string().contains("hint: chmod 600"), "{refused}");
    }
}
