//! The first pass: every record by itself, beside the others, and beside what is kept.

use domain::Author;
use domain::access::OperatorName;
use jiff::Timestamp;
use storage::{Error, Transaction};

use super::compare::compare;
use super::keys::Memory;
use super::references::references;
use super::source::{Row, Source};
use super::tally::{Report, Verdict};
use super::{BATCH, ImportError, Importer};
use crate::records::{Credential, Meant, Record};

/// What the check of an import has learned; applying it goes on from there.
pub struct Checked {
    /// What would be done, or everything that is wrong.
    pub report: Report,
    pub(super) memory: Memory,
    pub(super) now: Timestamp,
}

impl Importer {
    /// Checks all records of all files. Nothing is written.
    pub async fn check(
        &self,
        sources: &[Source],
        mut progress: impl FnMut(u64),
    ) -> Result<Checked, ImportError> {
        let memory = self.store.read(async |tx| Memory::new(tx).await);
        let mut checked = Checked {
            report: Report::default(),
            memory: memory.await?,
            now: self.now(),
        };
        for source in sources {
            let failed = |error| ImportError::File(source.name().to_owned(), error);
            let mut rows = source.rows().map_err(failed)?;
            loop {
                let (mut batch, mut taken) = (Vec::with_capacity(BATCH), 0);
                for row in rows.by_ref().take(BATCH) {
                    taken += 1;
                    match row {
                        Ok(row) => batch.push(row),
                        Err(fault) => checked
                            .report
                            .fault(source.name(), fault.line, fault.reason),
                    }
                }
                if taken == 0 {
                    break;
                }
                self.check_batch(source, batch, &mut checked).await?;
                progress(taken);
            }
        }
        // The faults of a file's form and those of its records are found apart.
        let place = |name: &str| sources.iter().position(|source| source.name() == name);
        let faults = &mut checked.report.faults;
        faults.sort_by_cached_key(|fault| (place(&fault.file), fault.line));
        Ok(checked)
    }

    async fn check_batch(
        &self,
        source: &Source,
        batch: Vec<Row>,
        checked: &mut Checked,
    ) -> Result<(), ImportError> {
        let body = async |tx: &mut Transaction| {
            for row in batch {
                let Checked {
                    report,
                    memory,
                    now,
                } = &mut *checked;
                report.records += 1;
                match self
                    .check_record(tx, (source, &row.record), memory, *now)
                    .await?
                {
                    Ok(verdict) => report.count(row.record.kind(), &row.record.key(), verdict),
                    Err(faults) => {
                        let key = format!("{} {}", row.record.kind().as_str(), row.record.key());
                        for fault in faults {
                            report.fault(source.name(), row.line, format!("{key}: {fault}"));
                        }
                    }
                }
            }
            Ok::<_, Error>(())
        };
        Ok(self.store.read(body).await?)
    }

    async fn check_record(
        &self,
        tx: &mut Transaction,
        (source, record): (&Source, &Record),
        memory: &mut Memory,
        now: Timestamp,
    ) -> Result<Result<Verdict, Vec<String>>, Error> {
        let mut faults = Vec::new();
        if !memory.note(record) {
            faults.push("is in the import more than once".to_owned());
        }
        if record.has_plain_secret() && !source.is_built_in() {
            faults.push("secrets and passwords do not stand in files of records".to_owned());
        }
        let (verdict, meant) = match judge(tx, record, memory, now).await? {
            Ok(judged) => judged,
            Err(wrong) => {
                faults.extend(wrong);
                return Ok(Err(faults));
            }
        };
        if verdict == Verdict::New {
            faults.extend(self.without_credential(source, &meant));
        }
        Ok(if faults.is_empty() {
            Ok(verdict)
        } else {
            Err(faults)
        })
    }

    /// What is new and secret has to come from somewhere.
    fn without_credential(&self, source: &Source, meant: &Meant) -> Option<String> {
        let (Meant::SystemUser(_, credential) | Meant::App(_, credential)) = meant else {
            return None;
        };
        match credential {
            Some(Credential::File(path)) => {
                let read = super::secrets::read(source, path);
                read.err().map(|error| format!("secretFile: {error}"))
            }
            None if !self.settings.makes_secrets => Some(
                "is new and brings no secret; say --secrets-out FILE for one to be made".to_owned(),
            ),
            _ => None,
        }
    }
}

/// What a record means and does to the database, or everything that is wrong with it.
pub(crate) async fn judge(
    tx: &mut Transaction,
    record: &Record,
    memory: &mut Memory,
    now: Timestamp,
) -> Result<Result<(Verdict, Meant), Vec<String>>, Error> {
    let mut meant = match record.read() {
        Ok(meant) => meant,
        Err(wrong) => return Ok(Err(wrong)),
    };
    let mut faults = references(tx, memory, &mut meant).await?;
    let compared = compare(tx, &mut meant, now).await?;
    if compared == Ok(Verdict::New) {
        faults.extend(name_of_another(tx, &meant).await?);
    }
    Ok(match compared {
        Ok(verdict) if faults.is_empty() => Ok((verdict, meant)),
        Ok(_) => Err(faults),
        Err(wrong) => {
            faults.extend(wrong);
            Err(faults)
        }
    })
}

/// Histories would not tell a system user from somebody else of the same name.
async fn name_of_another(tx: &mut Transaction, meant: &Meant) -> Result<Option<String>, Error> {
    let Meant::SystemUser(kept, _) = meant else {
        return Ok(None);
    };
    let name = kept.user.name.as_str();
    let is_operator = match OperatorName::parse(name) {
        Some(name) => tx.operators().find(&name).await?.is_some(),
        None => false,
    };
    let is_taken = is_operator || Author::is_part_of_server(name);
    Ok(is_taken.then(|| "name: an operator or a part of the server is called so".to_owned()))
}
