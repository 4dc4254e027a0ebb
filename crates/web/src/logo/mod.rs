//! A logo: a picture from the operator, which is looked through before it is served, so that it
//! shows itself and does nothing else.

use std::fmt;

use axum::body::Bytes;

/// What a PNG begins with, before the length of its first part and that part's name.
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";
const PNG_HEADER: &[u8] = b"IHDR";

/// Elements that run something, bring something else along, or move.
const REFUSED: [&str; 15] = [
    "script",
    "foreignobject",
    "iframe",
    "embed",
    "object",
    "audio",
    "video",
    "canvas",
    "image",
    "feimage",
    "handler",
    "listener",
    "animate",
    "animatetransform",
    "set",
];

/// A picture that may be shown: SVG or PNG.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Logo {
    kind: Kind,
    bytes: Bytes,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Svg,
    Png,
}

/// Why a picture is not shown.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LogoFault {
    /// Every page would wait for it.
    #[error("it has more than {} KiB", Logo::LARGEST / 1024)]
    TooLarge,
    /// Something else, whatever its name ends in.
    #[error("it is neither an SVG nor a PNG")]
    OtherFormat,
    /// An SVG that does more than show itself, or might.
    #[error("it has {0}, and a logo must do nothing but show itself")]
    NotInert(String),
}

impl Logo {
    /// No logo has more bytes.
    pub const LARGEST: usize = 64 * 1024;

    /// Looks through what a file holds.
    pub fn read(bytes: impl Into<Bytes>) -> Result<Self, LogoFault> {
        let bytes = bytes.into();
        if bytes.len() > Self::LARGEST {
            return Err(LogoFault::TooLarge);
        }
        if bytes.starts_with(PNG) {
            let has_header = bytes.get(12..16) == Some(PNG_HEADER);
            let kind = Kind::Png;
            let logo = has_header.then_some(Self { kind, bytes });
            return logo.ok_or(LogoFault::OtherFormat);
        }
        let text = std::str::from_utf8(&bytes).map_err(|_| LogoFault::OtherFormat)?;
        check_svg(text)?;
        let kind = Kind::Svg;
        Ok(Self { kind, bytes })
    }

    /// The name, the media type and the content of the file that is served.
    pub(crate) fn file(&self) -> (&'static str, &'static str, Bytes) {
        let bytes = self.bytes.clone();
        match self.kind {
            Kind::Svg => ("logo.svg", "image/svg+xml", bytes),
            Kind::Png => ("logo.png", "image/png", bytes),
        }
    }
}

/// Its format and its size.
impl fmt::Display for Logo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self.kind {
            Kind::Svg => "SVG",
            Kind::Png => "PNG",
        };
        write!(f, "{kind}, {} bytes", crate::grouped(self.bytes.len()))
    }
}

fn refused(what: impl Into<String>) -> LogoFault {
    LogoFault::NotInert(what.into())
}

/// Whether a text is an SVG in which nothing runs and which asks for nothing.
fn check_svg(text: &str) -> Result<(), LogoFault> {
    let mut rest = text.trim_start_matches('\u{feff}');
    let mut is_first = true;
    let mut in_style = false;
    while let Some((before, tag)) = rest.split_once('<') {
        if is_first && !before.trim().is_empty() {
            return Err(LogoFault::OtherFormat);
        }
        if in_style {
            check_style(before)?;
        }
        let length = if let Some(comment) = tag.strip_prefix("!--") {
            comment.find("-->").map(|end| end + 6)
        } else if tag.starts_with('!') {
            return Err(refused("a document type or a section of raw characters"));
        } else {
            end_of(tag).map(|end| end + 1)
        };
        let length = length.ok_or(LogoFault::OtherFormat)?;
        rest = &tag[length..];
        if tag.starts_with("!--") {
            continue;
        }
        let tag = &tag[..length - 1];
        if let Some(instruction) = tag.strip_prefix('?') {
            check_instruction(instruction)?;
            continue;
        }
        let name = local_name(tag);
        if is_first && name != "svg" {
            return Err(LogoFault::OtherFormat);
        }
        is_first = false;
        in_style = name == "style" && !tag.starts_with('/') && !tag.ends_with('/');
        check_element(tag, &name)?;
    }
    if is_first {
        return Err(LogoFault::OtherFormat);
    }
    Ok(())
}

