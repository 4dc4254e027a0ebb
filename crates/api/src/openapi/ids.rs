//! The schema of an id in a request, which may be an integer or a string of digits.

use utoipa::openapi::schema::{ObjectBuilder, OneOfBuilder, SchemaType, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

/// An id as callers may write it; the documents' own examples differ.
pub(crate) struct Id;

impl PartialSchema for Id {
    fn schema() -> RefOr<Schema> {
        let integer = ObjectBuilder::new()
            .schema_type(SchemaType::Type(Type::Integer))
            .minimum(Some(0))
            .maximum(Some(999_999_999_999_999_999_i64));
        let digits = ObjectBuilder::new()
            .schema_type(SchemaType::Type(Type::String))
            .pattern(Some("^[0-9]{1,18}$"));
        let either = OneOfBuilder::new()
            .item(integer)
            .item(digits)
            .description(Some("An id: an integer, or a string of 1 to 18 digits."));
        RefOr::T(Schema::OneOf(either.build()))
    }
}

impl ToSchema for Id {}
