//! The journal: who did what, newest first, with the head and what the last check has found.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use domain::access::ClientId;
use selfservice::{JournalFilter, JournalHead};
use serde::Deserialize;
use web::{Field, Page, Pager};

use super::Console;
use super::changes::ChangeLine;
use super::fault::Fault;
use super::filters::{Faults, address};
use super::input::Query;
use super::signed_in::SignedIn;
use crate::records::Kind;

const ADDRESS: &str = "/console/journal";
const PAGE_SIZE: i64 = 50;
/// What changes are about, beside records.
const OTHERS: [&str; 7] = [
    "order",
    "endpoint",
    "operator",
    "developer",
    "invitation",
    "import",
    "installation",
];

#[derive(Template)]
#[template(path = "console/journal.html")]
struct Html {
    page: Page,
    wanted: Wanted,
    faults: Faults,
    changes: Vec<ChangeLine>,
    head: JournalHead,
    unsealed: usize,
    pager: Pager,
}

/// What the list is narrowed to; an empty text narrows nothing.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Wanted {
    organization: String,
    app: String,
    author: String,
    noun: String,
    subject: String,
    from: String,
    to: String,
    after: String,
}

/// The page.
pub(super) async fn show(
    State(console): State<Console>,
    person: SignedIn,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Fault> {
    let mut faults = Faults::default();
    let filter = wanted.filter(&mut faults);
    let unknown = |_: &str| "There is no such page.".to_owned();
    let position = |text: &str| text.parse::<i64>().ok().filter(|position| *position > 0);
    let after = faults.read("after", &wanted.after, unknown, position);
    let selfservice = &console.services.selfservice;
    let (mut changes, mut next) = (Vec::new(), None);
    if faults.are_none() {
        let found = selfservice.page_journal(&filter, true, (after, PAGE_SIZE));
        let found = found.await?;
        changes = found.rows.into_iter().map(ChangeLine::from).collect();
        next = found.next;
    }
    let pager = Pager {
        first: after.map(|_| wanted.address("")),
        next: next.map(|next| wanted.address(&next.to_string())),
    };
    let status = faults.status();
    let mut response = web::html(&Html {
        page: person.page("Journal"),
        wanted,
        faults,
        changes,
        unsealed: selfservice.unsealed_changes().await?,
        head: selfservice.journal_head().await?,
        pager,
    });
    *response.status_mut() = status;
    Ok(response)
}

impl Wanted {
    fn filter(&self, faults: &mut Faults) -> JournalFilter {
        let filter = JournalFilter {
            organization: faults.organization(&self.organization),
            app: faults.words("app", &self.app).map(ClientId::new),
            noun: faults.words("noun", &self.noun),
            subject: faults.words("subject", &self.subject),
            author: faults.words("author", &self.author),
            since: faults.instant("from", &self.from),
            until: faults.instant("to", &self.to),
        };
        if let (Some(since), Some(until)) = (filter.since, filter.until)
            && since >= until
        {
            faults.add("to", "This is not after the beginning.");
        }
        filter
    }

    /// The kinds of things that changes are about, and the one that was asked for in any case.
    fn nouns(&self) -> Vec<(&str, &str)> {
        let asked = self.noun.trim();
        let records = Kind::ALL.map(Kind::as_str);
        let mut nouns: Vec<_> = records.into_iter().chain(OTHERS).collect();
        if !asked.is_empty() && !nouns.contains(&asked) {
            nouns.push(asked);
        }
        let mut nouns: Vec<_> = nouns
            .into_iter()
            .map(|noun| (noun, super::nouns::spoken(noun)))
            .collect();
        nouns.sort_unstable_by_key(|(_, words)| *words);
        nouns.insert(0, ("", "any"));
        nouns
    }

    fn pairs(&self) -> [(&'static str, &str); 7] {
        [
            ("organization", &self.organization),
            ("app", &self.app),
            ("author", &self.author),
            ("noun", &self.noun),
            ("subject", &self.subject),
            ("from", &self.from),
            ("to", &self.to),
        ]
    }

    fn is_narrowed(&self) -> bool {
        self.pairs().iter().any(|(_, text)| !text.trim().is_empty())
    }

    fn address(&self, after: &str) -> String {
        let pairs = [&self.pairs()[..], &[("after", after)]].concat();
        address(ADDRESS, &pairs)
    }
}
