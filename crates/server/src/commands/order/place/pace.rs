//! Keeps to the server's spike arrest, as its answers state it. Sending faster would only turn most
//! calls into refusals, and each refusal into a wait of a second.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use axum::http::HeaderMap;
use tokio::sync::Mutex;
use tokio::time::{Interval, MissedTickBehavior, interval};

const POLICY: &str = "ratelimit-policy";
const SPIKE_ARREST: &str = "\"spike-arrest\"";

/// Lets calls through one after another, in the learned distance.
#[derive(Default)]
pub(super) struct Pace {
    /// In microseconds; 0 while no limit is known.
    distance: AtomicU64,
    ticks: Mutex<Option<Interval>>,
}

impl Pace {
    /// Notes the limit that an answer states.
    pub(super) fn learn(&self, headers: &HeaderMap) {
        let policy = headers.get(POLICY).and_then(|value| value.to_str().ok());
        if let Some(distance) = policy.and_then(distance) {
            let microseconds = u64::try_from(distance.as_micros()).unwrap_or_default();
            self.distance.store(microseconds, Ordering::Relaxed);
        }
    }

    /// Waits for the next call's turn.
    pub(super) async fn turn(&self) {
        let distance = Duration::from_micros(self.distance.load(Ordering::Relaxed));
        if distance.is_zero() {
            return;
        }
        let mut ticks = self.ticks.lock().await;
        if ticks
            .as_ref()
            .is_none_or(|ticks| ticks.period() != distance)
        {
            let mut new = interval(distance);
            new.set_missed_tick_behavior(MissedTickBehavior::Delay);
            *ticks = Some(new);
        }
        if let Some(ticks) = ticks.as_mut() {
            ticks.tick().await;
        }
    }
}

/// The distance that keeps below the limit, and a little more, because ways differ in length.
fn distance(policy: &str) -> Option<Duration> {
    let item = policy
        .split(',')
        .find_map(|item| item.trim().strip_prefix(SPIKE_ARREST))?;
    let parameter = |name: &str| -> Option<u32> {
        let value = item
            .split(';')
            .find_map(|part| part.trim().strip_prefix(name))?;
        value.parse().ok().filter(|number| *number > 0)
    };
    let (calls, window) = (parameter("q=")?, parameter("w=")?);
    Some(Duration::from_secs(window.into()) * 21 / 20 / calls)
}

#[cfg(test)]
mod tests {
    use tokio::time::timeout;

    use super::*;

    #[test]
    fn the_distance_is_a_little_more_than_the_limits() {
        for (policy, expected) in [
            (
                "\"spike-arrest\";q=30;w=1, \"quota\";q=5;w=60",
                Some(35_000),
            ),
            (
                "\"quota\";q=5;w=60, \"spike-arrest\";w=60;q=60",
                Some(1_050_000),
            ),
            ("\"quota\";q=5;w=60", None),
            ("\"spike-arrest\";q=0;w=1", None),
            ("\"spike-arrest\"", None),
            ("", None),
        ] {
            let expected = expected.map(Duration::from_micros);
            assert_eq!(distance(policy), expected, "{policy}");
        }
    }

    #[tokio::test]
    async fn a_second_call_waits_once_a_limit_is_known() {
        let pace = Pace::default();
        let is_let_through = async || timeout(Duration::ZERO, pace.turn()).await.is_ok();
        assert_eq!(
            (is_let_through().await, is_let_through().await),
            (true, true)
        );
        let mut headers = HeaderMap::new();
        let policy = "\"spike-arrest\";q=1;w=1000";
        headers.insert(POLICY, policy.parse().expect("a value"));
        pace.learn(&headers);
        assert_eq!(
            (is_let_through().await, is_let_through().await),
            (true, false)
        );
    }
}
