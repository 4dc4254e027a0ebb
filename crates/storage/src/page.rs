//! Which part of a long list is wanted.

/// One page of a list; the first is number 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page {
    /// Which page.
    pub number: i64,
    /// How many things a page holds at most.
    pub size: i64,
}

impl Page {
    /// How many things come before it; so far past the end that it can't be counted is past the end.
    #[must_use]
    pub const fn offset(self) -> i64 {
        self.number.saturating_mul(self.size)
    }
}
