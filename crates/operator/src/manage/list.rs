//! Lists in the order of keys. A list of everything, or of what begins with some digits, reads the
//! rows that it shows and no others. A search for a part of a name reads names until a page is full:
//! it may come to the end of the table, and lets other work through all the while.

use std::cmp::max;

use domain::{OfferingId, OrganizationNumber};
use storage::{Error, Named, Numbered, Transaction};

use super::{Manage, ManageError, Page, Wish, is_record};
use crate::import::load;
use crate::records::{Key, Kind, Meant, number};

/// How many records a part of a list has at most.
pub const MOST: u16 = 200;
/// How many names are looked at before others get their turn.
const WINDOW: i64 = 5_000;
/// The largest id.
const LARGEST: i64 = 999_999_999_999_999_999;
/// The digits of an organization's number.
const DIGITS: usize = 9;

/// Where to look.
#[derive(Debug, PartialEq, Eq)]
enum Place {
    /// After one id and up to another, part by part.
    Numbers(Numbered, Vec<(i64, i64)>),
    /// After a name.
    Names(Named, String),
}

impl Manage {
    /// The records that are wished for, in the order of their keys.
    pub async fn list(&self, wish: &Wish) -> Result<Page, ManageError> {
        self.list_at(wish, place(wish)?).await
    }

    /// The agreements on which an offering may be ordered, as a wish for agreements narrows them.
    pub async fn list_offering_agreements(
        &self,
        offering: OfferingId,
        wish: &Wish,
    ) -> Result<Page, ManageError> {
        let (place, part) = place(wish)?;
        let place = match place {
            Place::Numbers(Numbered::Agreements(None), ranges) => {
                Place::Numbers(Numbered::AgreementsWith(offering), ranges)
            }
            _ => return Err(ManageError::fault("offering: narrows all agreements alone")),
        };
        self.list_at(wish, (place, part)).await
    }

    async fn list_at(
        &self,
        wish: &Wish,
        (place, part): (Place, Option<String>),
    ) -> Result<Page, ManageError> {
        let most = usize::from(wish.most.clamp(1, MOST));
        let body = async |tx: &mut Transaction| {
            let mut keys = keys(tx, place, (part.as_deref(), most + 1)).await?;
            let is_cut = keys.len() > most;
            keys.truncate(most);
            let mut records = Vec::with_capacity(keys.len());
            for key in &keys {
                let found = match Key::parse(wish.kind, key) {
                    Some(key) => load(tx, &key).await?,
                    None => None,
                };
                let found = found.filter(is_record).as_ref().map(Meant::record);
                records.extend(found);
            }
            let next = keys.pop().filter(|_| is_cut);
            Ok::<_, Error>(Page { records, next })
        };
        Ok(self.store.read(body).await?)
    }
}

/// The first keys of a place whose names hold a text, that many at most.
async fn keys(
    tx: &mut Transaction,
    place: Place,
    (part, most): (Option<&str>, usize),
) -> Result<Vec<String>, Error> {
    let window = match part {
        Some(_) => WINDOW,
        None => i64::try_from(most).unwrap_or(WINDOW),
    };
    let holds = |text: &str| part.is_none_or(|part| text.to_lowercase().contains(part));
    let is_last = |count: usize| i64::try_from(count).is_ok_and(|count| count < window);
    let mut found = Vec::new();
    match place {
        Place::Numbers(of, ranges) => {
            for (mut after, to) in ranges {
                while found.len() < most {
                    let names = tx.imports().numbers(&of, (after, to), window).await?;
                    after = names.last().map_or(to, |(id, _)| *id);
                    let count = names.len();
                    let fitting = names.into_iter().filter(|(_, name)| holds(name));
                    found.extend(fitting.map(|(id, _)| id.to_string()));
                    if is_last(count) {
                        break;
                    }
                    tokio::task::yield_now().await;
                }
            }
        }
        Place::Names(of, mut after) => {
            while found.len() < most {
                let names = tx.imports().names(&of, &after, window).await?;
                let (count, last) = (names.len(), names.last().cloned());
                let fitting = names
                    .into_iter()
                    .filter(|(key, name)| holds(name) || holds(key));
                found.extend(fitting.map(|(key, _)| key));
                match last {
                    Some((key, _)) if !is_last(count) => after = key,
                    _ => break,
                }
                tokio::task::yield_now().await;
            }
        }
    }
    found.truncate(most);
    Ok(found)
}

