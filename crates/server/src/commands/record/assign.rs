//! `MEMBER=VALUE`: what a word on the command line means, by the schema of the record.

use anyhow::{Context, bail};
use serde_json::{Map, Value, json};

/// Sets a member to what the words mean, or leaves it out when there are none.
pub(super) fn assign(
    record: &mut Map<String, Value>,
    schema: &Value,
    member: &str,
    words: &str,
) -> anyhow::Result<()> {
    let (outer, inner) = match member.split_once('.') {
        Some((outer, inner)) => (outer, Some(inner)),
        None => (member, None),
    };
    let Some(described) = schema.pointer(&format!("/properties/{outer}")) else {
        let known = schema["properties"].as_object().into_iter().flatten();
        let known: Vec<_> = known.map(|(name, _)| name.as_str()).collect();
        bail!(
            "there is no member `{outer}`\nhint: there are {}",
            known.join(", ")
        );
    };
    if let Some(inner) = inner {
        let part = record.entry(outer).or_insert_with(|| json!({}));
        let Some(part) = part.as_object_mut() else {
            bail!("`{outer}` has no members of its own");
        };
        match words {
            "" => drop(part.shift_remove(inner)),
            words => drop(part.insert(inner.to_owned(), words.into())),
        }
        return Ok(());
    }
    if words.is_empty() {
        record.shift_remove(outer);
        return Ok(());
    }
    let value = meaning(schema, described, words).with_context(|| format!("read {member}"))?;
    record.insert(outer.to_owned(), value);
    Ok(())
}

fn meaning(schema: &Value, described: &Value, words: &str) -> anyhow::Result<Value> {
    if words.starts_with(['[', '{']) {
        return Ok(serde_json::from_str(words)?);
    }
    let described = resolve(schema, described);
    if is(described, "array") {
        let item = resolve(schema, &described["items"]);
        let words = words.split(',').map(str::trim);
        // Of what has members of its own, the word is the name: `apiProducts=info,order`.
        return Ok(if is(item, "object") {
            words.map(|word| json!({ "name": word })).collect()
        } else {
            words.map(Value::from).collect()
        });
    }
    Ok(match words {
        "true" if is(described, "boolean") => true.into(),
        "false" if is(described, "boolean") => false.into(),
        // What is no number is left for the record to complain of.
        _ if is(described, "integer") => words.parse::<i64>().map_or(words.into(), Value::from),
        _ => words.into(),
    })
}

fn resolve<'a>(schema: &'a Value, described: &'a Value) -> &'a Value {
    let place = described["$ref"].as_str();
    let found = place.and_then(|place| schema.pointer(place.trim_start_matches('#')));
    found.unwrap_or(described)
}

fn is(described: &Value, name: &str) -> bool {
    match &described["type"] {
        Value::Array(names) => names.iter().any(|known| known == name),
        known => known == name,
    }
}

#[cfg(test)]
mod tests {
    use operator::records::Kind;

    use super::*;

    fn assigned(kind: Kind, all: &[(&str, &str)]) -> Value {
        let mut record = Map::new();
        for (member, words) in all {
            assign(&mut record, kind.schema().as_value(), member, words).expect("assigned");
        }
        record.into()
    }

    #[test]
    fn words_mean_what_the_schema_says() {
        let app = assigned(
            Kind::App,
            &[
                ("name", "123"),
                ("grants", "password, client_credentials"),
                ("apiProducts", "info,order"),
                ("burst", "5"),
                ("callsPerSecond", "many"),
                ("enabled", "false"),
                ("systemUser", "API1"),
                ("systemUser", ""),
            ],
        );
        assert_eq!(
            app,
            json!({
                "name": "123",
                "grants": ["password", "client_credentials"],
                "apiProducts": [{ "name": "info" }, { "name": "order" }],
                "burst": 5,
                "callsPerSecond": "many",
                "enabled": false,
            })
        );
        let card = assigned(
            Kind::AddressCard,
            &[
                ("address.postalCode", "0150"),
                ("address.streetName", "Gata"),
                ("address.streetName", ""),
            ],
        );
        assert_eq!(card, json!({ "address": { "postalCode": "0150" } }));
        let quota = r#"[{"name":"info","quota":{"calls":5,"period":"day"}}]"#;
        let app = assigned(Kind::App, &[("apiProducts", quota)]);
        assert_eq!(app["apiProducts"][0]["quota"]["calls"], 5);
    }

    #[test]
    fn what_is_no_member_is_refused_with_those_there_are() {
        let schema = Kind::Organization.schema();
        let refused = assign(&mut Map::new(), schema.as_value(), "nam", "x");
        let said = refused.expect_err("no such member").to_string();
        assert!(said.contains("no member `nam`"), "{said}");
        assert!(said.contains("orgNumber, name"), "{said}");
    }
}
