//! Texts that people type for others to read.

/// Whether something in the text is not seen, or makes the rest be seen otherwise: control characters,
/// those that turn the direction of writing, those without width, and blanks that look like nothing.
#[must_use]
pub fn has_invisible_character(text: &str) -> bool {
    text.chars().any(is_invisible)
}

fn is_invisible(letter: char) -> bool {
    letter.is_control()
        || matches!(letter,
            // Unicode calls all of these format characters, or takes them for nothing.
            '\u{ad}'
            | '\u{34f}'
            | '\u{600}'..='\u{605}'
            | '\u{61c}'
            | '\u{6dd}'
            | '\u{70f}'
            | '\u{890}'..='\u{891}'
            | '\u{8e2}'
            | '\u{115f}'..='\u{1160}'
            | '\u{17b4}'..='\u{17b5}'
            | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{2800}'
            | '\u{3164}'
            | '\u{feff}'
            | '\u{ffa0}'
            | '\u{fff0}'..='\u{fffb}'
            | '\u{110bd}'
            | '\u{110cd}'
            | '\u{13430}'..='\u{1343f}'
            | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_seen_is_found() {
        for text in [
            "Kari\0",
            "Kari\n",
            "Kari\u{7f}",
            "Kari\u{85}",
            "\u{202e}iraK",
            "Kari\u{202a}",
            "\u{2066}Kari\u{2069}",
            "Ka\u{200b}ri",
            "Ka\u{200d}ri",
            "\u{feff}Kari",
            "Ka\u{ad}ri",
            "\u{61c}Kari",
            "Kari\u{2028}",
            "\u{3164}",
            "Kari\u{e0041}",
        ] {
            assert!(has_invisible_character(text), "{text:?}");
        }
    }

    #[test]
    fn what_people_are_called_is_seen() {
        for text in [
            "",
            "Kari Nordmann",
            "Åse-Lill O'Hara",
            "Nguyễn",
            "山田 太郎",
            "محمد",
            "שרה",
            "Fakturering ⚙\u{fe0f} 2026",
        ] {
            assert!(!has_invisible_character(text), "{text:?}");
        }
    }
}
