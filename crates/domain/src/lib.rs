//! The vocabulary of the business. No IO, no async, no serialization, no SQL.

pub mod access;
mod account;
mod address;
mod agreement;
mod change;
mod clock;
mod configuration;
mod entropy;
mod fulfillment;
mod ids;
mod notification;
mod order;
mod organization;
mod product;
mod rejection;
mod text;

pub use account::{
    AccountReference, AccountReferences, AccountRequest, AccountStatus, AccountTimes, AccountType,
    BillingAccount, Payer, Person,
};
pub use address::{Address, AddressCard};
pub use agreement::{Agreement, AgreementStatus};
pub use change::{
    AccountChange, Author, AuthorKind, Change, ChangeId, Changed, OrderChange, OtherChange,
};
pub use clock::Clock;
pub use configuration::{Configuration, LONGEST_VALUE, ValueType, accept_configurations};
pub use entropy::Entropy;
pub use fulfillment::FulfillmentWay;
pub use ids::{
    AccountId, AddressCardId, AgreementId, ConfigurationId, OfferingId, OrderId, PersonId,
    ProductId,
};
pub use notification::{
    Attempt, AttemptOutcome, Delivery, DeliveryState, Endpoint, EndpointId, EventTypes,
    SecretGenerations, event_type,
};
pub use order::{
    ConfigurationValue, InvalidTransition, Order, OrderAction, OrderEvent, OrderRequest, OrderState,
};
pub use organization::{Organization, OrganizationNumber};
pub use product::{AgreementProducts, Offering, Product, ProductConfiguration, ProductStatus};
pub use rejection::{Fault, Rejection};
pub use text::has_invisible_character;
