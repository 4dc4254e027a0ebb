//! Copies of SQLite files: taken while a server writes, checked, and put back.

use std::path::Path;
use std::time::Duration;

use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, OpenFlags};

use crate::Error;

/// Some megabytes, so that progress shows.
const PAGES_PER_STEP: i32 = 1_024;
/// How long a copy waits for a server that recovers or closes the file at this moment.
const PATIENCE: Duration = Duration::from_secs(10);
/// More would not help anybody who reads them.
const MOST_COMPLAINTS: usize = 20;

/// What the engine's own checks say about a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileCheck {
    /// How many pages the file has.
    pub pages: i64,
    /// What is wrong with its structure; at most twenty lines of it.
    pub damage: Vec<String>,
    /// The tables with rows that name others which are not there; at most twenty.
    pub orphans: Vec<String>,
}

/// Blocking: copies one state of a database into a file that is there already, whatever others
/// write meanwhile. `progress` is told the pages copied, and of how many.
pub fn copy(from: &Path, to: &Path, mut progress: impl FnMut(u64, u64)) -> Result<(), Error> {
    let source = open(from)?;
    let failed = |error: rusqlite::Error| fault(from, &error);
    // Without a snapshot of its own the copy would begin anew with each commit of the server.
    source
        .execute_batch(
            "PRAGMA query_only = ON; BEGIN DEFERRED; SELECT 1 FROM sqlite_schema LIMIT 1",
        )
        .map_err(failed)?;
    let mut target = open(to)?;
    let copied = |error: rusqlite::Error| fault(to, &error);
    {
        let backup = Backup::new(&source, &mut target).map_err(copied)?;
        loop {
            let step = backup.step(PAGES_PER_STEP).map_err(copied)?;
            let pages = backup.progress();
            let total = u64::try_from(pages.pagecount).unwrap_or(0);
            let left = u64::try_from(pages.remaining).unwrap_or(0);
            progress(total.saturating_sub(left), total);
            match step {
                StepResult::Done => break,
                StepResult::More => {}
                _ => return Err(Error::Open(format!("{}: it is locked", to.display()))),
            }
        }
    }
    // The copy comes with its original's mode, in which a second file belongs to it.
    target
        .pragma_update_and_check(None, "journal_mode", "DELETE", |_| Ok(()))
        .map_err(copied)
}

/// Blocking: lets the engine check a copy, which nobody else writes to.
pub fn check(path: &Path) -> Result<FileCheck, Error> {
    let connection = open(path)?;
    let look = || -> rusqlite::Result<FileCheck> {
        let pages = connection.pragma_query_value(None, "page_count", |row| row.get(0))?;
        let damage = lines(&connection, "PRAGMA integrity_check(20)", 0)?;
        let damage: Vec<_> = damage.into_iter().filter(|line| line != "ok").collect();
        // A damaged file can't be asked for more.
        let orphans = if damage.is_empty() {
            lines(&connection, "PRAGMA foreign_key_check", 0)?
        } else {
            Vec::new()
        };
        Ok(FileCheck {
            pages,
            damage,
            orphans,
        })
    };
    match look() {
        Err(error) if super::sqlite::is_breakage(&error) => Ok(FileCheck {
            pages: 0,
            damage: vec![error.to_string()],
            orphans: Vec::new(),
        }),
        outcome => outcome.map_err(|error| fault(path, &error)),
    }
}

fn lines(connection: &Connection, sql: &str, column: usize) -> rusqlite::Result<Vec<String>> {
    let mut statement = connection.prepare(sql)?;
    let rows = statement.query_map([], |row| row.get::<_, String>(column))?;
    rows.take(MOST_COMPLAINTS).collect()
}

fn fault(path: &Path, error: &rusqlite::Error) -> Error {
    let path = path.display();
    Error::Open(if super::sqlite::is_breakage(error) {
        format!("{path} is damaged: {error}")
    } else {
        format!("{path}: {error}")
    })
}

/// A file that is there; a wrong name makes no new one.
fn open(path: &Path) -> Result<Connection, Error> {
    let failed = |error: rusqlite::Error| fault(path, &error);
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(failed)?;
    connection.busy_timeout(PATIENCE).map_err(failed)?;
    Ok(connection)
}
