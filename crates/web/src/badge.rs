//! Short words that say how something stands.

use askama::Template;
use askama::filters::HtmlSafe;

/// What a notice or a badge feels like; the words say it too, so that nothing hangs on the color.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// Nothing to say.
    Plain,
    /// Something goes on.
    Info,
    /// It went well.
    Good,
    /// It needs attention.
    Warning,
    /// It went wrong.
    Bad,
}

impl Tone {
    /// The class in the style sheet.
    #[must_use]
    pub const fn class(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Info => "info",
            Self::Good => "good",
            Self::Warning => "warning",
            Self::Bad => "bad",
        }
    }
}

/// A word in a colored box: `{{ Badge::new(Tone::Good, "COMPLETED") }}`.
#[derive(Debug, Clone, Template)]
#[template(
    ext = "html",
    source = r#"<span class="badge {{ tone.class() }}">{{ text }}</span>"#
)]
pub struct Badge {
    tone: Tone,
    text: String,
}

impl Badge {
    /// A badge with these words.
    #[must_use]
    pub fn new(tone: Tone, text: impl Into<String>) -> Self {
        Self {
            tone,
            text: text.into(),
        }
    }
}

impl HtmlSafe for Badge {}
