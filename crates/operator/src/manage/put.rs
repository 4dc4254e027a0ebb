//! Changes of one record: what is wanted is compared with what is there, in the transaction that
//! writes it and its line of the journal.

use domain::{Author, Person, PersonId};
use jiff::Timestamp;
use storage::{Error, Transaction};
use tokio::task::spawn_blocking;

use super::{DryRun, Expected, Manage, ManageError, Outcome, hold, is_record, journal};
use crate::import::{Memory, Shown, Verdict, judge, load, make_secret, needs_secret, write};
use crate::records::{Credential, Key, Kind, Meant, Record};

/// What a person is called from whom the name was taken.
const ANONYMIZED: (&str, &str) = ("Anonymized", "person");

impl Manage {
    /// Makes a record what is wanted, by the rules of an import of that one record. A new app or
    /// system user gets a secret, which is told this once.
    pub async fn put(
        &self,
        by: &Author,
        record: &Record,
        (dry_run, expected): (DryRun, &Expected),
    ) -> Result<Outcome, ManageError> {
        let faults = faults_here(record);
        if !faults.is_empty() {
            return Err(ManageError::Faults(faults));
        }
        let now = self.now();
        let judge = async |tx: &mut Transaction| judged(tx, (record, expected), now).await;
        let (verdict, meant) = self.store.read(judge).await?;
        let is_done = dry_run == DryRun::Yes || verdict == Verdict::Unchanged;
        let (shown, secret) = match &meant {
            _ if is_done || verdict != Verdict::New || !needs_secret(&meant) => (None, None),
            Meant::SystemUser(_, Some(Credential::Hash(hash))) => {
                (Some(Shown::PasswordHash(hash.clone())), None)
            }
            meant => {
                let secret = make_secret(self.entropy.as_ref());
                (Some(self.shown(meant, &secret).await?), Some(secret))
            }
        };
        if is_done {
            let record = meant.record();
            return Ok(Outcome {
                verdict,
                record,
                secret,
            });
        }
        let body = async |tx: &mut Transaction| {
            hold(tx, &meant.key()).await?;
            let (verdict, meant) = judged(tx, (record, expected), now).await?;
            self.store_change(tx, by, (&verdict, &meant, shown.as_ref()))
                .await?;
            Ok::<_, ManageError>((verdict, meant.record()))
        };
        let (verdict, record) = self.store.transact(body).await?;
        // Somebody else may have made it meanwhile, with a secret of its own.
        let secret = secret.filter(|_| verdict == Verdict::New);
        Ok(Outcome {
            verdict,
            record,
            secret,
        })
    }

    async fn store_change(
        &self,
        tx: &mut Transaction,
        by: &Author,
        (verdict, meant, shown): (&Verdict, &Meant, Option<&Shown>),
    ) -> Result<(), ManageError> {
        let action = match verdict {
            Verdict::Unchanged => return Ok(()),
            Verdict::New => "added",
            Verdict::Changed(_) => "changed",
        };
        let before = load(tx, &meant.key()).await?;
        let is_new = *verdict == Verdict::New;
        write(tx, meant, (is_new, shown), self.now()).await?;
        let change = journal::change((before.as_ref(), meant), verdict, action);
        Ok(self.write_down(tx, by, meant, change).await?)
    }

    /// Lets an app or system user call, or not. The tokens of one that may not end.
    pub async fn set_enabled(
        &self,
        by: &Author,
        record: (Kind, &str),
        enabled: bool,
        expected: &Expected,
    ) -> Result<Record, ManageError> {
        let action = if enabled { "enabled" } else { "disabled" };
        let switch = |mut meant: Meant| {
            match &mut meant {
                Meant::SystemUser(kept, _) => kept.user.enabled = enabled,
                Meant::App(kept, _) => kept.registered.app.enabled = enabled,
                _ => {}
            }
            meant
        };
        self.alter(by, (record, expected), (action, switch, "enabled"))
            .await
    }

    /// Takes a person's name away for good; the accounts that the person pays stay as they are.
    pub async fn anonymize_person(
        &self,
        by: &Author,
        id: &str,
        expected: &Expected,
    ) -> Result<Record, ManageError> {
        let anonymous = |meant: Meant| match meant {
            Meant::Person(id, _) => nobody(id),
            other => other,
        };
        let how = ("anonymized", anonymous, "name");
        self.alter(by, ((Kind::Person, id), expected), how).await
    }

    /// Alters what is there in one member, if it is not so already.
    async fn alter(
        &self,
        by: &Author,
        ((kind, key), expected): ((Kind, &str), &Expected),
        (action, altered, member): (&str, impl Fn(Meant) -> Meant + Copy, &str),
    ) -> Result<Record, ManageError> {
        let unknown = || ManageError::unknown(kind, key);
        let found = Key::parse(kind, key).ok_or_else(unknown)?;
        let body = async |tx: &mut Transaction| {
            hold(tx, &found).await?;
            let before = load(tx, &found).await?.ok_or_else(unknown)?;
            expected.check((kind, key), Some(&before.record()))?;
            let after = altered(before.clone());
            let record = after.record();
            if before.record() != record {
                write(tx, &after, (false, None), self.now()).await?;
                let verdict = Verdict::Changed(vec![member.to_owned()]);
                let change = journal::change((Some(&before), &after), &verdict, action);
                self.write_down(tx, by, &after, change).await?;
            }
            Ok::<_, ManageError>(record)
        };
        self.store.transact(body).await
    }

    /// What is kept of a secret. Passwords take a while, and other work goes on meanwhile.
    pub(super) async fn shown(&self, meant: &Meant, secret: &str) -> Result<Shown, ManageError> {
        let (meant, secret) = (meant.clone(), secret.to_owned());
        let (key, entropy) = (self.key.clone(), self.entropy.clone());
        let made = spawn_blocking(move || Shown::of(&meant, &secret, (&key, entropy.as_ref())));
        let made = made.await.map_err(|_| {
            let reason = "the server stops, and no password was made";
            Error::Unavailable(reason.to_owned())
        })?;
        Ok(made?)
    }
}

/// The same as an import would find it; none of its memories reach from one try to the next.
async fn judged(
    tx: &mut Transaction,
    (record, expected): (&Record, &Expected),
    now: Timestamp,
) -> Result<(Verdict, Meant), ManageError> {
    if *expected != Expected::Anything {
        let (kind, key) = (record.kind(), record.key());
        let found = match Key::parse(kind, &key) {
            Some(key) => load(tx, &key).await?.filter(is_record),
            None => None,
        };
        let found = found.map(|found| found.record());
        expected.check((kind, &key), found.as_ref())?;
    }
    let mut memory = Memory::new(tx).await?;
    let judged = judge(tx, record, &mut memory, now).await?;
    judged.map_err(ManageError::Faults)
}

/// What only files may hold.
fn faults_here(record: &Record) -> Vec<String> {
    let refused = |member: &str| format!("{member}: unknown member; secrets are made here");
    match record {
        Record::SystemUser(user) if user.password.is_some() => vec![refused("password")],
        Record::App(app) => [
            ("secret", app.secret.is_some()),
            ("secretFile", app.secret_file.is_some()),
        ]
        .into_iter()
        .filter(|(_, given)| *given)
        .map(|(member, _)| refused(member))
        .collect(),
        _ => Vec::new(),
    }
}

fn nobody(id: PersonId) -> Meant {
    let (first, last) = ANONYMIZED;
    let person = Person {
        first_name: first.to_owned(),
        middle_name: None,
        last_name: last.to_owned(),
    };
    Meant::Person(id, person)
}
