//! How long to wait before the next attempt.

use domain::Entropy;
use jiff::SignedDuration;

/// Twice as long after each attempt, up to a bound, and a fifth more or less by chance, so that
/// what failed together is not tried together.
pub(crate) fn pause_after(
    attempts: i64,
    longest: SignedDuration,
    entropy: &dyn Entropy,
) -> SignedDuration {
    let doubled = SignedDuration::from_secs(1 << attempts.clamp(0, 30));
    spread(doubled.min(longest), entropy)
}

/// A fifth more or less.
pub(crate) fn spread(pause: SignedDuration, entropy: &dyn Entropy) -> SignedDuration {
    let mut chance = [0; 2];
    entropy.fill(&mut chance);
    let share = i32::from(u16::from_be_bytes(chance) % 401) - 200;
    pause + pause / 1000 * share
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
    fn a_pause_doubles_up_to_its_bound() {
        let longest = SignedDuration::from_mins(5);
        for byte in [0, 1, 77, 255] {
            for (attempts, expected) in [(0, 1), (1, 2), (5, 32), (8, 256), (9, 300), (60, 300)] {
                let pause = pause_after(attempts, longest, &Same(byte)).as_secs_f64();
                let ratio = pause / f64::from(expected);
                assert!((0.799..=1.201).contains(&ratio), "{attempts}: {pause}");
            }
        }
    }
}
