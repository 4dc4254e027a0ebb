//! Agreements: what an organization has contracted for, and from when until when.

use jiff::civil::Date;

use crate::{AgreementId, Organization, Rejection};

/// A contract that an organization has with the operator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agreement {
    /// The number that products and orders name it by.
    pub id: AgreementId,
    /// What kind of agreement it is, in the operator's own words.
    pub category: String,
    /// The first day on which it is in force.
    pub valid_from: Date,
    /// The last day on which it is in force, if that is known.
    pub valid_to: Option<Date>,
    /// The organization that it belongs to.
    pub owner: Organization,
    /// How it stands.
    pub status: AgreementStatus,
}

/// How an agreement stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AgreementStatus {
    /// Signed, not yet in force.
    Pending,
    /// In force within its dates.
    Active,
    /// Ended; still listed.
    Terminated,
}

impl AgreementStatus {
    /// Every status, for schemas and look-ups.
    pub const ALL: [Self; 3] = [Self::Pending, Self::Active, Self::Terminated];

    /// The word on the wire and in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "PENDING",
            Self::Active => "ACTIVE",
            Self::Terminated => "TERMINATED",
        }
    }

    /// The status that a word stands for.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == word)
    }
}

impl Agreement {
    /// Orders are taken on an active agreement, from its first day to its last, both included.
    pub fn accepts_orders_on(&self, today: Date) -> Result<(), Rejection> {
        let reason = match self.status {
            AgreementStatus::Terminated => "the agreement is terminated".to_owned(),
            AgreementStatus::Pending => "the agreement is not active yet".to_owned(),
            AgreementStatus::Active if today < self.valid_from => {
                format!("the agreement is in force from {}", self.valid_from)
            }
            AgreementStatus::Active => match self.valid_to {
                Some(last) if today > last => format!("the agreement was in force until {last}"),
                _ => return Ok(()),
            },
        };
        Err(Rejection::AgreementNotInForce { reason })
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::OrganizationNumber;

    fn agreement(status: AgreementStatus, valid_to: Option<Date>) -> Agreement {
        Agreement {
            id: AgreementId::new(1),
            category: "Mobilt Bedriftsnett avtale".to_owned(),
            valid_from: date(2020, 1, 1),
            valid_to,
            owner: Organization {
                number: OrganizationNumber::parse("914742315").expect("nine digits"),
                name: "TELENOR".to_owned(),
            },
            status,
        }
    }

    #[test]
    fn the_first_and_the_last_day_are_in_force() {
        let bounded = agreement(AgreementStatus::Active, Some(date(2020, 12, 31)));
        for (today, accepted) in [
            (date(2019, 12, 31), false),
            (date(2020, 1, 1), true),
            (date(2020, 12, 31), true),
            (date(2021, 1, 1), false),
        ] {
            assert_eq!(
                bounded.accepts_orders_on(today).is_ok(),
                accepted,
                "{today}"
            );
        }
    }

    #[test]
    fn only_an_active_agreement_takes_orders() {
        for status in AgreementStatus::ALL {
            let accepted = agreement(status, None)
                .accepts_orders_on(date(2026, 1, 1))
                .is_ok();
            assert_eq!(accepted, status == AgreementStatus::Active, "{status:?}");
        }
    }
}
