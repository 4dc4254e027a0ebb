//! `/organizations/v1/organizations`: who the caller may act for, and where their invoices go.

use axum::extract::State;
use domain::{Address, AddressCard, Organization, OrganizationNumber};
use serde::Serialize;
use utoipa::ToSchema;

use crate::Services;
use crate::answer::WholeList;
use crate::error::ApiError;
use crate::extract::{Admitted, PathParameter};
use crate::touched::Touched;

/// Get organizations
///
/// The organizations that your system user may act for, by number.
#[utoipa::path(
    get,
    path = "/organizations/v1/organizations",
    tag = "organizations",
    responses((status = 200, description = "The organizations.", body = Vec<OrganizationBody>, headers(("X-Total-Count" = i64, description = "How many there are."))))
)]
pub(crate) async fn list_organizations(
    State(services): State<Services>,
    Admitted(caller): Admitted,
) -> Result<(Touched, WholeList<OrganizationBody>), ApiError> {
    let organizations = services.selfservice.list_organizations(&caller).await?;
    let touched = Touched::of(organizations.iter().map(|one| &one.number));
    let organizations = organizations.into_iter().map(OrganizationBody::from);
    Ok((touched, WholeList(organizations.collect())))
}

/// Get address cards
///
/// The invoice addresses of one organization, by id. The payer of a new account needs one of them.
#[utoipa::path(
    get,
    path = "/organizations/v1/organizations/{orgNumber}/address-cards",
    tag = "organizations",
    params((
        "orgNumber" = String, Path, pattern = "^[0-9]{9}$",
        description = "The organization's number, nine digits.", example = "987654321"
    )),
    responses((status = 200, description = "The address cards.", body = Vec<AddressCardBody>, headers(("X-Total-Count" = i64, description = "How many there are."))))
)]
pub(crate) async fn list_address_cards(
    State(services): State<Services>,
    Admitted(caller): Admitted,
    PathParameter(number): PathParameter,
) -> Result<(Touched, WholeList<AddressCardBody>), ApiError> {
    let cards = services
        .selfservice
        .list_address_cards(&caller, &number)
        .await?;
    // Without cards the answer shows nothing of the organization.
    let owner = OrganizationNumber::parse(&number).filter(|_| !cards.is_empty());
    let cards = cards.into_iter().map(AddressCardBody::from).collect();
    Ok((Touched::of(&owner), WholeList(cards)))
}

/// A legal entity.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Organization)]
pub(crate) struct OrganizationBody {
    /// The organization number.
    #[schema(example = "914742315")]
    org_number: String,
    /// The organization name.
    #[schema(example = "TELENOR")]
    name: String,
}

/// A stored invoice address of an organization.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AddressCard)]
pub(crate) struct AddressCardBody {
    /// The card's id, which a new account names as `addressCardId`.
    #[schema(example = "664158")]
    id: String,
    /// What the organization calls it.
    #[schema(example = "Hovedkontor")]
    name: String,
    /// The address.
    address: AddressBody,
    /// The format in which invoices go there, usually `EHF`.
    #[schema(example = "EHF")]
    format: String,
}

/// Where an invoice goes; parts that an address does not have are left out.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Address)]
pub(crate) struct AddressBody {
    /// The street.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "Innherredsveien")]
    street_name: Option<String>,
    /// The house number, with its letter.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "1A")]
    street_address: Option<String>,
    /// The dwelling or the staircase.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "H0101")]
    entrance_code: Option<String>,
    /// The postal code; leading zeros count.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "7018")]
    postal_code: Option<String>,
    /// The postal town.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "Trondheim")]
    postal_place: Option<String>,
}

impl From<Organization> for OrganizationBody {
    fn from(organization: Organization) -> Self {
        Self {
            org_number: organization.number.to_string(),
            name: organization.name,
        }
    }
}

impl From<AddressCard> for AddressCardBody {
    fn from(card: AddressCard) -> Self {
        Self {
            id: card.id.to_string(),
            name: card.name,
            address: card.address.into(),
            format: card.format,
        }
    }
}

impl From<Address> for AddressBody {
    fn from(address: Address) -> Self {
        Self {
            street_name: address.street_name,
            street_address: address.street_address,
            entrance_code: address.entrance_code,
            postal_code: address.postal_code,
            postal_place: address.postal_place,
        }
    }
}
