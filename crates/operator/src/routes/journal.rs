//! `/operator/v1/journal`: who did what, to whose things, through which app.

use axum::extract::State;
use domain::access::ClientId;
use domain::{AuthorKind, OrganizationNumber};
use jiff::Timestamp;
use selfservice::{JournalFilter, PlacedRow};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::{IntoParams, ToSchema};

use super::{Answer, read_size, words};
use crate::Services;
use crate::input::Query;
use crate::problem::Problem;

/// Which changes to list.
#[derive(IntoParams)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
#[expect(
    dead_code,
    reason = "documents the query, which is read by hand to name each fault"
)]
pub(crate) struct JournalQuery {
    /// Only those of the things of the organization with this number.
    #[param(nullable = false, example = "914742315")]
    organization: Option<String>,
    /// Only those made through the client app with this id.
    #[param(nullable = false)]
    app: Option<String>,
    /// Only those made by this system user, operator or part of the server.
    #[param(nullable = false, example = "API1000DEMO")]
    author: Option<String>,
    /// Only those of this kind of thing, such as `order`, `account`, `endpoint` or `operator`.
    #[param(nullable = false, example = "order")]
    noun: Option<String>,
    /// Only those of the thing with this id.
    #[param(nullable = false, example = "010780005503")]
    subject: Option<String>,
    /// Only those made at this instant or later.
    #[param(format = DateTime, nullable = false, example = "2026-01-31T12:00:00Z")]
    from: Option<String>,
    /// Only those made before this instant.
    #[param(format = DateTime, nullable = false, example = "2026-02-01T00:00:00Z")]
    to: Option<String>,
    /// `oldest` first, or `newest` first.
    #[param(nullable = false, default = "oldest", example = "newest")]
    order: Option<String>,
    /// Only those that come after this position, in the order that is asked for: `next` of the
    /// answer before.
    #[param(minimum = 1, nullable = false)]
    after: Option<i64>,
    /// How many changes a page holds at most.
    #[param(minimum = 1, maximum = 1000, default = 100, nullable = false)]
    page_size: Option<i64>,
}

/// One page of the journal.
#[derive(Serialize, ToSchema)]
#[schema(as = Changes)]
pub(crate) struct ChangesBody {
    /// Fewer than asked for, even none, where few of those that were looked at are wanted.
    changes: Vec<ChangeBody>,
    /// What to ask with as `after` for what follows; left out when nothing does.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    next: Option<i64>,
}

/// One change.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Change)]
pub(crate) struct ChangeBody {
    /// Its place among all changes, from 1 without a gap.
    #[schema(example = 4711)]
    position: i64,
    /// When it was made (RFC 3339, UTC).
    #[schema(format = DateTime)]
    at: String,
    /// Whose thing it is; left out for what is the operator's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "914742315")]
    organization: Option<String>,
    /// Who made it.
    #[schema(example = "API1000DEMO")]
    author: String,
    /// On whose side they are.
    author_kind: AuthorKindBody,
    /// The client app that a customer's call came through.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    app: Option<String>,
    /// The kind of thing.
    #[schema(example = "order")]
    noun: String,
    /// Which one.
    #[schema(example = "010780005503")]
    subject: String,
    /// What was done to it.
    #[schema(example = "completed")]
    action: String,
    /// What is worth knowing about it: numbers and texts by name.
    #[schema(value_type = Object)]
    facts: Map<String, Value>,
    /// True of a row that somebody has written who had no key: nothing that it says is certain.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[schema(nullable = false)]
    forged: bool,
}

/// On whose side an author is: `customer` calls through a client app, `operator` is a person or
/// worker of the operator's or the command line, `server` is the server by itself.
#[derive(Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = AuthorKind)]
pub(crate) enum AuthorKindBody {
    Customer,
    Operator,
    Server,
}

