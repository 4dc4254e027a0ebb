//! Where the nouns live between requests: one SQL text, two engines.

mod access_tokens;
mod accounts;
mod address_cards;
mod agreements;
mod api_product_requests;
mod api_products;
pub mod backup;
mod calls;
mod client_apps;
mod decode;
mod developers;
mod error;
mod idempotency_keys;
mod import;
mod installation;
mod invariants;
mod invitations;
mod jobs;
mod journal;
mod logins;
mod migrate;
mod notification_deliveries;
mod notification_endpoints;
mod notification_oversight;
mod notification_rounds;
mod offerings;
mod operators;
mod orders;
mod organizations;
mod owned;
mod page;
mod persons;
pub mod probe;
mod products;
mod quotas;
mod sandbox;
mod sequences;
mod sessions;
mod spike_arrest;
mod sql;
mod store;
mod subscriptions;
mod system_users;
mod transaction;

pub use access_tokens::{AccessTokens, KnownToken};
pub use accounts::{Accounts, PayingAccount};
pub use address_cards::AddressCards;
pub use agreements::Agreements;
pub use api_product_requests::{ApiProductRequest, ApiProductRequests, Decision, RequestState};
pub use api_products::{ApiProducts, HeldProduct};
pub use calls::{
    CallCount, CallKey, CallLogFilter, CallLogPlace, CallTally, Calls, DataRead, DataReadCount,
    DataReadFilter, DataReadPlace, GaugeReading, LatencyCount, LoggedCall, Minute, OldCalls,
    SeriesSpan, SeriesValue, WaitingDeliveries, WaitingOrders,
};
pub use client_apps::{AuthenticatedApp, ClientApps, Pace, RegisteredApp};
pub use developers::Developers;
pub use error::Error;
pub use idempotency_keys::{IdempotencyKeys, RememberedAnswer};
pub use import::{
    AccountKey, Imports, KeptAccount, KeptAgreement, KeptApp, KeptCard, KeptKey, KeptProduct,
    KeptUser, Named, Numbered, ProductKey,
};
pub use installation::Installation;
pub use invariants::{Checked, Invariants};
pub use invitations::{Invitation, Invitations};
pub use jobs::{ClaimedJob, JobKind, Jobs, NewJob, Queue, QueuedJob};
pub use journal::{
    Journal, JournalFilter, JournalLine, JournalPage, JournalPlace, JournalRow, JournalStretch,
    PlacedRow, ToldChange,
};
pub use logins::{Login, Logins, NewPassword};
pub use notification_deliveries::NotificationDeliveries;
pub use notification_endpoints::NotificationEndpoints;
pub use notification_oversight::{
    EndpointFilter, EndpointState, KnownEndpoint, NotificationOversight,
};
pub use notification_rounds::{
    ClaimedEndpoint, DueDelivery, NotificationRounds, RoundOutcome, SentDelivery,
};
pub use offerings::Offerings;
pub use operators::Operators;
pub use orders::{DeskOrder, OrderFilter, Orders, WorkFilter};
pub use organizations::Organizations;
pub use owned::{OwnApp, OwnUser, Owned};
pub use page::Page;
pub use persons::Persons;
pub use products::{NewProduct, Products};
pub use quotas::{Quota, QuotaPeriod, QuotaWindow, Quotas};
pub use sandbox::{Sandbox, SandboxPlan, SandboxSettings};
pub use sequences::Sequences;
pub use sessions::{OpenSession, SessionAge, Sessions};
pub use spike_arrest::{Spending, Spent, SpikeBuckets};
pub use store::Store;
pub use subscriptions::Subscriptions;
pub use system_users::{SystemUser, SystemUsers};
pub use transaction::Transaction;

/// Every statement of the program, for the test that each of them has run on both engines.
#[doc(hidden)]
pub fn statements() -> impl Iterator<Item = &'static sql::Statement> {
    [
        access_tokens::STATEMENTS,
        accounts::STATEMENTS,
        address_cards::STATEMENTS,
        agreements::STATEMENTS,
        api_product_requests::STATEMENTS,
        api_products::STATEMENTS,
        calls::STATEMENTS,
        client_apps::STATEMENTS,
        developers::STATEMENTS,
        idempotency_keys::STATEMENTS,
        installation::STATEMENTS,
        invariants::STATEMENTS,
        invitations::STATEMENTS,
        jobs::STATEMENTS,
        journal::STATEMENTS,
        logins::STATEMENTS,
        migrate::STATEMENTS,
        notification_deliveries::STATEMENTS,
        notification_endpoints::STATEMENTS,
        notification_oversight::STATEMENTS,
        notification_rounds::STATEMENTS,
        offerings::STATEMENTS,
        operators::STATEMENTS,
        orders::STATEMENTS,
        orders::WORK_STATEMENTS,
        organizations::STATEMENTS,
        owned::STATEMENTS,
        persons::STATEMENTS,
        products::STATEMENTS,
        quotas::STATEMENTS,
        sandbox::STATEMENTS,
        sequences::STATEMENTS,
        sessions::STATEMENTS,
        spike_arrest::STATEMENTS,
        subscriptions::STATEMENTS,
        system_users::STATEMENTS,
    ]
    .into_iter()
    .chain(import::STATEMENTS.iter().copied())
    .flatten()
    .copied()
}