/// Where a tag ends; within quotes it does not.
fn end_of(tag: &str) -> Option<usize> {
    let mut quote = None;
    tag.bytes().position(|byte| {
        match (quote, byte) {
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), _) if open == byte => quote = None,
            _ => {}
        }
        quote.is_none() && byte == b'>'
    })
}

/// Without the namespace, in lower case.
fn local_name(tag: &str) -> String {
    let tag = tag.trim_start_matches('/');
    let end = tag.find(|letter: char| letter.is_whitespace() || letter == '/');
    let name = &tag[..end.unwrap_or(tag.len())];
    let local = name.rsplit(':').next().unwrap_or_default();
    local.to_ascii_lowercase()
}

fn check_instruction(instruction: &str) -> Result<(), LogoFault> {
    if instruction.starts_with("xml ") {
        return Ok(());
    }
    Err(refused("a processing instruction"))
}

fn check_element(tag: &str, name: &str) -> Result<(), LogoFault> {
    if REFUSED.contains(&name) || name.starts_with("animate") {
        return Err(refused(format!("the element <{name}>")));
    }
    if tag.contains("&#") {
        return Err(refused("attributes in encoded characters"));
    }
    for (name, value) in attributes(tag) {
        check_attribute(&name, value)?;
    }
    Ok(())
}

fn check_attribute(name: &str, value: &str) -> Result<(), LogoFault> {
    if name.starts_with("xmlns") {
        return Ok(());
    }
    let local = name.rsplit(':').next().unwrap_or_default();
    if local.starts_with("on") {
        return Err(refused(format!("the event attribute `{name}`")));
    }
    let leads = matches!(local, "href" | "src" | "base");
    if leads && !value.trim_start().starts_with('#') {
        return Err(refused(format!(
            "the reference `{name}` to something outside it"
        )));
    }
    check_style(value)
}

/// Nothing that a style sheet may fetch.
fn check_style(text: &str) -> Result<(), LogoFault> {
    let plain: String = text.split_whitespace().collect();
    let plain = plain.to_ascii_lowercase();
    let mut addresses = plain.split("url(").skip(1);
    let is_outside = addresses.any(|rest| {
        let address = rest.trim_start_matches(['"', '\'']).replace("&quot;", "");
        !address.starts_with('#')
    });
    for (is_there, what) in [
        (
            is_outside || plain.contains("image-set("),
            "a style with an address outside it",
        ),
        (plain.contains("@import"), "a style that imports another"),
        (plain.contains("javascript:"), "a script in an address"),
        (plain.contains('\\'), "a style in encoded characters"),
    ] {
        if is_there {
            return Err(refused(what));
        }
    }
    Ok(())
}

/// The attributes of a tag, their names in lower case.
fn attributes(tag: &str) -> Vec<(String, &str)> {
    let mut found = Vec::new();
    let mut rest = tag;
    while let Some((before, after)) = rest.split_once('=') {
        let name = before.split_whitespace().next_back().unwrap_or_default();
        let after = after.trim_start();
        let quote = after.chars().next().filter(|quote| "\"'".contains(*quote));
        let end = quote.and_then(|quote| after[1..].find(quote));
        let (value, next) = match end {
            Some(end) => (&after[1..=end], &after[end + 2..]),
            None => (after, ""),
        };
        found.push((name.to_ascii_lowercase(), value));
        rest = next;
    }
    found
}

#[cfg(test)]
mod tests;
