//! Where the database is, without showing its password.

use std::path::{Path, PathBuf};

use anyhow::bail;

/// A database's address, whose password does not print.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Database(String);

impl Database {
    pub(crate) fn parse(url: String) -> anyhow::Result<Self> {
        let known = ["sqlite:", "postgres://", "postgresql://"];
        if !known.iter().any(|prefix| url.starts_with(prefix)) || url == "sqlite:" {
            bail!("database must be sqlite:PATH or postgres://…");
        }
        Ok(Self(url))
    }

    pub(crate) fn url(&self) -> &str {
        &self.0
    }

    /// The embedded database's file.
    pub(crate) fn path(&self) -> Option<&Path> {
        self.0.strip_prefix("sqlite:").map(Path::new)
    }

    pub(crate) fn is_embedded(&self) -> bool {
        self.0.starts_with("sqlite:")
    }

    /// The address without what is secret in it.
    pub(crate) fn shown(&self) -> String {
        let Some((scheme, rest)) = self.0.split_once("://") else {
            return self.0.clone();
        };
        // Parameters may hold a password too.
        match self.0.rsplit_once('@') {
            Some((_, place)) => format!("{scheme}://…@{}", without_parameters(place)),
            None => format!("{scheme}://{}", without_parameters(rest)),
        }
    }

    /// Whether there is a password in it.
    pub(crate) fn has_password(&self) -> bool {
        let user = self.user();
        !self.is_embedded()
            && (user.is_some_and(|user| user.contains(':')) || self.0.contains("password="))
    }

    /// The same database, for a user with this password.
    pub(crate) fn with_password(&self, password: &str) -> anyhow::Result<Self> {
        if self.is_embedded() {
            bail!("an SQLite database has no password\nhint: leave out database_password_file");
        }
        if self.has_password() {
            bail!("the address of the database has a password too\nhint: take it out of database");
        }
        let (scheme, rest) = self.0.split_once("://").unwrap_or_default();
        match rest.rsplit_once('@') {
            Some((user, place)) if !user.is_empty() => {
                let password = percent_encoded(password);
                Ok(Self(format!("{scheme}://{user}:{password}@{place}")))
            }
            _ => bail!(
                "the address of the database names no user for the password\nhint: such as \
                 postgres://avtale@db.internal/avtale"
            ),
        }
    }

    /// Beside the database's file, or named like the database.
    pub(crate) fn key_file(&self) -> PathBuf {
        let name = match self.0.strip_prefix("sqlite:") {
            Some(path) => path,
            None => without_parameters(&self.0)
                .rsplit('/')
                .next()
                .unwrap_or("avtale"),
        };
        PathBuf::from(format!("{name}.key"))
    }

    /// What comes before the `@`.
    fn user(&self) -> Option<&str> {
        let (_, rest) = self.0.split_once("://")?;
        rest.rsplit_once('@').map(|(user, _)| user)
    }
}

impl std::fmt::Debug for Database {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.shown())
    }
}

fn without_parameters(url: &str) -> &str {
    url.split(['?', '#']).next().unwrap_or_default()
}

/// Whatever a password holds, it stays between the `:` and the `@`.
fn percent_encoded(text: &str) -> String {
    let mut encoded = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push('%');
            encoded.push_str(&hex::encode_upper([byte]));
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn database(url: &str) -> Database {
        Database::parse(url.to_owned()).expect("a known database")
    }

    #[test]
    fn the_key_lies_beside_the_database() {
        let key = |url| database(url).key_file();
        assert_eq!(key("sqlite:avtale.db"), PathBuf::from("avtale.db.key"));
        assert_eq!(
            key("sqlite:/var/lib/a.db"),
            PathBuf::from("/var/lib/a.db.key")
        );
        assert_eq!(
            key("postgres://u:p@host/avtale?x=y"),
            PathBuf::from("avtale.key")
        );
    }

    #[test]
    fn a_databases_password_does_not_print() {
        for (url, shown) in [
            (
                "postgres://user:p%40ss@host:5432/avtale",
                "postgres://…@host:5432/avtale",
            ),
            (
                "postgres://user@host/avtale?password=p",
                "postgres://…@host/avtale",
            ),
            (
                "postgres://host/avtale?password=p",
                "postgres://host/avtale",
            ),
            ("sqlite:a@b?c.db", "sqlite:a@b?c.db"),
        ] {
            assert_eq!(format!("{:?}", database(url)), shown);
        }
    }

    #[test]
    fn a_password_goes_into_the_address_whatever_it_holds() {
        let with = |url, password| {
            let url = database(url).with_password(password);
            url.map(|database| database.url().to_owned())
                .map_err(|error| error.to_string())
        };
        assert_eq!(
            with("postgres://avtale@db/avtale?x=y", "p@ss/w:rd é").expect("an address"),
            "postgres://avtale:p%40ss%2Fw%3Ard%20%C3%A9@db/avtale?x=y"
        );
        for (url, complaint) in [
            ("sqlite:a.db", "an SQLite database has no password"),
            ("postgres://a:b@db/avtale", "has a password too"),
            ("postgres://a@db/avtale?password=b", "has a password too"),
            ("postgres://db/avtale", "names no user"),
        ] {
            let refused = with(url, "p").expect_err("refused");
            assert!(refused.contains(complaint), "{refused}");
        }
    }
}
