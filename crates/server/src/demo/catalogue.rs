//! The demo's offerings, agreements and products.

use domain::{
    AccountId, Agreement, AgreementId, AgreementStatus, Configuration, ConfigurationId,
    ConfigurationValue, Offering, OfferingId, Organization, ProductId, ProductStatus, ValueType,
};
use jiff::Timestamp;
use jiff::civil::{Date, date};
use storage::{Error, NewProduct, Transaction};

use super::{FIRST, OTHER, SECOND, organization};

const QUEUE: OfferingId = OfferingId::new(404_333);
const SWITCHBOARD: OfferingId = OfferingId::new(13_883);
const OFFICE: OfferingId = OfferingId::new(404);

const TERMINATED: AgreementId = AgreementId::new(123_456);
const ACTIVE: AgreementId = AgreementId::new(5_538_579);
const OTHERS: AgreementId = AgreementId::new(7_000_001);

const BILLING_ACCOUNT: ConfigurationId = ConfigurationId::new(6140);
const EMAIL: ConfigurationId = ConfigurationId::new(6420);

const FIRST_DAY: Date = date(2017, 6, 30);

pub(super) async fn load(tx: &mut Transaction, now: Timestamp) -> Result<(), Error> {
    for offering in offerings() {
        tx.offerings().insert(&offering).await?;
    }
    for (id, owner, last_day, status, available) in [
        (
            TERMINATED,
            SECOND,
            Some(FIRST_DAY),
            AgreementStatus::Terminated,
            &[OFFICE][..],
        ),
        (
            ACTIVE,
            FIRST,
            None,
            AgreementStatus::Active,
            &[SWITCHBOARD, OFFICE],
        ),
        (
            OTHERS,
            OTHER,
            None,
            AgreementStatus::Active,
            &[SWITCHBOARD, OFFICE],
        ),
    ] {
        let agreement = Agreement {
            id,
            category: "Mobilt Bedriftsnett avtale".to_owned(),
            valid_from: FIRST_DAY,
            valid_to: last_day,
            // The owner's name is kept with the organization.
            owner: Organization {
                number: organization(owner)?,
                name: String::new(),
            },
            status,
        };
        tx.agreements().insert(&agreement).await?;
        for offering in available {
            tx.agreements().offer(id, *offering).await?;
        }
    }
    products(tx, now).await
}

async fn products(tx: &mut Transaction, now: Timestamp) -> Result<(), Error> {
    for (id, agreement, offering, name, account) in [
        (1_302_567, TERMINATED, QUEUE, "Kø hoved nr", Some(7_654_321)),
        (2_799_029, ACTIVE, SWITCHBOARD, "Sentralbord", None),
        (
            7_100_001,
            OTHERS,
            SWITCHBOARD,
            "Sentralbord",
            Some(8_000_001),
        ),
    ] {
        let product = NewProduct {
            id: ProductId::new(id),
            parent: None,
            offering,
            name,
            status: ProductStatus::Ordered,
            billing_account: account.map(AccountId::new),
            created_at: now,
        };
        tx.products().insert(agreement, &product).await?;
    }
    let email = ConfigurationValue {
        id: EMAIL,
        value: "ola.nordmann@example.com".to_owned(),
    };
    tx.products()
        .configure(ProductId::new(2_799_029), &email)
        .await
}

fn offerings() -> [Offering; 3] {
    let setting = |id, name: &str, value_type, required| Configuration {
        id,
        name: name.to_owned(),
        value_type,
        required,
        default_value: None,
        allowed_values: Vec::new(),
        max_length: None,
        pattern: None,
    };
    let offering = |id, name: &str, configurations| Offering {
        id,
        name: name.to_owned(),
        configurations,
        fulfillment: None,
    };
    let switchboard = vec![
        setting(
            BILLING_ACCOUNT,
            "Fakturakonto",
            ValueType::BillingAccount,
            false,
        ),
        setting(EMAIL, "E-post", ValueType::Email, true),
    ];
    [
        offering(QUEUE, "Kø", Vec::new()),
        offering(SWITCHBOARD, "Sentralbord", switchboard),
        offering(OFFICE, "Office 365 Business Premium", Vec::new()),
    ]
}
