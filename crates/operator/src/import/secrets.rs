//! Secrets of new apps and passwords of new system users.

use std::io::{Error, ErrorKind};
use std::path::Path;

use domain::Entropy;

use super::Source;

/// No longer file is one secret.
const LARGEST: u64 = 1024;

/// A secret that was made for what brought none; it is handed out this once.
#[derive(Clone, PartialEq, Eq)]
pub enum Issued {
    /// Of an app.
    App {
        /// Its client id.
        id: String,
        /// The secret.
        secret: String,
    },
    /// Of a system user.
    SystemUser {
        /// Its name.
        name: String,
        /// The password.
        password: String,
    },
}

/// A secret that nobody can guess.
pub(crate) fn make(entropy: &dyn Entropy) -> String {
    gateway::make_secret(entropy)
}

/// The secret in a file, beside the records' own if its path is relative.
pub(super) fn read(source: &Source, path: &Path) -> std::io::Result<String> {
    let folder = source.folder().unwrap_or(Path::new(""));
    let path = folder.join(path);
    if std::fs::metadata(&path)?.len() > LARGEST {
        return Err(Error::new(
            ErrorKind::InvalidData,
            "is too long for a secret",
        ));
    }
    let text = std::fs::read_to_string(&path)?;
    let secret = text.trim();
    if secret.is_empty() {
        return Err(Error::new(ErrorKind::InvalidData, "is empty"));
    }
    Ok(secret.to_owned())
}
