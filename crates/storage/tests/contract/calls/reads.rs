//! Whose data was read.

use domain::access::{ClientId, SystemUserName};
use storage::{DataRead, DataReadCount, DataReadFilter, DataReadPlace, Error, Store};

use super::{FIRST, anyone, at, read, reads};
use crate::client_apps::{owner, stranger};
use crate::scratch::{Test, tests};
use crate::world::TROUBLESOME;

pub(crate) const TESTS: &[Test] = tests![
    reads_are_found_by_app_user_organization_and_time,
    reads_are_listed_in_pages_without_a_gap,
    a_read_remembers_its_first_and_its_last_time,
];

fn in_words(reads: &[DataRead]) -> Vec<String> {
    let words = |read: &DataRead| {
        let (app, user) = (read.app.as_str(), read.system_user.as_str());
        let own = if read.organization == owner() {
            "own"
        } else {
            "foreign"
        };
        format!("{} {own} {app} {user}", read.minute.0 - FIRST.0)
    };
    reads.iter().map(words).collect()
}

/// Filters, and what each lets through of four reads.
fn filters() -> [(DataReadFilter, &'static [&'static str]); 8] {
    let all = anyone;
    let app = |id: &str| DataReadFilter {
        app: Some(ClientId::new(id)),
        ..all()
    };
    let both = DataReadFilter {
        system_user: Some(SystemUserName::new("BOTH")),
        ..all()
    };
    let own = |filter: DataReadFilter| DataReadFilter {
        organization: Some(owner()),
        ..filter
    };
    let between = |from: i64, to: i64| DataReadFilter {
        from: at(from),
        to: at(to),
        ..all()
    };
    [
        (
            all(),
            &[
                "0 own x OWN",
                "1 foreign x BOTH",
                "1 own y BOTH",
                "2 foreign y FOREIGN",
            ],
        ),
        (app("x"), &["0 own x OWN", "1 foreign x BOTH"]),
        (both, &["1 foreign x BOTH", "1 own y BOTH"]),
        (own(all()), &["0 own x OWN", "1 own y BOTH"]),
        (own(app("y")), &["1 own y BOTH"]),
        (between(11, 80), &["1 foreign x BOTH"]),
        (between(80, 81), &["1 own y BOTH"]),
        (between(0, 10), &[]),
    ]
}

async fn reads_are_found_by_app_user_organization_and_time(store: Store) {
    let outcome = store.transact(async |tx| {
        let tally = reads(vec![
            read(10, &owner(), "x", "OWN"),
            read(70, &stranger(), "x", "BOTH"),
            read(80, &owner(), "y", "BOTH"),
            read(130, &stranger(), "y", "FOREIGN"),
        ]);
        tx.calls().add(&tally).await?;
        for (filter, expected) in filters() {
            let beginning = DataReadPlace::default();
            let mut found = in_words(&tx.calls().reads(&filter, &beginning, 9).await?);
            found.sort_unstable();
            assert_eq!(found, expected, "{filter:?}");
        }
        Ok::<_, Error>(())
    });
    assert_eq!(outcome.await, Ok(()));
}

async fn reads_are_listed_in_pages_without_a_gap(store: Store) {
    let outcome = store.transact(async |tx| {
        let mut all = Vec::new();
        for seconds in [0, 60, 120] {
            for organization in [owner(), stranger()] {
                for app in ["x", "y"] {
                    for presumed in [false, true] {
                        let read = read(seconds, &organization, app, TROUBLESOME);
                        all.push(DataReadCount { presumed, ..read });
                    }
                }
            }
        }
        tx.calls().add(&reads(all)).await?;
        let app = Some(ClientId::new("x"));
        for (filter, expected) in [
            (anyone(), 24),
            (DataReadFilter { app, ..anyone() }, 12),
            (
                DataReadFilter {
                    organization: Some(stranger()),
                    ..anyone()
                },
                12,
            ),
        ] {
            let mut paged = Vec::new();
            let mut after = DataReadPlace::default();
            loop {
                let page = tx.calls().reads(&filter, &after, 5).await?;
                let Some(last) = page.last() else { break };
                after = last.place();
                paged.extend(page);
            }
            let whole = tx
                .calls()
                .reads(&filter, &DataReadPlace::default(), 99)
                .await?;
            assert_eq!((whole.len(), paged), (expected, whole));
        }
        Ok::<_, Error>(())
    });
    assert_eq!(outcome.await, Ok(()));
}

async fn a_read_remembers_its_first_and_its_last_time(store: Store) {
    let outcome = store.transact(async |tx| {
        for seconds in [30, 20, 40, 35] {
            let tally = reads(vec![read(seconds, &owner(), "x", "OWN")]);
            tx.calls().add(&tally).await?;
        }
        let found = tx
            .calls()
            .reads(&anyone(), &DataReadPlace::default(), 9)
            .await?;
        let times: Vec<_> = found
            .iter()
            .map(|read| (read.calls, read.first_at, read.last_at))
            .collect();
        assert_eq!(times, [(4, at(20), at(40))]);
        Ok::<_, Error>(())
    });
    assert_eq!(outcome.await, Ok(()));
}
