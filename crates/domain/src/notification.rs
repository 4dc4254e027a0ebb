//! Notifications: where a customer wants to be told of changes, and what became of telling.

use jiff::Timestamp;

use crate::access::SystemUserName;
use crate::{AccountStatus, ChangeId, Changed, OrderState};

/// An endpoint's id: chance alone, so that it tells nothing.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct EndpointId(String);

impl EndpointId {
    /// An id that the database holds, one that a caller wrote, or a new one.
    #[must_use]
    pub fn new(id: impl Into<String>) -> Self {
        Self(id.into())
    }

    /// The id.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// An address of a customer's that is told of changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    /// What it is called by.
    pub id: EndpointId,
    /// Who made it. It is told what this one may see, and nothing once this one may not.
    pub system_user: SystemUserName,
    /// Where it is. A path or query may hold something secret, so this is not for the log.
    pub url: String,
    /// The customer's own words.
    pub description: String,
    /// What it wants to be told.
    pub event_types: EventTypes,
    /// Whether it is told anything.
    pub enabled: bool,
    /// Why the server or the operator has disabled it.
    pub disabled_reason: Option<String>,
    /// Since when every attempt has failed.
    pub failing_since: Option<Timestamp>,
    /// Which secrets sign.
    pub secrets: SecretGenerations,
    /// When it was made.
    pub created_at: Timestamp,
}

/// Which of an endpoint's secrets sign. The secrets themselves are stored nowhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SecretGenerations {
    /// The number of the current one, from 1.
    pub current: i64,
    /// Until when the one before it signs too.
    pub previous_until: Option<Timestamp>,
}

impl SecretGenerations {
    /// Those that sign now, the current one first.
    #[must_use]
    pub fn that_sign(self, now: Timestamp) -> Vec<i64> {
        let previous = self.previous_until.filter(|until| now < *until);
        let previous = previous.map(|_| self.current - 1);
        std::iter::once(self.current).chain(previous).collect()
    }
}

const ORDERS: &str = "order";
const ACCOUNTS: &str = "account";

/// The type of the event that tells customers of a change, such as `order.completed`; none for a
/// change that customers are not told of.
#[must_use]
pub fn event_type(what: &Changed) -> Option<String> {
    let (noun, entered) = match what {
        Changed::Order(order) => (ORDERS, order.state.as_str()),
        Changed::Account(account) => (ACCOUNTS, account.status.as_str()),
        Changed::Other(_) => return None,
    };
    Some(format!("{noun}.{}", entered.to_ascii_lowercase()))
}

/// The event types that an endpoint wants: exact ones and families such as `order.*`, in order and
/// none twice. Without any it wants all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EventTypes(Vec<String>);

impl EventTypes {
    /// Every word that may be among them.
    #[must_use]
    pub fn known() -> Vec<String> {
        let orders = OrderState::ALL.iter().map(|state| (ORDERS, state.as_str()));
        let accounts = AccountStatus::ALL.iter();
        let accounts = accounts.map(|status| (ACCOUNTS, status.as_str()));
        let families = [ORDERS, ACCOUNTS].map(|noun| format!("{noun}.*"));
        let exact = orders.chain(accounts);
        let exact = exact.map(|(noun, entered)| format!("{noun}.{}", entered.to_ascii_lowercase()));
        families.into_iter().chain(exact).collect()
    }

    /// These types; none if one of them is not known.
    #[must_use]
    pub fn parse<'a>(words: impl IntoIterator<Item = &'a str>) -> Option<Self> {
        let known = Self::known();
        let mut types = Vec::new();
        for word in words {
            if !known.iter().any(|known| known == word) {
                return None;
            }
            types.push(word.to_owned());
        }
        types.sort_unstable();
        types.dedup();
        Some(Self(types))
    }

    /// The words.
    #[must_use]
    pub fn as_slice(&self) -> &[String] {
        &self.0
    }

    /// Whether an event of this type is wanted.
    #[must_use]
    pub fn include(&self, event_type: &str) -> bool {
        let family = event_type.split_once('.').map(|(noun, _)| noun);
        let wanted = |word: &String| {
            word == event_type
                || word
                    .strip_suffix(".*")
                    .is_some_and(|noun| Some(noun) == family)
        };
        self.0.is_empty() || self.0.iter().any(wanted)
    }
}

