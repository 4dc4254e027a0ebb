//! The feed: what a caller's organizations are told, in order, from where the caller left off.

use domain::Rejection;
use domain::access::Caller;
use storage::ToldChange;

use crate::numbering::Permutation;
use crate::{Failure, SelfService};

/// Cursors have as many digits.
const DIGITS: usize = 18;
const CURSORS: u64 = 1_000_000_000_000_000_000;

/// Some events, and where to go on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventPage {
    /// The events, in the order of the journal.
    pub events: Vec<ToldChange>,
    /// What to ask with for those after them.
    pub cursor: String,
}

/// Positions as customers see them: a position itself would tell how much is going on elsewhere.
pub(crate) struct Cursors(Permutation);

impl Cursors {
    pub(crate) fn new(key: &[u8; 32]) -> Self {
        Self(Permutation::new(key, "cursors", CURSORS))
    }

    fn write(&self, position: i64) -> String {
        format!("{:0DIGITS$}", self.0.apply(position.unsigned_abs()))
    }

    fn read(&self, cursor: &str) -> Option<i64> {
        let digits = cursor.len() == DIGITS && cursor.bytes().all(|byte| byte.is_ascii_digit());
        let place = cursor.parse().ok().filter(|_| digits)?;
        i64::try_from(self.0.undo(place)).ok()
    }
}

impl SelfService {
    /// What the caller's organizations are told after a cursor, or from the beginning.
    pub async fn list_events(
        &self,
        caller: &Caller,
        after: Option<&str>,
        most: i64,
    ) -> Result<EventPage, Failure> {
        let after = match after {
            Some(cursor) => self.cursors.read(cursor).ok_or(Rejection::InvalidCursor)?,
            None => 0,
        };
        let events = self.core.store.read(async |tx| {
            let last = tx.journal().last().await?.map_or(0, |(last, _)| last);
            // No cursor that was given out stands for a position that does not exist yet.
            if after > last {
                return Err(Rejection::InvalidCursor.into());
            }
            let mut journal = tx.journal();
            Ok::<_, Failure>(journal.told_after(caller.reach(), after, most).await?)
        });
        let events = events.await?;
        // When nothing is new the cursor stays as it is: another one would tell that others are busy.
        let reached = events.last().map_or(after, |told| told.position);
        Ok(EventPage {
            events,
            cursor: self.cursors.write(reached),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_read_back_and_tells_nothing() {
        let cursors = Cursors::new(&[7; 32]);
        let written: Vec<_> = (0..1000).map(|position| cursors.write(position)).collect();
        for (position, cursor) in (0..).zip(&written) {
            assert_eq!(cursor.len(), DIGITS);
            assert_eq!(cursors.read(cursor), Some(position));
        }
        let rising = written.windows(2).filter(|pair| pair[0] < pair[1]).count();
        assert!((400..600).contains(&rising), "{rising}");
    }

    #[test]
    fn what_is_no_cursor_is_not_read() {
        let cursors = Cursors::new(&[7; 32]);
        for text in [
            "",
            "1",
            "00000000000000000x",
            "+00000000000000001",
            "0000000000000000000",
        ] {
            assert_eq!(cursors.read(text), None, "{text}");
        }
    }
}
