//! The log of calls, and what becomes of what is old.

use domain::access::{ClientId, SystemUserName};
use jiff::Timestamp;
use storage::{
    CallKey, CallLogFilter, CallLogPlace, CallTally, DataReadPlace, Error, LoggedCall, OldCalls,
    Store, Transaction,
};

use super::{anyone, at, count, minute, read, span};
use crate::client_apps::owner;
use crate::scratch::{Test, tests};
use crate::world::TROUBLESOME;

pub(crate) const TESTS: &[Test] = tests![
    the_log_is_read_from_the_newest_on,
    a_line_that_is_written_twice_is_there_once,
    what_is_old_goes_and_what_is_young_stays,
];

fn line(app: &str, seconds: i64, number: i64, code: u32) -> LoggedCall {
    LoggedCall {
        app: ClientId::new(app),
        at: at(seconds),
        number,
        transaction_id: format!("call-{number}"),
        system_user: (code == 200).then(|| SystemUserName::new("OWN")),
        method: "GET".to_owned(),
        path: TROUBLESOME.to_owned(),
        operation: "list_orders".to_owned(),
        code,
        microseconds: 1_234,
    }
}

const NEWEST: CallLogPlace = CallLogPlace {
    at: Timestamp::MAX,
    number: i64::MAX,
};

async fn the_log_is_read_from_the_newest_on(store: Store) {
    let outcome = store.transact(async |tx| {
        let written: Vec<_> = [(1, 200), (2, 40001), (3, 200), (4, 0)]
            .map(|(number, code)| line("x", number / 2, number, code))
            .to_vec();
        tx.calls().log(&written).await?;
        tx.calls().log(&[line("y", 9, 9, 200)]).await?;
        tx.calls().log(&[]).await?;
        let filter = CallLogFilter {
            app: ClientId::new("x"),
            from: at(0),
            failed: false,
        };
        let newest_first: Vec<_> = written.iter().rev().cloned().collect();
        let mut before = NEWEST;
        let mut paged = Vec::new();
        loop {
            let page = tx.calls().logged(&filter, before, 3).await?;
            let Some(last) = page.last() else { break };
            before = CallLogPlace {
                at: last.at,
                number: last.number,
            };
            paged.extend(page);
        }
        assert_eq!(paged, newest_first);
        let failed = CallLogFilter {
            failed: true,
            ..filter.clone()
        };
        assert_eq!(
            tx.calls().logged(&failed, NEWEST, 9).await?,
            [written[1].clone()]
        );
        let late = CallLogFilter {
            from: at(2),
            ..filter
        };
        assert_eq!(
            tx.calls().logged(&late, NEWEST, 9).await?,
            [written[3].clone()]
        );
        assert_eq!(tx.calls().apps_of(&owner()).await?, []);
        Ok::<_, Error>(())
    });
    assert_eq!(outcome.await, Ok(()));
}

async fn a_line_that_is_written_twice_is_there_once(store: Store) {
    let outcome = store.transact(async |tx| {
        for _ in 0..2 {
            tx.calls()
                .log(&[line("x", 1, 1, 200), line("x", 1, 2, 200)])
                .await?;
        }
        let filter = CallLogFilter {
            app: ClientId::new("x"),
            from: at(0),
            failed: false,
        };
        assert_eq!(tx.calls().logged(&filter, NEWEST, 9).await?.len(), 2);
        Ok::<_, Error>(())
    });
    assert_eq!(outcome.await, Ok(()));
}

/// Ten rows of each kind, one a minute.
async fn fill(tx: &mut Transaction) -> Result<(), Error> {
    for number in 0..10 {
        let tally = CallTally {
            calls: vec![count(minute(number), ("a", "x"), 200, 1)],
            latencies: vec![(minute(number), "a".to_owned(), 7, 1)],
            reads: vec![read(number * 60, &owner(), "x", "OWN")],
        };
        tx.calls().add(&tally).await?;
        tx.calls()
            .log(&[line("x", number * 60, number, 200)])
            .await?;
        let reading = ("waiting".to_owned(), number);
        tx.calls().record_gauges(minute(number), &[reading]).await?;
    }
    Ok(())
}

async fn what_is_old_goes_and_what_is_young_stays(store: Store) {
    let outcome = store.transact(async |tx| {
        fill(tx).await?;
        for what in OldCalls::ALL {
            let mut dropped = Vec::new();
            while dropped.last() != Some(&0) {
                dropped.push(tx.calls().purge(what, at(420), 3).await?);
            }
            assert_eq!(dropped, [3, 3, 1, 0], "{what:?}");
        }
        let left = span(10, 1);
        let mut calls = tx.calls();
        let counts = calls.series(left, CallKey::App, (None, None)).await?;
        assert_eq!(
            counts.iter().map(|one| one.point).collect::<Vec<_>>(),
            [7, 8, 9]
        );
        assert_eq!(calls.latencies(left, None).await?.len(), 3);
        assert_eq!(
            calls
                .reads(&anyone(), &DataReadPlace::default(), 99)
                .await?
                .len(),
            3
        );
        assert_eq!(
            calls.gauge_series(left, "waiting").await?,
            [(7, 7), (8, 8), (9, 9)]
        );
        let filter = CallLogFilter {
            app: ClientId::new("x"),
            from: at(0),
            failed: false,
        };
        assert_eq!(calls.logged(&filter, NEWEST, 99).await?.len(), 3);
        Ok::<_, Error>(())
    });
    assert_eq!(outcome.await, Ok(()));
}