/// Where to look, and for which part of a name.
fn place(wish: &Wish) -> Result<(Place, Option<String>), ManageError> {
    let text = wish.search.as_deref().map(str::trim);
    let text = text.filter(|text| !text.is_empty());
    let all_digits = |text: &&str| text.bytes().all(|byte| byte.is_ascii_digit());
    let digits = text.filter(all_digits);
    let part = |text: &str| text.to_lowercase();
    if let Some(named) = named(wish, digits.unwrap_or_default())? {
        let after = wish.after.clone().unwrap_or_default();
        if wish.kind != Kind::Organization {
            return Ok((Place::Names(named, after), text.map(part)));
        }
        let first = digits.map_or_else(String::new, before_organizations);
        let part = text.filter(|_| digits.is_none()).map(part);
        return Ok((Place::Names(named, max(first, after)), part));
    }
    let after = match wish.after.as_deref() {
        None => -1,
        Some(text) => number(text).ok_or_else(|| {
            ManageError::fault("after: is not what `next` of the part before has said")
        })?,
    };
    let ranges = digits.map_or_else(|| vec![(-1, LARGEST)], ranges);
    let ranges = ranges.into_iter().map(|(low, to)| (max(low, after), to));
    let ranges = ranges.filter(|(low, to)| low < to).collect();
    let part = text.filter(|_| digits.is_none()).map(part);
    Ok((Place::Numbers(numbered(wish)?, ranges), part))
}

fn named(wish: &Wish, digits: &str) -> Result<Option<Named>, ManageError> {
    let of = wish.organization.clone();
    Ok(match wish.kind {
        Kind::Organization => {
            takes(wish, (false, false))?;
            let last = format!("{digits:9<DIGITS$}");
            // No number has more digits.
            let last = Some(last).filter(|last| last.len() == DIGITS);
            Some(Named::Organizations(last.unwrap_or_default()))
        }
        Kind::SystemUser => {
            takes(wish, (true, false))?;
            Some(Named::Users(of))
        }
        Kind::App => {
            takes(wish, (true, false))?;
            Some(Named::Apps(of))
        }
        _ => None,
    })
}

fn numbered(wish: &Wish) -> Result<Numbered, ManageError> {
    let of: Option<OrganizationNumber> = wish.organization.clone();
    match wish.kind {
        Kind::AddressCard => takes(wish, (true, false)).map(|()| Numbered::Cards(of)),
        Kind::Offering => {
            takes(wish, (false, true))?;
            Ok(Numbered::Offerings(wish.agreement))
        }
        Kind::Agreement => takes(wish, (true, false)).map(|()| Numbered::Agreements(of)),
        Kind::Account => takes(wish, (true, false)).map(|()| Numbered::Accounts(of)),
        Kind::Product => match (of, wish.agreement) {
            (None, None) => Ok(Numbered::Products),
            (Some(of), None) => Ok(Numbered::ProductsOf(of)),
            (None, Some(on)) => Ok(Numbered::ProductsOn(on)),
            (Some(_), Some(_)) => {
                let fault = "agreement: is of one organization already; leave organization out";
                Err(ManageError::fault(fault))
            }
        },
        Kind::Person | Kind::Organization | Kind::SystemUser | Kind::App => {
            takes(wish, (false, false)).map(|()| Numbered::Persons)
        }
    }
}

