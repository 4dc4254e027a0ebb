//! Who may call the operator's API, and with which key.

use domain::access::{Operator, OperatorName, OperatorRole, TokenHash};

use crate::sql::{Row, Statement};
use crate::{Error, Transaction};

static INSERT: Statement = Statement::new(
    "INSERT INTO operators (name, role, key_hash, enabled, created_at)
     VALUES ($1, $2, $3, $4, $5) ON CONFLICT (name) DO NOTHING",
);

static FIND_BY_KEY: Statement = Statement::new(
    "SELECT name, role, enabled, created_at FROM operators WHERE key_hash = $1 AND enabled",
);

static LIST: Statement =
    Statement::new("SELECT name, role, enabled, created_at FROM operators ORDER BY name");

static FIND: Statement =
    Statement::new("SELECT name, role, enabled, created_at FROM operators WHERE name = $1");

static HOLD: Statement = Statement::new(
    "SELECT name, role, enabled, created_at FROM operators WHERE name = $1 /* for update */",
);

static SET_ROLE: Statement = Statement::new("UPDATE operators SET role = $2 WHERE name = $1");

static SET_ENABLED: Statement = Statement::new("UPDATE operators SET enabled = $2 WHERE name = $1");

static SET_KEY: Statement = Statement::new("UPDATE operators SET key_hash = $2 WHERE name = $1");

static KEY_HASH: Statement = Statement::new("SELECT key_hash FROM operators WHERE name = $1");

pub(crate) static STATEMENTS: &[&Statement] = &[
    &INSERT,
    &FIND_BY_KEY,
    &LIST,
    &FIND,
    &HOLD,
    &SET_ROLE,
    &SET_ENABLED,
    &SET_KEY,
    &KEY_HASH,
];

/// The operators, within one transaction.
pub struct Operators<'t>(&'t mut Transaction);

impl Transaction {
    /// The operators.
    pub fn operators(&mut self) -> Operators<'_> {
        Operators(self)
    }
}

impl Operators<'_> {
    /// Keeps a new operator; false if there is one of this name.
    pub async fn insert(&mut self, operator: &Operator, key: &TokenHash) -> Result<bool, Error> {
        let params = [
            operator.name.as_str().into(),
            operator.role.as_str().into(),
            key.as_str().into(),
            operator.enabled.into(),
            operator.created_at.as_millisecond().into(),
        ];
        Ok(self.0.execute(&INSERT, &params).await? == 1)
    }

    /// The enabled one whose key has this hash.
    pub async fn find_by_key(&mut self, key: &TokenHash) -> Result<Option<Operator>, Error> {
        self.0
            .fetch_optional(&FIND_BY_KEY, &[key.as_str().into()], operator)
            .await
    }

    /// All of them, by name, enabled or not.
    pub async fn list(&mut self) -> Result<Vec<Operator>, Error> {
        self.0.fetch_all(&LIST, &[], operator).await
    }

    /// The one of this name, enabled or not.
    pub async fn find(&mut self, name: &OperatorName) -> Result<Option<Operator>, Error> {
        self.0
            .fetch_optional(&FIND, &[name.as_str().into()], operator)
            .await
    }

    /// The same, and they stay so until the transaction ends.
    pub async fn hold(&mut self, name: &OperatorName) -> Result<Option<Operator>, Error> {
        self.0
            .fetch_optional(&HOLD, &[name.as_str().into()], operator)
            .await
    }

    /// Settles what they may do; false when there is no such operator.
    pub async fn set_role(
        &mut self,
        name: &OperatorName,
        role: OperatorRole,
    ) -> Result<bool, Error> {
        let params = [name.as_str().into(), role.as_str().into()];
        Ok(self.0.execute(&SET_ROLE, &params).await? == 1)
    }

    /// Lets a key work, or not; false when there is no such operator.
    pub async fn set_enabled(&mut self, name: &OperatorName, enabled: bool) -> Result<bool, Error> {
        let params = [name.as_str().into(), enabled.into()];
        Ok(self.0.execute(&SET_ENABLED, &params).await? == 1)
    }

    /// Replaces a key, which ends the one before; false when there is no such operator.
    pub async fn set_key(&mut self, name: &OperatorName, key: &TokenHash) -> Result<bool, Error> {
        let params = [name.as_str().into(), key.as_str().into()];
        Ok(self.0.execute(&SET_KEY, &params).await? == 1)
    }

    /// The hash of someone's key, to tell one key from the next.
    pub async fn key_hash(&mut self, name: &OperatorName) -> Result<Option<TokenHash>, Error> {
        let params = [name.as_str().into()];
        let decode = |row: &Row<'_>| row.get::<String>(0).map(TokenHash::new);
        self.0.fetch_optional(&KEY_HASH, &params, decode).await
    }
}

fn operator(row: &Row<'_>) -> Result<Operator, Error> {
    Ok(Operator {
        name: row.parse(0, OperatorName::parse)?,
        role: row.parse(1, OperatorRole::parse)?,
        enabled: row.get(2)?,
        created_at: row.timestamp(3)?,
    })
}
