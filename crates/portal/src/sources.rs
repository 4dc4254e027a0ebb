//! What the portal is made from.

use serde_json::Value;
use web::Brand;

/// Everything that the pages tell. Nothing of it is kept as it is.
#[derive(Debug, Clone)]
pub struct Sources<'a> {
    /// The OpenAPI document of all operations.
    pub whole: &'a Value,
    /// Each API product's name with its own OpenAPI document, in reading order.
    pub products: &'a [(&'a str, &'a Value)],
    /// Every error code with its page.
    pub error_pages: &'a [ErrorPage],
    /// What the requests to copy log in with.
    pub credentials: Credentials,
    /// Whether this server is a sandbox, so that its data may be shown.
    pub sandbox: bool,
    /// Whether it is reached by TLS.
    pub tls: bool,
    /// Whose portal it is.
    pub brand: Brand,
}

/// An error code and the page that explains it.
#[derive(Debug, Clone, Copy)]
pub struct ErrorPage {
    /// The code.
    pub code: u32,
    /// The page, in Markdown.
    pub text: &'static str,
}

/// A client app and a system user, as requests to copy name them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credentials {
    /// The app's id.
    pub client_id: String,
    /// The app's secret.
    pub client_secret: String,
    /// The system user's name.
    pub username: String,
    /// Its password.
    pub password: String,
}

impl Credentials {
    /// Words that a reader replaces by what they were given.
    #[must_use]
    pub fn placeholders() -> Self {
        Self {
            client_id: "YOUR_CLIENT_ID".to_owned(),
            client_secret: "YOUR_CLIENT_SECRET".to_owned(),
            username: "YOUR_SYSTEM_USER".to_owned(),
            password: "YOUR_PASSWORD".to_owned(),
        }
    }
}
