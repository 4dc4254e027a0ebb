//! With what people sign in to pages, by realm and name.

use domain::access::Realm;
use jiff::Timestamp;

use crate::sql::{Row, Statement};
use crate::{Error, Transaction};

static FIND: Statement = Statement::new(
    "SELECT name, password_hash, must_change, totp_seed, totp_last_step, changed_at
     FROM logins WHERE realm = $1 AND name = $2",
);

static HOLD: Statement = Statement::new(
    "SELECT name, password_hash, must_change, totp_seed, totp_last_step, changed_at
     FROM logins WHERE realm = $1 AND name = $2 /* for update */",
);

static SET_PASSWORD: Statement = Statement::new(
    "INSERT INTO logins (realm, name, password_hash, must_change, totp_last_step, changed_at)
     VALUES ($1, $2, $3, $4, 0, $5)
     ON CONFLICT (realm, name) DO UPDATE SET password_hash = excluded.password_hash,
         must_change = excluded.must_change, changed_at = excluded.changed_at",
);

static SET_SEED: Statement = Statement::new(
    "UPDATE logins SET totp_seed = $3, totp_last_step = $4
     WHERE realm = $1 AND name = $2",
);

static REMOVE_SEED: Statement = Statement::new(
    "UPDATE logins SET totp_seed = NULL, must_change = must_change OR $3
     WHERE realm = $1 AND name = $2 AND totp_seed IS NOT NULL",
);

static USE_STEP: Statement = Statement::new(
    "UPDATE logins SET totp_last_step = $3
     WHERE realm = $1 AND name = $2 AND totp_seed IS NOT NULL AND totp_last_step < $3",
);

pub(crate) static STATEMENTS: &[&Statement] = &[
    &FIND,
    &HOLD,
    &SET_PASSWORD,
    &SET_SEED,
    &REMOVE_SEED,
    &USE_STEP,
];

/// What the database knows of how someone signs in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Login {
    /// What they are called in their realm.
    pub name: String,
    /// The password, hashed.
    pub password_hash: String,
    /// Whether they have to choose another password before anything else.
    pub must_change: bool,
    /// What the secret of their one-time codes is made from, if they have set one up.
    pub totp_seed: Option<String>,
    /// The last half minute whose code was used; none works twice.
    pub totp_last_step: i64,
    /// When the password was set.
    pub changed_at: Timestamp,
}

/// A password as it is to be kept.
#[derive(Debug, Clone, Copy)]
pub struct NewPassword<'a> {
    /// The password, hashed.
    pub hash: &'a str,
    /// Whether it has to be changed at the next sign-in.
    pub must_change: bool,
    /// When it is set.
    pub at: Timestamp,
}

/// The logins, within one transaction.
pub struct Logins<'t>(&'t mut Transaction);

impl Transaction {
    /// The logins.
    pub fn logins(&mut self) -> Logins<'_> {
        Logins(self)
    }
}

impl Logins<'_> {
    /// How someone signs in, if they have a password.
    pub async fn find(&mut self, realm: Realm, name: &str) -> Result<Option<Login>, Error> {
        let params = [realm.as_str().into(), name.into()];
        self.0.fetch_optional(&FIND, &params, login).await
    }

    /// The same, and it stays so until the transaction ends.
    pub async fn hold(&mut self, realm: Realm, name: &str) -> Result<Option<Login>, Error> {
        let params = [realm.as_str().into(), name.into()];
        self.0.fetch_optional(&HOLD, &params, login).await
    }

    /// Sets the first password, or another one. What makes one-time codes stays.
    pub async fn set_password(
        &mut self,
        realm: Realm,
        name: &str,
        password: NewPassword<'_>,
    ) -> Result<(), Error> {
        let params = [
            realm.as_str().into(),
            name.into(),
            password.hash.into(),
            password.must_change.into(),
            password.at.as_millisecond().into(),
        ];
        self.0.execute(&SET_PASSWORD, &params).await.map(drop)
    }

    /// Asks for one-time codes from now on, later ones than that of this step; false when there is
    /// no such login.
    pub async fn set_seed(
        &mut self,
        realm: Realm,
        name: &str,
        (seed, step): (&str, i64),
    ) -> Result<bool, Error> {
        let params = [realm.as_str().into(), name.into(), seed.into(), step.into()];
        Ok(self.0.execute(&SET_SEED, &params).await? == 1)
    }

    /// Asks for one-time codes no longer, and, if so wished, for another password; false when no
    /// codes were asked for.
    pub async fn remove_seed(
        &mut self,
        realm: Realm,
        name: &str,
        must_change: bool,
    ) -> Result<bool, Error> {
        let params = [realm.as_str().into(), name.into(), must_change.into()];
        Ok(self.0.execute(&REMOVE_SEED, &params).await? == 1)
    }

    /// Uses up the code of a step; false when that one or a later one was used before.
    pub async fn use_step(&mut self, realm: Realm, name: &str, step: i64) -> Result<bool, Error> {
        let params = [realm.as_str().into(), name.into(), step.into()];
        Ok(self.0.execute(&USE_STEP, &params).await? == 1)
    }
}

fn login(row: &Row<'_>) -> Result<Login, Error> {
    Ok(Login {
        name: row.get(0)?,
        password_hash: row.get(1)?,
        must_change: row.get(2)?,
        totp_seed: row.get(3)?,
        totp_last_step: row.get(4)?,
        changed_at: row.timestamp(5)?,
    })
}
