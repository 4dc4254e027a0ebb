//! An order as the operator's side sees it: on the API and in the call to the operator's system.

use domain::{Order, OrderAction};
use serde::Serialize;
use utoipa::ToSchema;

/// An order that is to be carried out, or was.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct WorkOrder {
    /// Twelve digits.
    #[schema(example = "010780005503")]
    pub order_id: String,
    /// `UPDATE_PRODUCT` or `ADD_PRODUCT`.
    pub r#type: &'static str,
    /// The agreement's owner.
    #[schema(example = "914742315")]
    pub organization_number: String,
    /// The agreement to change.
    #[schema(example = "5538579")]
    pub agreement_id: String,
    /// The product to update, or the one that is being added.
    #[schema(example = 2_799_029)]
    pub product_id: i64,
    /// The offering of the product that is being added.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = 13_883)]
    pub product_offering_id: Option<i64>,
    /// The settings to make.
    pub configurations: Vec<WorkConfiguration>,
    /// How far it has gone.
    pub state: &'static str,
    /// Who carries it out: `simulated`, `system`, `pull` or `desk`.
    pub way: &'static str,
    /// When it was accepted (RFC 3339, UTC).
    pub created_at: String,
    /// When its state last changed.
    pub updated_at: String,
    /// How often it has been handed out, this time included.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub attempt: Option<i64>,
}

/// One setting of an order.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct WorkConfiguration {
    /// Which configuration.
    #[schema(example = 6420)]
    pub id: i64,
    /// What to set it to.
    pub value: String,
}

impl WorkOrder {
    /// An order, as it is handed out or shown.
    #[must_use]
    pub fn of(order: &Order, attempt: Option<i64>) -> Self {
        let (kind, offering) = match order.request.action {
            OrderAction::UpdateProduct(_) => ("UPDATE_PRODUCT", None),
            OrderAction::AddProduct(offering) => ("ADD_PRODUCT", Some(offering.get())),
        };
        let settings = order.request.configurations.iter();
        Self {
            order_id: order.id.to_string(),
            r#type: kind,
            organization_number: order.owner.to_string(),
            agreement_id: order.request.agreement.to_string(),
            product_id: order.product.get(),
            product_offering_id: offering,
            configurations: settings
                .map(|setting| WorkConfiguration {
                    id: setting.id.get(),
                    value: setting.value.clone(),
                })
                .collect(),
            state: order.state.as_str(),
            way: order.way.as_str(),
            created_at: format!("{:.3}", order.created_at),
            updated_at: format!("{:.3}", order.updated_at),
            attempt,
        }
    }

    /// What is to be done, in a few words.
    #[must_use]
    pub fn what(&self) -> String {
        let Self {
            agreement_id,
            product_id,
            ..
        } = self;
        match self.product_offering_id {
            Some(offering) => format!(
                "add product {product_id} of offering {offering} to agreement {agreement_id}"
            ),
            None => format!("update product {product_id} on agreement {agreement_id}"),
        }
    }

    /// As JSON; numbers and texts have no way to fail.
    #[must_use]
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}
