//! Columns whose text or number stands for something of the domain's.

use jiff::Timestamp;

use crate::Error;
use crate::sql::Row;

impl Row<'_> {
    /// A column whose text stands for something; text that stands for nothing is inconsistent.
    pub(crate) fn parse<T>(
        &self,
        index: usize,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Result<T, Error> {
        let text: String = self.get(index)?;
        parse(&text).ok_or_else(|| self.inconsistent(index, "a text with no meaning here"))
    }

    /// As `parse`, for a column that may be empty.
    pub(crate) fn parse_optional<T>(
        &self,
        index: usize,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Result<Option<T>, Error> {
        match self.get::<Option<String>>(index)? {
            None => Ok(None),
            Some(text) => parse(&text)
                .map(Some)
                .ok_or_else(|| self.inconsistent(index, "a text with no meaning here")),
        }
    }

    /// A column of milliseconds since 1970 in UTC.
    pub(crate) fn timestamp(&self, index: usize) -> Result<Timestamp, Error> {
        Timestamp::from_millisecond(self.get(index)?)
            .map_err(|_| self.inconsistent(index, "an instant out of range"))
    }
}
