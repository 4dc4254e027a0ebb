//! Billing accounts: who sees them, who pays them, and how lists number them.

use domain::access::Caller;
use domain::{
    AccountId, AccountReference, AccountStatus, AccountTimes, AccountType, Address, BillingAccount,
    OrganizationNumber, Payer, Person, PersonId,
};
use jiff::{SignedDuration, Timestamp};
use storage::{Error, Page, Store, Transaction};

use crate::client_apps::{owner, stranger};
use crate::scratch::{Test, tests};
use crate::world::{
    self, ACCOUNT, AT_ONCE, NOW, account, after, at_once, both, foreign, idle, organization, own,
};

pub(crate) const TESTS: &[Test] = tests![
    an_account_of_another_organization_is_not_found,
    accounts_come_back_as_they_went_in,
    an_account_has_one_payer,
    an_account_needs_all_that_it_names_and_an_id_of_its_own,
    pages_go_on_from_one_owner_to_the_next,
    the_newest_are_listed_from_their_time_on,
    accounts_that_come_at_once_leave_no_gap_in_the_list,
    only_a_passive_account_is_opened,
];

/// Longer than the lists of these tests.
const ONE_PAGE: Page = Page {
    number: 0,
    size: 100,
};

fn owned_by(number: OrganizationNumber, id: i64) -> BillingAccount {
    BillingAccount {
        owner: organization(number),
        ..account(AccountId::new(id))
    }
}

fn of_type(account_type: AccountType, id: i64) -> BillingAccount {
    BillingAccount {
        account_type,
        ..account(AccountId::new(id))
    }
}

async fn add(tx: &mut Transaction, accounts: &[BillingAccount]) -> Result<(), Error> {
    for account in accounts {
        tx.accounts().insert(account, None, AT_ONCE).await?;
    }
    Ok(())
}

async fn ids_and_total(
    tx: &mut Transaction,
    caller: &Caller,
    page: Page,
    now: Timestamp,
) -> Result<(Vec<i64>, i64), Error> {
    let (accounts, total) = tx.accounts().list(caller.reach(), page, now).await?;
    Ok((accounts.iter().map(|one| one.id.get()).collect(), total))
}

async fn an_account_of_another_organization_is_not_found(store: Store) {
    let theirs = owned_by(stranger(), 1);
    let theirs = &theirs;
    let prepared = store.transact(async move |tx| {
        world::build(tx).await?;
        tx.accounts().insert(theirs, None, AT_ONCE).await
    });
    assert_eq!(prepared.await, Ok(()));
    for (caller, seen) in [
        (own(), vec![ACCOUNT]),
        (foreign(), vec![theirs.id]),
        (both(), vec![ACCOUNT, theirs.id]),
        (idle(), vec![]),
    ] {
        let caller = &caller;
        let outcome = store.read(async |tx| {
            let ids: Vec<_> = seen.iter().map(|id| id.get()).collect();
            let total = i64::try_from(ids.len()).expect("a small number");
            let listed = ids_and_total(tx, caller, ONE_PAGE, NOW).await?;
            assert_eq!(listed, (ids, total), "{caller:?}");
            for id in [ACCOUNT, theirs.id, AccountId::new(2)] {
                let found = tx.accounts().find(caller.reach(), id).await?;
                assert_eq!(found.is_some(), seen.contains(&id), "{caller:?}");
                let paying = tx.accounts().find_paying(caller.reach(), id).await?;
                assert_eq!(paying.is_some(), seen.contains(&id), "{caller:?}");
            }
            Ok::<_, Error>(())
        });
        assert_eq!(outcome.await, Ok(()));
    }
}

