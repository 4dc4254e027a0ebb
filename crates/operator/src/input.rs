//! Input that is read by hand, part by part, so that every fault names its part.

use std::fmt;
use std::ops::RangeInclusive;
use std::time::Duration;

use axum::extract::{FromRequest, FromRequestParts, Path, Request};
use domain::OrderId;
use http::request::Parts;
use http::{HeaderMap, HeaderValue, header};
use http_body_util::LengthLimitError;
use serde::de::{self, Deserializer, MapAccess, Visitor};
use serde_json::{Map, Value};

use crate::problem::{Code, Problem};

/// The largest body that is read; no report comes near.
const LARGEST: usize = 64 * 1024;
/// How long a caller may take to send a body.
const LONGEST: Duration = Duration::from_secs(30);
/// What a customer reads in an order's history.
const LONGEST_WORDS: usize = 500;

/// The members of a JSON body, or the parameters of a query, taken out one by one.
pub(crate) struct Members {
    members: Vec<(String, Value)>,
}

impl<S: Sync> FromRequest<S> for Members {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        Self::read(request, LARGEST).await
    }
}

impl Members {
    /// Reads a body of at most so many bytes.
    pub(crate) async fn read(request: Request, largest: usize) -> Result<Self, Problem> {
        expect_json(request.headers())?;
        let reading = axum::body::to_bytes(request.into_body(), largest);
        let bytes = match tokio::time::timeout(LONGEST, reading).await {
            Ok(Ok(bytes)) => bytes,
            Ok(Err(error)) => return Err(unreadable(&error, largest)),
            Err(_) => {
                let message = format!("did not arrive within {} seconds", LONGEST.as_secs());
                return Err(Problem::invalid("body", message));
            }
        };
        if bytes.trim_ascii().is_empty() {
            return Ok(Self {
                members: Vec::new(),
            });
        }
        let mut reader = serde_json::Deserializer::from_slice(&bytes);
        let members = reader.deserialize_map(MembersVisitor);
        members
            .and_then(|members| reader.end().map(|()| Self { members }))
            .map_err(|error| Problem::invalid("body", format!("not a JSON object: {error}")))
    }
}

fn expect_json(headers: &HeaderMap) -> Result<(), Problem> {
    let json = |value: &HeaderValue| {
        let text = value.to_str().unwrap_or_default().to_ascii_lowercase();
        text.split(';').next().map(str::trim) == Some("application/json")
    };
    if headers.get_all(header::CONTENT_TYPE).iter().all(json) {
        return Ok(());
    }
    let problem = Problem::new(Code::UnsupportedMediaType, "");
    Err(problem.about("Content-Type", "send application/json in UTF-8"))
}

fn unreadable(error: &axum::Error, largest: usize) -> Problem {
    let too_large = std::error::Error::source(error)
        .is_some_and(<dyn std::error::Error>::is::<LengthLimitError>);
    if too_large {
        let message = format!("larger than {largest} bytes");
        return Problem::new(Code::BodyTooLarge, "").about("body", message);
    }
    Problem::invalid("body", "broke off before its end")
}

struct MembersVisitor;

impl<'de> Visitor<'de> for MembersVisitor {
    type Value = Vec<(String, Value)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members: Vec<(String, Value)> = Vec::new();
        while let Some(name) = map.next_key::<String>()? {
            if members.len() == MOST_MEMBERS {
                let message = format!("more than {MOST_MEMBERS} members");
                return Err(de::Error::custom(message));
            }
            if members.iter().any(|(known, _)| *known == name) {
                return Err(de::Error::custom(format!("duplicate member `{name}`")));
            }
            members.push((name, map.next_value()?));
        }
        Ok(members)
    }
}

/// No body has so many; the bound keeps the search for duplicates cheap.
const MOST_MEMBERS: usize = 20;

impl Members {
    /// Takes a member out; one that is null counts as absent.
    fn take(&mut self, name: &str) -> Option<Value> {
        let position = self.members.iter().position(|(known, _)| known == name)?;
        let (_, value) = self.members.swap_remove(position);
        (!value.is_null()).then_some(value)
    }