/// The last place of the journal.
#[derive(Serialize, ToSchema)]
#[schema(as = JournalHead)]
pub(crate) struct HeadBody {
    /// How many changes have their place.
    #[schema(example = 4711)]
    position: i64,
    /// The last one's seal, 64 hexadecimal digits; empty when there is none.
    seal: String,
    /// How many changes wait for their place and seal, up to 10,000.
    #[schema(example = 0)]
    unsealed: usize,
}

/// List changes
///
/// Who did what, whose thing it was, and through which client app. A page looks at 20,000 changes at
/// most: so with filters that keep few of them, go on with `next` until there is none.
#[utoipa::path(
    get,
    path = "/operator/v1/journal",
    tag = "journal",
    params(JournalQuery),
    responses((status = 200, description = "One page of the journal.", body = ChangesBody))
)]
pub(crate) async fn list_changes(
    State(services): State<Services>,
    mut query: Query,
) -> Result<Answer<ChangesBody>, Problem> {
    let filter = read_filter(&mut query)?;
    let newest_first = query.parse("order", "must be oldest or newest", |text| match text {
        "oldest" => Some(false),
        "newest" => Some(true),
        _ => None,
    })?;
    let position = |text: &str| text.parse::<i64>().ok().filter(|position| *position > 0);
    let after = query.parse("after", "must be the `next` of an answer", position)?;
    let most = read_size(&mut query)?;
    query.finish()?;
    let selfservice = &services.selfservice;
    let page = selfservice.page_journal(&filter, newest_first.unwrap_or(false), (after, most));
    let page = page.await?;
    Ok(Answer(ChangesBody {
        changes: page.rows.into_iter().map(ChangeBody::from).collect(),
        next: page.next,
    }))
}

/// Get the journal's head
///
/// Keep it somewhere else: `avtale journal verify --head POSITION:SEAL` then notices a journal whose
/// end was cut off.
#[utoipa::path(
    get,
    path = "/operator/v1/journal/head",
    tag = "journal",
    responses((status = 200, description = "The last place and its seal.", body = HeadBody))
)]
pub(crate) async fn get_journal_head(
    State(services): State<Services>,
    query: Query,
) -> Result<Answer<HeadBody>, Problem> {
    query.finish()?;
    let unsealed = services.selfservice.unsealed_changes().await?;
    let head = services.selfservice.journal_head().await?;
    Ok(Answer(HeadBody {
        position: head.position,
        seal: head.seal,
        unsealed,
    }))
}

fn read_filter(query: &mut Query) -> Result<JournalFilter, Problem> {
    const WORDS: &str = "must be 1 to 200 characters without control characters";
    const INSTANT: &str = "must be an instant such as 2026-01-31T12:00:00Z";
    let instant = |text: &str| text.parse::<Timestamp>().ok();
    Ok(JournalFilter {
        organization: query.parse(
            "organization",
            "must be the nine digits of an organization number",
            OrganizationNumber::parse,
        )?,
        app: query.parse("app", WORDS, |text| words(text).map(ClientId::new))?,
        noun: query.parse("noun", WORDS, words)?,
        subject: query.parse("subject", WORDS, words)?,
        author: query.parse("author", WORDS, words)?,
        since: query.parse("from", INSTANT, instant)?,
        until: query.parse("to", INSTANT, instant)?,
    })
}

impl From<PlacedRow> for ChangeBody {
    fn from(PlacedRow { row, place }: PlacedRow) -> Self {
        let (change, line) = (row.change, row.line);
        Self {
            position: place.position,
            at: format!("{:.3}", change.at),
            organization: change.organization.map(|number| number.to_string()),
            author_kind: match change.author.kind() {
                AuthorKind::Customer => AuthorKindBody::Customer,
                AuthorKind::Operator => AuthorKindBody::Operator,
                AuthorKind::Server => AuthorKindBody::Server,
            },
            author: change.author.name,
            app: change.author.app.map(|app| app.as_str().to_owned()),
            noun: line.noun,
            subject: line.subject,
            action: line.action,
            facts: serde_json::from_str(&line.facts).unwrap_or_default(),
            forged: !place.genuine,
        }
    }
}
