//! Worlds of records: of every kind, with what texts may hold, and in an order that an import takes.

use std::collections::BTreeSet;

use operator::records::{
    AccountRecord, AddressCardRecord, AddressRecord, AgreementRecord, AppRecord, HeldRecord, Id,
    OfferingRecord, OrgNumber, OrganizationRecord, PersonRecord, ProductRecord, QuotaRecord,
    Record, RuleRecord, SettingRecord, SystemUserRecord,
};
use proptest::collection::{btree_set, vec};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{Index, select};

const HASH: &str = "$argon2id$v=19$m=19456,t=2,p=1$ByRqLlo5dfG8KvXScNfAZw$\
    JQnSAsIgqyaUKoXqcfVic4sfZQyUmQPtW/E47uJXYYo";

/// What one thing of any kind is made from.
#[derive(Debug, Clone)]
struct Seed {
    text: String,
    other: Option<String>,
    day: u8,
    flag: bool,
    number: u32,
    picks: [Index; 3],
}

fn text() -> impl Strategy<Value = String> {
    let any = vec(any::<char>(), 1..8).prop_map(|chars| chars.into_iter().collect::<String>());
    let troublesome = select(vec![
        "true",
        "0123",
        "- a: b",
        "\u{85}\u{2028}\u{FEFF}x",
        "a\r\nb ",
        "'\"\\",
    ]);
    prop_oneof![any, troublesome.prop_map(str::to_owned)]
        .prop_filter("a text that can be kept", |text| {
            !text.trim().is_empty() && !text.contains('\0')
        })
}

fn seed() -> impl Strategy<Value = Seed> {
    (
        text(),
        option::of(text()),
        1..28_u8,
        any::<bool>(),
        1..1_000_000_u32,
        any::<[Index; 3]>(),
    )
        .prop_map(|(text, other, day, flag, number, picks)| Seed {
            text,
            other,
            day,
            flag,
            number,
            picks,
        })
}

fn ids(largest: i64, most: usize) -> impl Strategy<Value = Vec<i64>> {
    btree_set(1..largest, 1..most)
        .prop_map(|ids| ids.into_iter().collect())
        .prop_shuffle()
}

/// Ids of each kind and a seed for each thing.
pub(crate) fn world() -> impl Strategy<Value = Vec<Record>> {
    let numbers = btree_set("[0-9]{9}", 1..4);
    let names = btree_set("[!-~æøå]{1,9}", 2..6);
    (
        numbers
            .prop_map(|set: BTreeSet<String>| set.into_iter().collect::<Vec<_>>())
            .prop_shuffle(),
        vec(ids(99_999_999, 6), 6),
        names.prop_map(|set| set.into_iter().collect::<Vec<_>>()),
        vec(seed(), 64),
    )
        .prop_map(|(numbers, ids, names, seeds)| build(&numbers, &ids, &names, &seeds))
}

fn build(numbers: &[String], ids: &[Vec<i64>], names: &[String], seeds: &[Seed]) -> Vec<Record> {
    let mut seeds = seeds.iter().cycle();
    let mut seed = || seeds.next().expect("a seed");
    let number = |pick: &Index| OrgNumber(pick.get(numbers).clone());
    let mut records = Vec::new();
    for org_number in numbers {
        records.push(Record::Organization(OrganizationRecord {
            org_number: OrgNumber(org_number.clone()),
            name: seed().text.clone(),
        }));
    }
    for id in &ids[0] {
        records.push(card(*id, number(&seed().picks[0]), seed()));
    }
    for id in &ids[1] {
        let seed = seed();
        records.push(Record::Person(PersonRecord {
            id: Id(*id),
            first_name: seed.text.clone(),
            middle_name: seed.other.clone(),
            last_name: seed.text.clone(),
        }));
    }
    for id in &ids[2] {
        records.push(offering(*id, seed()));
    }
    for id in &ids[3] {
        records.push(agreement(*id, seed(), &number, &ids[2]));
    }
    for id in &ids[4] {
        let seed = seed();
        records.push(account(*id, seed, &number, &ids[1]));
    }
    let mut before: Option<ProductRecord> = None;
    let mut accounts = ids[4].iter();
    for id in &ids[5] {
        let product = product(
            *id,
            seed(),
            before.as_ref(),
            (&ids[3], &ids[2], accounts.next()),
        );
        before = Some(product.clone());
        records.push(Record::Product(product));
    }
    let (users, apps) = names.split_at(names.len() / 2);
    for name in users {
        records.push(system_user(name, seed(), &number));
    }
    for id in apps {
        records.push(app(id, seed(), number(&seed().picks[0]), users));
    }
    records
}

fn agreement(
    id: i64,
    seed: &Seed,
    number: &dyn Fn(&Index) -> OrgNumber,
    offerings: &[i64],
) -> Record {
    let offers: BTreeSet<_> = seed.picks[1..]
        .iter()
        .map(|pick| *pick.get(offerings))
        .collect();
    Record::Agreement(AgreementRecord {
        id: Id(id),
        owner_organization_number: number(&seed.picks[0]),
        category: seed.text.clone(),
        valid_from: format!("2020-01-{:02}", seed.day),
        valid_to: seed.flag.then(|| format!("2021-01-{:02}", seed.day)),
        status: ["PENDING", "ACTIVE", "TERMINATED"][usize::from(seed.day) % 3].to_owned(),
        product_offer_ids: offers.into_iter().map(Id).collect(),
    })
}

