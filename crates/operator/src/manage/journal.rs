//! What the journal keeps of a changed record: the members with their values before and after,
//! except those that are secret or personal.

use domain::{OrganizationNumber, OtherChange, Payer};
use serde_json::Value;
use storage::{Error, Transaction};

use crate::import::{Verdict, load, members};
use crate::records::{Key, Meant};

/// How many characters of a value are kept.
const LONGEST: usize = 500;

/// That a record was added, or that members of it have become others.
pub(super) fn change(
    (before, after): (Option<&Meant>, &Meant),
    verdict: &Verdict,
    action: &str,
) -> OtherChange {
    let record = after.record();
    let mut change = OtherChange::new(record.kind().as_str(), record.key(), action);
    if let (Some(before), Verdict::Changed(names)) = (before, verdict) {
        let (old, new) = (members(&before.record()), members(&record));
        for name in names {
            let fact = if is_private(name, before) || is_private(name, after) {
                "changed".to_owned()
            } else {
                format!("{} -> {}", shown(old.get(name)), shown(new.get(name)))
            };
            change = change.with(name, fact);
        }
    }
    change
}

/// What is about a person must be gone from everywhere once the person is.
fn is_private(member: &str, meant: &Meant) -> bool {
    match meant {
        Meant::Person(..) => true,
        Meant::Account(account) => {
            let personal = matches!(account.thing.account.payer, Payer::Person(_));
            personal && (member == "address" || member.starts_with("accountReference"))
        }
        Meant::SystemUser(..) => member == "passwordHash",
        _ => false,
    }
}

fn shown(value: Option<&Value>) -> String {
    let text = value.map_or_else(|| "none".to_owned(), Value::to_string);
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

/// Whose it is; none for what is nobody's.
pub(super) async fn organization(
    tx: &mut Transaction,
    meant: &Meant,
) -> Result<Option<OrganizationNumber>, Error> {
    Ok(match meant {
        Meant::Organization(organization) => Some(organization.number.clone()),
        Meant::AddressCard(kept) => Some(kept.organization.clone()),
        Meant::Person(..) | Meant::Offering(_) => None,
        Meant::Agreement(kept) => Some(kept.agreement.owner.number.clone()),
        Meant::Account(account) => Some(account.thing.account.owner.number.clone()),
        Meant::Product(product) => {
            match load(tx, &Key::Agreement(product.thing.agreement)).await? {
                Some(Meant::Agreement(kept)) => Some(kept.agreement.owner.number),
                _ => None,
            }
        }
        Meant::SystemUser(kept, _) => Some(kept.user.owner.clone()),
        Meant::App(kept, _) => Some(kept.registered.app.owner.clone()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::record_from;
    use crate::records::Kind;
    use serde_json::json;

    fn meant(kind: Kind, members: &Value) -> Meant {
        let members = members.as_object().expect("members").clone();
        let record = record_from(kind, members).expect("a record");
        record.read().expect("no faults")
    }

    fn facts(kind: Kind, (before, after): (&Value, &Value), names: &[&str]) -> Vec<String> {
        let verdict = Verdict::Changed(names.iter().map(|name| (*name).to_owned()).collect());
        let (before, after) = (meant(kind, before), meant(kind, after));
        let change = change((Some(&before), &after), &verdict, "changed");
        let facts = change.facts.into_iter();
        facts
            .map(|(name, value)| format!("{name}: {value}"))
            .collect()
    }

    #[test]
    fn members_stand_with_their_values_before_and_after() {
        let named = |name: &str| json!({ "orgNumber": "914742315", "name": name });
        let changed = (&named("A"), &named(&"å".repeat(600)));
        let facts = facts(Kind::Organization, changed, &["name"]);
        let expected = format!("name: \"A\" -> \"{}…", "å".repeat(499));
        assert_eq!(facts, [expected]);
    }

    #[test]
    fn what_is_about_a_person_is_not_written_down() {
        let account = |payer: &str, reference: &str| {
            json!({
                "id": 1, "ownerOrganizationNumber": "914742315", "accountReference1": reference,
                payer: 914_742_315, "status": "OPEN", "type": "NORMAL",
            })
        };
        let (company, person) = ("payerOrganizationNumber", "payerPersonId");
        let names = ["accountReference1"];
        let changed = (&account(company, "A"), &account(company, "B"));
        let shown = facts(Kind::Account, changed, &names);
        assert_eq!(shown, ["accountReference1: \"A\" -> \"B\""]);
        for (before, after) in [(company, person), (person, company), (person, person)] {
            let changed = (&account(before, "A"), &account(after, "B"));
            let shown = facts(Kind::Account, changed, &names);
            assert_eq!(shown, ["accountReference1: changed"]);
        }
    }
}
