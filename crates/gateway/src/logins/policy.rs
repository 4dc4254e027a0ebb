//! Which passwords people may choose (NIST SP 800-63B, revision 4, 3.1.1.2): long ones that nobody
//! guesses first. Nothing is asked of the kinds of characters in them.

use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization;

/// The least length of a password that is all that is asked for.
pub const LEAST_ALONE: usize = 15;

/// The least length of a password beside a one-time code.
pub const LEAST_WITH_CODE: usize = 8;

/// More than this takes only time to hash.
pub const MOST: usize = 256;

/// Without the words that stand to reason, so much has to be left.
const LEAST_OWN: usize = 8;

const LIST: &str = include_str!("common_passwords.txt");

static COMMON: LazyLock<Vec<&str>> = LazyLock::new(|| {
    let lines = LIST.lines().filter(|line| !line.starts_with("# "));
    lines.collect()
});

/// Why a password can't be chosen. Reads on after "the password".
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordFault {
    /// Too few characters.
    #[error("must have at least {least} characters")]
    TooShort {
        /// As few as it may have.
        least: usize,
    },
    /// Too many characters.
    #[error("must have at most {MOST} characters")]
    TooLong,
    /// Characters that no keyboard types.
    #[error("must not have control characters in it")]
    Control,
    /// One of those that are tried first.
    #[error("is one of those that are guessed first")]
    Common,
    /// Little more than a word that stands to reason.
    #[error("is little more than your name or that of this service")]
    Named,
}

/// What a password is chosen for.
#[derive(Debug, Clone, Copy)]
pub struct PasswordUse<'a> {
    /// What the person is called.
    pub name: &'a str,
    /// Whether a one-time code is asked for besides.
    pub with_code: bool,
}

/// The same text, however it was typed (NFKC).
pub(crate) fn normalized(password: &str) -> String {
    // What is far too long is refused, or wrong; there is no reason to look at all of it.
    password.chars().take(4 * MOST).nfkc().collect()
}

/// Whether a person may choose a password.
pub fn check_password(password: &str, used: PasswordUse<'_>) -> Result<(), PasswordFault> {
    let password = normalized(password);
    let least = if used.with_code {
        LEAST_WITH_CODE
    } else {
        LEAST_ALONE
    };
    let length = password.chars().count();
    if length < least {
        return Err(PasswordFault::TooShort { least });
    }
    if length > MOST {
        return Err(PasswordFault::TooLong);
    }
    if password.chars().any(char::is_control) {
        return Err(PasswordFault::Control);
    }
    let lower = password.to_lowercase();
    if is_common(&lower) {
        return Err(PasswordFault::Common);
    }
    let mut own = lower;
    for word in [&used.name.to_lowercase(), "avtale"] {
        own = own.replace(word, "");
    }
    if own
        .chars()
        .filter(|letter| letter.is_alphanumeric())
        .count()
        < LEAST_OWN.min(least - 1)
    {
        return Err(PasswordFault::Named);
    }
    Ok(())
}

/// Whether it is on the list, with or without what is put around such passwords, once or repeated,
/// or a row of characters that follow each other.
fn is_common(password: &str) -> bool {
    let core = password.trim_matches(|letter: char| !letter.is_alphabetic());
    [password, core]
        .into_iter()
        .any(|text| is_listed(text) || is_listed(repeated(text)))
        || repeated(password).chars().count() < 4
        || is_row(password)
}

fn is_listed(text: &str) -> bool {
    COMMON.binary_search(&text).is_ok()
}

/// The part that a text is the repetition of; the text itself when it repeats nothing.
fn repeated(text: &str) -> &str {
    let starts = text.char_indices().map(|(start, _)| start).skip(1);
    let found = starts
        .filter(|start| text.len().is_multiple_of(*start))
        .find(|start| {
            text.as_bytes()
                .chunks(*start)
                .all(|part| part == &text.as_bytes()[..*start])
        });
    found.map_or(text, |start| &text[..start])
}