async fn accounts_come_back_as_they_went_in(store: Store) {
    let mut accounts: Vec<_> = (1..)
        .zip(AccountStatus::ALL)
        .zip(AccountType::ALL)
        .map(|((id, status), account_type)| BillingAccount {
            status,
            ..of_type(account_type, id)
        })
        .collect();
    let reference = |text: &str| AccountReference::parse(text).expect("a reference");
    let full = &mut accounts[0];
    full.references.first = reference("Ærfugl / 日本語 1.2,3-4");
    full.references.second = Some(reference(""));
    full.references.third = Some(reference(&"é".repeat(30)));
    full.address = Address {
        street_name: Some("Snarøyveien".to_owned()),
        street_address: Some("30 B".to_owned()),
        entrance_code: Some("H0101".to_owned()),
        postal_code: Some("0001".to_owned()),
        postal_place: Some("Fornebu".to_owned()),
    };
    full.format = "PAPER".into();
    accounts[1].payer = Payer::Company(organization(stranger()));
    let accounts = &accounts;
    let outcome = store.transact(async move |tx| {
        world::build(tx).await?;
        add(tx, accounts).await?;
        for account in accounts {
            let found = tx.accounts().find(own().reach(), account.id).await?;
            assert_eq!(found.as_ref(), Some(account));
        }
        let (listed, _) = tx.accounts().list(own().reach(), ONE_PAGE, NOW).await?;
        assert_eq!(&listed[1..], accounts, "in the order of their coming");
        Ok::<_, Error>(())
    });
    assert_eq!(outcome.await, Ok(()));
}

async fn an_account_has_one_payer(store: Store) {
    let person = Person {
        first_name: "Kari".to_owned(),
        middle_name: None,
        last_name: "Nordmann".to_owned(),
    };
    let person = &person;
    let prepared = store.transact(async move |tx| {
        world::build(tx).await?;
        tx.persons().insert(PersonId::new(1), person).await
    });
    assert_eq!(prepared.await, Ok(()));
    let company = account(AccountId::new(1));
    let mut private = account(AccountId::new(2));
    private.payer = Payer::Person(person.clone());
    let somebody = Some(PersonId::new(1));
    for (account, payer, accepted) in [
        (&company, somebody, false),
        (&private, None, false),
        (&company, None, true),
        (&private, somebody, true),
    ] {
        let inserted =
            store.transact(async move |tx| tx.accounts().insert(account, payer, AT_ONCE).await);
        let inserted = inserted.await;
        let refused = matches!(inserted, Err(Error::Statement { .. }));
        assert_eq!((inserted.is_ok(), refused), (accepted, !accepted));
    }
    let listed = store.read(async |tx| tx.accounts().list(own().reach(), ONE_PAGE, NOW).await);
    let all = vec![account(ACCOUNT), company, private];
    assert_eq!(listed.await, Ok((all, 3)));
}

async fn an_account_needs_all_that_it_names_and_an_id_of_its_own(store: Store) {
    store.transact(world::build).await.expect("a world");
    let unknown = OrganizationNumber::parse("987654321").expect("nine digits");
    let mut unpaid = account(AccountId::new(1));
    unpaid.payer = Payer::Company(organization(unknown.clone()));
    for refused in [owned_by(unknown, 1), unpaid, account(ACCOUNT)] {
        let refused = [refused];
        let refused = &refused;
        let outcome = store.transact(async move |tx| add(tx, refused).await).await;
        assert!(matches!(outcome, Err(Error::Conflict(_))), "{outcome:?}");
    }
}

/// The accounts of two owners came by turns; the list has one owner's after the other's.
async fn pages_go_on_from_one_owner_to_the_next(store: Store) {
    let outcome = store.transact(async |tx| {
        world::build(tx).await?;
        for id in [30, 20, 10] {
            add(tx, &[owned_by(stranger(), id), owned_by(owner(), id + 1)]).await?;
        }
        let all = [ACCOUNT.get(), 31, 21, 11, 30, 20, 10];
        for size in 1..=8 {
            for number in 0..=8 {
                let page = Page { number, size };
                let first = usize::try_from(page.offset()).expect("a small number");
                let length = usize::try_from(size).expect("a small number");
                let ids: Vec<_> = all.iter().copied().skip(first).take(length).collect();
                let listed = ids_and_total(tx, &both(), page, NOW).await?;
                assert_eq!(listed, (ids, 7), "{page:?}");
            }
        }
        for (number, size, ids) in [
            (i64::MAX, 3, &[][..]),
            (i64::MAX, i64::MAX, &[]),
            (0, i64::MAX, &all),
            (0, 0, &[]),
        ] {
            let page = Page { number, size };
            let listed = ids_and_total(tx, &both(), page, NOW).await?;
            assert_eq!(listed, (ids.to_vec(), 7), "{page:?}");
        }
        Ok::<_, Error>(())
    });
    assert_eq!(outcome.await, Ok(()));
}

