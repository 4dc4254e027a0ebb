//! The lines of a file, numbered and of bounded length, so that no file fills the memory.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

/// Longer than any order that the API takes.
const LONGEST: usize = 1024 * 1024;

/// What is wrong in the file, and on which line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) line: u64,
    pub(super) reason: String,
}

impl Fault {
    pub(super) fn new(line: u64, reason: impl Into<String>) -> Self {
        let reason = reason.into();
        Self { line, reason }
    }
}

/// One line without its end.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) number: u64,
    pub(super) text: String,
}

/// Reads the lines one by one. A fault is the last of its items.
pub(super) struct Lines {
    input: Box<dyn BufRead + Send>,
    number: u64,
    ended: bool,
}

impl Lines {
    pub(super) fn open(path: &Path) -> std::io::Result<Self> {
        Ok(Self::new(BufReader::new(File::open(path)?)))
    }

    pub(super) fn new(input: impl BufRead + Send + 'static) -> Self {
        Self {
            input: Box::new(input),
            number: 0,
            ended: false,
        }
    }

    /// None at the end of the file.
    fn read(&mut self) -> Result<Option<Line>, Fault> {
        self.number += 1;
        let fault = |reason: String| Fault::new(self.number, reason);
        let mut bytes = Vec::new();
        let mut bounded = (&mut self.input).take(LONGEST as u64 + 1);
        let read = bounded
            .read_until(b'\n', &mut bytes)
            .map_err(|error| fault(format!("cannot be read: {error}")))?;
        if read == 0 {
            return Ok(None);
        }
        if read > LONGEST {
            return Err(fault(format!("is longer than {LONGEST} bytes")));
        }
        let text = String::from_utf8(bytes)
            .map_err(|_| fault("is not UTF-8; save the file with that encoding".to_owned()))?;
        // Some programs begin a text file with a byte order mark.
        let text = match self.number {
            1 => text.strip_prefix('\u{FEFF}').unwrap_or(&text),
            _ => &text,
        };
        let text = text.strip_suffix('\n').unwrap_or(text);
        Ok(Some(Line {
            number: self.number,
            text: text.strip_suffix('\r').unwrap_or(text).to_owned(),
        }))
    }
}

impl Iterator for Lines {
    type Item = Result<Line, Fault>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        let item = self.read().transpose();
        self.ended = !matches!(item, Some(Ok(_)));
        item
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(bytes: &'static [u8]) -> Vec<Result<(u64, String), Fault>> {
        Lines::new(bytes)
            .map(|line| line.map(|line| (line.number, line.text)))
            .collect()
    }

    #[test]
    fn lines_are_numbered_and_come_without_their_ends() {
        let line = |number, text: &str| Ok((number, text.to_owned()));
        assert_eq!(
            lines(b"\xef\xbb\xbfa\r\n\nb\n"),
            [line(1, "a"), line(2, ""), line(3, "b")]
        );
        assert_eq!(lines(b"a\nb"), [line(1, "a"), line(2, "b")]);
        assert_eq!(lines(b""), []);
    }

    #[test]
    fn what_is_no_text_is_the_last_that_is_read() {
        let read = lines(b"a\n\xe5\nb\n");
        assert_eq!(read.len(), 2);
        let fault = read[1].as_ref().expect_err("a fault");
        assert_eq!(fault.line, 2);
        assert!(fault.reason.contains("UTF-8"), "{}", fault.reason);
    }

    #[test]
    fn a_line_without_end_does_not_fill_the_memory() {
        let endless = BufReader::new(std::io::repeat(b'x'));
        let read: Vec<_> = Lines::new(endless).collect();
        let [Err(fault)] = &read[..] else {
            panic!("not one fault: {read:?}");
        };
        assert_eq!(
            (fault.line, fault.reason.starts_with("is longer")),
            (1, true)
        );
    }
}
