//! A fresh database for each test, of either engine, that is gone afterwards.

use std::sync::Once;
use std::sync::atomic::{AtomicU64, Ordering};

use tempfile::TempDir;
use tokio_postgres::{Config, NoTls};

/// A scratch database. Keep it until its last connection may go.
#[derive(Debug)]
pub struct Database {
    url: String,
    place: Place,
}

#[derive(Debug)]
enum Place {
    Directory {
        _directory: TempDir,
    },
    Server {
        administration: String,
        name: String,
    },
}

impl Database {
    /// A file of SQLite's in a directory of its own.
    ///
    /// # Panics
    ///
    /// When there is no room for temporary files.
    #[must_use]
    pub fn sqlite() -> Self {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let url = format!("sqlite:{}", directory.path().join("avtale.db").display());
        Self {
            url,
            place: Place::Directory {
                _directory: directory,
            },
        }
    }

    /// A database on the PostgreSQL server of `TEST_DATABASE_URL`, whose user must be allowed to
    /// create databases. Without that variable there is none, which is said aloud, and which
    /// fails the test when `REQUIRE_POSTGRES=1`.
    ///
    /// # Panics
    ///
    /// When the server refuses, or is required and not named.
    pub async fn postgres() -> Option<Self> {
        let administration = postgres_server()?;
        let name = unique_name();
        administrate(&administration, &format!("CREATE DATABASE {name}"))
            .await
            .expect("a new database on the server of TEST_DATABASE_URL");
        let url = with_database(&administration, &name);
        Some(Self {
            url,
            place: Place::Server {
                administration,
                name,
            },
        })
    }

    /// What `storage::Store::open` takes.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for Database {
    /// On a thread of its own, since the test's runtime may be in use or gone.
    fn drop(&mut self) {
        let Place::Server {
            administration,
            name,
        } = &self.place
        else {
            return;
        };
        let (administration, name) = (administration.clone(), name.clone());
        let dropped = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()?;
            let sql = format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)");
            runtime
                .block_on(administrate(&administration, &sql))
                .map_err(std::io::Error::other)
        });
        if !matches!(dropped.join(), Ok(Ok(()))) {
            say("a scratch database was left behind on the PostgreSQL server");
        }
    }
}

fn postgres_server() -> Option<String> {
    static SAID: Once = Once::new();
    if let Some(url) = variable("TEST_DATABASE_URL") {
        return Some(url);
    }
    assert!(
        variable("REQUIRE_POSTGRES").as_deref() != Some("1"),
        "REQUIRE_POSTGRES=1, but TEST_DATABASE_URL names no PostgreSQL server"
    );
    SAID.call_once(|| say("THE TESTS ON POSTGRESQL DID NOT RUN: TEST_DATABASE_URL is not set"));
    None
}

fn variable(name: &str) -> Option<String> {
    #[expect(
        clippy::disallowed_methods,
        reason = "tests are configured by their environment"
    )]
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

fn say(message: &str) {
    #[expect(
        clippy::print_stderr,
        reason = "the person who runs the tests has to see it"
    )]
    {
        eprintln!("\n{message}\n");
    }
}

/// Unlike any other of this process, of another that runs now, and of one that ran before.
fn unique_name() -> String {
    static NUMBER: AtomicU64 = AtomicU64::new(0);
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let process = std::process::id();
    #[expect(
        clippy::disallowed_methods,
        reason = "a process number may come back after a day"
    )]
    let started = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .map_or(0, |since| since.as_millis());
    format!("avtale_test_{started}_{process}_{number}")
}

async fn administrate(url: &str, sql: &str) -> Result<(), tokio_postgres::Error> {
    let config: Config = url.parse()?;
    let (client, connection) = config.connect(NoTls).await?;
    let connection = tokio::spawn(connection);
    let outcome = client.batch_execute(sql).await;
    drop(client);
    // Its own failure shows in the outcome of the statement.
    drop(connection.await);
    outcome
}

/// The same server, user and options with another database: the last segment of the path.
fn with_database(url: &str, name: &str) -> String {
    let (path, query) = url
        .split_once('?')
        .map_or((url, None), |(path, query)| (path, Some(query)));
    let authority = path.find("://").map_or(0, |scheme| scheme + 3);
    let end = path[authority..]
        .find('/')
        .map_or(path.len(), |slash| authority + slash);
    let server = &path[..end];
    query.map_or_else(
        || format!("{server}/{name}"),
        |query| format!("{server}/{name}?{query}"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_database_of_a_url_changes() {
        assert_eq!(
            with_database("postgres://u:p@h:1/postgres", "x"),
            "postgres://u:p@h:1/x"
        );
        assert_eq!(with_database("postgres://u@h", "x"), "postgres://u@h/x");
        assert_eq!(
            with_database("postgres://u@h/a?sslmode=disable", "x"),
            "postgres://u@h/x?sslmode=disable"
        );
    }
}
