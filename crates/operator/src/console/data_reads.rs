//! Whose data an app or a system user has read or changed between two instants: one form, the
//! organizations in short, and both lists.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use domain::OrganizationNumber;
use domain::access::{ClientId, SystemUserName};
use jiff::{SignedDuration, Timestamp};
use selfservice::calls::{DataRead, DataReadFilter};
use selfservice::{Failure, JournalFilter, SelfService};
use serde::Deserialize;
use web::{Field, Moment, Page, Pager};

use super::Console;
use super::changes::ChangeLine;
use super::fault::Fault;
use super::filters::{Faults, address};
use super::input::Query;
use super::signed_in::SignedIn;

const ADDRESS: &str = "/console/data-reads";
const PAGE_SIZE: u16 = 50;
/// How many rows of either kind the short answer looks at.
const LOOKED_AT: usize = 5_000;
const BATCH: u16 = 1_000;
/// Where few changes are looked for, a page of the journal may hold none.
const MOST_PAGES: usize = 10;
const A_DAY: SignedDuration = SignedDuration::from_hours(24);

#[derive(Template)]
#[template(path = "console/data_reads.html")]
struct Html {
    page: Page,
    wanted: Wanted,
    faults: Faults,
    found: Option<Found>,
}

/// What the form sends; what is empty narrows nothing.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Wanted {
    app: String,
    user: String,
    organization: String,
    from: String,
    to: String,
    reads_after: String,
    changes_after: String,
}

/// What was found.
struct Found {
    organizations: BTreeMap<OrganizationNumber, Touches>,
    /// Whether there was more than was looked at.
    is_cut: bool,
    reads: Vec<DataRead>,
    reads_pager: Pager,
    changes: Vec<ChangeLine>,
    changes_pager: Pager,
}

/// What was done to one organization's data.
#[derive(Default)]
struct Touches {
    /// How many answers showed it.
    reads: i64,
    changes: i64,
    first: Option<Timestamp>,
    last: Option<Timestamp>,
}

/// Whose doings are looked for, and when.
struct Question {
    reads: DataReadFilter,
    changes: JournalFilter,
}

/// The page.
pub(super) async fn show(
    State(console): State<Console>,
    person: SignedIn,
    Query(mut wanted): Query<Wanted>,
) -> Result<Response, Fault> {
    let mut faults = Faults::default();
    let now = console.services.clock.now();
    let asked = wanted.is_asked();
    if !asked {
        // The last day is offered.
        wanted.from = shown(now.saturating_sub(A_DAY).unwrap_or(Timestamp::MIN));
        wanted.to = shown(now + SignedDuration::from_mins(1));
    }
    let question = wanted.question(&mut faults);
    let found = if asked && faults.are_none() {
        Some(
            wanted
                .answer(&console.services.selfservice, &question)
                .await?,
        )
    } else {
        None
    };
    let status = faults.status();
    let mut response = web::html(&Html {
        page: person.page("Data reads"),
        wanted,
        faults,
        found,
    });
    *response.status_mut() = status;
    Ok(response)
}

impl Wanted {
    fn is_asked(&self) -> bool {
        self.pairs().iter().any(|(_, text)| !text.trim().is_empty())
    }

    fn question(&self, faults: &mut Faults) -> Question {
        let app = faults.words("app", &self.app).map(ClientId::new);
        let user = faults.words("user", &self.user);
        let organization = faults.organization(&self.organization);
        let from = faults.instant("from", &self.from);
        let to = faults.instant("to", &self.to);
        if let (Some(from), Some(to)) = (from, to)
            && from >= to
        {
            faults.add("to", "This is not after the beginning.");
        }
        Question {
            reads: DataReadFilter {
                app: app.clone(),
                system_user: user.clone().map(SystemUserName::new),
                organization: organization.clone(),
                from: from.unwrap_or(Timestamp::UNIX_EPOCH),
                to: to.unwrap_or(Timestamp::MAX),
            },
            changes: JournalFilter {
                app,
                author: user,
                organization,
                since: from,
                until: to,
                ..JournalFilter::default()
            },
        }
    }

