//! Offerings: a name, a way, and a row of fields for each rule.

use domain::{FulfillmentWay, ValueType};
use web::Field;

use super::Shape;
use super::parties::id_field;
use crate::console::typed::{Faults, Sheet, Typed};
use crate::records::{OfferingRecord, RuleRecord};

/// The list of rules, as faults name it.
pub(super) const RULES: &str = "configurations";

pub(super) fn typed(record: &OfferingRecord) -> Typed {
    let typed = Typed::default()
        .with("id", record.id.0)
        .with("name", &record.name)
        .with_some("fulfillment", record.fulfillment.as_ref());
    let rules = record.configurations.iter().enumerate();
    rules.fold(typed, |typed, (row, rule)| {
        let name = |member: &str| name(row, member);
        typed
            .with(name("id"), rule.id.0)
            .with(name("name"), &rule.name)
            .with(name("type"), &rule.value_type)
            .with_tick(name("required"), rule.required)
            .with_some(&name("defaultValue"), rule.default_value.as_ref())
            .with(name("allowedValues"), rule.allowed_values.join("\n"))
            .with_some(&name("maxLength"), rule.max_length)
            .with_some(&name("pattern"), rule.pattern.as_ref())
    })
}

pub(super) fn read(typed: &Typed, faults: &mut Faults) -> Option<OfferingRecord> {
    let id = faults.id(typed, "id");
    let rules = (0..typed.rows(RULES)).filter_map(|row| rule(row, typed, faults));
    let configurations = rules.collect();
    Some(OfferingRecord {
        id: id?,
        name: typed.text("name"),
        fulfillment: typed.optional("fulfillment"),
        configurations,
    })
}

fn rule(row: usize, typed: &Typed, faults: &mut Faults) -> Option<RuleRecord> {
    let name = |member: &str| name(row, member);
    let text = |member: &str| Some(typed.raw(&name(member)).to_owned());
    let max_length = match typed.optional(&name("maxLength")) {
        Some(_) => faults.count(typed, &name("maxLength")),
        None => None,
    };
    Some(RuleRecord {
        id: faults.id(typed, &name("id"))?,
        name: typed.text(&name("name")),
        value_type: typed.text(&name("type")),
        required: typed.is(&name("required")),
        default_value: text("defaultValue").filter(|text| !text.is_empty()),
        allowed_values: typed.lines(&name("allowedValues")),
        max_length,
        pattern: text("pattern").filter(|text| !text.is_empty()),
    })
}

fn name(row: usize, member: &str) -> String {
    format!("{RULES}[{row}].{member}")
}

pub(super) fn fields(sheet: &mut Sheet<'_>, shape: &Shape) {
    if shape.is_new {
        id_field(sheet, "Offering number");
    }
    sheet.text("name", "Name");
    let ways = FulfillmentWay::ALL.map(|way| (way.as_str(), way.as_str()));
    let ways: Vec<_> = [("", "the server's default")]
        .into_iter()
        .chain(ways)
        .collect();
    let field = Field::choice("fulfillment", "Who carries its orders out", &ways);
    sheet.field("fulfillment", field);
    let rules = sheet.typed.rows(RULES);
    for row in 0..rules + shape.blank_rows {
        rule_fields(sheet, row);
    }
}

fn rule_fields(sheet: &mut Sheet<'_>, row: usize) {
    sheet.group(format!("Configuration {}", row + 1));
    let name = |member: &str| name(row, member);
    sheet.optional(&name("id"), "Number");
    sheet.optional(&name("name"), "Name");
    let types = ValueType::ALL.map(|kind| (kind.as_str(), kind.as_str()));
    let types: Vec<_> = [("", "-")].into_iter().chain(types).collect();
    sheet.field(&name("type"), Field::choice(&name("type"), "Type", &types));
    sheet.tick(&name("required"), "An order has to set it");
    sheet.optional(&name("defaultValue"), "Value when an order does not set it");
    let field = Field::lines(
        &name("allowedValues"),
        "The only values that it may have",
        2,
    );
    sheet.field(&name("allowedValues"), field.hint("One on each line."));
    sheet.optional(&name("maxLength"), "Most characters");
    let field = Field::text(&name("pattern"), "Pattern");
    let hint = "A regular expression that the whole value must match.";
    sheet.field(&name("pattern"), field.hint(hint));
}