    /// A whole number, if it is there.
    pub(crate) fn number(
        &mut self,
        name: &str,
        range: RangeInclusive<i64>,
    ) -> Result<Option<i64>, Problem> {
        let Some(value) = self.take(name) else {
            return Ok(None);
        };
        let number = value.as_i64().filter(|number| range.contains(number));
        number.map(Some).ok_or_else(|| {
            let (least, most) = range.into_inner();
            Problem::invalid(
                name,
                format!("must be a whole number from {least} to {most}"),
            )
        })
    }

    /// True or false, if it is there.
    pub(crate) fn flag(&mut self, name: &str) -> Result<Option<bool>, Problem> {
        match self.take(name) {
            None => Ok(None),
            Some(Value::Bool(flag)) => Ok(Some(flag)),
            Some(_) => Err(Problem::invalid(name, "must be true or false")),
        }
    }

    /// All of them, for a reader of its own.
    pub(crate) fn into_map(self) -> Map<String, Value> {
        self.members.into_iter().collect()
    }

    /// A text, if it is there.
    pub(crate) fn text(&mut self, name: &str) -> Result<Option<String>, Problem> {
        match self.take(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(Problem::invalid(name, "must be a string")),
        }
    }

    /// Words for the customer, if they are there.
    pub(crate) fn words(&mut self, name: &str) -> Result<Option<String>, Problem> {
        let Some(text) = self.text(name)? else {
            return Ok(None);
        };
        let fits = (1..=LONGEST_WORDS).contains(&text.chars().count());
        let shown = !text.chars().any(char::is_control) && !text.trim().is_empty();
        if fits && shown {
            return Ok(Some(text));
        }
        let message = format!("must be 1 to {LONGEST_WORDS} characters without control characters");
        Err(Problem::invalid(name, message))
    }

    /// Refuses what nobody took out.
    pub(crate) fn finish(self, known: &str) -> Result<(), Problem> {
        let message = match known {
            "" => "unknown member; there are none".to_owned(),
            known => format!("unknown member; known are {known}"),
        };
        refuse_rest(self.members.iter().map(|(name, _)| name), &message)
    }
}

fn refuse_rest<'a>(
    mut names: impl Iterator<Item = &'a String>,
    message: &str,
) -> Result<(), Problem> {
    let Some(first) = names.next() else {
        return Ok(());
    };
    let first = Problem::invalid(first, message);
    Err(names.fold(first, |problem, name| problem.about(name, message)))
}

/// The parameters of a query, taken out one by one.
pub(crate) struct Query(Vec<(String, String)>);

impl<S: Sync> FromRequestParts<S> for Query {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let text = parts.uri.query().unwrap_or_default();
        serde_urlencoded::from_str(text)
            .map(Self)
            .map_err(|error| Problem::invalid("query", format!("not a query: {error}")))
    }
}

impl Query {
    /// Takes a parameter out that stands for something, if it was given.
    pub(crate) fn parse<T>(
        &mut self,
        name: &str,
        wanted: &str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Result<Option<T>, Problem> {
        let position = |query: &Self| query.0.iter().position(|(known, _)| known == name);
        let Some(first) = position(self) else {
            return Ok(None);
        };
        let (_, text) = self.0.swap_remove(first);
        if position(self).is_some() {
            return Err(Problem::invalid(name, "given more than once"));
        }
        let parsed = parse(&text).ok_or_else(|| Problem::invalid(name, wanted))?;
        Ok(Some(parsed))
    }

    /// Refuses what nobody took out.
    pub(crate) fn finish(self) -> Result<(), Problem> {
        refuse_rest(self.0.iter().map(|(name, _)| name), "unknown parameter")
    }
}

/// The order that the path names. What is no order's id is no order either.
pub(crate) struct OrderInPath(pub(crate) OrderId);

impl<S: Send + Sync> FromRequestParts<S> for OrderInPath {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let unknown = || Problem::new(Code::OrderNotFound, "no such order");
        let Path(text) = Path::<String>::from_request_parts(parts, state)
            .await
            .map_err(|_| unknown())?;
        OrderId::parse(&text).map(Self).ok_or_else(unknown)
    }
}
