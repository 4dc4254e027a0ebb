//! What a job is, and in which queue it stands.

use domain::{FulfillmentWay, OrganizationNumber};
use jiff::Timestamp;

/// What a job does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JobKind {
    /// Carries out an accepted order; the subject is its id.
    FulfillOrder,
    /// Opens a passive account; the subject is its id.
    ActivateAccount,
}

impl JobKind {
    const ALL: [Self; 2] = [Self::FulfillOrder, Self::ActivateAccount];

    /// The word in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::FulfillOrder => "FULFILL_ORDER",
            Self::ActivateAccount => "ACTIVATE_ACCOUNT",
        }
    }

    pub(super) fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }
}

/// Who takes jobs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Queue {
    /// This server's workers, which need nothing but the database.
    BuiltIn,
    /// This server's workers that call the operator's own system.
    System,
    /// The operator's workers.
    Pull,
    /// People.
    Desk,
}

impl Queue {
    const ALL: [Self; 4] = [Self::BuiltIn, Self::System, Self::Pull, Self::Desk];

    /// The word in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::BuiltIn => "BUILT_IN",
            Self::System => "SYSTEM",
            Self::Pull => "PULL",
            Self::Desk => "DESK",
        }
    }

    pub(super) fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|queue| queue.as_str() == word)
    }
}

impl From<FulfillmentWay> for Queue {
    fn from(way: FulfillmentWay) -> Self {
        match way {
            FulfillmentWay::Simulated => Self::BuiltIn,
            FulfillmentWay::System => Self::System,
            FulfillmentWay::Pull => Self::Pull,
            FulfillmentWay::Desk => Self::Desk,
        }
    }
}

/// Work to be done later.
#[derive(Debug, Clone)]
pub struct NewJob {
    /// What to do.
    pub kind: JobKind,
    /// To what: an id, unique within the kind.
    pub subject: i64,
    /// Jobs of one kind and lane run one after another.
    pub lane: i64,
    /// The place in the lane, to which jobs are added in the order of their places.
    pub turn: i64,
    /// Who does it.
    pub queue: Queue,
    /// In whose turn.
    pub organization: OrganizationNumber,
    /// Not before then.
    pub due_at: Timestamp,
}

/// How a job stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QueuedJob {
    /// Who does it.
    pub queue: Queue,
    /// Whether an earlier one of its lane is still there.
    pub waits: bool,
    /// The last claim.
    pub fence: i64,
    /// How often the step at hand has been claimed.
    pub attempts: i64,
}

/// A job that this worker holds for a while.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClaimedJob {
    /// What to do.
    pub kind: JobKind,
    /// To what.
    pub subject: i64,
    /// Which claim this is; a later one makes it void.
    pub fence: i64,
    /// How often this step has been claimed, this time included.
    pub attempts: i64,
}
