//! Whose pages these are: a name, a logo and a color, which is adapted until text in it can be read.

use crate::{Contact, Logo};

/// The least contrast between text and what is behind it (WCAG 2.2, 1.4.3), with a little to spare.
const READABLE: f64 = 4.6;

const WHITE: Color = Color(255, 255, 255);
const BLACK: Color = Color(0, 0, 0);
/// What text in the accent's color stands on, in `assets/style.css`: the darker of the light ones,
/// the lighter of the dark ones.
const LIGHT_GROUND: Color = Color(0xe9, 0xee, 0xf5);
const DARK_GROUND: Color = Color(0x24, 0x2d, 0x3a);

/// Whose pages these are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Brand {
    /// What is written in the corner of each page and in its title.
    pub name: String,
    /// The picture in place of the name in the corner.
    pub logo: Option<Logo>,
    /// The color of links and buttons.
    pub accent: Color,
    /// Whom readers may ask.
    pub contact: Option<Contact>,
}

impl Default for Brand {
    fn default() -> Self {
        Self {
            name: "Avtale".to_owned(),
            logo: None,
            accent: Color(0x1f, 0x5f, 0xa8),
            contact: None,
        }
    }
}

/// A color: red, green, blue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Color(u8, u8, u8);

impl Brand {
    /// The style sheet that says what the accent is, in light and in dark.
    pub(crate) fn style(&self) -> String {
        let light = self.accent.until_readable_on(LIGHT_GROUND, BLACK);
        let dark = self.accent.until_readable_on(DARK_GROUND, WHITE);
        let declared = |color: Color| {
            let (on, color) = (color.text_on_it().hex(), color.hex());
            format!(":root {{ --accent: {color}; --on-accent: {on}; }}")
        };
        let (light, dark) = (declared(light), declared(dark));
        format!("{light}\n@media (prefers-color-scheme: dark) {{ {dark} }}\n")
    }
}

impl Color {
    /// Reads `#` and six hexadecimal digits.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('#')?;
        let [red, green, blue] = hex::decode(digits).ok()?.try_into().ok()?;
        Some(Self(red, green, blue))
    }

    fn hex(self) -> String {
        format!("#{:02x}{:02x}{:02x}", self.0, self.1, self.2)
    }

    /// The color itself, or as little of the other in it as makes it readable there.
    fn until_readable_on(self, ground: Self, other: Self) -> Self {
        (0..=20)
            .map(|part| self.mixed(other, part))
            .find(|color| color.contrast(ground) >= READABLE)
            .unwrap_or(other)
    }

    /// With so many twentieths of another.
    fn mixed(self, other: Self, part: u16) -> Self {
        let mix = |own: u8, its: u8| {
            let sum = u16::from(own) * (20 - part) + u16::from(its) * part;
            u8::try_from(sum / 20).unwrap_or(u8::MAX)
        };
        Self(
            mix(self.0, other.0),
            mix(self.1, other.1),
            mix(self.2, other.2),
        )
    }

    fn text_on_it(self) -> Self {
        if self.contrast(WHITE) >= self.contrast(BLACK) {
            WHITE
        } else {
            BLACK
        }
    }

    fn contrast(self, other: Self) -> f64 {
        let (one, two) = (self.luminance(), other.luminance());
        (one.max(two) + 0.05) / (one.min(two) + 0.05)
    }

    /// The relative luminance of WCAG 2.2.
    fn luminance(self) -> f64 {
        let linear = |channel: u8| {
            let share = f64::from(channel) / 255.0;
            if share <= 0.040_45 {
                share / 12.92
            } else {
                ((share + 0.055) / 1.055).powf(2.4)
            }
        };
        0.2126 * linear(self.0) + 0.7152 * linear(self.1) + 0.0722 * linear(self.2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_color_is_a_number_sign_and_six_digits() {
        assert_eq!(Color::parse("#1f5Fa8"), Some(Color(0x1f, 0x5f, 0xa8)));
        for text in [
            "", "#", "#fff", "1f5fa8", "#1f5fa", "#1f5fa8a", "#1f5fag", "red",
        ] {
            assert_eq!(Color::parse(text), None, "{text}");
        }
    }

    #[test]
    fn contrast_is_as_wcag_counts_it() {
        assert!((BLACK.contrast(WHITE) - 21.0).abs() < 1e-9);
        assert!((Color(0x76, 0x76, 0x76).contrast(WHITE) - 4.54).abs() < 0.01);
    }

    #[test]
    fn whatever_the_accent_text_in_it_and_on_it_can_be_read() {
        for text in [
            "#000000", "#ffffff", "#ffff00", "#ff0000", "#00c8ff", "#808080",
        ] {
            let accent = Color::parse(text).expect(text);
            for (ground, other) in [(LIGHT_GROUND, BLACK), (DARK_GROUND, WHITE)] {
                let color = accent.until_readable_on(ground, other);
                assert!(color.contrast(ground) >= READABLE, "{text}");
                assert!(color.contrast(color.text_on_it()) >= 4.5, "{text}");
            }
        }
    }
}
