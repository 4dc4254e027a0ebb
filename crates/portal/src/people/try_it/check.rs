//! Whether a value is what its schema asks for, and where it is not.

use jsonschema::error::ValidationErrorKind;
use jsonschema::{ValidationError, validator_for};
use serde_json::{Value, json};

use crate::reference::Parameter;

/// More would help nobody.
const MOST: usize = 8;

/// What is wrong with a body, each with its place.
pub(super) fn body_faults(components: &Value, schema: &Value, body: &Value) -> Vec<String> {
    let whole = json!({ "allOf": [schema], "components": components });
    let Ok(validator) = validator_for(&whole) else {
        // What can't be checked here is checked by the call itself.
        return Vec::new();
    };
    let mut faults = Vec::new();
    for error in validator.iter_errors(body) {
        told(&error, &mut faults);
    }
    faults.truncate(MOST);
    faults
}

/// What is wrong with a parameter that was typed; nothing when it is right.
pub(super) fn parameter_fault(parameter: &Parameter, components: &Value, typed: &str) -> String {
    let is_number = parameter.schema["type"] == "integer";
    let value = if is_number {
        let Ok(number) = typed.parse::<i64>() else {
            return "This has to be a whole number.".to_owned();
        };
        json!(number)
    } else {
        json!(typed)
    };
    let faults = body_faults(components, &parameter.schema, &value);
    if faults.is_empty() {
        return String::new();
    }
    let limits = parameter.shape.limits.join("; ").replace('`', "");
    format!("This is not what the parameter may be: {limits}.")
}

/// Of several shapes, the one that was probably meant says what is wrong.
fn told(error: &ValidationError<'_>, into: &mut Vec<String>) {
    if let ValidationErrorKind::OneOfNotValid { context } = error.kind() {
        let is_other = |errors: &&Vec<ValidationError<'_>>| {
            let names_kind =
                |error: &ValidationError<'_>| error.instance_path().as_str().ends_with("/type");
            (errors.iter().any(names_kind), errors.len())
        };
        if let Some(meant) = context.iter().min_by_key(is_other) {
            for error in meant {
                told(error, into);
            }
            return;
        }
    }
    let place = error.instance_path().as_str();
    let place = place.trim_start_matches('/').replace('/', ".");
    into.push(if place.is_empty() {
        error.to_string()
    } else {
        format!("{place}: {error}")
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_is_told_of_the_shape_that_was_meant() {
        let components = json!({"schemas": {
            "Add": {"type": "object", "required": ["type", "offer"], "properties": {
                "type": {"type": "string", "pattern": "^ADD$"}, "offer": {"type": "integer"}}},
            "Update": {"type": "object", "required": ["type"], "properties": {
                "type": {"type": "string", "pattern": "^UPDATE$"}}},
        }});
        let schema = json!({"oneOf": [
            {"$ref": "#/components/schemas/Add"}, {"$ref": "#/components/schemas/Update"},
        ]});
        for (body, expected) in [
            (json!({"type": "ADD", "offer": 1}), &[][..]),
            (json!({"type": "UPDATE"}), &[]),
            (
                json!({"type": "ADD", "offer": "x"}),
                &["offer: \"x\" is not of type \"integer\""],
            ),
            (
                json!({"type": "ADD"}),
                &["\"offer\" is a required property"],
            ),
        ] {
            assert_eq!(body_faults(&components, &schema, &body), expected, "{body}");
        }
    }
}
