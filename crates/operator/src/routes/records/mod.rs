//! `/operator/v1/organizations` to `/operator/v1/apps`: records of each kind, by the same handlers.

pub(crate) mod access;
mod document;
mod nouns;

use axum::Extension;
use axum::extract::{FromRequest, Path, Request, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use domain::{AgreementId, Author, OrganizationNumber};
use http::StatusCode;
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa_axum::router::OpenApiRouter;

use super::Answer;
use crate::Services;
use crate::condition::{Condition, entity_tag};
use crate::import::{Verdict, record_from};
use crate::input::{Members, Query};
use crate::manage::{DryRun, Expected, MOST, ManageError, Wish};
use crate::problem::{Code, Problem};
use crate::records::{Key, Record, number};
use nouns::{NOUNS, Noun};

pub(crate) use document::{declare, schemas};
pub(crate) use nouns::OPERATIONS;

/// The largest record that is read: an offering with very many allowed values.
const LARGEST: usize = 1024 * 1024;
const DEFAULT_PAGE: u16 = 100;
/// No name is longer.
const LONGEST_SEARCH: usize = 255;

/// A part of a list.
#[derive(Serialize)]
struct PageBody {
    records: Vec<Record>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// What became of a record.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct OutcomeBody {
    outcome: &'static str,
    changed: Vec<String>,
    dry_run: bool,
    record: Record,
    #[serde(skip_serializing_if = "Option::is_none")]
    secret: Option<String>,
}

/// A record in a body.
struct RecordMembers(Map<String, Value>);

impl<S: Sync> FromRequest<S> for RecordMembers {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        Ok(Self(Members::read(request, LARGEST).await?.into_map()))
    }
}

/// The operations that each kind has.
pub(crate) fn add_to(mut router: OpenApiRouter<Services>) -> OpenApiRouter<Services> {
    for noun in &NOUNS {
        let list = async move |State(services): State<Services>, query: Query| {
            list_records(&services, noun, query).await
        };
        let find = async move |State(services): State<Services>, Path(key): Path<String>| {
            find_record(&services, noun, &key).await
        };
        let put = async move |State(services): State<Services>,
                              Extension(by): Extension<Author>,
                              Path(key): Path<String>,
                              Condition(expected): Condition,
                              query: Query,
                              RecordMembers(members): RecordMembers| {
            let record = read_record(noun, &key, members)?;
            put_record(&services, &by, (&record, &expected), query).await
        };
        router = router
            .route(&noun.list_address(), get(list))
            .route(&noun.address(), get(find).put(put));
    }
    router
}

async fn list_records(
    services: &Services,
    noun: &Noun,
    mut query: Query,
) -> Result<Answer<PageBody>, Problem> {
    let (by_organization, by_agreement) = noun.takes;
    let mut wish = Wish::of(noun.kind);
    let text = |text: &str| {
        let fits = text.chars().count() <= LONGEST_SEARCH && !text.contains('\0');
        fits.then(|| text.to_owned())
    };
    wish.search = query.parse("search", "must be at most 255 characters", text)?;
    if by_organization {
        wish.organization = query.parse(
            "organization",
            "must be the nine digits of an organization number",
            OrganizationNumber::parse,
        )?;
    }
    if by_agreement {
        wish.agreement =
            query.parse("agreement", "must be the number of an agreement", |text| {
                number(text).map(AgreementId::new)
            })?;
    }
    wish.after = query.parse("after", "must be what `next` has said", text)?;
    let size = |text: &str| {
        let size = number(text).and_then(|size| u16::try_from(size).ok());
        size.filter(|size| (1..=MOST).contains(size))
    };
    let size = query.parse("pageSize", "must be a whole number from 1 to 200", size)?;
    wish.most = size.unwrap_or(DEFAULT_PAGE);
    query.finish()?;
    let page = services.manage.list(&wish).await.map_err(|error| {
        // What is wrong with a wish stands in the query.
        problem(error, Code::InvalidRequest)
    })?;
    Ok(Answer(PageBody {
        records: page.records,
        next: page.next,
    }))
}

