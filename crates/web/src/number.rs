//! Numbers as people read them.

use std::fmt::Display;

/// A number with its thousands apart, such as `12,345`; what is no number stays as it is.
#[must_use]
pub fn grouped(number: impl Display) -> String {
    let text = number.to_string();
    let end = text.find('.').unwrap_or(text.len());
    let (whole, rest) = text.split_at(end);
    let digits = whole.strip_prefix('-').unwrap_or(whole);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return text;
    }
    let mut grouped = whole[..whole.len() - digits.len()].to_owned();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped + rest
}

/// A part of a whole in hundredths, with one digit more, such as `33.3 %` with a space that does not
/// break; `-` if there is no whole.
#[must_use]
pub fn share(part: i64, whole: i64) -> String {
    if whole == 0 {
        return "-".to_owned();
    }
    let thousandths = (part * 1_000 + whole / 2) / whole;
    format!("{}.{}\u{a0}%", thousandths / 10, thousandths % 10)
}

#[cfg(test)]
mod tests {
    use super::{grouped, share};

    #[test]
    fn a_share_has_one_digit_after_the_point() {
        for (part, whole, expected) in [
            (0, 0, "-"),
            (0, 7, "0.0\u{a0}%"),
            (1, 3, "33.3\u{a0}%"),
            (2, 3, "66.7\u{a0}%"),
            (7, 7, "100.0\u{a0}%"),
        ] {
            assert_eq!(share(part, whole), expected);
        }
    }

    #[test]
    fn thousands_are_set_apart() {
        for (number, expected) in [
            ("0", "0"),
            ("999", "999"),
            ("1000", "1,000"),
            ("12345", "12,345"),
            ("123456", "123,456"),
            ("1234567", "1,234,567"),
            ("-1234", "-1,234"),
            ("-123", "-123"),
            ("12345.6789", "12,345.6789"),
            ("100+", "100+"),
            ("", ""),
            ("-", "-"),
        ] {
            assert_eq!(grouped(number), expected);
        }
        assert_eq!(grouped(i64::MIN), "-9,223,372,036,854,775,808");
    }
}