fn system_user(name: &str, seed: &Seed, number: &dyn Fn(&Index) -> OrgNumber) -> Record {
    let organizations: BTreeSet<_> = seed.picks.iter().map(|pick| number(pick).0).collect();
    Record::SystemUser(SystemUserRecord {
        name: name.to_owned(),
        owner_organization_number: number(&seed.picks[0]),
        enabled: seed.flag,
        organizations: organizations.into_iter().map(OrgNumber).collect(),
        password_hash: Some(HASH.to_owned()),
        password: None,
    })
}

fn address(seed: &Seed) -> AddressRecord {
    AddressRecord {
        street_name: seed.other.clone(),
        postal_code: seed.flag.then(|| seed.text.clone()),
        ..AddressRecord::default()
    }
}

fn card(id: i64, organization_number: OrgNumber, seed: &Seed) -> Record {
    Record::AddressCard(AddressCardRecord {
        id: Id(id),
        organization_number,
        name: seed.text.clone(),
        address: address(seed),
        format: "EHF".to_owned(),
    })
}

fn offering(id: i64, seed: &Seed) -> Record {
    let rule = |id: i64, value_type: &str| RuleRecord {
        id: Id(id),
        name: seed.text.clone(),
        value_type: value_type.to_owned(),
        required: seed.flag,
        default_value: None,
        allowed_values: Vec::new(),
        max_length: None,
        pattern: None,
    };
    let mut digits = rule(1, "STRING");
    digits.pattern = Some("[0-9]+".to_owned());
    digits.max_length = Some(9);
    let mut choice = rule(2, "INTEGER");
    choice.allowed_values = vec!["1".to_owned(), "-2".to_owned()];
    choice.default_value = Some("1".to_owned());
    Record::Offering(OfferingRecord {
        id: Id(id),
        name: seed.text.clone(),
        fulfillment: seed.flag.then(|| "desk".to_owned()),
        configurations: vec![digits, choice, rule(3, "MSISDN")],
    })
}

fn account(id: i64, seed: &Seed, number: &dyn Fn(&Index) -> OrgNumber, persons: &[i64]) -> Record {
    let (payer_organization_number, payer_person_id) = if seed.flag {
        (Some(number(&seed.picks[1])), None)
    } else {
        (None, Some(Id(*seed.picks[1].get(persons))))
    };
    Record::Account(AccountRecord {
        id: Id(id),
        owner_organization_number: number(&seed.picks[0]),
        payer_organization_number,
        payer_person_id,
        account_reference1: "Ærfugl 1/2".to_owned(),
        account_reference2: seed.flag.then(|| "IT".to_owned()),
        account_reference3: None,
        address: address(seed),
        format: "EHF".to_owned(),
        status: ["PASSIVE", "OPEN", "CANCELLED"][usize::from(seed.day) % 3].to_owned(),
        account_type: ["NORMAL", "RESERVED", "RING_KONTANT"][seed.number as usize % 3].to_owned(),
        opened_at: Some(format!(
            "2024-05-{:02}T10:00:00.{:03}Z",
            seed.day,
            1 + seed.number % 9
        )),
    })
}

/// Some products come along with the one before; each is paid by an account of its own.
fn product(
    id: i64,
    seed: &Seed,
    before: Option<&ProductRecord>,
    (agreements, offerings, account): (&[i64], &[i64], Option<&i64>),
) -> ProductRecord {
    let parent = before.filter(|_| seed.flag);
    let agreement_id = parent.map_or(Id(*seed.picks[0].get(agreements)), |it| it.agreement_id);
    let number = seed.number.to_string();
    let mut configurations = vec![
        SettingRecord {
            id: Id(1),
            value: number,
        },
        SettingRecord {
            id: Id(3),
            value: "4799885577".to_owned(),
        },
    ];
    configurations.truncate(usize::from(seed.day) % 3);
    ProductRecord {
        id: Id(id),
        agreement_id,
        product_offer_id: Id(*seed.picks[1].get(offerings)),
        parent_id: parent.map(|it| it.id),
        name: seed.text.clone(),
        billing_account_id: account.map(|id| Id(*id)),
        created_at: Some(format!("2024-05-{:02}T10:00:00Z", seed.day)),
        configurations,
    }
}

fn app(id: &str, seed: &Seed, owner: OrgNumber, users: &[String]) -> Record {
    let held = |name: &str| HeldRecord {
        name: name.to_owned(),
        quota: seed.flag.then(|| QuotaRecord {
            calls: seed.number,
            period: "hour".to_owned(),
        }),
    };
    Record::App(AppRecord {
        client_id: id.to_owned(),
        name: seed.text.clone(),
        owner_organization_number: owner,
        enabled: seed.flag,
        grants: vec!["password".to_owned()],
        basic_networks: vec!["10.0.0.0/8".to_owned(), "::1/128".to_owned()],
        system_user: users.first().filter(|_| seed.flag).cloned(),
        expires_in_as_string: seed.flag,
        may_introspect: !seed.flag,
        calls_per_second: seed.number,
        burst: 1,
        api_products: vec![held("info"), held("order")],
        secret_file: None,
        secret: None,
    })
}
