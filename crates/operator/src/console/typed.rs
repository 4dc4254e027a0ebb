//! What a form of a record sends, what is wrong with it, and its fields with both.

use serde::Deserialize;
use web::Field;

use crate::records::{Id, OrgNumber};

/// What stands in the fields, in their order.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub(super) struct Typed(Vec<(String, String)>);

/// What is wrong, each as `member: reason` where it is about one member.
#[derive(Debug, Clone, Default)]
pub(super) struct Faults(pub(super) Vec<String>);

/// Fields that belong together.
#[derive(Debug, Clone, Default)]
pub(super) struct Group {
    /// What they are about; empty for the first ones.
    pub(super) legend: String,
    pub(super) fields: Vec<Field>,
}

/// A form as it is being put together: each field with its value and its fault.
pub(super) struct Sheet<'a> {
    pub(super) typed: &'a Typed,
    faults: &'a Faults,
    groups: Vec<Group>,
    told: Vec<String>,
}

impl Typed {
    #[expect(
        clippy::needless_pass_by_value,
        reason = "numbers and texts are handed over alike"
    )]
    pub(super) fn with(mut self, name: impl Into<String>, value: impl ToString) -> Self {
        self.0.push((name.into(), value.to_string()));
        self
    }

    /// With a value where there is one.
    pub(super) fn with_some(self, name: &str, value: Option<impl ToString>) -> Self {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }

    /// With `true` for yes, as a tick is sent.
    pub(super) fn with_tick(self, name: impl Into<String>, yes: bool) -> Self {
        if yes { self.with(name, "true") } else { self }
    }

    /// What stands there, to the letter; empty when nothing does.
    pub(super) fn raw(&self, name: &str) -> &str {
        let found = self.0.iter().find(|(other, _)| other == name);
        found.map_or("", |(_, value)| value)
    }

    /// The same without blanks at the ends.
    pub(super) fn text(&self, name: &str) -> String {
        self.raw(name).trim().to_owned()
    }

    pub(super) fn optional(&self, name: &str) -> Option<String> {
        Some(self.text(name)).filter(|text| !text.is_empty())
    }

    pub(super) fn is(&self, name: &str) -> bool {
        self.raw(name) == "true"
    }

    /// The lines of a field that say something.
    pub(super) fn lines(&self, name: &str) -> Vec<String> {
        let lines = self.raw(name).lines().map(str::trim);
        lines
            .filter(|line| !line.is_empty())
            .map(str::to_owned)
            .collect()
    }

    /// How many rows of fields there are, such as `rules[0].id`: the first that has nothing in it and
    /// all after it are none.
    pub(super) fn rows(&self, list: &str) -> usize {
        (0..self.0.len())
            .take_while(|row| self.has(&format!("{list}[{row}].")))
            .count()
    }

    /// The API products that are ticked.
    pub(super) fn held(&self) -> Vec<String> {
        let ticked = self.0.iter().filter(|(_, value)| value == "true");
        let held = |name: &str| {
            let name = name.strip_prefix("apiProducts.")?.strip_suffix(".held")?;
            Some(name.to_owned())
        };
        ticked.filter_map(|(name, _)| held(name)).collect()
    }

    /// What others do not have: these fields come from there.
    pub(super) fn fixed_to(mut self, fixed: &[&str], other: &Self) -> Self {
        self.0.retain(|(name, _)| !fixed.contains(&name.as_str()));
        let kept = other
            .0
            .iter()
            .filter(|(name, _)| fixed.contains(&name.as_str()));
        self.0.extend(kept.cloned());
        self
    }

    fn has(&self, beginning: &str) -> bool {
        let fitting = self
            .0
            .iter()
            .filter(|(name, _)| name.starts_with(beginning));
        fitting
            .map(|(_, value)| value)
            .any(|value| !value.trim().is_empty())
    }

    /// Without the empty rows between others: what is wrong with the third one is shown there.
    pub(super) fn without_gaps(mut self, list: &str) -> Self {
        let row_of = |name: &str| {
            let rest = name.strip_prefix(list)?.strip_prefix('[')?;
            let (row, member) = rest.split_once("].")?;
            Some((row.parse::<usize>().ok()?, member.to_owned()))
        };
        let mut used: Vec<usize> = self
            .0
            .iter()
            .filter(|(_, value)| !value.trim().is_empty())
            .filter_map(|(name, _)| row_of(name).map(|(row, _)| row))
            .collect();
        used.sort_unstable();
        used.dedup();
        self.0.retain_mut(|(name, _)| {
            let Some((row, member)) = row_of(name) else {
                return true;
            };
            let place = used.iter().position(|other| *other == row);
            if let Some(place) = place {
                *name = format!("{list}[{place}].{member}");
            }
            place.is_some()
        });
        self
    }
}

impl Faults {
    pub(super) fn add(&mut self, member: &str, reason: &str) {
        self.0.push(format!("{member}: {reason}"));
    }

