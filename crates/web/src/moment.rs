//! Instants as pages show them: in UTC, so that they fit the log and the APIs.

use std::borrow::Borrow;

use askama::Template;
use askama::filters::HtmlSafe;
use jiff::Timestamp;

/// An instant to the second: `{{ Moment::at(order.created_at) }}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment(Timestamp);

impl Moment {
    /// This instant; templates hand it over as a reference.
    pub fn at(instant: impl Borrow<Timestamp>) -> Self {
        Self(*instant.borrow())
    }
}

#[derive(Template)]
#[template(
    ext = "html",
    source = r#"<time datetime="{{ exact }}">{{ shown }}</time>"#
)]
struct Html {
    exact: String,
    shown: String,
}

impl std::fmt::Display for Moment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let html = Html {
            exact: self.0.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
            shown: self.0.strftime("%Y-%m-%d %H:%M:%S UTC").to_string(),
        };
        html.fmt(f)
    }
}

impl HtmlSafe for Moment {}
