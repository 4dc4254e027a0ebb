//! `/operator/v1/data-reads`: whose data answers have shown, through which app and when.

use axum::extract::State;
use domain::access::{ClientId, SystemUserName};
use domain::{OrganizationNumber, Rejection};
use selfservice::Failure;
use selfservice::calls::{DataRead, DataReadFilter};
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use super::calls::read_times;
use super::{Answer, read_size, words};
use crate::Services;
use crate::input::Query;
use crate::problem::Problem;

/// Which reads to list.
#[derive(IntoParams)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
#[expect(
    dead_code,
    reason = "documents the query, which is read by hand to name each fault"
)]
pub(crate) struct DataReadsQuery {
    /// Only those through the client app with this id.
    #[param(nullable = false)]
    app: Option<String>,
    /// Only those for this system user.
    #[param(nullable = false, example = "API1000DEMO")]
    system_user: Option<String>,
    /// Only those of the data of the organization with this number.
    #[param(nullable = false, example = "914742315")]
    organization: Option<String>,
    /// Only those at this instant or later; a day before `to` if it is left out.
    #[param(format = DateTime, nullable = false, example = "2026-01-31T12:00:00Z")]
    from: Option<String>,
    /// Only those before this instant; now if it is left out.
    #[param(format = DateTime, nullable = false, example = "2026-02-01T12:00:00Z")]
    to: Option<String>,
    /// `next` of the answer before, for what comes after it.
    #[param(nullable = false)]
    after: Option<String>,
    /// How many reads a page holds at most.
    #[param(minimum = 1, maximum = 1000, default = 100, nullable = false)]
    page_size: Option<i64>,
}

/// One page of the reads.
#[derive(Serialize, ToSchema)]
#[schema(as = DataReads)]
pub(crate) struct DataReadsBody {
    /// The reads, by minute.
    reads: Vec<DataReadBody>,
    /// What to ask with as `after` for what follows; left out when nothing does.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    next: Option<String>,
}

/// That answers of one operation to one caller have shown an organization's data within one minute.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = DataRead)]
pub(crate) struct DataReadBody {
    /// Whose data.
    #[schema(example = "914742315")]
    organization: String,
    /// Through which client app.
    app: String,
    /// For which system user.
    #[schema(example = "API1000DEMO")]
    system_user: String,
    /// By which operation.
    #[schema(example = "list_agreements")]
    operation: String,
    /// How many answers.
    #[schema(example = 3)]
    calls: i64,
    /// When the first of them was asked for (RFC 3339, UTC).
    #[schema(format = DateTime)]
    first_at: String,
    /// When the last of them was asked for (RFC 3339, UTC).
    #[schema(format = DateTime)]
    last_at: String,
    /// True where the answers came from a back end that does not say whose data it shows: the data
    /// of any organization of the caller's may have been in them, and each of those is listed.
    presumed: bool,
}

/// List data reads
///
/// Whose data was read, through which client app, for which system user and when. What was changed is
/// in the journal. Reads are counted by the minute: at the ends of the time that is asked for, some of a
/// row's `calls` may lie outside. `firstAt` and `lastAt` are exact.
#[utoipa::path(
    get,
    path = "/operator/v1/data-reads",
    tag = "watching",
    params(DataReadsQuery),
    responses((status = 200, description = "One page of the reads.", body = DataReadsBody))
)]
pub(crate) async fn list_data_reads(
    State(services): State<Services>,
    mut query: Query,
) -> Result<Answer<DataReadsBody>, Problem> {
    const WORDS: &str = "must be 1 to 200 characters without control characters";
    let app = query.parse("app", WORDS, |text| words(text).map(ClientId::new))?;
    let user = |text: &str| words(text).map(SystemUserName::new);
    let system_user = query.parse("systemUser", WORDS, user)?;
    let organization = query.parse(
        "organization",
        "must be the nine digits of an organization number",
        OrganizationNumber::parse,
    )?;
    let (from, to) = read_times(&services, &mut query)?;
    let after = query.parse("after", NEXT, |text| Some(text.to_owned()))?;
    let most = u16::try_from(read_size(&mut query)?).unwrap_or(u16::MAX);
    query.finish()?;
    let filter = DataReadFilter {
        app,
        system_user,
        organization,
        from,
        to,
    };
    let selfservice = &services.selfservice;
    match selfservice
        .list_data_reads(&filter, after.as_deref(), most)
        .await
    {
        Ok(page) => Ok(Answer(DataReadsBody {
            reads: page.reads.into_iter().map(DataReadBody::from).collect(),
            next: page.next,
        })),
        Err(Failure::Rejected(Rejection::InvalidCursor)) => Err(Problem::invalid("after", NEXT)),
        Err(failure) => Err(failure.into()),
    }
}

const NEXT: &str = "must be the `next` of an answer";

impl From<DataRead> for DataReadBody {
    fn from(read: DataRead) -> Self {
        Self {
            organization: read.organization.to_string(),
            app: read.app.as_str().to_owned(),
            system_user: read.system_user.as_str().to_owned(),
            operation: read.operation,
            calls: read.calls,
            first_at: format!("{:.3}", read.first_at),
            last_at: format!("{:.3}", read.last_at),
            presumed: read.presumed,
        }
    }
}
