//! How long something took or has waited, in words.

/// The two largest units that matter.
pub(super) fn in_words(seconds: i64) -> String {
    let (days, hours) = (seconds / 86_400, seconds / 3_600 % 24);
    let (minutes, rest) = (seconds / 60 % 60, seconds % 60);
    match (days, hours, minutes) {
        (1.., 0, _) => format!("{days} d"),
        (1.., _, _) => format!("{days} d {hours} h"),
        (_, 1.., 0) => format!("{hours} h"),
        (_, 1.., _) => format!("{hours} h {minutes} min"),
        (_, _, 1..) => format!("{minutes} min"),
        _ => format!("{} s", rest.max(0)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_two_largest_units_are_told() {
        for (seconds, words) in [
            (-5, "0 s"),
            (0, "0 s"),
            (59, "59 s"),
            (60, "1 min"),
            (3_599, "59 min"),
            (3_600, "1 h"),
            (7_500, "2 h 5 min"),
            (86_400, "1 d"),
            (200_000, "2 d 7 h"),
        ] {
            assert_eq!(in_words(seconds), words);
        }
    }
}
