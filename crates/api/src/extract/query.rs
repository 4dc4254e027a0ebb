//! Query parameters: each at most once, none unknown.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use domain::Fault;
use selfservice::Page;
use utoipa::IntoParams;

use crate::error::{ApiError, ErrorCode};

/// The largest page.
pub(crate) const LARGEST_PAGE: i64 = 1000;
/// The page size when none is asked for.
pub(crate) const DEFAULT_PAGE: i64 = 100;

/// The query's parameters, taken out one by one.
pub(crate) struct Query(Vec<(String, String)>);

impl<S: Sync> FromRequestParts<S> for Query {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        let text = parts.uri.query().unwrap_or_default();
        serde_urlencoded::from_str(text).map(Self).map_err(|error| {
            ApiError::field(
                ErrorCode::InvalidRequest,
                "query",
                format!("not a query: {error}"),
            )
        })
    }
}

impl Query {
    /// Takes a parameter out, if it was given.
    pub(crate) fn take(&mut self, name: &str) -> Result<Option<String>, ApiError> {
        let position = |query: &Self| query.0.iter().position(|(known, _)| known == name);
        let Some(first) = position(self) else {
            return Ok(None);
        };
        let (_, value) = self.0.swap_remove(first);
        if position(self).is_some() {
            return Err(invalid(name, "given more than once"));
        }
        Ok(Some(value))
    }

    /// As `take`, for a parameter that stands for something.
    pub(crate) fn parse<T>(
        &mut self,
        name: &str,
        wanted: &str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Result<Option<T>, ApiError> {
        let Some(text) = self.take(name)? else {
            return Ok(None);
        };
        parse(&text).map(Some).ok_or_else(|| invalid(name, wanted))
    }

    /// Refuses what nobody took out.
    pub(crate) fn finish(self) -> Result<(), ApiError> {
        if self.0.is_empty() {
            return Ok(());
        }
        let faults = self
            .0
            .into_iter()
            .map(|(name, _)| Fault::new(name, "unknown parameter"));
        Err(ApiError::new(ErrorCode::InvalidRequest).with_details(faults.collect()))
    }
}

/// Which part of a list.
#[derive(IntoParams)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
#[expect(
    dead_code,
    reason = "documents the query, which is read by hand to name each fault"
)]
pub(crate) struct PageParameters {
    /// Which page; the first is 0.
    #[param(minimum = 0, default = 0, nullable = false)]
    page: Option<i64>,
    /// How many things a page holds at most.
    #[param(minimum = 1, maximum = 1000, default = 100, nullable = false)]
    page_size: Option<i64>,
}

/// The part of a list that `page` and `pageSize` ask for.
pub(crate) fn page(query: &mut Query) -> Result<Page, ApiError> {
    let number = query.parse("page", "must be a whole number from 0", digits)?;
    Ok(Page {
        number: number.unwrap_or(0),
        size: page_size(query)?,
    })
}

/// How many things `pageSize` asks for.
pub(crate) fn page_size(query: &mut Query) -> Result<i64, ApiError> {
    let size = query.parse(
        "pageSize",
        "must be a whole number from 1 to 1000",
        |text| digits(text).filter(|size| (1..=LARGEST_PAGE).contains(size)),
    )?;
    Ok(size.unwrap_or(DEFAULT_PAGE))
}

fn digits(text: &str) -> Option<i64> {
    let all_digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    text.parse().ok().filter(|_| all_digits)
}

fn invalid(name: &str, message: &str) -> ApiError {
    ApiError::field(ErrorCode::InvalidRequest, name, message)
}
