//! Whose data was read, and the latest calls one by one.

use domain::access::{ClientId, SystemUserName};
use domain::{OrganizationNumber, Rejection};
use jiff::Timestamp;
use storage::{
    CallLogFilter, CallLogPlace, DataRead, DataReadFilter, DataReadPlace, LoggedCall, Minute,
    Transaction,
};

use crate::{Failure, SelfService};

/// Separates the parts of a place; none of them holds it.
const SEPARATOR: char = '\u{1f}';

/// Among how many of the latest calls a system user's are looked for.
const LOOKED_AT: u16 = 200;

/// Some reads, and where to go on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DataReadPage {
    /// The reads, oldest minute first.
    pub reads: Vec<DataRead>,
    /// What to ask with for those after them; none if there are no more.
    pub next: Option<String>,
}

/// Some calls, and where to go on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallLogPage {
    /// The calls, newest first.
    pub calls: Vec<LoggedCall>,
    /// What to ask with for those before them; none if there are no more.
    pub next: Option<String>,
    /// How many calls since then the log had no room for: they are counted and not listed.
    pub unlogged: i64,
}

impl SelfService {
    /// Whose data was read, by whom and when. For the operator, never for a customer.
    pub async fn list_data_reads(
        &self,
        filter: &DataReadFilter,
        after: Option<&str>,
        most: u16,
    ) -> Result<DataReadPage, Failure> {
        let after = match after {
            Some(text) => read_place(text).ok_or(Rejection::InvalidCursor)?,
            None => DataReadPlace::default(),
        };
        let one_more = i64::from(most) + 1;
        let found = self
            .core
            .store
            .read(async |tx| tx.calls().reads(filter, &after, one_more).await);
        let mut reads = found.await?;
        let more = cut_off(&mut reads, most);
        let last = reads.last().filter(|_| more);
        Ok(DataReadPage {
            next: last.map(|last| place(&last.place())),
            reads,
        })
    }

    /// The latest calls through one app of an organization's, or through all of them, newest first.
    /// An app that is not the organization's has none.
    pub async fn list_logged_calls(
        &self,
        owner: &OrganizationNumber,
        wish: &CallLogWish,
        before: Option<&str>,
        most: u16,
    ) -> Result<CallLogPage, Failure> {
        let before = match before {
            Some(text) => read_log_place(text).ok_or(Rejection::InvalidCursor)?,
            None => CallLogPlace {
                at: Timestamp::MAX,
                number: i64::MAX,
            },
        };
        let read = async |tx: &mut Transaction| logged(tx, owner, wish, (before, most)).await;
        let (mut calls, unlogged) = self.core.store.read(read).await?;
        let more = cut_off(&mut calls, most);
        let last = calls.last().filter(|_| more);
        Ok(CallLogPage {
            next: last.map(log_place),
            calls,
            unlogged,
        })
    }
}

impl SelfService {
    /// The latest call through an app of the organization's that the log has.
    pub async fn last_call_of_app(
        &self,
        owner: &OrganizationNumber,
        app: &ClientId,
    ) -> Result<Option<LoggedCall>, Failure> {
        let wish = CallLogWish::all(Some(app.clone()));
        let page = self.list_logged_calls(owner, &wish, None, 1).await?;
        Ok(page.calls.into_iter().next())
    }

    /// The latest call of a system user's, if it is among the latest ones through the organization's
    /// own apps.
    pub async fn last_call_of_system_user(
        &self,
        owner: &OrganizationNumber,
        name: &SystemUserName,
    ) -> Result<Option<LoggedCall>, Failure> {
        let wish = CallLogWish::all(None);
        let page = self.list_logged_calls(owner, &wish, None, LOOKED_AT);
        let mut calls = page.await?.calls.into_iter();
        Ok(calls.find(|call| call.system_user.as_ref() == Some(name)))
    }
}

