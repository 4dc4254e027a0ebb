//! The journal: what is written down is read back, placed once, and told to its organization alone.

use domain::access::ClientId;
use domain::{
    AccountChange, AccountId, AccountStatus, Author, Change, ChangeId, Changed, OrderAction,
    OrderChange, OrderId, OrderState, OrganizationNumber, OtherChange,
};
use storage::{
    Error, JournalFilter, JournalPlace, JournalRow, JournalStretch, Store, ToldChange, Transaction,
};

use crate::client_apps::{owner, stranger};
use crate::scratch::{Test, tests};
use crate::world::{self, TROUBLESOME, VPN, after, both, foreign, idle, own};

pub(crate) const TESTS: &[Test] = tests![
    what_is_written_down_is_read_back,
    changes_are_placed_by_their_time,
    a_change_is_placed_once,
    sequence_numbers_are_dense_in_each_organization,
    a_change_is_told_to_its_organization_alone,
    a_reader_goes_on_after_a_position,
    changes_are_found_by_whatever_is_known_of_them,
    pages_together_are_what_a_search_finds,
    pages_go_on_in_both_directions_and_look_at_few_rows,
    a_change_is_there_if_its_transaction_commits,
];

/// The code of every row here; what is in it is nothing to the database.
const MAC: &str = "a code";

fn change(id: i64, seconds: i64, organization: Option<OrganizationNumber>) -> Change {
    let what = AccountChange {
        account: AccountId::new(id),
        status: AccountStatus::Passive,
    };
    Change {
        id: ChangeId::new(format!("change-{id:03}")),
        at: after(seconds),
        organization,
        author: Author {
            name: TROUBLESOME.to_owned(),
            app: Some(ClientId::new("demo")),
        },
        what: Changed::Account(what),
    }
}

fn kinds() -> Vec<Changed> {
    let order = world::order(OrderId::new(7));
    let mut added = OrderChange::of(&order, TROUBLESOME);
    added.action = OrderAction::AddProduct(VPN);
    let mut kinds: Vec<_> = OrderState::ALL
        .into_iter()
        .map(|state| {
            let reason = "a reason".to_owned();
            let of_order = OrderChange::of(&order, "");
            Changed::Order(OrderChange {
                state,
                reason,
                ..of_order
            })
        })
        .collect();
    kinds.push(Changed::Order(added));
    for status in AccountStatus::ALL {
        let account = AccountId::new(11_175_198);
        kinds.push(Changed::Account(AccountChange { account, status }));
    }
    for (noun, action) in [
        ("endpoint", "created"),
        ("account", "changed"),
        ("account", "open indeed"),
        ("order", "completed"),
    ] {
        let other = OtherChange::new(noun, "abc", action).with("url", TROUBLESOME);
        kinds.push(Changed::Other(other));
    }
    kinds
}

async fn record(tx: &mut Transaction, changes: &[Change]) -> Result<(), Error> {
    for change in changes {
        let row = JournalRow::of(change.clone());
        tx.journal().record(&row, MAC).await?;
    }
    Ok(())
}

/// Gives each change that has none a place, as the publisher does.
async fn place_all(tx: &mut Transaction) -> Result<(), Error> {
    let mut position = tx.journal().last().await?.map_or(0, |(last, _)| last);
    for row in tx.journal().unplaced(1_000).await? {
        position += 1;
        let sequence = match &row.change.organization {
            Some(number) => Some(tx.journal().take_sequences(number, 1).await?),
            None => None,
        };
        let place = JournalPlace {
            position,
            sequence,
            genuine: true,
            seal: format!("seal {position}"),
        };
        assert!(tx.journal().place(&row.change.id, &place).await?);
    }
    Ok(())
}

async fn what_is_written_down_is_read_back(store: Store) {
    let changes: Vec<_> = (0..)
        .zip(kinds())
        .map(|(id, what)| Change {
            what,
            ..change(id, id, Some(owner()))
        })
        .chain([Change {
            author: Author::of_operator("kari"),
            ..change(900, 900, None)
        }])
        .collect();
    let changes = &changes;
    let read = store.transact(async move |tx| {
        record(tx, changes).await?;
        tx.journal().unplaced(1_000).await
    });
    let read = read.await.expect("the journal");
    assert!(read.iter().all(|row| row.mac == MAC));
    let read: Vec<_> = read.into_iter().map(|row| row.change).collect();
    assert_eq!(&read, changes);
}

async fn changes_are_placed_by_their_time(store: Store) {
    let written = [(3, 30), (1, 10), (5, 20), (4, 20)];
    let changes = written.map(|(id, seconds)| change(id, seconds, Some(owner())));
    let outcome = store.transact(async |tx| {
        record(tx, &changes).await?;
        let first = tx.journal().unplaced(3).await?;
        Ok::<_, Error>(
            first
                .into_iter()
                .map(|row| row.change.id)
                .collect::<Vec<_>>(),
        )
    });
    let expected = ["change-001", "change-004", "change-005"].map(ChangeId::new);
    assert_eq!(outcome.await, Ok(expected.to_vec()));
}

