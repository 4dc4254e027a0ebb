//! Where a request comes from.

use std::net::IpAddr;

/// The address of whoever sent a request, which the listener puts into the request's extensions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClientAddress(pub IpAddr);

/// Whether a path names something with a control character in it, which nothing here has: no text
/// that is kept may hold one.
#[must_use]
pub fn has_control_character(path: &str) -> bool {
    path.split('%').skip(1).any(|rest| {
        let byte = rest
            .get(..2)
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        byte.is_some_and(|byte| byte.is_ascii_control())
    })
}

#[cfg(test)]
mod tests {
    use super::has_control_character;

    #[test]
    fn control_characters_are_seen_through_their_encoding() {
        for path in ["/a/%00", "/a/%0a/b", "/a/x%1Fy", "/a/%7f"] {
            assert!(has_control_character(path), "{path}");
        }
        for path in [
            "/a/b",
            "/a/%20b",
            "/a/%C3%98",
            "/a/%",
            "/a/%zz",
            "/a/100%25",
        ] {
            assert!(!has_control_character(path), "{path}");
        }
    }
}
