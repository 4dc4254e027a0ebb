//! What came of what a person did, shown once on the page that they come to next.

use crate::Tone;

/// No notice is longer; browsers keep cookies of 4096 bytes.
const LONGEST: usize = 1_000;

/// One sentence or two.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// How it went.
    pub tone: Tone,
    /// What it says.
    pub text: String,
}

impl Notice {
    /// It was done.
    #[must_use]
    pub fn done(text: impl Into<String>) -> Self {
        Self::new(Tone::Good, text)
    }

    /// It needs attention.
    #[must_use]
    pub fn warning(text: impl Into<String>) -> Self {
        Self::new(Tone::Warning, text)
    }

    /// It was not done.
    #[must_use]
    pub fn failed(text: impl Into<String>) -> Self {
        Self::new(Tone::Bad, text)
    }

    /// It is good to know.
    #[must_use]
    pub fn info(text: impl Into<String>) -> Self {
        Self::new(Tone::Info, text)
    }

    fn new(tone: Tone, text: impl Into<String>) -> Self {
        let text = text.into();
        Self { tone, text }
    }
}

/// As a cookie holds it: the tone's letter, then the text in hexadecimal.
pub(crate) fn written(notice: &Notice) -> String {
    let letter = match notice.tone {
        Tone::Plain | Tone::Info => 'i',
        Tone::Good => 'g',
        Tone::Warning => 'w',
        Tone::Bad => 'b',
    };
    let mut end = notice.text.len().min(LONGEST);
    while !notice.text.is_char_boundary(end) {
        end -= 1;
    }
    format!("{letter}{}", hex::encode(&notice.text[..end]))
}

/// What a cookie holds; nothing when it was not written here.
pub(crate) fn read(value: &str) -> Option<Notice> {
    let (letter, text) = value.split_at_checked(1)?;
    let tone = match letter {
        "i" => Tone::Info,
        "g" => Tone::Good,
        "w" => Tone::Warning,
        "b" => Tone::Bad,
        _ => return None,
    };
    let text = String::from_utf8(hex::decode(text).ok()?).ok()?;
    (!text.is_empty() && text.len() <= LONGEST).then_some(Notice { tone, text })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_notice_comes_back_as_it_was() {
        for notice in [
            Notice::done("Order 5 goes on."),
            Notice::warning("<b>æ</b>; \"x\""),
            Notice::failed("\n"),
            Notice::info("i"),
        ] {
            assert_eq!(read(&written(&notice)), Some(notice));
        }
    }

    #[test]
    fn a_long_notice_is_cut_between_letters() {
        let long = Notice::done(format!("a{}", "æ".repeat(1_000)));
        let text = read(&written(&long)).expect("a notice").text;
        assert_eq!(text.len(), 999);
    }

    #[test]
    fn what_is_no_notice_is_nothing() {
        for value in [
            "",
            "g",
            "x6f",
            "g6",
            "gzz",
            "gff",
            "æ",
            &format!("g{}", "61".repeat(1001)),
        ] {
            assert_eq!(read(value), None, "{value}");
        }
    }
}