async fn a_change_is_placed_once(store: Store) {
    let outcome = store.transact(async |tx| {
        record(tx, &[change(1, 1, None)]).await?;
        assert_eq!(tx.journal().last().await?, None);
        let place = JournalPlace {
            position: 1,
            sequence: None,
            genuine: true,
            seal: "first".to_owned(),
        };
        let id = ChangeId::new("change-001");
        assert!(tx.journal().place(&id, &place).await?);
        let moved = JournalPlace {
            position: 2,
            ..place
        };
        assert!(!tx.journal().place(&id, &moved).await?);
        assert_eq!(tx.journal().unplaced(9).await?, vec![]);
        assert_eq!(tx.journal().told(1).await?, None, "nobody is told");
        tx.journal().last().await
    });
    assert_eq!(outcome.await, Ok(Some((1, "first".to_owned()))));
}

async fn sequence_numbers_are_dense_in_each_organization(store: Store) {
    let outcome = store.transact(async |tx| {
        let mut numbers = Vec::new();
        for number in [owner(), stranger(), owner(), owner(), stranger()] {
            numbers.push(tx.journal().take_sequences(&number, 1).await?);
        }
        assert_eq!(tx.journal().take_sequences(&owner(), 10).await?, 4);
        assert_eq!(tx.journal().take_sequences(&owner(), 1).await?, 14);
        Ok::<_, Error>(numbers)
    });
    assert_eq!(outcome.await, Ok(vec![1, 1, 2, 3, 2]));
}

/// Two of the first company's, one of the other's, one of nobody's.
async fn told(tx: &mut Transaction) -> Result<(), Error> {
    world::build(tx).await?;
    let of = [Some(owner()), Some(stranger()), None, Some(owner())];
    for (id, organization) in (1..).zip(of) {
        record(tx, &[change(id, id, organization)]).await?;
    }
    place_all(tx).await
}

async fn a_change_is_told_to_its_organization_alone(store: Store) {
    let prepared = store.transact(async |tx| told(tx).await);
    assert_eq!(prepared.await, Ok(()));
    for (caller, expected) in [
        (own(), vec![(1, 1), (4, 2)]),
        (foreign(), vec![(2, 1)]),
        (both(), vec![(1, 1), (2, 1), (4, 2)]),
        (idle(), vec![]),
    ] {
        let read = store.read(async |tx| tx.journal().told_after(caller.reach(), 0, 10).await);
        let read = read.await.expect("the journal");
        let places: Vec<_> = read
            .iter()
            .map(|told| (told.position, told.sequence))
            .collect();
        assert_eq!(places, expected, "{caller:?}");
    }
}

async fn a_reader_goes_on_after_a_position(store: Store) {
    let outcome = store.transact(async |tx| {
        told(tx).await?;
        let positions = |read: Vec<ToldChange>| -> Vec<i64> {
            read.into_iter().map(|told| told.position).collect()
        };
        let caller = both();
        for (after, most, expected) in [
            (0, 2, vec![1, 2]),
            (1, 2, vec![2, 4]),
            (2, 2, vec![4]),
            (4, 2, vec![]),
        ] {
            let read = tx.journal().told_after(caller.reach(), after, most).await?;
            assert_eq!(positions(read), expected);
        }
        let one = tx.journal().told(4).await?.expect("the change");
        assert_eq!(one.change, change(4, 4, Some(owner())));
        Ok::<_, Error>(())
    });
    assert_eq!(outcome.await, Ok(()));
}

/// Filters, and the positions of what they let through.
fn filters() -> Vec<(JournalFilter, Vec<i64>)> {
    let everything = JournalFilter::default;
    let of = |number| JournalFilter {
        organization: Some(number),
        ..everything()
    };
    let subject = |id: &str| JournalFilter {
        noun: Some("account".to_owned()),
        subject: Some(id.to_owned()),
        ..everything()
    };
    let through = |id: &str| JournalFilter {
        app: Some(ClientId::new(id)),
        ..everything()
    };
    vec![
        (everything(), vec![1, 2, 3, 4]),
        (of(owner()), vec![1, 4]),
        (of(stranger()), vec![2]),
        (subject("3"), vec![3]),
        (subject("9"), vec![]),
        (through("demo"), vec![1, 2, 3, 4]),
        (through("other"), vec![]),
        (
            JournalFilter {
                organization: Some(owner()),
                app: Some(ClientId::new("demo")),
                noun: Some("account".to_owned()),
                since: Some(after(2)),
                ..everything()
            },
            vec![4],
        ),
        (
            JournalFilter {
                organization: Some(stranger()),
                ..subject("1")
            },
            vec![],
        ),
        (
            JournalFilter {
                author: Some(TROUBLESOME.to_owned()),
                since: Some(after(2)),
                until: Some(after(4)),
                ..everything()
            },
            vec![2, 3],
        ),
        (
            JournalFilter {
                author: Some("nobody".to_owned()),
                ..everything()
            },
            vec![],
        ),
    ]
}

