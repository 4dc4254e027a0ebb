//! The ways in which an accepted order may be carried out.

/// Who carries an order out. An offering may choose; otherwise the operator's default holds. It is
/// settled when the order is accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FulfillmentWay {
    /// This server makes the change by itself: the sandbox, or an operator without other systems.
    Simulated,
    /// This server calls the operator's own system.
    System,
    /// The operator's workers claim orders and report back.
    Pull,
    /// People do it and say so.
    Desk,
}

impl FulfillmentWay {
    /// Every way.
    pub const ALL: [Self; 4] = [Self::Simulated, Self::System, Self::Pull, Self::Desk];

    /// The word in settings, on the operator's wire and in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Simulated => "simulated",
            Self::System => "system",
            Self::Pull => "pull",
            Self::Desk => "desk",
        }
    }

    /// The way that a word stands for.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|way| way.as_str() == word)
    }
}
