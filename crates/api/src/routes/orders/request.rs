//! The body of an order request. The documents print a wrapper around two structures and ask for
//! one of the inner ones; both forms are read, member by member.

use domain::{
    ConfigurationId, ConfigurationValue, OfferingId, OrderAction, OrderRequest, ProductId,
};
use utoipa::openapi::schema::OneOfBuilder;
use utoipa::openapi::{Ref, RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use super::order::OrderTypeBody;
use crate::error::{ApiError, ErrorCode};
use crate::extract::{Members, Node};
use crate::openapi::Id;
use crate::routes::agreements::parse_agreement_id;

/// One order; its `type` says which of the two it is.
pub(crate) struct PlaceOrder;

impl PartialSchema for PlaceOrder {
    fn schema() -> RefOr<Schema> {
        let either = OneOfBuilder::new()
            .item(Ref::from_schema_name(UpdateProductOrder::name()))
            .item(Ref::from_schema_name(AddProductOrder::name()))
            .description(Some("One order; its `type` says which of the two it is."));
        RefOr::T(Schema::OneOf(either.build()))
    }
}

impl ToSchema for PlaceOrder {
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        for (name, schema) in [
            (UpdateProductOrder::name(), UpdateProductOrder::schema()),
            (AddProductOrder::name(), AddProductOrder::schema()),
        ] {
            schemas.push((name.into_owned(), schema));
        }
        UpdateProductOrder::schemas(schemas);
        AddProductOrder::schemas(schemas);
    }
}

/// The payload for ordering an update of an agreement's product.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase", example = json!({
    "type": "UPDATE_PRODUCT",
    "agreementId": 5_538_579,
    "productId": 2_799_029,
    "configurations": [{ "id": 6420, "value": "john.doe@example.com" }],
}))]
#[expect(
    dead_code,
    reason = "the schema of a body that is read by hand, to name each fault"
)]
pub(crate) struct UpdateProductOrder {
    /// The type of order to create.
    #[schema(
        rename = "type",
        pattern = "^UPDATE_PRODUCT$",
        example = "UPDATE_PRODUCT"
    )]
    order_type: String,
    /// Id of the agreement to place the order on. Valid ids can be found among your agreements.
    #[schema(example = 5_538_579)]
    agreement_id: Id,
    /// The id of the product that you are updating.
    #[schema(example = 2_799_029)]
    product_id: Id,
    /// List of product configurations to set; the others stay as they are.
    #[schema(min_items = 1)]
    configurations: Vec<OrderSetting>,
}

/// The payload for ordering a new product to an agreement.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase", example = json!({
    "type": "ADD_PRODUCT",
    "agreementId": 5_538_579,
    "productOfferingId": 13883,
    "configurations": [{ "id": 6420, "value": "john.doe@example.com" }],
}))]
#[expect(
    dead_code,
    reason = "the schema of a body that is read by hand, to name each fault"
)]
pub(crate) struct AddProductOrder {
    /// The type of order to create.
    #[schema(rename = "type", pattern = "^ADD_PRODUCT$", example = "ADD_PRODUCT")]
    order_type: String,
    /// Id of the agreement to place the order on. Valid ids can be found among your agreements.
    #[schema(example = "5538579")]
    agreement_id: Id,
    /// The id of the product offering that you are adding.
    #[schema(example = "13883")]
    product_offering_id: Id,
    /// List of product configurations; those that the offering requires must be among them.
    #[schema(required = false)]
    configurations: Vec<OrderSetting>,
}

/// One configuration to set.
#[derive(ToSchema)]
#[expect(
    dead_code,
    reason = "the schema of a body that is read by hand, to name each fault"
)]
pub(crate) struct OrderSetting {
    /// The configuration's id.
    #[schema(example = 6420)]
    id: Id,
    /// What to set it to; always text.
    #[schema(example = "john.doe@example.com")]
    value: String,
}

const WRAPPERS: [(&str, OrderTypeBody); 2] = [
    ("updateProductOrder", OrderTypeBody::UpdateProduct),
    ("addProductOrder", OrderTypeBody::AddProduct),
];

