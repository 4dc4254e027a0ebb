//! What a backup and its restoration ask of an engine beyond transactions.

use std::fs::File;
use std::io::Read;
use std::path::Path;

pub use crate::sql::Engine;
pub use crate::sql::administration::{
    Address, count_tables, create_database, drop_database, empty,
};
pub use crate::sql::file_copy::{FileCheck, check, copy};

/// Which engine's backup a file is, by its first bytes; none if it is no backup.
pub fn engine_of(path: &Path) -> std::io::Result<Option<Engine>> {
    let mut head = Vec::new();
    File::open(path)?.take(16).read_to_end(&mut head)?;
    Ok(if head == b"SQLite format 3\0" {
        Some(Engine::Sqlite)
    } else if head.starts_with(b"PGDMP") {
        Some(Engine::Postgres)
    } else {
        None
    })
}