    /// A number of a record.
    pub(super) fn id(&mut self, typed: &Typed, name: &str) -> Option<Id> {
        let text = typed.text(name);
        let id = read_id(&text);
        if id.is_none() {
            self.add(name, "must be a whole number of 1 to 18 digits");
        }
        id
    }

    pub(super) fn optional_id(&mut self, typed: &Typed, name: &str) -> Option<Id> {
        typed.optional(name).and_then(|_| self.id(typed, name))
    }

    pub(super) fn ids(&mut self, typed: &Typed, name: &str) -> Vec<Id> {
        let mut ids = Vec::new();
        for line in typed.lines(name) {
            match read_id(&line) {
                Some(id) => ids.push(id),
                None => self.add(name, &format!("`{line}` is not a whole number")),
            }
        }
        ids
    }

    /// The number of an organization. That it has nine digits is checked with the record.
    pub(super) fn organization(&mut self, typed: &Typed, name: &str) -> OrgNumber {
        let text = typed.text(name);
        if text.is_empty() {
            self.add(name, "must be the nine digits of an organization number");
        }
        OrgNumber(text)
    }

    /// A count.
    pub(super) fn count(&mut self, typed: &Typed, name: &str) -> Option<u32> {
        let count = typed.text(name).parse().ok();
        if count.is_none() {
            self.add(name, "must be a whole number");
        }
        count
    }

    fn of(&self, member: &str) -> Vec<&String> {
        let is_about = |fault: &&String| {
            let rest = fault.strip_prefix(member);
            rest.is_some_and(|rest| rest.starts_with(": "))
        };
        self.0.iter().filter(is_about).collect()
    }
}

fn read_id(text: &str) -> Option<Id> {
    crate::records::number(text).map(Id)
}

impl<'a> Sheet<'a> {
    pub(super) fn new(typed: &'a Typed, faults: &'a Faults) -> Self {
        Self {
            typed,
            faults,
            groups: vec![Group::default()],
            told: Vec::new(),
        }
    }

    /// The fields that follow belong together.
    pub(super) fn group(&mut self, legend: impl Into<String>) {
        self.groups.push(Group {
            legend: legend.into(),
            fields: Vec::new(),
        });
    }

    /// A field with what was typed and what is wrong with it.
    pub(super) fn field(&mut self, name: &str, field: Field) {
        let faults = self.faults.of(name);
        let reasons = faults.iter().map(|fault| {
            let (_, reason) = fault.split_once(": ").unwrap_or_default();
            super::fault::sentence(reason)
        });
        let reasons: Vec<_> = reasons.collect();
        self.told.extend(faults.into_iter().cloned());
        let field = field.value(self.typed.raw(name)).fault(reasons.join(" "));
        if let Some(group) = self.groups.last_mut() {
            group.fields.push(field);
        }
    }

    pub(super) fn text(&mut self, name: &str, label: &str) {
        self.field(name, Field::text(name, label).required());
    }

    pub(super) fn optional(&mut self, name: &str, label: &str) {
        self.field(name, Field::text(name, label));
    }

    pub(super) fn tick(&mut self, name: &str, label: &str) {
        self.field(name, Field::tick(name, label));
    }

    /// One of these words.
    pub(super) fn word(&mut self, name: &str, label: &str, words: &[&str]) {
        let options: Vec<_> = words.iter().map(|word| (*word, *word)).collect();
        self.field(name, Field::choice(name, label, &options).required());
    }

    /// The groups, and what is wrong with none of the fields.
    pub(super) fn finish(mut self) -> (Vec<Group>, Vec<String>) {
        self.groups.retain(|group| !group.fields.is_empty());
        let rest = self
            .faults
            .0
            .iter()
            .filter(|fault| !self.told.contains(fault));
        (self.groups, rest.cloned().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn empty_rows_are_left_out_and_the_others_move_up() {
        let typed = Typed::default()
            .with("name", "x")
            .with("rules[0].id", " ")
            .with("rules[2].id", "7")
            .with("rules[2].name", "")
            .with("rules[9].name", "late");
        let typed = typed.without_gaps("rules");
        assert_eq!(typed.rows("rules"), 2);
        assert_eq!(typed.raw("rules[0].id"), "7");
        assert_eq!(typed.raw("rules[1].name"), "late");
        assert_eq!(typed.raw("name"), "x");
    }

    #[test]
    fn a_fault_stands_beside_its_field_or_above_all() {
        let typed = Typed::default().with("id", "x");
        let mut faults = Faults::default();
        assert_eq!(faults.id(&typed, "id"), None);
        faults.0.push("something else".to_owned());
        faults.add("id2", "is another");
        let mut sheet = Sheet::new(&typed, &faults);
        sheet.text("id", "Number");
        let (groups, above) = sheet.finish();
        assert_eq!(groups.len(), 1);
        assert_eq!(above, ["something else", "id2: is another"]);
    }
}