/// Reads a request; structure first, then the ids in the documents' order of codes.
pub(super) fn read(document: Option<Node>) -> Result<OrderRequest, ApiError> {
    let node = document.ok_or_else(|| invalid("body", "is empty; send one order"))?;
    let (mut order, order_type) = unwrap(Members::of(node, "")?)?;
    let agreement = order.take("agreementId");
    let agreement_field = order.path_of("agreementId");
    let (subject, known) = match order_type {
        OrderTypeBody::UpdateProduct => {
            ("productId", "type, agreementId, productId, configurations")
        }
        OrderTypeBody::AddProduct => (
            "productOfferingId",
            "type, agreementId, productOfferingId, configurations",
        ),
    };
    let named = order.take(subject);
    let subject_field = order.path_of(subject);
    let configurations = read_settings(&mut order)?;
    order.finish(known)?;
    let agreement = parse_agreement_id(
        agreement.as_ref().and_then(Node::id_digits),
        &agreement_field,
    )?;
    let action = read_action(order_type, named.as_ref(), &subject_field)?;
    if configurations.is_empty() && order_type == OrderTypeBody::UpdateProduct {
        let message = "name at least one configuration to set";
        return Err(ApiError::field(
            ErrorCode::InvalidConfiguration,
            "configurations",
            message,
        ));
    }
    Ok(OrderRequest {
        agreement,
        action,
        configurations,
    })
}

/// The inner structure and its type, whether or not it comes in a wrapper.
fn unwrap(mut body: Members) -> Result<(Members, OrderTypeBody), ApiError> {
    let mut wrapped = Vec::new();
    for (name, order_type) in WRAPPERS {
        if body.has(name) {
            wrapped.push((name, order_type));
        }
    }
    match wrapped.as_slice() {
        [] => {
            let order_type = read_type(&mut body)?;
            let missing = || invalid("type", "is missing; send UPDATE_PRODUCT or ADD_PRODUCT");
            Ok((body, order_type.ok_or_else(missing)?))
        }
        [(name, order_type)] => {
            let inner = body.take(name).unwrap_or(Node::Null);
            body.finish("one wrapper alone")?;
            let mut inner = Members::of(inner, name)?;
            match read_type(&mut inner)? {
                Some(said) if said != *order_type => {
                    let field = inner.path_of("type");
                    Err(invalid(&field, "contradicts the wrapper that it is in"))
                }
                _ => Ok((inner, *order_type)),
            }
        }
        _ => Err(invalid(
            "body",
            "holds both kinds of order; send one at a time",
        )),
    }
}

fn read_type(order: &mut Members) -> Result<Option<OrderTypeBody>, ApiError> {
    match order.take("type") {
        None => Ok(None),
        Some(Node::Text(word)) if word == "UPDATE_PRODUCT" => {
            Ok(Some(OrderTypeBody::UpdateProduct))
        }
        Some(Node::Text(word)) if word == "ADD_PRODUCT" => Ok(Some(OrderTypeBody::AddProduct)),
        Some(_) => Err(invalid(
            &order.path_of("type"),
            "must be UPDATE_PRODUCT or ADD_PRODUCT",
        )),
    }
}

fn read_action(
    order_type: OrderTypeBody,
    named: Option<&Node>,
    field: &str,
) -> Result<OrderAction, ApiError> {
    let digits = named.and_then(Node::id_digits).unwrap_or_default();
    let action = match order_type {
        OrderTypeBody::UpdateProduct => ProductId::parse(digits).map(OrderAction::UpdateProduct),
        OrderTypeBody::AddProduct => OfferingId::parse(digits).map(OrderAction::AddProduct),
    };
    action.ok_or_else(|| {
        let message = "must be 1 to 18 digits; GET the agreement's products for valid ids";
        ApiError::field(ErrorCode::InvalidProductId, field, message)
    })
}

fn read_settings(order: &mut Members) -> Result<Vec<ConfigurationValue>, ApiError> {
    let field = order.path_of("configurations");
    let items = match order.take("configurations") {
        None => return Ok(Vec::new()),
        Some(Node::List(items)) => items,
        Some(other) => {
            let message = format!("must be an array of {{id, value}}, not {}", other.kind());
            return Err(invalid(&field, &message));
        }
    };
    items
        .into_iter()
        .enumerate()
        .map(|(position, item)| read_setting(item, &format!("{field}[{position}]")))
        .collect()
}

fn read_setting(item: Node, path: &str) -> Result<ConfigurationValue, ApiError> {
    let mut members = Members::of(item, path)?;
    let id = members.take("id");
    let value = members.take("value");
    let (id_field, value_field) = (members.path_of("id"), members.path_of("value"));
    members.finish("id, value")?;
    let id = id
        .as_ref()
        .and_then(Node::id_digits)
        .and_then(ConfigurationId::parse);
    let id = id.ok_or_else(|| invalid(&id_field, "must be an integer or a string of digits"))?;
    match value {
        Some(Node::Text(value)) => Ok(ConfigurationValue { id, value }),
        Some(other) => {
            let message = format!("must be a string, not {}", other.kind());
            Err(invalid(&value_field, &message))
        }
        None => Err(invalid(&value_field, "is missing; send a string")),
    }
}

fn invalid(field: &str, message: &str) -> ApiError {
    ApiError::field(ErrorCode::InvalidRequest, field, message)
}
