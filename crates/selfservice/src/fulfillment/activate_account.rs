//! The one step of a new account: it is opened.

use domain::AccountId;
use storage::ClaimedJob;

use super::Worker;
use crate::Failure;

impl Worker {
    pub(super) async fn activate_account(&self, job: &ClaimedJob) -> Result<(), Failure> {
        self.store
            .transact(async |tx| {
                if tx.jobs().finish(job).await? {
                    // One that is no longer passive was opened or cancelled by a person meanwhile.
                    tx.accounts().open(AccountId::new(job.subject)).await?;
                }
                Ok(())
            })
            .await
    }
}
