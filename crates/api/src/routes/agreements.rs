//! `/corporate-agreements/v2/agreements`: which agreements there are, what is and may be on them.

use axum::extract::State;
use domain::{Agreement, AgreementId, AgreementProducts, Configuration, Offering, Product};
use serde::Serialize;
use utoipa::ToSchema;

use crate::answer::{Json, WholeList};
use crate::error::{ApiError, ErrorCode};
use crate::extract::{Admitted, PathParameter};
use crate::touched::Touched;
use crate::{ResponseStyle, Services, Settings};

/// Get all agreements
///
/// Get all agreements available for your organization.
#[utoipa::path(
    get,
    path = "/corporate-agreements/v2/agreements",
    tag = "corporate-agreements",
    responses((status = 200, description = "The agreements, by id.", body = Vec<AgreementBody>, headers(("X-Total-Count" = i64, description = "How many there are."))))
)]
pub(crate) async fn list_agreements(
    State(services): State<Services>,
    Admitted(caller): Admitted,
) -> Result<(Touched, WholeList<AgreementBody>), ApiError> {
    let agreements = services.selfservice.list_agreements(&caller).await?;
    let touched = Touched::of(agreements.iter().map(|agreement| &agreement.owner.number));
    let agreements = agreements.into_iter().map(AgreementBody::from).collect();
    Ok((touched, WholeList(agreements)))
}

/// Get one agreement
///
/// Avtale's own; the source documents have the list alone.
#[utoipa::path(
    get,
    path = "/corporate-agreements/v2/agreements/{agreementId}",
    tag = "corporate-agreements",
    params(("agreementId" = i64, Path, minimum = 0, maximum = 999_999_999_999_999_999_i64, description = "The agreement's id.", example = 5_538_579)),
    responses((status = 200, description = "The agreement.", body = AgreementBody))
)]
pub(crate) async fn get_agreement(
    State(services): State<Services>,
    Admitted(caller): Admitted,
    PathParameter(id): PathParameter,
) -> Result<(Touched, Json<AgreementBody>), ApiError> {
    let id = parse_agreement_id(Some(&id), "agreementId")?;
    let agreement = services.selfservice.find_agreement(&caller, id).await?;
    let touched = Touched::of([&agreement.owner.number]);
    Ok((touched, Json(agreement.into())))
}

/// Get agreement products
///
/// Get all products that are currently ordered for an agreement, and the offers that may be ordered
/// on it. The answer is a list with one element, as the source documents print it.
#[utoipa::path(
    get,
    path = "/corporate-agreements/v2/agreements/{agreementId}/products",
    tag = "corporate-agreements",
    params(("agreementId" = i64, Path, minimum = 0, maximum = 999_999_999_999_999_999_i64, description = "The agreement's id.", example = 5_538_579)),
    responses((
        status = 200,
        description = "What is ordered on the agreement, and what may be.",
        body = Vec<AgreementProductsBody>
    ))
)]
pub(crate) async fn list_agreement_products(
    State(services): State<Services>,
    Admitted(caller): Admitted,
    PathParameter(id): PathParameter,
) -> Result<(Touched, Json<ResponseStyle<AgreementProductsBody>>), ApiError> {
    let id = parse_agreement_id(Some(&id), "agreementId")?;
    let products = services
        .selfservice
        .list_agreement_products(&caller, id)
        .await?;
    let touched = Touched::of([&products.owner]);
    let body = AgreementProductsBody::from(products);
    Ok((touched, Json(services.settings.style(body))))
}

/// What a customer is answered who asks for these products, as JSON: for the operator's people, who
/// want to see what customers see.
#[must_use]
pub fn agreement_products_answer(products: AgreementProducts, settings: &Settings) -> String {
    let body = settings.style(AgreementProductsBody::from(products));
    // Texts, numbers and lists of them have no way to fail.
    serde_json::to_string(&body).unwrap_or_default()
}

/// An agreement's id, wherever it is named; anything but 1 to 18 digits is 400001.
pub(crate) fn parse_agreement_id(
    digits: Option<&str>,
    field: &str,
) -> Result<AgreementId, ApiError> {
    digits.and_then(AgreementId::parse).ok_or_else(|| {
        let message = "must be 1 to 18 digits; GET the agreements for valid ids";
        ApiError::field(ErrorCode::InvalidAgreementId, field, message)
    })
}

/// A contract that an organization has with the operator.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Agreement)]
pub(crate) struct AgreementBody {
    /// The agreement id. Necessary to e.g. get product offers and products for the agreement.
    #[schema(example = "123456")]
    id: String,
    /// The agreement category.
    #[schema(example = "Mobilt Bedriftsnett avtale")]
    category: String,
    /// The first day on which it is in force; always set.
    #[schema(format = Date, example = "2017-06-30")]
    valid_from: String,
    /// The last day on which it is in force; may not be set.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, format = Date, example = "2017-06-30")]
    valid_to: Option<String>,
    /// The organization that it belongs to.
    owner: AgreementOwnerBody,
    /// How the agreement stands: `PENDING`, `ACTIVE` or `TERMINATED`; more may come.
    #[schema(example = "ACTIVE")]
    status: &'static str,
}

