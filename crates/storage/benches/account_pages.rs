//! Does the last page of 100,000 accounts cost what the first one costs? Prints the ratio of the
//! medians, both measured in turns in the same run: `cargo bench -p storage --bench account_pages`.

use std::time::{Duration, Instant};

use domain::access::{Caller, ClientId, SystemUserName};
use domain::{
    AccountId, AccountReference, AccountReferences, AccountStatus, AccountTimes, AccountType,
    Address, BillingAccount, Organization, OrganizationNumber, Payer,
};
use jiff::Timestamp;
use storage::{Error, Page, Store, SystemUser, Transaction};
use testkit::Database;

const ACCOUNTS: i64 = 100_000;
const BATCH: i64 = 1_000;
const SIZE: i64 = 100;
const ROUNDS: usize = 300;

#[tokio::main]
async fn main() -> Result<(), Error> {
    let sqlite = Database::sqlite();
    compare("sqlite", sqlite.url()).await?;
    if let Some(postgres) = Database::postgres().await {
        compare("postgres", postgres.url()).await?;
    }
    Ok(())
}

#[expect(clippy::print_stdout, reason = "the ratio is what a benchmark is for")]
async fn compare(engine: &str, url: &str) -> Result<(), Error> {
    let store = Store::open(url).await?;
    let caller = fill(&store).await?;
    let (mut first, mut last) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        first.push(timed(&store, &caller, 0).await?);
        last.push(timed(&store, &caller, ACCOUNTS / SIZE - 1).await?);
    }
    let (first, last) = (median(first), median(last));
    let ratio = last.as_secs_f64() / first.as_secs_f64();
    println!("{engine}: first page {first:?}, last page {last:?}, ratio {ratio:.2}");
    store.close().await;
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "a benchmark measures")]
async fn timed(store: &Store, caller: &Caller, number: i64) -> Result<Duration, Error> {
    let page = Page { number, size: SIZE };
    let started = Instant::now();
    let list = async |tx: &mut Transaction| {
        tx.accounts()
            .list(caller.reach(), page, Timestamp::MAX)
            .await
    };
    let (accounts, total) = store.read(list).await?;
    let spent = started.elapsed();
    assert_eq!((i64::try_from(accounts.len()), total), (Ok(SIZE), ACCOUNTS));
    Ok(spent)
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

async fn fill(store: &Store) -> Result<Caller, Error> {
    let number = OrganizationNumber::parse("914742315").expect("nine digits");
    let owner = Organization {
        number,
        name: "TELENOR".to_owned(),
    };
    let user = SystemUserName::new("API1000BENCH");
    store
        .transact(async |tx| {
            tx.organizations().insert(&owner).await?;
            let user = SystemUser {
                name: user.clone(),
                owner: owner.number.clone(),
                password_hash: String::new(),
                enabled: true,
            };
            tx.system_users().insert(&user).await?;
            tx.system_users()
                .add_organization(&user.name, &owner.number)
                .await
        })
        .await?;
    for batch in 0..ACCOUNTS / BATCH {
        let first = batch * BATCH;
        let insert = async |tx: &mut Transaction| {
            let times = AccountTimes {
                opened_at: Timestamp::UNIX_EPOCH,
                visible_at: Timestamp::UNIX_EPOCH,
            };
            for id in first..first + BATCH {
                tx.accounts()
                    .insert(&account(id, &owner), None, times)
                    .await?;
            }
            Ok::<_, Error>(())
        };
        store.transact(insert).await?;
    }
    Ok(Caller {
        app: ClientId::new("bench"),
        system_user: user,
    })
}

fn account(id: i64, owner: &Organization) -> BillingAccount {
    let reference = AccountReference::parse("IT department").expect("a reference");
    BillingAccount {
        id: AccountId::new(id),
        owner: owner.clone(),
        payer: Payer::Company(owner.clone()),
        references: AccountReferences {
            first: reference,
            second: None,
            third: None,
        },
        address: Address::default(),
        format: "EHF".to_owned(),
        status: AccountStatus::Open,
        account_type: AccountType::Normal,
    }
}