/// A record, with the tag that later changes may name.
pub(crate) struct OneRecord(pub(crate) Record);

impl IntoResponse for OneRecord {
    fn into_response(self) -> Response {
        ([entity_tag(&self.0)], Answer(self.0)).into_response()
    }
}

async fn find_record(services: &Services, noun: &Noun, key: &str) -> Result<OneRecord, Problem> {
    let found = services.manage.find(noun.kind, key).await?;
    found.map(OneRecord).ok_or_else(|| {
        let error = ManageError::Unknown(noun.kind, key.to_owned());
        Problem::new(Code::RecordNotFound, error.to_string())
    })
}

async fn put_record(
    services: &Services,
    by: &Author,
    (record, expected): (&Record, &Expected),
    mut query: Query,
) -> Result<Response, Problem> {
    let word = |text: &str| match text {
        "true" => Some(DryRun::Yes),
        "false" => Some(DryRun::No),
        _ => None,
    };
    let dry_run = query.parse("dryRun", "must be true or false", word)?;
    query.finish()?;
    let dry_run = dry_run.unwrap_or(DryRun::No);
    let done = services.manage.put(by, record, (dry_run, expected)).await?;
    let is_made = done.verdict == Verdict::New && dry_run == DryRun::No;
    let (outcome, changed) = match done.verdict {
        Verdict::New => ("new", Vec::new()),
        Verdict::Changed(members) => ("changed", members),
        Verdict::Unchanged => ("unchanged", Vec::new()),
    };
    let kept = (dry_run == DryRun::No).then(|| entity_tag(&done.record));
    let mut response = Answer(OutcomeBody {
        outcome,
        changed,
        dry_run: dry_run == DryRun::Yes,
        record: done.record,
        secret: done.secret,
    })
    .into_response();
    response.headers_mut().extend(kept);
    if is_made {
        *response.status_mut() = StatusCode::CREATED;
    }
    Ok(response)
}

/// The record in a body; its key is the one in the path.
fn read_record(noun: &Noun, key: &str, members: Map<String, Value>) -> Result<Record, Problem> {
    let record = record_from(noun.kind, members).map_err(|fault| about(&[fault]))?;
    if Key::parse(noun.kind, &record.key()) == Key::parse(noun.kind, key) {
        return Ok(record);
    }
    let message = format!("is {} here and {key} in the path", record.key());
    Err(Problem::invalid(noun.key, message))
}

/// Faults that a record or a query has by itself.
fn about(faults: &[String]) -> Problem {
    with_faults(Problem::new(Code::InvalidRequest, ""), faults)
}

/// Names each fault: `member: reason`, or something about the whole.
fn with_faults(problem: Problem, faults: &[String]) -> Problem {
    let is_member = |text: &str| !text.is_empty() && !text.contains([' ', '`']);
    faults.iter().fold(problem, |problem, fault| {
        match fault
            .split_once(": ")
            .filter(|(member, _)| is_member(member))
        {
            Some((member, reason)) => problem.about(member, reason),
            None => problem.about("body", fault),
        }
    })
}

fn problem(error: ManageError, code: Code) -> Problem {
    match error {
        ManageError::Unknown(..) => Problem::new(Code::RecordNotFound, error.to_string()),
        ManageError::Gone(..) | ManageError::There(..) | ManageError::Overtaken(..) => {
            Problem::new(Code::PreconditionFailed, error.to_string())
        }
        ManageError::MadeAlready => Problem::new(code, error.to_string()),
        ManageError::Faults(faults) => with_faults(Problem::new(code, ""), &faults),
        ManageError::Storage(error) => error.into(),
        ManageError::Password(error) => {
            tracing::error!(%error, "a call of the operator's failed");
            Problem::new(Code::Internal, "the log says what happened")
        }
    }
}

impl From<ManageError> for Problem {
    fn from(error: ManageError) -> Self {
        problem(error, Code::RecordRefused)
    }
}
