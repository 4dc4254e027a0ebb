//! Going through a long list: the first page, and the next one.

use askama::Template;
use askama::filters::HtmlSafe;

/// The links below a list: `{{ pager }}`. It shows nothing when all is on one page.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "web/pager.html")]
pub struct Pager {
    /// Where the list begins, if this page is a later one.
    pub first: Option<String>,
    /// Where it goes on, if it does.
    pub next: Option<String>,
}

impl HtmlSafe for Pager {}
