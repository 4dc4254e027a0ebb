//! Billing accounts.

use domain::{
    AccountId, AccountReference, AccountReferences, AccountStatus, AccountType, BillingAccount,
    Organization, OrganizationNumber, Payer, Person, PersonId,
};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use storage::KeptAccount;

use super::Timed;
use super::party::{AddressRecord, ehf};
use super::read::{Faults, Id, OrgNumber};

/// An invoice recipient. Exactly one of the two payers is set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AccountRecord {
    /// The account's number, up to 8 digits; the key.
    #[schemars(range(max = 99_999_999))]
    pub id: Id,
    /// The organization that owns it; it stays.
    pub owner_organization_number: OrgNumber,
    /// The organization that pays.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payer_organization_number: Option<OrgNumber>,
    /// The person who pays.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payer_person_id: Option<Id>,
    /// The account's name on the invoice, at most 30 characters.
    pub account_reference1: String,
    /// Free for the customer's use, at most 30 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account_reference2: Option<String>,
    /// Free for the customer's use, at most 30 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account_reference3: Option<String>,
    /// Where the invoice goes.
    #[serde(default)]
    pub address: AddressRecord,
    /// In which form the invoice goes.
    #[serde(default = "ehf")]
    pub format: String,
    /// Whether it is in use.
    #[schemars(extend("enum" = ["PASSIVE", "OPEN", "CANCELLED"]))]
    pub status: String,
    /// How many subscriptions it may bear; it stays.
    #[serde(rename = "type")]
    #[schemars(extend("enum" = ["NORMAL", "RESERVED", "RING_KONTANT"]))]
    pub account_type: String,
    /// When it was opened (RFC 3339); left out: what is kept, or now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("format" = "date-time"))]
    pub opened_at: Option<String>,
}

impl AccountRecord {
    pub(super) fn read(&self) -> Result<Timed<KeptAccount>, Vec<String>> {
        let mut faults = Faults::default();
        if self.id.0 > 99_999_999 {
            faults.add("id", "has more than 8 digits");
        }
        faults.text("format", &self.format);
        let owner = self.owner_organization_number.read();
        let owner = faults.keep("ownerOrganizationNumber", owner);
        let payer = self.payer(&mut faults);
        let references = self.references(&mut faults);
        let address = self.address.read(&mut faults);
        let words = AccountStatus::ALL.map(AccountStatus::as_str);
        let status = AccountStatus::parse(&self.status);
        let status = faults.word("status", &self.status, (status, &words));
        let words = AccountType::ALL.map(AccountType::as_str);
        let account_type = AccountType::parse(&self.account_type);
        let account_type = faults.word("type", &self.account_type, (account_type, &words));
        let opened_at = faults.instant("openedAt", self.opened_at.as_deref());
        let account = || {
            Some(BillingAccount {
                id: AccountId::new(self.id.0),
                owner: unnamed(owner?),
                payer: payer?,
                references: references?,
                address,
                format: self.format.clone(),
                status: status?,
                account_type: account_type?,
            })
        };
        let thing = account().map(|account| KeptAccount {
            account,
            person: self.payer_person_id.map(|id| PersonId::new(id.0)),
            reserved_for: None,
            opened_at: opened_at.unwrap_or(Timestamp::UNIX_EPOCH),
            place: 0,
        });
        let is_timed = opened_at.is_some();
        faults.settle(thing.map(|thing| Timed { thing, is_timed }))
    }

    fn payer(&self, faults: &mut Faults) -> Option<Payer> {
        match (&self.payer_organization_number, self.payer_person_id) {
            (Some(number), None) => faults
                .keep("payerOrganizationNumber", number.read())
                .map(|number| Payer::Company(unnamed(number))),
            (None, Some(_)) => Some(Payer::Person(Person {
                first_name: String::new(),
                middle_name: None,
                last_name: String::new(),
            })),
            _ => {
                let reason = "exactly one of payerOrganizationNumber and payerPersonId must be set";
                faults.add("payer", reason);
                None
            }
        }
    }

    fn references(&self, faults: &mut Faults) -> Option<AccountReferences> {
        let first = AccountReference::parse(&self.account_reference1);
        let first = faults.keep("accountReference1", first);
        let mut optional = |member: &str, text: &Option<String>| {
            let parsed = text.as_deref().map(AccountReference::parse)?;
            faults.keep(member, parsed)
        };
        let second = optional("accountReference2", &self.account_reference2);
        let third = optional("accountReference3", &self.account_reference3);
        first.map(|first| AccountReferences {
            first,
            second,
            third,
        })
    }
}

/// Names are kept with the organizations.
fn unnamed(number: OrganizationNumber) -> Organization {
    Organization {
        number,
        name: String::new(),
    }
}

impl From<&KeptAccount> for AccountRecord {
    fn from(kept: &KeptAccount) -> Self {
        let account = &kept.account;
        let payer = match &account.payer {
            Payer::Company(company) => Some((&company.number).into()),
            Payer::Person(_) => None,
        };
        let text = |reference: &AccountReference| reference.to_string();
        Self {
            id: Id(account.id.get()),
            owner_organization_number: (&account.owner.number).into(),
            payer_organization_number: payer,
            payer_person_id: kept.person.map(|id| Id(id.get())),
            account_reference1: text(&account.references.first),
            account_reference2: account.references.second.as_ref().map(text),
            account_reference3: account.references.third.as_ref().map(text),
            address: (&account.address).into(),
            format: account.format.clone(),
            status: account.status.as_str().to_owned(),
            account_type: account.account_type.as_str().to_owned(),
            opened_at: Some(kept.opened_at.to_string()),
        }
    }
}
