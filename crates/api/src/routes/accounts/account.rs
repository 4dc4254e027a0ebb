//! A billing account on the wire, member for member as the documents print it.

use domain::{BillingAccount, Payer, Person};
use serde::Serialize;
use utoipa::ToSchema;

use crate::routes::organizations::{AddressBody, OrganizationBody};

/// An invoice recipient. Exactly one of `personalPayer` and `companyPayer` is set.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Account)]
pub(crate) struct AccountBody {
    /// A number containing up to 8 digits; at the invoice this is shown with the prefix 55.
    #[schema(example = "1234567")]
    id: String,
    /// The account's name. This reference will occur at the 2. line on the invoice address field,
    /// and is mapped to "deres referanse" in the EHF format.
    #[schema(example = "Telenor ASA - IT department")]
    account_reference1: String,
    /// The juridical owner of the account. Will always be an organization.
    owner: OrganizationBody,
    /// Will be set if the payer is a person.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    personal_payer: Option<PersonBody>,
    /// Will be set if the payer is an organization.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    company_payer: Option<OrganizationBody>,
    /// Post address and format of invoice.
    invoice: InvoiceBody,
    /// `PASSIVE` if the account has been created but not activated, `OPEN` if both created and
    /// activated, `CANCELLED` if cancelled.
    #[schema(example = "OPEN")]
    status: &'static str,
    /// `NORMAL` means that there may be multiple subscriptions on the account, `RESERVED` that only
    /// one is allowed, `RING_KONTANT` pre-paid subscriptions.
    #[serde(rename = "type")]
    #[schema(example = "NORMAL")]
    account_type: &'static str,
    /// A text field that is free to use by the customer. Also visible in invoice reports.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "DevOps team")]
    account_reference2: Option<String>,
    /// A text field that is free to use by the customer. Also visible in invoice reports.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "Linus Torvalds")]
    account_reference3: Option<String>,
}

/// A natural person who pays.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Person)]
pub(crate) struct PersonBody {
    /// First name.
    #[schema(example = "Ola")]
    first_name: String,
    /// Last name.
    #[schema(example = "Nordmann")]
    last_name: String,
    /// Middle name.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "Roger")]
    middle_name: Option<String>,
}

/// How the invoice goes out.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Invoice)]
pub(crate) struct InvoiceBody {
    /// The address that the invoice will be sent to.
    address: AddressBody,
    /// The format in which the invoice will be sent, usually `EHF` (Elektronisk handelsformat) for
    /// organizations.
    #[schema(example = "EHF")]
    format: String,
}

impl From<BillingAccount> for AccountBody {
    fn from(account: BillingAccount) -> Self {
        let (personal_payer, company_payer) = match account.payer {
            Payer::Person(person) => (Some(person.into()), None),
            Payer::Company(company) => (None, Some(company.into())),
        };
        let references = account.references;
        Self {
            id: account.id.to_string(),
            account_reference1: references.first.to_string(),
            owner: account.owner.into(),
            personal_payer,
            company_payer,
            invoice: InvoiceBody {
                address: account.address.into(),
                format: account.format,
            },
            status: account.status.as_str(),
            account_type: account.account_type.as_str(),
            account_reference2: references.second.map(|reference| reference.to_string()),
            account_reference3: references.third.map(|reference| reference.to_string()),
        }
    }
}

impl From<Person> for PersonBody {
    fn from(person: Person) -> Self {
        Self {
            first_name: person.first_name,
            last_name: person.last_name,
            middle_name: person.middle_name,
        }
    }
}
