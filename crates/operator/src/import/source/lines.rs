//! The lines of a file, numbered and of bounded length, so that no file fills the memory.

use std::io::{BufRead, Read};

use super::{Fault, NOT_UTF8, strip_mark};

/// Longer than any record.
const LONGEST: usize = 1024 * 1024;

/// Reads the lines one by one, without their ends.
pub(super) struct Lines {
    input: Box<dyn BufRead>,
    number: u64,
    ended: bool,
}

impl Lines {
    pub(super) fn new(input: Box<dyn BufRead>) -> Self {
        Self {
            input,
            number: 0,
            ended: false,
        }
    }

    /// None at the end of the file. After a fault of the file itself nothing more is read.
    fn read(&mut self) -> Option<Result<(u64, String), Fault>> {
        self.number += 1;
        let number = self.number;
        let mut bytes = Vec::new();
        let mut bounded = (&mut self.input).take(LONGEST as u64 + 1);
        let failed = match bounded.read_until(b'\n', &mut bytes) {
            Ok(0) => return None,
            Ok(read) if read > LONGEST => format!("is longer than {LONGEST} bytes"),
            Ok(_) => {
                let Ok(text) = String::from_utf8(bytes) else {
                    return Some(Err(Fault::new(number, NOT_UTF8)));
                };
                let text = if number == 1 {
                    strip_mark(&text)
                } else {
                    &text
                };
                return Some(Ok((number, text.trim_end_matches(['\r', '\n']).to_owned())));
            }
            Err(error) => format!("cannot be read: {error}"),
        };
        self.ended = true;
        Some(Err(Fault::new(number, failed)))
    }
}

impl Iterator for Lines {
    type Item = Result<(u64, String), Fault>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended { None } else { self.read() }
    }
}
