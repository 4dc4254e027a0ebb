//! The apps that are nearest to the end of a quota.

use domain::access::ClientId;
use gateway::{NearQuota, QuotaUse};

use crate::Services;
use crate::console::fault::Fault;
use crate::records::{Kind, Record};

/// More are not shown.
const MOST: i64 = 10;

/// A line of the table.
pub(super) struct QuotaLine {
    pub(super) app: ClientId,
    /// What people call the app.
    pub(super) name: String,
    pub(super) api_product: String,
    pub(super) stands: QuotaUse,
}

impl QuotaLine {
    /// In hundredths, rounded down so that 100 is all of it.
    pub(super) fn percent(&self) -> u64 {
        let whole = u64::from(self.stands.quota.calls).max(1);
        u64::from(self.stands.used) * 100 / whole
    }
}

pub(super) async fn read(services: &Services) -> Result<Vec<QuotaLine>, Fault> {
    let mut lines = Vec::new();
    for near in services.gateway.nearest_quotas(MOST).await? {
        let NearQuota {
            app,
            api_product,
            stands,
        } = near;
        let name = match services.manage.find(Kind::App, app.as_str()).await? {
            Some(Record::App(record)) => record.name,
            _ => String::new(),
        };
        lines.push(QuotaLine {
            app,
            name,
            api_product,
            stands,
        });
    }
    Ok(lines)
}
