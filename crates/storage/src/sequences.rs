//! Numbers that are given out once: nodes take them in blocks, so that no order waits for another.

use crate::sql::Statement;
use crate::{Error, Transaction};

static TAKE_BLOCK: Statement = Statement::new(
    "INSERT INTO sequences (name, next) VALUES ($1, $2)
     ON CONFLICT (name) DO UPDATE SET next = sequences.next + excluded.next
     RETURNING next",
);

pub(crate) static STATEMENTS: &[&Statement] = &[&TAKE_BLOCK];

/// The sequences, within one transaction.
pub struct Sequences<'t>(&'t mut Transaction);

impl Transaction {
    /// The sequences.
    pub fn sequences(&mut self) -> Sequences<'_> {
        Sequences(self)
    }
}

impl Sequences<'_> {
    /// The first of `size` numbers that nobody else will get.
    pub async fn take_block(&mut self, name: &str, size: i64) -> Result<i64, Error> {
        let params = [name.into(), size.into()];
        let next = self
            .0
            .fetch_optional(&TAKE_BLOCK, &params, |row| row.get::<i64>(0))
            .await?;
        next.map(|next| next - size)
            .ok_or_else(|| Error::Unavailable("a sequence gave no number".to_owned()))
    }
}
