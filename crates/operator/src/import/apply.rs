//! The second pass: batch by batch, each in one transaction with its line of the journal. What was
//! applied before an interruption is unchanged when the import is repeated.

use domain::{ChangeId, OtherChange};
use storage::{Error, Transaction};

use super::check::Checked;
use super::compare::compare;
use super::keys::Memory;
use super::load::load;
use super::references::settle_settings;
use super::source::{Row, Source};
use super::tally::{Report, Verdict};
use super::write::{Shown, needs_secret, write};
use super::{BATCH, ImportError, Importer, Issued, secrets};
use crate::records::{Credential, Meant};

/// Something to be applied, with the secret that it will show.
#[derive(Clone)]
struct Prepared {
    line: u64,
    meant: Meant,
    shown: Option<Shown>,
}

impl Importer {
    /// Applies what was checked. Secrets that are made are handed to `issue` before they hold.
    pub async fn apply(
        &self,
        checked: &mut Checked,
        sources: &[Source],
        mut progress: impl FnMut(u64),
        mut issue: impl FnMut(&Issued) -> std::io::Result<()>,
    ) -> Result<Report, ImportError> {
        let id = self.change_id();
        let mut done = Report::default();
        for source in sources {
            let failed = |error| ImportError::File(source.name().to_owned(), error);
            let mut rows = source.rows().map_err(failed)?;
            loop {
                let batch: Result<Vec<Row>, _> = rows.by_ref().take(BATCH).collect();
                let batch = batch.map_err(|fault| {
                    ImportError::Overtaken(format!("{}:{}", source.name(), fault.line))
                })?;
                if batch.is_empty() {
                    break;
                }
                let count = batch.len() as u64;
                let batch = self
                    .prepare(source, batch, &mut checked.memory, &mut issue)
                    .await?;
                let report = self.apply_batch(source, &batch, (&id, checked)).await?;
                done.add(report);
                progress(count);
            }
        }
        Ok(done)
    }

    /// What each record means, and shows if it is new. Nothing is written yet.
    async fn prepare(
        &self,
        source: &Source,
        batch: Vec<Row>,
        memory: &mut Memory,
        issue: &mut impl FnMut(&Issued) -> std::io::Result<()>,
    ) -> Result<Vec<Prepared>, ImportError> {
        let body = async |tx: &mut Transaction| {
            let mut prepared = Vec::with_capacity(batch.len());
            let mut secretive = Vec::new();
            for Row { line, record } in batch {
                let Ok(mut meant) = record.read() else {
                    return Ok(Err(line));
                };
                if let Meant::Product(product) = &mut meant {
                    settle_settings(tx, memory, &mut product.thing).await?;
                }
                if needs_secret(&meant) && load(tx, &meant.key()).await?.is_none() {
                    secretive.push(prepared.len());
                }
                prepared.push(Prepared {
                    line,
                    meant,
                    shown: None,
                });
            }
            Ok::<_, Error>(Ok((prepared, secretive)))
        };
        let overtaken = |line: u64| ImportError::Overtaken(format!("{}:{line}", source.name()));
        let (mut prepared, secretive) = self.store.read(body).await?.map_err(overtaken)?;
        for place in secretive {
            if let Some(new) = prepared.get_mut(place) {
                new.shown = self.shown(source, &new.meant, issue)?;
            }
        }
        Ok(prepared)
    }

    /// What something new shows: its own secret, or one that is made now.
    fn shown(
        &self,
        source: &Source,
        meant: &Meant,
        issue: &mut impl FnMut(&Issued) -> std::io::Result<()>,
    ) -> Result<Option<Shown>, ImportError> {
        let (Meant::SystemUser(_, credential) | Meant::App(_, credential)) = meant else {
            return Ok(None);
        };
        let secret = match credential {
            Some(Credential::Hash(hash)) => return Ok(Some(Shown::PasswordHash(hash.clone()))),
            Some(Credential::Plain(secret)) => secret.clone(),
            Some(Credential::File(path)) => secrets::read(source, path)
                .map_err(|error| ImportError::File(path.display().to_string(), error))?,
            None => {
                let secret = secrets::make(self.entropy.as_ref());
                let issued = issued(meant, &secret);
                issue(&issued)
                    .map_err(|error| ImportError::File("the secrets".to_owned(), error))?;
                secret
            }
        };
        let shown = Shown::of(meant, &secret, (&self.key, self.entropy.as_ref()));
        Ok(Some(shown?))
    }

    async fn apply_batch(
        &self,
        source: &Source,
        batch: &[Prepared],
        (import, checked): (&ChangeId, &Checked),
    ) -> Result<Report, ImportError> {
        let body = async |tx: &mut Transaction| {
            let mut report = Report::default();
            for prepared in batch {
                let mut meant = prepared.meant.clone();
                let Ok(verdict) = compare(tx, &mut meant, checked.now).await? else {
                    return Err(Stop::Overtaken(prepared.line));
                };
                if verdict != Verdict::Unchanged {
                    let is_new = verdict == Verdict::New;
                    let shown = prepared.shown.as_ref();
                    if is_new && shown.is_none() && needs_secret(&meant) {
                        return Err(Stop::Overtaken(prepared.line));
                    }
                    write(tx, &meant, (is_new, shown), checked.now).await?;
                }
                let record = meant.record();
                report.records += 1;
                report.count(record.kind(), &record.key(), verdict);
            }
            if let Some(by) = &self.settings.by
                && !report.changes_nothing()
            {
                let what = journal_line(import, source, &report);
                let when = (None, self.now());
                self.scribe.done(tx, what, when, by.clone()).await?;
            }
            Ok(report)
        };
        self.store.transact(body).await.map_err(|stop| match stop {
            Stop::Storage(error) => ImportError::Storage(error),
            Stop::Overtaken(line) => ImportError::Overtaken(format!("{}:{line}", source.name())),
        })
    }

    /// A UUID of version 7 (RFC 9562): the milliseconds, then chance.
    fn change_id(&self) -> ChangeId {
        let mut chance = [0; 10];
        self.entropy.fill(&mut chance);
        let milliseconds = u64::try_from(self.now().as_millisecond()).unwrap_or(0);
        let id = uuid::Builder::from_unix_timestamp_millis(milliseconds, &chance).into_uuid();
        ChangeId::new(id.to_string())
    }
}

/// One line for each batch: what was done to how many records of which file.
fn journal_line(import: &ChangeId, source: &Source, report: &Report) -> OtherChange {
    let mut what = OtherChange::new("import", import.as_str(), "applied");
    what = what.with("file", source.name());
    for (kind, tally) in &report.tallies {
        let words = format!("{} new, {} changed", tally.new, tally.changed);
        what = what.with(&kind.plural(), words);
    }
    what
}

/// Why a batch was not applied.
enum Stop {
    Storage(Error),
    Overtaken(u64),
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Storage(error)
    }
}

fn issued(meant: &Meant, secret: &str) -> Issued {
    match meant {
        Meant::App(kept, _) => Issued::App {
            id: kept.registered.app.id.as_str().to_owned(),
            secret: secret.to_owned(),
        },
        other => Issued::SystemUser {
            name: other.record().key(),
            password: secret.to_owned(),
        },
    }
}