/// The owner of an agreement; elsewhere an organization's number is called `orgNumber`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = AgreementOwner)]
pub(crate) struct AgreementOwnerBody {
    /// The organization's number, nine digits.
    #[schema(example = "987654321")]
    organization_number: String,
    /// The organization's name.
    #[schema(example = "Telenor ASA")]
    name: String,
}

impl From<Agreement> for AgreementBody {
    fn from(agreement: Agreement) -> Self {
        Self {
            id: agreement.id.to_string(),
            category: agreement.category,
            valid_from: agreement.valid_from.to_string(),
            valid_to: agreement.valid_to.map(|date| date.to_string()),
            owner: AgreementOwnerBody {
                organization_number: agreement.owner.number.to_string(),
                name: agreement.owner.name,
            },
            status: agreement.status.as_str(),
        }
    }
}

/// What is on an agreement, and what may be put on it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AgreementProducts)]
pub(crate) struct AgreementProductsBody {
    /// The products that are ordered on the agreement, oldest first.
    ordered: Vec<ProductBody>,
    /// The offers that are available to order on the agreement, by id.
    available: Vec<OfferingBody>,
}

/// A product that is ordered on an agreement.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Product)]
pub(crate) struct ProductBody {
    /// The product's id, which an `UPDATE_PRODUCT` order names.
    #[schema(example = 1_302_567)]
    id: i64,
    /// The product's name.
    #[schema(example = "Kø hoved nr")]
    name: String,
    /// `ORDERED`, or `PENDING` while its order is open; more may come.
    #[schema(example = "ORDERED")]
    status: &'static str,
    /// The account that pays for it; left out if none is set.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "7654321")]
    billing_account_id: Option<String>,
    /// The offer that it was ordered from.
    #[schema(example = 404_333)]
    product_offer_id: i64,
    /// That offer's name.
    #[schema(example = "Kø")]
    product_offer_name: String,
    /// Products that came along with it.
    #[schema(no_recursion)]
    sub_products: Vec<ProductBody>,
    /// How it is set.
    product_configurations: Vec<ProductConfigurationBody>,
}

/// A setting of a product.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ProductConfiguration)]
pub(crate) struct ProductConfigurationBody {
    /// The configuration's id, which an order names.
    #[schema(example = 6140)]
    id: i64,
    /// The configuration's name.
    #[schema(example = "Fakturakonto")]
    name: String,
    /// What it is set to; always text.
    #[schema(example = "11175198")]
    value: String,
}

impl From<AgreementProducts> for AgreementProductsBody {
    fn from(products: AgreementProducts) -> Self {
        let ordered = products.ordered.into_iter();
        let available = products.available.into_iter();
        Self {
            ordered: ordered.map(ProductBody::from).collect(),
            available: available.map(OfferingBody::from).collect(),
        }
    }
}

impl From<Product> for ProductBody {
    fn from(product: Product) -> Self {
        let configurations = product.configurations.into_iter();
        Self {
            id: product.id.get(),
            name: product.name,
            status: product.status.as_str(),
            billing_account_id: product.billing_account.map(|id| id.to_string()),
            product_offer_id: product.offering.get(),
            product_offer_name: product.offering_name,
            sub_products: product.sub_products.into_iter().map(Self::from).collect(),
            product_configurations: configurations
                .map(|setting| ProductConfigurationBody {
                    id: setting.id.get(),
                    name: setting.name,
                    value: setting.value,
                })
                .collect(),
        }
    }
}

/// An offer that may be ordered on an agreement.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ProductOffer)]
pub(crate) struct OfferingBody {
    /// The offer's id, which an `ADD_PRODUCT` order names as `productOfferingId`.
    #[schema(example = 404)]
    id: i64,
    /// The offer's name.
    #[schema(example = "Office 365 Business Premium")]
    name: String,
    /// Which settings its products have, and what they may be.
    configurations: Vec<ConfigurationBody>,
}

/// A setting that a product of an offer has.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ProductOfferConfiguration)]
pub(crate) struct ConfigurationBody {
    /// The configuration's id.
    #[schema(example = 6420)]
    id: i64,
    /// The configuration's name.
    #[schema(example = "E-post")]
    name: String,
    /// What kind of value it takes: `STRING`, `INTEGER`, `BOOLEAN`, `EMAIL`, `MSISDN`, `DATE`
    /// or `BILLING_ACCOUNT`.
    #[serde(rename = "type")]
    #[schema(example = "EMAIL")]
    value_type: &'static str,
    /// Whether an `ADD_PRODUCT` order must set it.
    required: bool,
    /// What it is when an order does not set it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    default_value: Option<String>,
    /// The only values that it may have.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    allowed_values: Vec<String>,
    /// The most characters that it may have.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    max_length: Option<u32>,
    /// A regular expression that the whole value must match.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pattern: Option<String>,
}

impl From<Offering> for OfferingBody {
    fn from(offering: Offering) -> Self {
        Self {
            id: offering.id.get(),
            name: offering.name,
            configurations: offering
                .configurations
                .into_iter()
                .map(Into::into)
                .collect(),
        }
    }
}

impl From<Configuration> for ConfigurationBody {
    fn from(configuration: Configuration) -> Self {
        Self {
            id: configuration.id.get(),
            name: configuration.name,
            value_type: configuration.value_type.as_str(),
            required: configuration.required,
            default_value: configuration.default_value,
            allowed_values: configuration.allowed_values,
            max_length: configuration.max_length,
            pattern: configuration.pattern,
        }
    }
}
