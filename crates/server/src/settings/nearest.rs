//! What someone who mistyped a word may have meant.

/// The known word that is nearest to a mistyped one, if one is near.
pub(super) fn nearest<'a>(
    typed: &str,
    known: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let typed = typed.to_lowercase().replace('-', "_");
    known
        .into_iter()
        .map(|word| {
            let plain = word.replace('-', "_");
            (strsim::jaro_winkler(&typed, &plain), word)
        })
        .filter(|(likeness, _)| *likeness >= 0.8)
        .max_by(|(one, _), (other, _)| one.total_cmp(other))
        .map(|(_, word)| word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_near_and_another_word_is_not() {
        let known = ["listen", "public_url", "trusted_proxies", "log"];
        for (typed, expected) in [
            ("lissen", Some("listen")),
            ("public-url", Some("public_url")),
            ("PublicUrl", Some("public_url")),
            ("trusted_proxy", Some("trusted_proxies")),
            ("workers", None),
            ("x", None),
        ] {
            assert_eq!(nearest(typed, known), expected, "{typed}");
        }
    }
}
