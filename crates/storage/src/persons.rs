//! Persons who pay billing accounts.

use domain::{Person, PersonId};

use crate::sql::Statement;
use crate::{Error, Transaction};

static INSERT: Statement = Statement::new(
    "INSERT INTO persons (id, first_name, middle_name, last_name) VALUES ($1, $2, $3, $4)",
);

pub(crate) static STATEMENTS: &[&Statement] = &[&INSERT];

/// The persons, within one transaction.
pub struct Persons<'t>(&'t mut Transaction);

impl Transaction {
    /// The persons.
    pub fn persons(&mut self) -> Persons<'_> {
        Persons(self)
    }
}

impl Persons<'_> {
    /// Adds one that is not there yet.
    pub async fn insert(&mut self, id: PersonId, person: &Person) -> Result<(), Error> {
        let params = [
            id.get().into(),
            person.first_name.as_str().into(),
            person.middle_name.as_deref().into(),
            person.last_name.as_str().into(),
        ];
        self.0.execute(&INSERT, &params).await.map(drop)
    }
}
