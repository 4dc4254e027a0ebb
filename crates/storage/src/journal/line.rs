//! What a change is, in the words and columns of the database.

use domain::access::ClientId;
use domain::{
    AccountChange, AccountId, AccountStatus, AgreementId, Author, Change, ChangeId, Changed,
    OfferingId, OrderAction, OrderChange, OrderId, OrderState, OrganizationNumber, OtherChange,
    ProductId,
};
use serde::{Deserialize, Serialize};

use super::JournalRow;
use crate::Error;
use crate::sql::Row;

/// What a change is, as the columns hold it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JournalLine {
    /// The kind of thing.
    pub noun: String,
    /// Which one.
    pub subject: String,
    /// What was done to it.
    pub action: String,
    /// What is worth knowing about it: a JSON object.
    pub facts: String,
}

const ORDER: &str = "order";
const ACCOUNT: &str = "account";

/// The facts of an order's change.
#[derive(Serialize, Deserialize)]
struct OrderFacts {
    agreement: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    offering: Option<i64>,
    product: i64,
    reason: String,
}

impl JournalLine {
    pub(super) fn of(what: &Changed) -> Self {
        let (noun, subject, action, facts) = match what {
            Changed::Order(order) => (
                ORDER,
                order.order.to_string(),
                order.state.as_str().to_ascii_lowercase(),
                order_facts(order),
            ),
            Changed::Account(account) => (
                ACCOUNT,
                account.account.to_string(),
                account.status.as_str().to_ascii_lowercase(),
                "{}".to_owned(),
            ),
            Changed::Other(other) => (
                other.noun.as_str(),
                other.subject.clone(),
                other.action.clone(),
                other_facts(&other.facts),
            ),
        };
        Self {
            noun: noun.to_owned(),
            subject,
            action,
            facts,
        }
    }

    /// What customers are told of, or else anything else: the words of an order or account may say
    /// that its record was changed, and a row that somebody else has written may say whatever it
    /// likes. It is read all the same, or it would keep those after it waiting.
    fn read(&self) -> Changed {
        let told = match self.noun.as_str() {
            ORDER => self.read_order().map(Changed::Order),
            ACCOUNT => self.read_account().map(Changed::Account),
            _ => None,
        };
        told.unwrap_or_else(|| Changed::Other(self.read_other()))
    }

    fn read_order(&self) -> Option<OrderChange> {
        let facts: OrderFacts = serde_json::from_str(&self.facts).ok()?;
        let product = ProductId::new(facts.product);
        Some(OrderChange {
            order: OrderId::parse(&self.subject)?,
            agreement: AgreementId::new(facts.agreement),
            action: facts
                .offering
                .map_or(OrderAction::UpdateProduct(product), |id| {
                    OrderAction::AddProduct(OfferingId::new(id))
                }),
            product,
            state: OrderState::parse(&self.action.to_ascii_uppercase())?,
            reason: facts.reason,
        })
    }

    fn read_account(&self) -> Option<AccountChange> {
        Some(AccountChange {
            account: AccountId::parse(&self.subject)?,
            status: AccountStatus::parse(&self.action.to_ascii_uppercase())?,
        })
    }

    fn read_other(&self) -> OtherChange {
        let facts: serde_json::Map<_, _> = serde_json::from_str(&self.facts).unwrap_or_default();
        let fact = |(name, value): (String, serde_json::Value)| {
            value.as_str().map(|value| (name, value.to_owned()))
        };
        OtherChange {
            noun: self.noun.clone(),
            subject: self.subject.clone(),
            action: self.action.clone(),
            facts: facts.into_iter().filter_map(fact).collect(),
        }
    }
}

fn order_facts(order: &OrderChange) -> String {
    let facts = OrderFacts {
        agreement: order.agreement.get(),
        offering: match order.action {
            OrderAction::UpdateProduct(_) => None,
            OrderAction::AddProduct(offering) => Some(offering.get()),
        },
        product: order.product.get(),
        reason: order.reason.clone(),
    };
    // Numbers and texts have no way to fail.
    serde_json::to_string(&facts).unwrap_or_default()
}

fn other_facts(facts: &[(String, String)]) -> String {
    let facts: serde_json::Map<_, _> = facts
        .iter()
        .map(|(name, value)| (name.clone(), value.as_str().into()))
        .collect();
    serde_json::Value::Object(facts).to_string()
}

pub(super) fn journal_row(row: &Row<'_>) -> Result<JournalRow, Error> {
    let line = JournalLine {
        noun: row.get(5)?,
        subject: row.get(6)?,
        action: row.get(7)?,
        facts: row.get(8)?,
    };
    let what = line.read();
    let change = Change {
        id: ChangeId::new(row.get::<String>(0)?),
        at: row.timestamp(1)?,
        organization: row.parse_optional(2, OrganizationNumber::parse)?,
        author: Author {
            name: row.get(3)?,
            app: row.get::<Option<String>>(4)?.map(ClientId::new),
        },
        what,
    };
    Ok(JournalRow {
        change,
        line,
        mac: row.get(9)?,
    })
}
