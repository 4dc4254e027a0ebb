//! Orders: what a caller asks for, the durable record of it, and the states that it goes through.

use jiff::{SignedDuration, Timestamp};

use crate::{
    AgreementId, ConfigurationId, FulfillmentWay, OfferingId, OrderId, OrganizationNumber,
    ProductId, Rejection,
};

/// What a caller sent: one change to one agreement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderRequest {
    /// The agreement to change.
    pub agreement: AgreementId,
    /// The change.
    pub action: OrderAction,
    /// The settings to make.
    pub configurations: Vec<ConfigurationValue>,
}

/// The two kinds of order that the documents describe.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OrderAction {
    /// Set configurations of a product that is on the agreement.
    UpdateProduct(ProductId),
    /// Add a product of an offering that is available on the agreement.
    AddProduct(OfferingId),
}

/// One setting: which, and what to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigurationValue {
    /// Which configuration.
    pub id: ConfigurationId,
    /// Its value; always text, whatever its type.
    pub value: String,
}

/// The durable record of an accepted request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// The number that the caller keeps.
    pub id: OrderId,
    /// The organization that owned the agreement when the order was accepted.
    pub owner: OrganizationNumber,
    /// What was asked for.
    pub request: OrderRequest,
    /// The product that is updated, or that an ADD created.
    pub product: ProductId,
    /// Who carries it out.
    pub way: FulfillmentWay,
    /// How far it has gone.
    pub state: OrderState,
    /// When it was accepted.
    pub created_at: Timestamp,
    /// When its state last changed.
    pub updated_at: Timestamp,
}

/// How far an order has gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum OrderState {
    /// Accepted and stored; may still be cancelled.
    Acknowledged,
    /// Being carried out.
    InProgress,
    /// Waiting for a person.
    Held,
    /// Carried out; the agreement's products show it.
    Completed,
    /// Given up; nothing has changed.
    Failed,
    /// Withdrawn by the caller before it was in progress.
    Cancelled,
}

impl OrderState {
    /// Every state, for schemas and look-ups.
    pub const ALL: [Self; 6] = [
        Self::Acknowledged,
        Self::InProgress,
        Self::Held,
        Self::Completed,
        Self::Failed,
        Self::Cancelled,
    ];

    /// The word on the wire and in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Acknowledged => "ACKNOWLEDGED",
            Self::InProgress => "IN_PROGRESS",
            Self::Held => "HELD",
            Self::Completed => "COMPLETED",
            Self::Failed => "FAILED",
            Self::Cancelled => "CANCELLED",
        }
    }

    /// The state that a word stands for.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == word)
    }

    /// Whether nothing can follow.
    #[must_use]
    pub const fn is_final(self) -> bool {
        matches!(self, Self::Completed | Self::Failed | Self::Cancelled)
    }

    const fn may_become(self, next: Self) -> bool {
        match self {
            Self::Acknowledged => matches!(next, Self::InProgress | Self::Held | Self::Cancelled),
            Self::InProgress => matches!(next, Self::Completed | Self::Failed | Self::Held),
            Self::Held => matches!(next, Self::InProgress | Self::Failed),
            Self::Completed | Self::Failed | Self::Cancelled => false,
        }
    }
}

/// One change of state, kept for good.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderEvent {
    /// The state that the order entered.
    pub state: OrderState,
    /// When.
    pub at: Timestamp,
    /// Who or what moved it: a system user's name, or the part of the server.
    pub actor: String,
    /// Why, in words.
    pub reason: String,
}

/// Someone tried to move an order where its state does not lead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("order cannot go from {} to {}", .from.as_str(), .to.as_str())]
pub struct InvalidTransition {
    /// Where the order is.
    pub from: OrderState,
    /// Where it was to go.
    pub to: OrderState,
}

impl Order {
    /// Moves the order on; the old value is used up, so it can't be stored by mistake. The time of
    /// a move is later than that of the one before.
    pub fn enter(self, next: OrderState, at: Timestamp) -> Result<Self, InvalidTransition> {
        if !self.state.may_become(next) {
            return Err(InvalidTransition {
                from: self.state,
                to: next,
            });
        }
        // Clocks differ between nodes; a history's times must not.
        let earliest = self.updated_at + SignedDuration::from_millis(1);
        Ok(Self {
            state: next,
            updated_at: at.max(earliest),
            ..self
        })
    }

    /// The caller's own way out, open until the order is in progress.
    pub fn cancel(self, at: Timestamp) -> Result<Self, Rejection> {
        let state = self.state;
        self.enter(OrderState::Cancelled, at)
            .map_err(|_| Rejection::OrderNotCancellable { state })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn order() -> Order {
        Order {
            id: OrderId::new(10_780_005_503),
            owner: OrganizationNumber::parse("914742315").expect("nine digits"),
            request: OrderRequest {
                agreement: AgreementId::new(5_538_579),
                action: OrderAction::UpdateProduct(ProductId::new(2_799_029)),
                configurations: vec![],
            },
            product: ProductId::new(2_799_029),
            way: FulfillmentWay::Simulated,
            state: OrderState::Acknowledged,
            created_at: Timestamp::UNIX_EPOCH,
            updated_at: Timestamp::UNIX_EPOCH,
        }
    }

    proptest! {
        #[test]
        fn no_sequence_leaves_a_final_state_or_completes_without_progress(
            wishes in prop::collection::vec(prop::sample::select(&OrderState::ALL[..]), 0..20)
        ) {
            let mut order = order();
            let mut path = vec![order.state];
            for wish in wishes {
                let before = order.clone();
                match order.enter(wish, Timestamp::UNIX_EPOCH) {
                    Ok(moved) => {
                        prop_assert!(!before.state.is_final());
                        prop_assert!(moved.updated_at > before.updated_at);
                        path.push(moved.state);
                        order = moved;
                    }
                    Err(refused) => {
                        prop_assert_eq!(refused.from, before.state);
                        order = before;
                    }
                }
            }
            if order.state == OrderState::Completed {
                prop_assert_eq!(path[path.len() - 2], OrderState::InProgress);
            }
            if order.state == OrderState::Cancelled {
                prop_assert_eq!(path, [OrderState::Acknowledged, OrderState::Cancelled]);
            }
        }
    }

    #[test]
    fn an_order_in_progress_cannot_be_cancelled() {
        let at = Timestamp::UNIX_EPOCH;
        let begun = order().enter(OrderState::InProgress, at).expect("begins");
        assert_eq!(
            begun.cancel(at),
            Err(Rejection::OrderNotCancellable {
                state: OrderState::InProgress
            })
        );
    }
}
