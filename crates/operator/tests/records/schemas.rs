//! The committed JSON Schemas are those of the program, and say yes to what it writes.

use std::path::PathBuf;

use operator::records::Kind;
use proptest::prelude::*;
use serde_json::Value;

use crate::world::world;

fn path(kind: Kind) -> PathBuf {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../schemas");
    PathBuf::from(folder).join(format!("{}.json", kind.as_str()))
}

#[test]
fn the_committed_schemas_are_those_of_the_program() {
    #[expect(
        clippy::disallowed_methods,
        reason = "tests are configured by their environment"
    )]
    let update = std::env::var("UPDATE_OPENAPI").is_ok();
    for kind in Kind::ALL {
        let (path, wanted) = (path(kind), format!("{:#}\n", kind.schema().to_value()));
        if update {
            std::fs::write(&path, &wanted).expect("written");
        }
        let committed = std::fs::read_to_string(&path).unwrap_or_default();
        let hint = "UPDATE_OPENAPI=1 cargo test -p operator writes it anew";
        assert!(committed == wanted, "{} is stale: {hint}", path.display());
    }
}

fn validator(kind: Kind) -> jsonschema::Validator {
    jsonschema::validator_for(kind.schema().as_value()).expect("a schema")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]
    #[test]
    fn a_record_fits_the_schema_of_its_kind_and_no_other_member_does(records in world()) {
        for record in records {
            let validator = validator(record.kind());
            let mut value = serde_json::to_value(&record).expect("JSON");
            let faults: Vec<_> = validator.iter_errors(&value).map(|e| e.to_string()).collect();
            prop_assert!(faults.is_empty(), "{value}: {faults:?}");
            value["surprise"] = Value::Null;
            prop_assert!(!validator.is_valid(&value));
        }
    }
}