/// Refuses what does not narrow a list of this kind.
fn takes(wish: &Wish, (organization, agreement): (bool, bool)) -> Result<(), ManageError> {
    let mut faults = Vec::new();
    for (name, taken, given) in [
        ("organization", organization, wish.organization.is_some()),
        ("agreement", agreement, wish.agreement.is_some()),
    ] {
        if given && !taken {
            let kind = wish.kind.plural();
            faults.push(format!("{name}: unknown parameter of a list of {kind}"));
        }
    }
    if faults.is_empty() {
        Ok(())
    } else {
        Err(ManageError::Faults(faults))
    }
}

/// The numbers that begin with these digits, in rising order: after one and up to another.
fn ranges(digits: &str) -> Vec<(i64, i64)> {
    if digits == "0" {
        return vec![(-1, 0)];
    }
    let Some(first) = number(digits).filter(|_| !digits.starts_with('0')) else {
        return Vec::new();
    };
    let mut ranges = vec![(first - 1, first)];
    let mut span: i64 = 1;
    for _ in digits.len()..18 {
        span *= 10;
        ranges.push((first * span - 1, first * span + span - 1));
    }
    ranges
}

/// The text before the first organization's number that begins with these digits.
fn before_organizations(digits: &str) -> String {
    let first: i64 = format!("{digits:0<DIGITS$}").parse().unwrap_or(i64::MAX);
    match first {
        0 => String::new(),
        first => format!("{:0DIGITS$}", first - 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_stand_for_the_numbers_that_begin_with_them() {
        let holds = |digits: &str, number: i64| {
            let mut ranges = ranges(digits).into_iter();
            ranges.any(|(after, to)| after < number && number <= to)
        };
        for number in [0, 5, 55, 553, 5_538_579, 60, 9, 900, LARGEST, 100] {
            for digits in [
                "0",
                "5",
                "55",
                "553",
                "9",
                "10",
                "999999999999999999",
                "00",
                "05",
            ] {
                let begins = number.to_string().starts_with(digits);
                assert_eq!(holds(digits, number), begins, "{digits} {number}");
            }
        }
        assert_eq!(ranges(&"1".repeat(19)), []);
        let ends: Vec<_> = ranges("7").into_iter().map(|(_, to)| to).collect();
        assert!(ends.is_sorted());
    }

    fn organizations(search: &str) -> (String, String) {
        let wish = Wish {
            search: Some(search.to_owned()),
            ..Wish::of(Kind::Organization)
        };
        match place(&wish).expect("a place").0 {
            Place::Names(Named::Organizations(to), after) => (after, to),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn organizations_have_nine_digits() {
        for (search, number, fits) in [
            ("91", "914742315", true),
            ("91", "909999999", false),
            ("91", "920000000", false),
            ("914742315", "914742315", true),
            ("914742315", "914742316", false),
            ("0", "000000000", true),
            ("000000000", "000000000", true),
            ("0", "099999999", true),
            ("0", "100000000", false),
            ("9147423150", "914742315", false),
        ] {
            let (after, to) = organizations(search);
            let found = number > after.as_str() && number <= to.as_str();
            assert_eq!(found, fits, "{search} {number}: {after} {to}");
        }
    }

    #[test]
    fn a_list_takes_the_filters_of_its_kind() {
        let number = OrganizationNumber::parse("914742315");
        for kind in Kind::ALL {
            let wish = Wish {
                organization: number.clone(),
                ..Wish::of(kind)
            };
            let refused = matches!(kind, Kind::Organization | Kind::Person | Kind::Offering);
            assert_eq!(place(&wish).is_err(), refused, "{kind:?}");
            let wish = Wish {
                agreement: Some(domain::AgreementId::new(1)),
                ..Wish::of(kind)
            };
            let taken = matches!(kind, Kind::Offering | Kind::Product);
            assert_eq!(place(&wish).is_ok(), taken, "{kind:?}");
        }
    }
}
