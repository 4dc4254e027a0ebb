//! Long names and addresses, which may be broken where they have joints.

use std::fmt::Display;

use askama::Template;
use askama::filters::HtmlSafe;

/// A text that may go on in the next line after a slash, an at sign, a dot or an underscore:
/// `{{ Breakable::new(path) }}`.
#[derive(Debug, Clone, Template)]
#[template(
    ext = "html",
    source = "{% for part in text.split_inclusive(['/', '@', '.', '_']) %}{% if !loop.first %}<wbr>{% endif %}{{ part }}{% endfor %}"
)]
pub struct Breakable {
    text: String,
}

impl Breakable {
    /// This text.
    #[must_use]
    pub fn new(text: impl Display) -> Self {
        Self {
            text: text.to_string(),
        }
    }
}

impl HtmlSafe for Breakable {}

#[cfg(test)]
mod tests {
    use super::Breakable;

    #[test]
    fn a_text_breaks_at_its_joints_alone() {
        for (text, expected) in [
            ("", ""),
            ("order", "order"),
            ("get_order", "get_<wbr>order"),
            ("/v2/a", "/<wbr>v2/<wbr>a"),
            ("a@b.no", "a@<wbr>b.<wbr>no"),
            ("<b>.", "&#60;b&#62;."),
        ] {
            assert_eq!(Breakable::new(text).to_string(), expected);
        }
    }
}