async fn changes_are_found_by_whatever_is_known_of_them(store: Store) {
    let prepared = store.transact(async |tx| told(tx).await);
    assert_eq!(prepared.await, Ok(()));
    for (filter, expected) in filters() {
        let found = store.read(async |tx| tx.journal().search(&filter, 0, 10).await);
        let found = found.await.expect("the journal");
        let places: Vec<_> = found.iter().map(|row| row.place.position).collect();
        assert_eq!(places, expected, "{filter:?}");
        for row in found {
            assert_eq!(row.place.seal, format!("seal {}", row.place.position));
        }
    }
    let everything = JournalFilter::default();
    let rest = store.read(async |tx| tx.journal().search(&everything, 2, 1).await);
    let rest = rest.await.expect("the journal");
    assert_eq!(rest.first().map(|row| row.place.position), Some(3));
    assert_eq!(rest.len(), 1);
}

/// The positions of each page, until there is no next one.
async fn pages(store: &Store, filter: &JournalFilter, stretch: JournalStretch) -> Vec<Vec<i64>> {
    let (mut pages, mut stretch) = (Vec::new(), stretch);
    loop {
        let page = store.read(async |tx| tx.journal().page(filter, stretch).await);
        let page = page.await.expect("a page");
        pages.push(page.rows.iter().map(|row| row.place.position).collect());
        stretch.after = page.next;
        if page.next.is_none() {
            return pages;
        }
    }
}

async fn pages_together_are_what_a_search_finds(store: Store) {
    let prepared = store.transact(async |tx| told(tx).await);
    assert_eq!(prepared.await, Ok(()));
    for (filter, expected) in filters() {
        // Since ever: it leaves nothing out, but a page must look for where to end.
        let since_ever = JournalFilter {
            since: filter.since.or(Some(jiff::Timestamp::UNIX_EPOCH)),
            ..filter.clone()
        };
        for (filter, newest_first) in [
            (&filter, false),
            (&filter, true),
            (&since_ever, false),
            (&since_ever, true),
        ] {
            let stretch = JournalStretch {
                newest_first,
                after: None,
                most: 9,
                looks_at: 1,
            };
            let mut seen = pages(&store, filter, stretch).await.concat();
            if newest_first {
                seen.reverse();
            }
            assert_eq!(seen, expected, "{filter:?} {newest_first}");
        }
    }
}

async fn pages_go_on_in_both_directions_and_look_at_few_rows(store: Store) {
    let prepared = store.transact(async |tx| told(tx).await);
    assert_eq!(prepared.await, Ok(()));
    let all = JournalFilter::default();
    let third = JournalFilter {
        subject: Some("3".to_owned()),
        ..JournalFilter::default()
    };
    let owners = JournalFilter {
        organization: Some(owner()),
        since: Some(after(4)),
        ..JournalFilter::default()
    };
    let stretch = |newest_first, most, looks_at| JournalStretch {
        newest_first,
        after: None,
        most,
        looks_at,
    };
    for (filter, stretch, expected) in [
        (&all, stretch(false, 3, 1), vec![vec![1, 2, 3], vec![4]]),
        (&all, stretch(true, 3, 1), vec![vec![4, 3, 2], vec![1]]),
        (&all, stretch(true, 4, 1), vec![vec![4, 3, 2, 1]]),
        (&third, stretch(false, 9, 2), vec![vec![], vec![3], vec![]]),
        (&third, stretch(true, 9, 3), vec![vec![3], vec![]]),
        (&third, stretch(true, 9, 100), vec![vec![3]]),
        (&owners, stretch(false, 9, 1), vec![vec![], vec![4], vec![]]),
        (&owners, stretch(true, 1, 1), vec![vec![4], vec![], vec![]]),
    ] {
        let seen = pages(&store, filter, stretch).await;
        assert_eq!(seen, expected, "{filter:?} {stretch:?}");
    }
}

async fn a_change_is_there_if_its_transaction_commits(store: Store) {
    let failed = store.transact(async |tx| {
        record(tx, &[change(1, 1, None)]).await?;
        Err::<(), _>(Error::Conflict("as planned".to_owned()))
    });
    assert!(failed.await.is_err());
    let left = store.read(async |tx| tx.journal().unplaced(9).await);
    assert_eq!(left.await, Ok(vec![]));
}
