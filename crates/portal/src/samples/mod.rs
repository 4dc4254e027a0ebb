//! Requests to copy, in several languages, made from an operation's example.

mod call;
mod csharp;
mod curl;
mod go;
mod java;
mod javascript;
mod python;

pub(crate) use call::{Call, Filling, Payload, percent_encoded};

/// A whole program in one language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sample {
    /// Part of an element's id.
    pub(crate) id: &'static str,
    /// What people call the language, and what the program needs.
    pub(crate) label: &'static str,
    /// The class of the block of code.
    pub(crate) language: &'static str,
    pub(crate) code: String,
}

/// The same request in every language.
pub(crate) fn samples(call: &Call) -> Vec<Sample> {
    let sample = |id, label, language, code| Sample {
        id,
        label,
        language,
        code,
    };
    vec![
        sample("curl", "curl", "sh", curl::program(call)),
        sample("python", "Python", "python", python::program(call)),
        sample(
            "javascript",
            "JavaScript",
            "javascript",
            javascript::program(call),
        ),
        sample("java", "Java", "java", java::program(call)),
        sample("csharp", "C#", "csharp", csharp::program(call)),
        sample("go", "Go", "go", go::program(call)),
    ]
}

/// Lines that end as text files do.
fn lines(parts: &[String]) -> String {
    let mut text = parts.join("\n");
    text.push('\n');
    text
}

/// A line for each of the names.
fn listed(names: &[&str], line: impl Fn(&str) -> String) -> String {
    let lines: Vec<_> = names.iter().map(|name| line(name)).collect();
    lines.concat()
}

/// Each line behind this many blanks, but for the first.
fn indented(text: &str, blanks: usize) -> String {
    text.replace('\n', &format!("\n{}", " ".repeat(blanks)))
}

/// A text between double quotes, as all these languages but the shell read it.
fn quoted(text: &str) -> String {
    // A text can be written.
    serde_json::to_string(text).unwrap_or_default()
}
