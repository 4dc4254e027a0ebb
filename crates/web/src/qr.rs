//! Pictures that devices read: QR codes as SVG.

use askama::Template;
use askama::filters::HtmlSafe;
use qrcode::{Color, EcLevel, QrCode};

/// How wide the rim is, in modules; readers need four.
const RIM: usize = 4;

/// A picture of a text, black on white in any theme: `{{ qr }}`.
#[derive(Debug, Clone, Template)]
#[template(path = "web/qr.svg", escape = "html")]
pub struct Qr {
    label: String,
    size: usize,
    path: String,
}

impl Qr {
    /// A picture of a text, with what those are told who do not see it; nothing when the text is too
    /// long for one.
    #[must_use]
    pub fn new(text: &str, label: &str) -> Option<Self> {
        let code = QrCode::with_error_correction_level(text, EcLevel::M).ok()?;
        let width = code.width();
        let modules = code.to_colors().into_iter().enumerate();
        let dark = modules.filter(|(_, color)| *color == Color::Dark);
        let squares: Vec<_> = dark
            .map(|(index, _)| format!("M{} {}h1v1h-1z", index % width + RIM, index / width + RIM))
            .collect();
        Some(Self {
            label: label.to_owned(),
            size: width + 2 * RIM,
            path: squares.concat(),
        })
    }
}

impl HtmlSafe for Qr {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_becomes_squares_within_the_rim() {
        let html = Qr::new("otpauth://totp/x", "A <picture>")
            .expect("a picture")
            .to_string();
        assert!(html.contains("viewBox=\"0 0 33 33\""), "{html}");
        assert!(
            html.contains("M4 4h1v1h-1z") && !html.contains("M0 "),
            "{html}"
        );
        assert!(html.contains("A &#60;picture&#62;"), "{html}");
        assert!(Qr::new(&"x".repeat(5_000), "").is_none());
    }
}
