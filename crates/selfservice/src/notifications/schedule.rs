//! When an event is sent again, and when an endpoint is given up.

use domain::Entropy;
use jiff::SignedDuration;

use crate::fulfillment::backoff::spread;

/// The pauses between the attempts of one delivery: three days of them.
const PAUSES: [SignedDuration; 9] = [
    SignedDuration::from_secs(5),
    SignedDuration::from_mins(5),
    SignedDuration::from_mins(30),
    SignedDuration::from_hours(2),
    SignedDuration::from_hours(5),
    SignedDuration::from_hours(10),
    SignedDuration::from_hours(14),
    SignedDuration::from_hours(20),
    SignedDuration::from_hours(24),
];
/// How long an endpoint may fail before it is disabled.
pub(super) const PATIENCE: SignedDuration = SignedDuration::from_hours(5 * 24);
/// How long deliveries and their attempts are kept.
pub(super) const MEMORY: SignedDuration = SignedDuration::from_hours(30 * 24);
/// An endpoint that is well again learns soon enough what it has missed.
const LONGEST_ENDPOINT_PAUSE: usize = 2;

/// How long to wait after so many attempts that failed, 1 or more; none after the last.
pub(super) fn pause_of_delivery(tries: i64, entropy: &dyn Entropy) -> Option<SignedDuration> {
    let place = usize::try_from(tries - 1).ok()?;
    PAUSES.get(place).map(|pause| spread(*pause, entropy))
}

/// How long to leave an endpoint alone after so many rounds in which nothing arrived, 1 or more.
pub(super) fn pause_of_endpoint(failures: i64, entropy: &dyn Entropy) -> SignedDuration {
    let place = usize::try_from(failures - 1).unwrap_or(0);
    let pause = PAUSES.get(place.min(LONGEST_ENDPOINT_PAUSE));
    spread(pause.copied().unwrap_or_default(), entropy)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Fills with one byte.
    struct Same(u8);

    impl Entropy for Same {
        fn fill(&self, buffer: &mut [u8]) {
            buffer.fill(self.0);
        }
    }

    #[test]
    fn a_delivery_is_tried_ten_times_in_three_days() {
        for byte in [0, 99, 255] {
            let pauses: Vec<_> = (1..=10)
                .map_while(|n| pause_of_delivery(n, &Same(byte)))
                .collect();
            assert_eq!(pauses.len(), 9);
            let hours: f64 = pauses
                .iter()
                .map(|pause| pause.as_secs_f64() / 3600.0)
                .sum();
            assert!((60.0..=91.0).contains(&hours), "{hours}");
        }
    }

    #[test]
    fn an_endpoint_is_never_left_alone_for_long() {
        for failures in [1, 2, 3, 4, 1000] {
            let pause = pause_of_endpoint(failures, &Same(255));
            assert!(pause <= SignedDuration::from_mins(36), "{pause}");
            assert!(pause >= SignedDuration::from_secs(4), "{pause}");
        }
    }
}
