//! Organizations that a caller may act for, and their address cards.

use domain::access::Caller;
use domain::{AddressCard, Fault, Organization, OrganizationNumber, Rejection};
use storage::Transaction;

use crate::{Failure, SelfService};

impl SelfService {
    /// The caller's organizations, by number.
    pub async fn list_organizations(&self, caller: &Caller) -> Result<Vec<Organization>, Failure> {
        self.core
            .store
            .read(async |tx| Ok(tx.organizations().list(caller.reach()).await?))
            .await
    }

    /// The invoice addresses of one of the caller's organizations, by id.
    pub async fn list_address_cards(
        &self,
        caller: &Caller,
        number: &str,
    ) -> Result<Vec<AddressCard>, Failure> {
        self.core
            .store
            .read(async |tx| match look_up(tx, caller, number).await? {
                LookUp::Found(organization) => {
                    Ok(tx.address_cards().list(&organization.number).await?)
                }
                LookUp::Unknown => {
                    Err(Rejection::OrganizationNotFound(vec![unknown("orgNumber")]).into())
                }
                LookUp::Invalid => {
                    Err(Rejection::InvalidOrganizationNumber(vec![invalid("orgNumber")]).into())
                }
            })
            .await
    }
}

/// What a number that a caller wrote stands for.
pub(crate) enum LookUp {
    /// One of the caller's organizations.
    Found(Organization),
    /// Well formed, and none of the caller's.
    Unknown,
    /// Not nine digits, or unknown with a wrong check digit. A known number is never called wrong.
    Invalid,
}

pub(crate) async fn look_up(
    tx: &mut Transaction,
    caller: &Caller,
    number: &str,
) -> Result<LookUp, Failure> {
    let Some(number) = OrganizationNumber::parse(number) else {
        return Ok(LookUp::Invalid);
    };
    Ok(
        match tx.organizations().find(caller.reach(), &number).await? {
            Some(organization) => LookUp::Found(organization),
            None if number.check_digit_holds() => LookUp::Unknown,
            None => LookUp::Invalid,
        },
    )
}

pub(crate) fn unknown(field: &str) -> Fault {
    Fault::new(
        field,
        "not one of your organizations; GET the organizations for those that are",
    )
}

pub(crate) fn invalid(field: &str) -> Fault {
    Fault::new(field, "must be the nine digits of an organization number")
}