/// One event on its way to one endpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// The change that it tells of.
    pub event: ChangeId,
    /// The event's type.
    pub event_type: String,
    /// How it stands.
    pub state: DeliveryState,
    /// How often it has been sent.
    pub attempts: i64,
    /// When it was made out.
    pub created_at: Timestamp,
    /// When it is sent next, if it is.
    pub due_at: Option<Timestamp>,
}

/// How a delivery stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeliveryState {
    /// To be sent, for the first time or again.
    Pending,
    /// The endpoint said that it has it.
    Delivered,
    /// The endpoint never did, and it is not sent again unless the customer asks.
    Failed,
}

impl DeliveryState {
    /// Every state.
    pub const ALL: [Self; 3] = [Self::Pending, Self::Delivered, Self::Failed];

    /// The word on the wire and in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "PENDING",
            Self::Delivered => "DELIVERED",
            Self::Failed => "FAILED",
        }
    }

    /// The state that a word stands for.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == word)
    }
}

/// One sending of a delivery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// When it began.
    pub at: Timestamp,
    /// The HTTP status that came back, if one did.
    pub status: Option<u16>,
    /// What came of it.
    pub outcome: AttemptOutcome,
    /// How long it took.
    pub duration_milliseconds: i64,
}

/// What came of one sending.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AttemptOutcome {
    /// The endpoint answered 2xx.
    Delivered,
    /// It answered something else.
    Refused,
    /// It gave no whole answer in time.
    TimedOut,
    /// There was no connection, or it broke.
    Unreachable,
    /// It is at an address that is not called.
    NotAllowed,
    /// Its answer had too many bytes.
    AnswerTooLong,
}

impl AttemptOutcome {
    /// Every outcome.
    pub const ALL: [Self; 6] = [
        Self::Delivered,
        Self::Refused,
        Self::TimedOut,
        Self::Unreachable,
        Self::NotAllowed,
        Self::AnswerTooLong,
    ];

    /// The word on the wire and in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Delivered => "DELIVERED",
            Self::Refused => "REFUSED",
            Self::TimedOut => "TIMED_OUT",
            Self::Unreachable => "UNREACHABLE",
            Self::NotAllowed => "NOT_ALLOWED",
            Self::AnswerTooLong => "ANSWER_TOO_LONG",
        }
    }

    /// The outcome that a word stands for.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|outcome| outcome.as_str() == word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_types_are_all_types() {
        let all = EventTypes::parse([]).expect("all");
        for word in EventTypes::known() {
            assert!(all.include(&word), "{word}");
        }
    }

    #[test]
    fn a_family_includes_its_own_alone() {
        let orders = EventTypes::parse(["order.*", "account.open", "order.*"]).expect("known");
        assert_eq!(orders.as_slice(), ["account.open", "order.*"]);
        assert!(orders.include("order.completed") && orders.include("account.open"));
        assert!(!orders.include("account.passive") && !orders.include("orders.completed"));
    }

    #[test]
    fn unknown_types_are_none() {
        for word in ["", "*", "order", "order.", "order.COMPLETED", "agreement.*"] {
            assert_eq!(EventTypes::parse([word]), None, "{word}");
        }
    }

    #[test]
    fn the_secret_before_signs_until_its_time_is_over() {
        let until = Timestamp::from_second(100).expect("an instant");
        let secrets = SecretGenerations {
            current: 3,
            previous_until: Some(until),
        };
        let before = Timestamp::from_millisecond(99_999).expect("an instant");
        assert_eq!(secrets.that_sign(before), [3, 2]);
        assert_eq!(secrets.that_sign(until), [3]);
    }
}
