//! Whom the readers of a page may ask.

/// A mail address, or a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact(String);

impl Contact {
    /// Reads `name@domain`, or what begins with `https://`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let plain = !text.chars().any(|c| c.is_whitespace() || c.is_control()) && text.len() <= 200;
        let mail = text.split_once('@').is_some_and(|(name, domain)| {
            let is_name = |byte: u8| byte.is_ascii_alphanumeric() || b"._+-".contains(&byte);
            !name.is_empty() && name.bytes().all(is_name) && domain.contains('.')
        });
        let page = text
            .strip_prefix("https://")
            .is_some_and(|rest| !rest.is_empty());
        (plain && (mail || page)).then(|| Self(text.to_owned()))
    }

    /// Where a link to it leads.
    #[must_use]
    pub fn href(&self) -> String {
        if self.0.starts_with("https://") {
            self.0.clone()
        } else {
            format!("mailto:{}", self.0)
        }
    }

    /// As it is shown.
    #[must_use]
    pub fn words(&self) -> &str {
        self.0.strip_prefix("https://").unwrap_or(&self.0)
    }
}
