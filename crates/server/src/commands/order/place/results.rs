//! The results file: one line per answered row, written before the next row is asked for. It spares
//! the server the rows that are placed; without it, the idempotency keys do the same.

use std::collections::HashSet;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{BufRead, BufReader, Seek, SeekFrom, Write};
use std::path::Path;

use anyhow::{Context, bail};

use super::keys::{Key, Mark};
use super::outcome::Outcome;

const HEADER: &str = "line,key,result,orderId,errorCode,message\n";
const PLACED: &str = "placed";

/// The open file, which no other run writes to meanwhile.
pub(super) struct Results {
    file: File,
}

/// The rows that an earlier run has placed.
#[derive(Default)]
pub(super) struct Placed(HashSet<Mark>);

impl Placed {
    pub(super) fn contains(&self, key: &Key) -> bool {
        self.0.contains(&key.mark())
    }
}

impl Results {
    /// Opens or makes the file, and reads what is in it. What a kill left of a last line is cut
    /// off.
    pub(super) fn open(path: &Path) -> anyhow::Result<(Self, Placed)> {
        let shown = path.display();
        let open = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(path);
        let file = open.with_context(|| format!("failed to open {shown}"))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => bail!("another run is writing {shown}"),
            Err(TryLockError::Error(error)) => {
                return Err(error).with_context(|| format!("failed to lock {shown}"));
            }
        }
        let (placed, end) = read(&file).with_context(|| format!("failed to read {shown}"))?;
        let Some(end) = end else {
            bail!("{shown} is not a results file\nhint: choose another one with --results");
        };
        let mut results = Self { file };
        results
            .go_on_from(end)
            .with_context(|| format!("failed to write {shown}"))?;
        Ok((results, placed))
    }

    fn go_on_from(&mut self, end: u64) -> std::io::Result<()> {
        self.file.set_len(end)?;
        self.file.seek(SeekFrom::Start(end))?;
        if end == 0 {
            self.file.write_all(HEADER.as_bytes())?;
        }
        Ok(())
    }

    /// Writes one row's result. It is with the operating system when this returns.
    pub(super) fn write(&mut self, line: u64, key: &Key, outcome: &Outcome) -> anyhow::Result<()> {
        let (result, order, code, message) = match outcome {
            Outcome::Placed { order, replayed } => {
                let message = if *replayed { "placed before" } else { "" };
                (PLACED, order.as_str(), String::new(), message)
            }
            Outcome::Rejected { code, message } => {
                let code = code.map(|code| code.to_string()).unwrap_or_default();
                ("rejected", "", code, message.as_str())
            }
            Outcome::Unanswered(reason) => ("unanswered", "", String::new(), reason.as_str()),
            Outcome::NotTried => return Ok(()),
        };
        // One result is one line, so that a torn one can be told.
        let message = message.replace(['\r', '\n'], " ");
        let mut record = csv::Writer::from_writer(Vec::new());
        let (line, key) = (line.to_string(), key.to_string());
        record.write_record([&line, &key, result, order, &code, &message])?;
        self.file.write_all(&record.into_inner()?)?;
        Ok(())
    }
}

/// The rows that are placed, and where the last whole line ends; no end in a file of another kind.
fn read(file: &File) -> std::io::Result<(Placed, Option<u64>)> {
    let mut reader = BufReader::new(file);
    let mut line = Vec::new();
    reader.read_until(b'\n', &mut line)?;
    let mut placed = Placed::default();
    if line != HEADER.as_bytes() {
        let torn = HEADER.as_bytes().starts_with(&line);
        return Ok((placed, torn.then_some(0)));
    }
    let mut end = 0;
    while line.ends_with(b"\n") {
        end += line.len() as u64;
        placed.0.extend(placed_row(&line));
        line.clear();
        reader.read_until(b'\n', &mut line)?;
    }
    Ok((placed, Some(end)))
}

/// The key's mark, if the line says that its row is placed. None of the first three values is
/// quoted.
fn placed_row(line: &[u8]) -> Option<Mark> {
    let mut values = line.split(|byte| *byte == b',').skip(1);
    let (key, result) = (values.next()?, values.next()?);
    let digits = key.get(..2 * size_of::<Mark>())?;
    let mut mark = Mark::default();
    hex::decode_to_slice(digits, &mut mark).ok()?;
    (result == PLACED.as_bytes()).then_some(mark)
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::super::keys::Keys;
    use super::*;

    fn three_keys() -> [Key; 3] {
        let mut keys = Keys::new("batch");
        ["a", "b", "c"].map(|body| keys.next(body))
    }

    fn placed() -> Outcome {
        let order = "000000000001".to_owned();
        Outcome::Placed {
            order,
            replayed: false,
        }
    }

    fn rejected() -> Outcome {
        Outcome::Rejected {
            code: Some(400_901),
            message: "a: \"b\",\nc".to_owned(),
        }
    }

    /// A folder with the results of three rows; the last of them was rejected.
    fn written() -> (TempDir, std::path::PathBuf) {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("results.csv");
        let (mut results, _) = Results::open(&path).expect("results");
        let outcomes = [placed(), placed(), rejected()];
        for ((line, key), outcome) in (2..).zip(&three_keys()).zip(&outcomes) {
            results.write(line, key, outcome).expect("written");
        }
        (folder, path)
    }

    #[test]
    fn what_was_placed_is_known_again_and_what_was_rejected_is_not() {
        let (_folder, path) = written();
        let text = std::fs::read_to_string(&path).expect("a file");
        let key = three_keys()[2];
        assert!(
            text.ends_with(&format!("4,{key},rejected,,400901,\"a: \"\"b\"\", c\"\n")),
            "{text}"
        );
        let (_, known) = Results::open(&path).expect("results");
        let known = three_keys().map(|key| known.contains(&key));
        assert_eq!(known, [true, true, false]);
    }

    #[test]
    fn a_torn_end_is_cut_off_wherever_it_is() {
        let (_folder, path) = written();
        let whole = std::fs::read(&path).expect("a file");
        for length in 0..whole.len() {
            std::fs::write(&path, &whole[..length]).expect("a file");
            let (mut results, _) = Results::open(&path).expect("results");
            results
                .write(9, &three_keys()[0], &placed())
                .expect("written");
            drop(results);
            let (_, known) = Results::open(&path).expect("results");
            assert!(known.contains(&three_keys()[0]));
            let after = std::fs::read_to_string(&path).expect("a file");
            let mut reader = csv::Reader::from_reader(after.as_bytes());
            assert!(reader.records().all(|record| record.is_ok()), "{after}");
        }
    }

    #[test]
    fn a_file_of_another_kind_is_left_alone() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("orders.csv");
        std::fs::write(&path, "type,agreementId\n").expect("a file");
        let refused = Results::open(&path).err().expect("refused").to_string();
        assert!(refused.contains("not a results file"), "{refused}");
        let text = std::fs::read_to_string(&path).expect("a file");
        assert_eq!(text, "type,agreementId\n");
    }

    #[test]
    fn two_runs_do_not_write_one_file() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("results.csv");
        let first = Results::open(&path).expect("results");
        let refused = Results::open(&path).err().expect("refused").to_string();
        assert!(refused.contains("another run"), "{refused}");
        drop(first);
        assert!(Results::open(&path).is_ok());
    }
}
