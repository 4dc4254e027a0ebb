//! What a schema says of a value beyond its kind, in words.

use serde_json::Value;

use super::document::{list, text};

/// Each limit as a few words of Markdown.
pub(crate) fn limits(schema: &Value) -> Vec<String> {
    let mut words = Vec::new();
    match text(schema, "format") {
        "" | "int32" | "int64" => {}
        "date-time" => words.push("an instant (RFC 3339)".to_owned()),
        "date" => words.push("a day, `yyyy-MM-dd`".to_owned()),
        "uri" => words.push("a URI".to_owned()),
        other => words.push(other.to_owned()),
    }
    let values: Vec<_> = list(schema, "enum").iter().map(code).collect();
    if !values.is_empty() {
        words.push(format!("one of {}", values.join(", ")));
    }
    let pattern = text(schema, "pattern");
    match (always(pattern), counted(pattern)) {
        (Some(value), _) => words.push(format!("always `{value}`")),
        (None, Some(count)) => words.push(count),
        (None, None) if !pattern.is_empty() => words.push(format!("matches `{pattern}`")),
        (None, None) => {}
    }
    for (member, before, after) in [
        ("minimum", "at least", ""),
        ("maximum", "at most", ""),
        ("minLength", "at least", " characters"),
        ("maxLength", "at most", " characters"),
        ("minItems", "at least", " of them"),
        ("maxItems", "at most", " of them"),
    ] {
        match schema.get(member) {
            // The kinds that count from nothing say so by themselves.
            Some(value) if member == "minimum" && value == 0 => {}
            Some(value) if value == 1 && after == " characters" => {
                words.push("not empty".to_owned());
            }
            Some(value) if member == "maximum" => words.push(at_most(&value.to_string())),
            Some(value) => words.push(format!("{before} {value}{after}")),
            None => {}
        }
    }
    if let Some(value) = schema.get("default") {
        words.push(format!("default {}", code(value)));
    }
    words
}

/// A number of nines alone is a number of digits.
fn at_most(value: &str) -> String {
    if value.len() > 9 && value.bytes().all(|digit| digit == b'9') {
        format!("at most {} digits", value.len())
    } else {
        format!("at most {value}")
    }
}

/// What a pattern that matches one value alone matches.
pub(crate) fn always(pattern: &str) -> Option<&str> {
    let value = pattern.strip_prefix('^')?.strip_suffix('$')?;
    let plain = |letter: char| letter.is_alphanumeric() || letter == '_' || letter == '-';
    (!value.is_empty() && value.chars().all(plain)).then_some(value)
}

/// How many of which characters a pattern matches, if it is about nothing else.
fn counted(pattern: &str) -> Option<String> {
    let (class, count) = pattern.strip_prefix("^[")?.split_once(']')?;
    let characters = match class {
        "0-9" => "digits",
        "!-~" => "visible ASCII characters",
        _ => return None,
    };
    let count = count.strip_suffix('$')?;
    if count == "+" {
        return Some(characters.to_owned());
    }
    let count = count.strip_prefix('{')?.strip_suffix('}')?;
    Some(format!("{} {characters}", count.replace(',', " to ")))
}

fn code(value: &Value) -> String {
    match value.as_str() {
        Some(text) => format!("`{text}`"),
        None => format!("`{value}`"),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn limits_are_told_in_words() {
        for (schema, expected) in [
            (json!({"type": "integer", "minimum": 0}), &[][..]),
            (
                json!({"minimum": 1, "maximum": 1000, "default": 100}),
                &["at least 1", "at most 1000", "default `100`"],
            ),
            (
                json!({"minLength": 1, "maxLength": 30}),
                &["not empty", "at most 30 characters"],
            ),
            (json!({"enum": ["A", "B"]}), &["one of `A`, `B`"]),
            (
                json!({"pattern": "^ADD_PRODUCT$"}),
                &["always `ADD_PRODUCT`"],
            ),
            (json!({"pattern": "^[0-9]{9}$"}), &["9 digits"]),
            (json!({"pattern": "^[0-9]+$"}), &["digits"]),
            (
                json!({"pattern": "^[!-~]{1,255}$"}),
                &["1 to 255 visible ASCII characters"],
            ),
            (
                json!({"pattern": "^[1-9][0-9]*$"}),
                &["matches `^[1-9][0-9]*$`"],
            ),
            (
                json!({"maximum": 9_999_999_999_i64}),
                &["at most 10 digits"],
            ),
            (json!({"format": "date-time"}), &["an instant (RFC 3339)"]),
        ] {
            assert_eq!(limits(&schema), expected, "{schema}");
        }
    }
}
