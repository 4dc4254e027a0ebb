//! Files that hold something secret, and who else may read them.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use anyhow::{Context, bail};

/// What is in a file without the end of its line.
pub(crate) fn read_password(path: &Path) -> anyhow::Result<String> {
    let shown = path.display();
    let text = std::fs::read_to_string(path).with_context(|| format!("failed to read {shown}"))?;
    let password = text.trim_end_matches(['\r', '\n']);
    if password.is_empty() || password.contains('\n') {
        bail!("{shown} must hold a password on one line");
    }
    Ok(password.to_owned())
}

/// What to tell an operator whose file everyone on the machine may read. A file that isn't there
/// is somebody else's complaint.
pub(crate) fn warning(path: &Path) -> Option<String> {
    let mode = std::fs::metadata(path).ok()?.permissions().mode();
    let shown = path.display();
    (mode & 0o004 != 0).then(|| {
        format!("everyone on this machine may read the secret in {shown}; try chmod o-r {shown}")
    })
}
