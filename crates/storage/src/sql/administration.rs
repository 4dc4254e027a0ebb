//! PostgreSQL databases as wholes: made, looked into, emptied and dropped, and how the engine's own
//! tools are told where they are.

use std::str::FromStr;

use tokio_postgres::{Config, NoTls};

use crate::Error;

const TABLES: &str = "SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'
       AND c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f')";

const EMPTY: &str = "DO $$ DECLARE found RECORD; BEGIN
         FOR found IN SELECT schemaname, tablename FROM pg_tables
             WHERE schemaname NOT LIKE 'pg\\_%' AND schemaname <> 'information_schema' LOOP
             EXECUTE format('DROP TABLE %I.%I CASCADE', found.schemaname, found.tablename);
         END LOOP;
     END $$";

/// A database's address in two parts, since everyone on a machine can read the arguments of its
/// programs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// The address without the password.
    pub url: String,
    /// The password, for the environment of the tool alone.
    pub password: Option<String>,
}

impl Address {
    /// Takes the password out of a `postgres://` address.
    pub fn of(url: &str) -> Result<Self, Error> {
        let config = parse(url)?;
        let password = config
            .get_password()
            .map(|bytes| String::from_utf8_lossy(bytes).into_owned());
        Ok(Self {
            url: without_password(url),
            password,
        })
    }
}

/// How many tables a database has, its own catalog aside.
pub async fn count_tables(url: &str) -> Result<i64, Error> {
    let (client, connection) = connect(url).await?;
    let counted = client.query_one(TABLES, &[]).await;
    drop(client);
    drop(connection.await);
    counted
        .map(|row| row.get(0))
        .map_err(|error| refused(&error))
}

/// Drops all tables of a scratch database.
pub async fn empty(url: &str) -> Result<(), Error> {
    run(url, EMPTY).await
}

/// Makes an empty database on the server, and gives its address. The name is a word.
pub async fn create_database(server: &str, name: &str) -> Result<String, Error> {
    run(server, &format!("CREATE DATABASE {name}")).await?;
    Ok(with_database(server, name))
}

/// Drops a database that `create_database` made.
pub async fn drop_database(server: &str, name: &str) -> Result<(), Error> {
    run(
        server,
        &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"),
    )
    .await
}

async fn run(url: &str, sql: &str) -> Result<(), Error> {
    let (client, connection) = connect(url).await?;
    let outcome = client.batch_execute(sql).await;
    drop(client);
    drop(connection.await);
    outcome.map_err(|error| refused(&error))
}

type Running = tokio::task::JoinHandle<Result<(), tokio_postgres::Error>>;

async fn connect(url: &str) -> Result<(tokio_postgres::Client, Running), Error> {
    let connected = parse(url)?.connect(NoTls).await;
    let (client, connection) = connected.map_err(|error| refused(&error))?;
    Ok((client, tokio::spawn(connection)))
}

fn parse(url: &str) -> Result<Config, Error> {
    Config::from_str(url).map_err(|error| Error::Open(super::postgres::reason(&error)))
}

fn refused(error: &tokio_postgres::Error) -> Error {
    Error::Unavailable(super::postgres::reason(error))
}

/// Both of the places where a password may be.
fn without_password(url: &str) -> String {
    let (place, query) = match url.split_once('?') {
        Some((place, query)) => (place, Some(query)),
        None => (url, None),
    };
    let place = match (place.split_once("://"), place.rsplit_once('@')) {
        (Some((scheme, rest)), Some((_, server))) => {
            let user = rest.split(['@', ':']).next().unwrap_or_default();
            format!("{scheme}://{user}@{server}")
        }
        _ => place.to_owned(),
    };
    let kept: Vec<_> = query
        .into_iter()
        .flat_map(|query| query.split('&'))
        .filter(|pair| !pair.is_empty() && !pair.starts_with("password="))
        .collect();
    if kept.is_empty() {
        place
    } else {
        format!("{place}?{}", kept.join("&"))
    }
}

/// The same server, user and options with another database: the last segment of the path.
fn with_database(url: &str, name: &str) -> String {
    let (place, query) = match url.split_once('?') {
        Some((place, query)) => (place, format!("?{query}")),
        None => (url, String::new()),
    };
    let authority = place.find("://").map_or(0, |scheme| scheme + 3);
    let slash = place[authority..].find('/');
    let server = slash.map_or(place, |slash| &place[..authority + slash]);
    format!("{server}/{name}{query}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_taken_out_wherever_it_is() {
        let address = |url| Address::of(url).expect("an address");
        for (url, shown, password) in [
            (
                "postgres://u:p%40ss@h:1/a",
                "postgres://u@h:1/a",
                Some("p@ss"),
            ),
            (
                "postgres://u@h/a?sslmode=disable",
                "postgres://u@h/a?sslmode=disable",
                None,
            ),
            (
                "postgres://u@h/a?password=x&sslmode=disable",
                "postgres://u@h/a?sslmode=disable",
                Some("x"),
            ),
            ("postgresql://h/a?password=x", "postgresql://h/a", Some("x")),
            ("postgres://u:p@h1,h2/a", "postgres://u@h1,h2/a", Some("p")),
        ] {
            let address = address(url);
            assert_eq!(
                (address.url.as_str(), address.password.as_deref()),
                (shown, password)
            );
        }
    }

    #[test]
    fn only_the_database_of_an_address_changes() {
        assert_eq!(with_database("postgres://u@h", "x"), "postgres://u@h/x");
        assert_eq!(
            with_database("postgres://u:p@h:1/a?sslmode=disable", "x"),
            "postgres://u:p@h:1/x?sslmode=disable"
        );
    }
}
