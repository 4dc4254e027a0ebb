//! A small world for the tests of the nouns: two companies, the system users that act for them, and
//! an agreement with a product, an account and an order of the first company's.

use domain::access::{Caller, ClientId, SystemUserName};
use domain::{
    AccountId, AccountReference, AccountReferences, AccountStatus, AccountTimes, AccountType,
    Address, Agreement, AgreementId, AgreementStatus, BillingAccount, Configuration,
    ConfigurationId, ConfigurationValue, FulfillmentWay, Offering, OfferingId, Order, OrderAction,
    OrderId, OrderRequest, OrderState, Organization, OrganizationNumber, Payer, ProductId,
    ProductStatus, ValueType,
};
use jiff::civil::date;
use jiff::{SignedDuration, Timestamp};
use storage::{Error, NewProduct, Transaction};
use tokio::task::JoinSet;

use crate::client_apps::{owner, stranger};
use crate::system_users::{add_companies, system_user};

/// Milliseconds are the finest that is stored.
pub(crate) const NOW: Timestamp = Timestamp::constant(1_780_000_000, 123_000_000);

/// The first company's agreement, and the other's.
pub(crate) const OWN: AgreementId = AgreementId::new(5_538_579);
pub(crate) const FOREIGN: AgreementId = AgreementId::new(5_538_580);

/// Available on the first company's agreement, and on the other's.
pub(crate) const VPN: OfferingId = OfferingId::new(200);
pub(crate) const SIM: OfferingId = OfferingId::new(100);

/// On the first company's agreement.
pub(crate) const PRODUCT: ProductId = ProductId::new(2_799_029);
pub(crate) const ORDER: OrderId = OrderId::new(10_780_005_503);
pub(crate) const ACCOUNT: AccountId = AccountId::new(11_175_198);

/// What a text has to survive.
pub(crate) const TROUBLESOME: &str = "O'Hara \"&\" «Sønn» \\ \\u0041 %_?$1 {}[] \t\r\n -- ; \
     ');DROP é e\u{301} 🙂 👩\u{200D}👩\u{200D}👧 日本語 \u{FFFD}\u{10FFFF}";

/// Acts for the first company.
pub(crate) fn own() -> Caller {
    caller("OWN")
}

/// Acts for the other company.
pub(crate) fn foreign() -> Caller {
    caller("FOREIGN")
}

/// Acts for both companies.
pub(crate) fn both() -> Caller {
    caller("BOTH")
}

/// Belongs to the first company, and acts for nobody.
pub(crate) fn idle() -> Caller {
    caller("IDLE")
}

fn caller(system_user: &str) -> Caller {
    Caller {
        app: ClientId::new("demo"),
        system_user: SystemUserName::new(system_user),
    }
}

pub(crate) fn after(seconds: i64) -> Timestamp {
    NOW + SignedDuration::from_secs(seconds)
}

/// As `add_companies` names them.
pub(crate) fn organization(number: OrganizationNumber) -> Organization {
    Organization {
        number,
        name: "A company".to_owned(),
    }
}

/// In force, and of the first company.
pub(crate) fn agreement(id: AgreementId) -> Agreement {
    Agreement {
        id,
        category: "Mobilt Bedriftsnett avtale".to_owned(),
        valid_from: date(2020, 1, 1),
        valid_to: None,
        owner: organization(owner()),
        status: AgreementStatus::Active,
    }
}

pub(crate) fn offering(id: OfferingId) -> Offering {
    Offering {
        id,
        name: format!("Offering {id}"),
        configurations: [7, 3].map(configuration).to_vec(),
        fulfillment: None,
    }
}

pub(crate) fn configuration(id: i64) -> Configuration {
    Configuration {
        id: ConfigurationId::new(id),
        name: format!("Configuration {id}"),
        value_type: ValueType::String,
        required: false,
        default_value: None,
        allowed_values: vec![],
        max_length: None,
        pattern: None,
    }
}

pub(crate) fn product(id: ProductId) -> NewProduct<'static> {
    NewProduct {
        id,
        parent: None,
        offering: VPN,
        name: "A product",
        status: ProductStatus::Ordered,
        billing_account: None,
        created_at: NOW,
    }
}

pub(crate) fn setting(id: i64, value: &str) -> ConfigurationValue {
    ConfigurationValue {
        id: ConfigurationId::new(id),
        value: value.to_owned(),
    }
}

/// Changes the product.
pub(crate) fn order(id: OrderId) -> Order {
    Order {
        id,
        owner: owner(),
        request: OrderRequest {
            agreement: OWN,
            action: OrderAction::UpdateProduct(PRODUCT),
            configurations: vec![setting(3, "a value")],
        },
        product: PRODUCT,
        way: FulfillmentWay::Simulated,
        state: OrderState::Acknowledged,
        created_at: NOW,
        updated_at: NOW,
    }
}

/// Owned and paid by the first company, and open.
pub(crate) fn account(id: AccountId) -> BillingAccount {
    BillingAccount {
        id,
        owner: organization(owner()),
        payer: Payer::Company(organization(owner())),
        references: AccountReferences {
            first: AccountReference::parse("IT department").expect("a reference"),
            second: None,
            third: None,
        },
        address: Address::default(),
        format: "EHF".to_owned(),
        status: AccountStatus::Open,
        account_type: AccountType::Normal,
    }
}

/// Lists show it from now on.
pub(crate) const AT_ONCE: AccountTimes = AccountTimes {
    opened_at: NOW,
    visible_at: NOW,
};

/// Puts everything there.
pub(crate) async fn build(tx: &mut Transaction) -> Result<(), Error> {
    add_companies(tx).await?;
    for (caller, organizations) in [
        (own(), vec![owner()]),
        (foreign(), vec![stranger()]),
        (both(), vec![stranger(), owner()]),
        (idle(), vec![]),
    ] {
        let user = system_user(caller.system_user.as_str(), &owner());
        tx.system_users().insert(&user).await?;
        for organization in organizations {
            tx.system_users()
                .add_organization(&user.name, &organization)
                .await?;
        }
    }
    let mut foreign_agreement = agreement(FOREIGN);
    foreign_agreement.owner = organization(stranger());
    for (agreement, available) in [(agreement(OWN), VPN), (foreign_agreement, SIM)] {
        tx.offerings().insert(&offering(available)).await?;
        tx.agreements().insert(&agreement).await?;
        tx.agreements().offer(agreement.id, available).await?;
    }
    tx.products().insert(OWN, &product(PRODUCT)).await?;
    tx.orders().insert(&order(ORDER), &own()).await?;
    tx.accounts().insert(&account(ACCOUNT), None, AT_ONCE).await
}

/// Runs tasks at the same time; their results come in no order.
pub(crate) async fn at_once<F>(tasks: impl IntoIterator<Item = F>) -> Vec<F::Output>
where
    F: Future<Output: Send> + Send + 'static,
{
    let tasks: JoinSet<_> = tasks.into_iter().collect();
    tasks.join_all().await
}
