//! Pages of accounts. Each owner's accounts are numbered without a gap, so the last page of a long
//! list costs what the first one costs.

use domain::BillingAccount;
use domain::access::Reach;
use jiff::Timestamp;

use super::{Accounts, row};
use crate::sql::Statement;
use crate::{Error, Page};

pub(super) static COUNT_VISIBLE: Statement = Statement::new(
    "SELECT o.number, o.accounts - (
         SELECT COUNT(*) FROM accounts a WHERE a.owner_number = o.number AND a.visible_at > $2)
     FROM system_user_organizations r JOIN organizations o ON o.number = r.organization_number
     WHERE r.system_user = $1 ORDER BY o.number",
);

pub(super) static LIST: Statement = Statement::new(
    "SELECT a.id, a.reference1, a.reference2, a.reference3, a.street_name, a.street_address,
            a.entrance_code, a.postal_code, a.postal_place, a.format, a.status, a.account_type,
            o.number, o.name, c.number, c.name, p.first_name, p.middle_name, p.last_name
     FROM accounts a
     JOIN system_user_organizations r ON r.organization_number = a.owner_number
     JOIN organizations o ON o.number = a.owner_number
     LEFT JOIN organizations c ON c.number = a.payer_number
     LEFT JOIN persons p ON p.id = a.payer_person
     WHERE a.owner_number = $1 AND r.system_user = $2 AND a.place >= $3 AND a.place < $4
     ORDER BY a.place",
);

impl Accounts<'_> {
    /// One page of the caller's accounts, by owner and age, and how many there are on all pages.
    /// The newest are left out until they are visible.
    pub async fn list(
        &mut self,
        reach: Reach<'_>,
        page: Page,
        now: Timestamp,
    ) -> Result<(Vec<BillingAccount>, i64), Error> {
        let params = [reach.system_user().into(), now.as_millisecond().into()];
        let owners = self
            .0
            .fetch_all(&COUNT_VISIBLE, &params, |row| {
                Ok((row.get::<String>(0)?, row.get::<i64>(1)?))
            })
            .await?;
        let total = owners.iter().map(|(_, count)| count).sum();
        let (from, to) = (page.offset(), page.offset().saturating_add(page.size));
        let mut accounts = Vec::new();
        let mut before = 0;
        for (owner, count) in owners {
            let (first, end) = ((from - before).max(0), (to - before).min(count));
            if first < end {
                let params = [
                    (&owner).into(),
                    reach.system_user().into(),
                    first.into(),
                    end.into(),
                ];
                accounts.extend(self.0.fetch_all(&LIST, &params, row::account).await?);
            }
            before += count;
        }
        Ok((accounts, total))
    }
}
