//! The one step of a new account: it is opened.

use domain::{AccountChange, AccountId, AccountStatus};
use jiff::SignedDuration;
use storage::ClaimedJob;

use super::progress::own_name;
use super::worker::Worker;
use crate::Failure;

impl Worker {
    pub(super) async fn activate_account(&self, job: &ClaimedJob) -> Result<(), Failure> {
        let core = &self.core;
        core.store
            .transact(async |tx| {
                if !tx.jobs().finish(job).await? {
                    return Ok(());
                }
                let account = AccountId::new(job.subject);
                // One that is no longer passive was opened or cancelled by a person meanwhile.
                let Some((owner, made_at)) = tx.accounts().open(account).await? else {
                    return Ok(());
                };
                let change = AccountChange {
                    account,
                    status: AccountStatus::Open,
                };
                let later = made_at + SignedDuration::from_millis(1);
                let when = (&owner, core.clock.now().max(later));
                core.scribe
                    .account_entered(tx, change, when, own_name())
                    .await?;
                Ok(())
            })
            .await
    }
}
