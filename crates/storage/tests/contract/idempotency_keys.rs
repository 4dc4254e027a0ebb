//! Idempotency keys and the answers that they remember.

use domain::access::{Caller, ClientId};
use jiff::{SignedDuration, Timestamp};
use storage::{Error, RememberedAnswer, Store};

use crate::scratch::{Test, tests};
use crate::world::{NOW, TROUBLESOME, after, at_once, foreign, own};

pub(crate) const TESTS: &[Test] = tests![
    a_key_is_of_one_app_and_one_system_user,
    an_answer_comes_back_as_it_went_in,
    a_key_in_use_is_a_conflict,
    a_key_is_usable_again_after_the_horizon,
    one_of_many_at_once_gets_the_key,
    a_purge_forgets_what_is_past_the_horizon,
];

const DAY: SignedDuration = SignedDuration::from_hours(24);

fn answer(text: &str) -> RememberedAnswer {
    RememberedAnswer {
        fingerprint: "fingerprint".to_owned(),
        answer: text.to_owned(),
    }
}

async fn remember(
    store: &Store,
    (caller, key): (&Caller, &str),
    answer: &RememberedAnswer,
    now: Timestamp,
) -> Result<(), Error> {
    let times = (now, now - DAY);
    store
        .transact(async move |tx| {
            tx.idempotency_keys()
                .remember(caller, key, answer, times)
                .await
        })
        .await
}

async fn find(
    store: &Store,
    (caller, key): (&Caller, &str),
    now: Timestamp,
) -> Option<RememberedAnswer> {
    let found = store.read(async |tx| tx.idempotency_keys().find(caller, key, now - DAY).await);
    found.await.expect("an answer")
}

async fn a_key_is_of_one_app_and_one_system_user(store: Store) {
    let mut other_app = own();
    other_app.app = ClientId::new("other");
    let owners = [own(), foreign(), other_app];
    for (number, caller) in owners.iter().enumerate() {
        let (owned, kept) = ((caller, "key"), answer(&number.to_string()));
        assert_eq!(find(&store, owned, NOW).await, None, "{caller:?}");
        assert_eq!(remember(&store, owned, &kept, NOW).await, Ok(()));
        assert_eq!(find(&store, owned, NOW).await, Some(kept));
    }
    assert_eq!(find(&store, (&own(), "KEY"), NOW).await, None);
    let first = find(&store, (&own(), "key"), NOW).await;
    assert_eq!(first, Some(answer("0")));
}

async fn an_answer_comes_back_as_it_went_in(store: Store) {
    let (caller, long) = (own(), TROUBLESOME.repeat(200));
    for (key, text) in [(TROUBLESOME, TROUBLESOME), ("", ""), ("long", &long)] {
        let kept = RememberedAnswer {
            fingerprint: text.to_owned(),
            answer: text.to_owned(),
        };
        let stored = remember(&store, (&caller, key), &kept, NOW).await;
        assert_eq!(stored, Ok(()));
        assert_eq!(find(&store, (&caller, key), NOW).await, Some(kept));
    }
}

async fn a_key_in_use_is_a_conflict(store: Store) {
    let caller = own();
    let key = (&caller, "key");
    let first = answer("first");
    assert_eq!(remember(&store, key, &first, NOW).await, Ok(()));
    let last_moment = NOW + DAY - SignedDuration::from_millis(1);
    for now in [NOW - DAY, NOW, last_moment] {
        let again = remember(&store, key, &answer("second"), now).await;
        assert!(matches!(again, Err(Error::Conflict(_))), "{again:?}");
        assert_eq!(find(&store, key, now).await.as_ref(), Some(&first));
    }
}

async fn a_key_is_usable_again_after_the_horizon(store: Store) {
    let caller = own();
    let (key, neighbor) = ((&caller, "key"), (&caller, "neighbor"));
    for key in [key, neighbor] {
        let stored = remember(&store, key, &answer("first"), NOW).await;
        assert_eq!(stored, Ok(()));
    }
    assert_eq!(find(&store, key, NOW + DAY).await, None);
    let second = answer("second");
    let stored = remember(&store, key, &second, NOW + DAY).await;
    assert_eq!(stored, Ok(()));
    assert_eq!(find(&store, key, NOW + DAY).await, Some(second));
    let kept = find(&store, neighbor, NOW).await;
    assert_eq!(kept, Some(answer("first")), "it was not asked about");
}

/// Half of those that hold the key for a moment fail afterwards.
async fn one_of_many_at_once_gets_the_key(store: Store) {
    let callers = (0..30).map(|number| {
        let store = store.clone();
        async move {
            let (caller, kept) = (own(), answer(&number.to_string()));
            let (caller, kept) = (&caller, &kept);
            let outcome = store.transact(async move |tx| {
                let mut keys = tx.idempotency_keys();
                keys.remember(caller, "key", kept, (NOW, NOW - DAY)).await?;
                if number % 2 == 0 {
                    return Err(Error::Unavailable("as planned".to_owned()));
                }
                Ok(())
            });
            (number, outcome.await)
        }
    });
    let mut winners = Vec::new();
    for (number, outcome) in at_once(callers).await {
        match outcome {
            Ok(()) => winners.push(answer(&number.to_string())),
            Err(Error::Conflict(_)) => {}
            Err(other) => assert_eq!(other, Error::Unavailable("as planned".to_owned())),
        }
    }
    assert_eq!(winners.len(), 1);
    let kept = find(&store, (&own(), "key"), NOW).await;
    assert_eq!(kept, winners.pop());
}

async fn a_purge_forgets_what_is_past_the_horizon(store: Store) {
    let caller = own();
    for (key, at) in [("first", NOW), ("second", after(1)), ("third", after(2))] {
        let stored = remember(&store, (&caller, key), &answer(key), at).await;
        assert_eq!(stored, Ok(()));
    }
    for (horizon, purged) in [(after(-1), 0), (after(1), 2), (after(1), 0)] {
        let outcome = store.transact(async |tx| tx.idempotency_keys().purge(horizon).await);
        assert_eq!(outcome.await, Ok(purged));
    }
    assert_eq!(find(&store, (&caller, "second"), NOW).await, None);
    let third = find(&store, (&caller, "third"), NOW).await;
    assert_eq!(third, Some(answer("third")));
}