/// Which calls of an organization's apps are looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallLogWish {
    /// Those through one app.
    pub app: Option<ClientId>,
    /// Those then or later.
    pub from: Timestamp,
    /// Those that failed alone.
    pub failed: bool,
}

impl CallLogWish {
    fn all(app: Option<ClientId>) -> Self {
        Self {
            app,
            from: Timestamp::UNIX_EPOCH,
            failed: false,
        }
    }
}

/// Each app's calls are found by themselves, since an organization has few apps and they many calls.
async fn logged(
    tx: &mut Transaction,
    owner: &OrganizationNumber,
    wish: &CallLogWish,
    (before, most): (CallLogPlace, u16),
) -> Result<(Vec<LoggedCall>, i64), Failure> {
    let mut apps = tx.calls().apps_of(owner).await?;
    if let Some(wanted) = &wish.app {
        apps.retain(|app| app == wanted);
    }
    let (mut all, mut unlogged) = (Vec::new(), 0);
    for app in apps {
        unlogged += tx.calls().unlogged(&app, wish.from).await?;
        let filter = CallLogFilter {
            app,
            from: wish.from,
            failed: wish.failed,
        };
        let one_more = i64::from(most) + 1;
        all.extend(tx.calls().logged(&filter, before, one_more).await?);
    }
    all.sort_unstable_by_key(|call| std::cmp::Reverse((call.at, call.number)));
    all.truncate(usize::from(most) + 1);
    Ok((all, unlogged))
}

/// Whether there were more than wanted.
fn cut_off<T>(found: &mut Vec<T>, most: u16) -> bool {
    let most = usize::from(most);
    let more = found.len() > most;
    found.truncate(most);
    more
}

fn place(place: &DataReadPlace) -> String {
    let minute = place.minute.0.to_string();
    let presumed = if place.presumed { "1" } else { "0" };
    let parts = [
        minute.as_str(),
        &place.organization,
        &place.app,
        &place.system_user,
        &place.operation,
        presumed,
    ];
    hex::encode(parts.join(&SEPARATOR.to_string()))
}

fn read_place(text: &str) -> Option<DataReadPlace> {
    let text = String::from_utf8(hex::decode(text).ok()?).ok()?;
    let parts: Vec<_> = text.split(SEPARATOR).collect();
    let [minute, organization, app, system_user, operation, presumed] = parts[..] else {
        return None;
    };
    let presumed = match presumed {
        "0" => false,
        "1" => true,
        _ => return None,
    };
    Some(DataReadPlace {
        minute: Minute(minute.parse().ok()?),
        organization: organization.to_owned(),
        app: app.to_owned(),
        system_user: system_user.to_owned(),
        operation: operation.to_owned(),
        presumed,
    })
    .filter(|_| !text.contains('\0'))
}

fn log_place(call: &LoggedCall) -> String {
    format!("{}-{}", call.at.as_millisecond(), call.number)
}

fn read_log_place(text: &str) -> Option<CallLogPlace> {
    let (at, number) = text.split_once('-')?;
    Some(CallLogPlace {
        at: Timestamp::from_millisecond(at.parse().ok()?).ok()?,
        number: number.parse().ok()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_read_back() {
        for presumed in [true, false] {
            let written = DataReadPlace {
                minute: Minute(29_000_000),
                organization: "914742315".to_owned(),
                app: "an app".to_owned(),
                system_user: String::new(),
                operation: "get_order".to_owned(),
                presumed,
            };
            assert_eq!(read_place(&place(&written)), Some(written));
        }
        let null = hex::encode("1\u{1f}a\u{1f}b\0\u{1f}c\u{1f}d\u{1f}1");
        for text in ["", "x", "00", "1f1f1f1f1f", &null] {
            assert_eq!(read_place(text), None, "{text}");
        }
        for text in ["", "1", "-1", "a-1", "1-", "99999999999999999-1"] {
            assert_eq!(read_log_place(text), None, "{text}");
        }
    }
}