async fn the_newest_are_listed_from_their_time_on(store: Store) {
    let outcome = store.transact(async |tx| {
        world::build(tx).await?;
        for (id, number, seconds) in [
            (10, owner(), 10),
            (20, owner(), 20),
            (3, stranger(), -10),
            (15, stranger(), 15),
        ] {
            let times = AccountTimes {
                opened_at: after(-10),
                visible_at: after(seconds),
            };
            let new = owned_by(number, id);
            tx.accounts().insert(&new, None, times).await?;
            let found = tx.accounts().find(both().reach(), new.id).await?;
            assert_eq!(found, Some(new), "at once");
        }
        let (old, moment) = (ACCOUNT.get(), SignedDuration::from_millis(1));
        for (now, ids) in [
            (after(-11), vec![]),
            (NOW - moment, vec![3]),
            (NOW, vec![old, 3]),
            (after(10) - moment, vec![old, 3]),
            (after(10), vec![old, 10, 3]),
            (after(15), vec![old, 10, 3, 15]),
            (after(20) - moment, vec![old, 10, 3, 15]),
            (after(20), vec![old, 10, 20, 3, 15]),
        ] {
            let total = i64::try_from(ids.len()).expect("a small number");
            for (number, id) in (0..).zip(&ids) {
                let listed = ids_and_total(tx, &both(), Page { number, size: 1 }, now).await?;
                assert_eq!(listed, (vec![*id], total), "at {now}");
            }
            let listed = ids_and_total(tx, &both(), ONE_PAGE, now).await?;
            assert_eq!(listed, (ids, total), "at {now}");
        }
        Ok::<_, Error>(())
    });
    assert_eq!(outcome.await, Ok(()));
}

/// A third of them fail, of their own or because the id is taken.
async fn accounts_that_come_at_once_leave_no_gap_in_the_list(store: Store) {
    store.transact(world::build).await.expect("a world");
    let comers = (0..60).map(|number| {
        let store = store.clone();
        async move {
            let id = if number % 6 == 0 {
                ACCOUNT.get()
            } else {
                number
            };
            let numbers = [owner(), stranger()];
            let new = owned_by(numbers[usize::from(number % 2 == 0)].clone(), id);
            let new = &new;
            let outcome = store.transact(async move |tx| {
                tx.accounts().insert(new, None, AT_ONCE).await?;
                if number % 6 == 3 {
                    return Err(Error::Unavailable("as planned".to_owned()));
                }
                Ok(new.id.get())
            });
            outcome.await
        }
    });
    let mut stored = vec![ACCOUNT.get()];
    for outcome in at_once(comers).await {
        match outcome {
            Ok(id) => stored.push(id),
            Err(Error::Conflict(_)) => {}
            Err(other) => assert_eq!(other, Error::Unavailable("as planned".to_owned())),
        }
    }
    assert_eq!(stored.len(), 41);
    let listed = store.read(async |tx| {
        let mut listed = Vec::new();
        for number in 0..41 {
            let (ids, total) = ids_and_total(tx, &both(), Page { number, size: 1 }, NOW).await?;
            assert_eq!((ids.len(), total), (1, 41), "page {number}");
            listed.extend(ids);
        }
        Ok::<_, Error>(listed)
    });
    let mut listed = listed.await.expect("pages");
    listed.sort_unstable();
    stored.sort_unstable();
    assert_eq!(listed, stored);
}

async fn only_a_passive_account_is_opened(store: Store) {
    let outcome = store.transact(async |tx| {
        world::build(tx).await?;
        for (id, status) in (1..).zip(AccountStatus::ALL) {
            let mut new = account(AccountId::new(id));
            new.status = status;
            tx.accounts().insert(&new, None, AT_ONCE).await?;
            let passive = status == AccountStatus::Passive;
            let opened = passive.then(|| (owner(), AT_ONCE.opened_at));
            assert_eq!(tx.accounts().open(new.id).await?, opened);
            assert_eq!(tx.accounts().open(new.id).await?, None);
            new.status = if passive { AccountStatus::Open } else { status };
            let found = tx.accounts().find(own().reach(), new.id).await?;
            assert_eq!(found.as_ref(), Some(&new));
        }
        let unknown = AccountId::new(4);
        assert_eq!(tx.accounts().open(unknown).await?, None);
        tx.accounts().set_status(unknown, AccountStatus::Open).await
    });
    assert_eq!(outcome.await, Ok(false));
}