    async fn answer(&self, selfservice: &SelfService, question: &Question) -> Result<Found, Fault> {
        let after = Some(self.reads_after.as_str()).filter(|after| !after.is_empty());
        let reads = selfservice.list_data_reads(&question.reads, after, PAGE_SIZE);
        let reads = reads.await.map_err(|failure| match failure {
            Failure::Rejected(_) => Fault::unreadable("There is no such page."),
            failure @ Failure::Storage(_) => failure.into(),
        })?;
        let place = match self.changes_after.as_str() {
            "" => None,
            text => Some(
                text.parse()
                    .map_err(|_| Fault::unreadable("There is no such page."))?,
            ),
        };
        let most = i64::from(PAGE_SIZE);
        let changes = selfservice.page_journal(&question.changes, false, (place, most));
        let changes = changes.await?;
        let (organizations, is_cut) = in_short(selfservice, question).await?;
        Ok(Found {
            organizations,
            is_cut,
            reads: reads.reads,
            reads_pager: Pager {
                first: after.map(|_| self.address("", &self.changes_after)),
                next: reads
                    .next
                    .map(|next| self.address(&next, &self.changes_after)),
            },
            changes: changes.rows.into_iter().map(ChangeLine::from).collect(),
            changes_pager: Pager {
                first: place.map(|_| self.address(&self.reads_after, "")),
                next: changes
                    .next
                    .map(|next| self.address(&self.reads_after, &next.to_string())),
            },
        })
    }

    fn pairs(&self) -> [(&'static str, &str); 5] {
        [
            ("app", &self.app),
            ("user", &self.user),
            ("organization", &self.organization),
            ("from", &self.from),
            ("to", &self.to),
        ]
    }

    fn address(&self, reads_after: &str, changes_after: &str) -> String {
        let places = [
            ("reads_after", reads_after),
            ("changes_after", changes_after),
        ];
        address(ADDRESS, &[&self.pairs()[..], &places].concat())
    }
}

/// The organizations whose data was touched, and whether there is more than was looked at.
async fn in_short(
    selfservice: &SelfService,
    question: &Question,
) -> Result<(BTreeMap<OrganizationNumber, Touches>, bool), Fault> {
    let mut organizations: BTreeMap<_, Touches> = BTreeMap::new();
    let (mut after, mut looked_at) = (None, 0);
    loop {
        let page = selfservice.list_data_reads(&question.reads, after.as_deref(), BATCH);
        let page = page.await?;
        looked_at += page.reads.len();
        for read in page.reads {
            let touches = organizations.entry(read.organization).or_default();
            touches.reads += read.calls;
            touches.note(read.first_at, read.last_at);
        }
        after = page.next;
        if after.is_none() || looked_at >= LOOKED_AT {
            break;
        }
    }
    let (mut place, mut looked_at) = (None, 0);
    for _ in 0..MOST_PAGES {
        let batch = i64::from(BATCH);
        let page = selfservice.page_journal(&question.changes, false, (place, batch));
        let page = page.await?;
        looked_at += page.rows.len();
        for found in page.rows {
            if let Some(organization) = found.row.change.organization {
                let touches = organizations.entry(organization).or_default();
                touches.changes += 1;
                touches.note(found.row.change.at, found.row.change.at);
            }
        }
        place = page.next;
        if place.is_none() || looked_at >= LOOKED_AT {
            break;
        }
    }
    Ok((organizations, after.is_some() || place.is_some()))
}

impl Touches {
    fn note(&mut self, first: Timestamp, last: Timestamp) {
        self.first = Some(self.first.map_or(first, |known| known.min(first)));
        self.last = self.last.max(Some(last));
    }
}

fn shown(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M").to_string()
}