/// `abcdefgh…`, `9876543…`; a zero may follow a nine.
fn is_row(text: &str) -> bool {
    let codes: Vec<_> = text.bytes().collect();
    let follows = |pair: &[u8]| pair[1] == pair[0].wrapping_add(1) || pair == b"90";
    let precedes = |pair: &[u8]| pair[0] == pair[1].wrapping_add(1) || pair == b"09";
    codes.windows(2).all(follows) || codes.windows(2).all(precedes)
}

#[cfg(test)]
mod tests {
    use super::*;

    const KARI: PasswordUse<'static> = PasswordUse {
        name: "kari.nordmann",
        with_code: false,
    };

    #[test]
    fn the_list_is_sorted_and_long() {
        assert!(COMMON.len() > 4_000, "{}", COMMON.len());
        assert!(COMMON.is_sorted());
        assert!(
            COMMON
                .iter()
                .all(|password| password.len() >= LEAST_WITH_CODE)
        );
    }

    #[test]
    fn a_password_is_long_or_has_a_code_beside_it() {
        let with_code = PasswordUse {
            with_code: true,
            ..KARI
        };
        for (password, alone, beside) in [
            ("", Some(15), Some(8)),
            ("fjord-7", Some(15), Some(8)),
            ("fjord-78", Some(15), None),
            ("fjord-mountain", Some(15), None),
            ("fjord-mountains", None, None),
            ("æøåæøåüñ", Some(15), None),
        ] {
            let fault = |least: Option<usize>| match least {
                Some(least) => Err(PasswordFault::TooShort { least }),
                None => Ok(()),
            };
            assert_eq!(check_password(password, KARI), fault(alone), "{password}");
            assert_eq!(
                check_password(password, with_code),
                fault(beside),
                "{password}"
            );
        }
    }

    #[test]
    fn long_ones_are_taken_up_to_a_bound() {
        let long = "fjord ".repeat(43);
        assert_eq!(check_password(&long[..256], KARI), Ok(()));
        assert_eq!(
            check_password(&long[..257], KARI),
            Err(PasswordFault::TooLong)
        );
    }

    #[test]
    fn every_visible_character_and_blanks_will_do() {
        for password in [
            "alle gode ting er tre",
            "æøå ÆØÅ 日本語 🦊🦊🦊 !\"#",
            "ikke! lett? å: gjette,",
        ] {
            assert_eq!(check_password(password, KARI), Ok(()), "{password}");
        }
        assert_eq!(
            check_password("alle gode\u{0}ting er tre", KARI),
            Err(PasswordFault::Control)
        );
    }

    #[test]
    fn what_is_guessed_first_is_refused() {
        for password in [
            "passwordpassword",
            "Password1234567",
            "!!!iloveyou!!!!!",
            "aaaaaaaaaaaaaaaa",
            "abababababababab",
            "1234567890123456",
            "9876543210987654",
            "abcdefghijklmnop",
            "qwertyuiopqwertyuiop",
        ] {
            assert_eq!(
                check_password(password, KARI),
                Err(PasswordFault::Common),
                "{password}"
            );
        }
    }

    #[test]
    fn the_name_and_the_services_name_are_no_password() {
        for password in [
            "kari.nordmann-kari.nordmann",
            "Kari.Nordmann2026",
            "avtale-avtale-avtale",
            "Avtale kari.nordmann!",
        ] {
            assert_eq!(
                check_password(password, KARI),
                Err(PasswordFault::Named),
                "{password}"
            );
        }
        assert_eq!(check_password("kari.nordmann likes fjords", KARI), Ok(()));
    }

    #[test]
    fn however_it_is_typed_it_is_the_same() {
        assert_eq!(normalized("A\u{30a}rsrapport"), normalized("Årsrapport"));
        assert_eq!(normalized("ﬁsk"), "fisk");
    }
}
