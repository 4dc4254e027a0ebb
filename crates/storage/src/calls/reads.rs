//! Whose data was read, by whom and when. For the operator, never for a customer.

use domain::OrganizationNumber;
use domain::access::{ClientId, SystemUserName};
use jiff::Timestamp;

use super::{Calls, Minute};
use crate::Error;
use crate::sql::{Row, Statement};

/// One text per key, so that each is answered from an index.
macro_rules! reads {
    ($key:literal) => {
        Statement::new(concat!(
            "SELECT minute, organization, client_app, system_user, operation, presumed, calls,
                    first_at, last_at
             FROM data_reads
             WHERE minute >= $1 AND minute <= $2 AND last_at >= $3 AND first_at < $4
               AND (CAST($5 AS TEXT) IS NULL OR client_app = $5)
               AND (CAST($6 AS TEXT) IS NULL OR organization = $6)
               AND (CAST($7 AS TEXT) IS NULL OR system_user = $7)
               AND (minute, organization, client_app, system_user, operation, presumed)
                   > ($8, $9, $10, $11, $12, $13)",
            $key,
            " ORDER BY minute, organization, client_app, system_user, operation, presumed
             LIMIT $14"
        ))
    };
}

pub(super) static ALL: Statement = reads!("");
pub(super) static OF_APP: Statement = reads!(" AND client_app = $5");
pub(super) static OF_ORGANIZATION: Statement = reads!(" AND organization = $6");

/// Which reads are looked for; what is not set does not narrow it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DataReadFilter {
    /// Those through one client app.
    pub app: Option<ClientId>,
    /// Those of one system user.
    pub system_user: Option<SystemUserName>,
    /// Those of one organization's data.
    pub organization: Option<OrganizationNumber>,
    /// Those then or later.
    pub from: Timestamp,
    /// Those before.
    pub to: Timestamp,
}

/// After which row a reader goes on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DataReadPlace {
    /// The row's minute.
    pub minute: Minute,
    /// Whose data.
    pub organization: String,
    /// The client id.
    pub app: String,
    /// The system user's name.
    pub system_user: String,
    /// The operation id.
    pub operation: String,
    /// Whether it is presumed.
    pub presumed: bool,
}

/// That answers to a caller have shown an organization's data, within one minute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DataRead {
    /// The minute.
    pub minute: Minute,
    /// Whose data.
    pub organization: OrganizationNumber,
    /// Through which client app.
    pub app: ClientId,
    /// For which system user.
    pub system_user: SystemUserName,
    /// By which operation.
    pub operation: String,
    /// Whether the data is presumed to have been in the answers: they came from a back end that
    /// does not say whose data it shows.
    pub presumed: bool,
    /// How many answers.
    pub calls: i64,
    /// When the first of them was asked for.
    pub first_at: Timestamp,
    /// When the last of them was asked for.
    pub last_at: Timestamp,
}

impl DataRead {
    /// Where it stands, to go on after it.
    #[must_use]
    pub fn place(&self) -> DataReadPlace {
        DataReadPlace {
            minute: self.minute,
            organization: self.organization.as_str().to_owned(),
            app: self.app.as_str().to_owned(),
            system_user: self.system_user.as_str().to_owned(),
            operation: self.operation.clone(),
            presumed: self.presumed,
        }
    }
}

impl Calls<'_> {
    /// The reads after a place that the filter lets through, oldest minute first.
    pub async fn reads(
        &mut self,
        filter: &DataReadFilter,
        after: &DataReadPlace,
        most: i64,
    ) -> Result<Vec<DataRead>, Error> {
        let organization = filter.organization.as_ref();
        let statement = match (organization, &filter.app) {
            (Some(_), _) => &OF_ORGANIZATION,
            (None, Some(_)) => &OF_APP,
            (None, None) => &ALL,
        };
        let params = [
            Minute::of(filter.from).0.into(),
            Minute::of(filter.to).0.into(),
            filter.from.as_millisecond().into(),
            filter.to.as_millisecond().into(),
            filter.app.as_ref().map(ClientId::as_str).into(),
            organization.map(OrganizationNumber::as_str).into(),
            filter
                .system_user
                .as_ref()
                .map(SystemUserName::as_str)
                .into(),
            after.minute.0.into(),
            after.organization.as_str().into(),
            after.app.as_str().into(),
            after.system_user.as_str().into(),
            after.operation.as_str().into(),
            after.presumed.into(),
            most.into(),
        ];
        self.0.fetch_all(statement, &params, data_read).await
    }
}

fn data_read(row: &Row<'_>) -> Result<DataRead, Error> {
    Ok(DataRead {
        minute: Minute(row.get(0)?),
        organization: row.parse(1, OrganizationNumber::parse)?,
        app: ClientId::new(row.get::<String>(2)?),
        system_user: SystemUserName::new(row.get::<String>(3)?),
        operation: row.get(4)?,
        presumed: row.get(5)?,
        calls: row.get(6)?,
        first_at: row.timestamp(7)?,
        last_at: row.timestamp(8)?,
    })
}
