//! Whether the quotation marks of a line of CSV are where they belong. Where they are not, readers
//! guess, and each guesses otherwise.

/// What the quotation marks say about a line.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Quoting {
    /// The line is complete.
    Sound,
    /// A quoted value goes on in the next line.
    Open,
    /// A mark stands where none may be.
    Broken,
}

/// Looks at a line, or at several that a quoted value goes on in.
pub(super) fn quoting(text: &str, delimiter: u8) -> Quoting {
    let delimiter = char::from(delimiter);
    let mut rest = text;
    loop {
        let Some(quoted) = rest.strip_prefix('"') else {
            let (value, more) = match rest.split_once(delimiter) {
                Some((value, more)) => (value, Some(more)),
                None => (rest, None),
            };
            if value.contains('"') {
                return Quoting::Broken;
            }
            match more {
                Some(more) => rest = more,
                None => return Quoting::Sound,
            }
            continue;
        };
        let Some(after) = after_quoted(quoted) else {
            return Quoting::Open;
        };
        match after.strip_prefix(delimiter) {
            Some(more) => rest = more,
            None if after.is_empty() => return Quoting::Sound,
            None => return Quoting::Broken,
        }
    }
}

/// What follows the mark that closes a value; two marks in a row are one of its letters.
fn after_quoted(mut text: &str) -> Option<&str> {
    loop {
        let (_, after) = text.split_once('"')?;
        match after.strip_prefix('"') {
            Some(more) => text = more,
            None => return Some(after),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_where_they_belong_or_not() {
        for (text, expected) in [
            ("", Quoting::Sound),
            ("a,b,", Quoting::Sound),
            ("\"a,b\",c,\"\"", Quoting::Sound),
            ("\"a \"\"b\"\" c\"", Quoting::Sound),
            ("\"\"\"\"", Quoting::Sound),
            ("a,\"b", Quoting::Open),
            ("\"a\"\"", Quoting::Open),
            ("a \"b\",c", Quoting::Broken),
            ("5\",c", Quoting::Broken),
            ("\"a\"b,c", Quoting::Broken),
            ("\"a\" ,c", Quoting::Broken),
        ] {
            assert_eq!(quoting(text, b','), expected, "{text}");
        }
        assert_eq!(quoting("\"a\";b", b';'), Quoting::Sound);
    }
}
