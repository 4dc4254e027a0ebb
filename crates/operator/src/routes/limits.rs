//! `/operator/v1/apps/{clientId}/limits`: what an app may call, and how much of it is used.

use axum::extract::{Path, State};
use domain::access::ClientId;
use gateway::{AppLimits, QuotaUse};
use serde::Serialize;
use utoipa::ToSchema;

use super::{Answer, words};
use crate::Services;
use crate::input::Query;
use crate::problem::{Code, Problem};

/// An app's limits at this moment.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = AppLimits)]
pub(crate) struct LimitsBody {
    /// The app.
    client_id: String,
    /// False when this server limits nobody, as a sandbox may.
    limited: bool,
    /// The smoothed rate.
    spike_arrest: SpikeArrestBody,
    /// The app's API products, by name.
    api_products: Vec<ProductBody>,
}

/// How fast an app may call: one call each 1/`callsPerSecond` seconds, `burst` at once after a pause.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = SpikeArrest)]
pub(crate) struct SpikeArrestBody {
    /// How many calls a second, evenly spread.
    #[schema(example = 30)]
    calls_per_second: u32,
    /// How many may come at once after a pause.
    #[schema(example = 10)]
    burst: u32,
    /// How many may come at once at this moment; left out when nobody is limited.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = 10)]
    left: Option<u32>,
}

/// One of an app's API products.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = LimitedProduct)]
pub(crate) struct ProductBody {
    /// The API product.
    #[schema(example = "order")]
    name: String,
    /// How often the app may call it; left out when that is not limited.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    quota: Option<QuotaBody>,
}

/// How a quota stands in the window of this moment, as the header `RateLimit` tells the caller.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = QuotaUse)]
pub(crate) struct QuotaBody {
    /// How many calls one window admits.
    #[schema(example = 10_000)]
    calls: u32,
    /// How long a window is: `minute`, `hour`, `day` or `month`, in UTC.
    #[schema(example = "day")]
    period: &'static str,
    /// How many calls the window has had. A server that is alone counts some calls ahead and takes
    /// those that have not come off again here; if it breaks down, they stay counted: a twentieth of
    /// what was left at most, and never more than 1,000.
    #[schema(example = 4711)]
    used: u32,
    /// How many calls are left.
    #[schema(example = 5289)]
    left: u32,
    /// When the window began (RFC 3339, UTC).
    #[schema(format = DateTime)]
    window_starts_at: String,
    /// When it is over, and all calls are left again.
    #[schema(format = DateTime)]
    window_ends_at: String,
}

/// See an app's limits
///
/// Its spike arrest and the quota of each of its API products, with what is used and left of them.
#[utoipa::path(
    get,
    path = "/operator/v1/apps/{clientId}/limits",
    tag = "limits",
    params(("clientId" = String, Path, description = "The client app's id.")),
    responses((status = 200, description = "The limits.", body = LimitsBody))
)]
pub(crate) async fn get_app_limits(
    State(services): State<Services>,
    Path(id): Path<String>,
    query: Query,
) -> Result<Answer<LimitsBody>, Problem> {
    query.finish()?;
    let unknown = || Problem::new(Code::AppNotFound, "no such client app");
    let id = words(&id).map(ClientId::new).ok_or_else(unknown)?;
    let limits = services.gateway.limits_of(&id).await?;
    Ok(Answer(LimitsBody::of(&id, limits.ok_or_else(unknown)?)))
}

impl LimitsBody {
    fn of(id: &ClientId, limits: AppLimits) -> Self {
        Self {
            client_id: id.as_str().to_owned(),
            limited: limits.limited,
            spike_arrest: SpikeArrestBody {
                calls_per_second: limits.pace.calls_per_second,
                burst: limits.pace.burst,
                left: limits.spike_arrest.map(|limit| limit.remaining),
            },
            api_products: limits
                .products
                .into_iter()
                .map(|(name, quota)| ProductBody {
                    name,
                    quota: quota.map(QuotaBody::from),
                })
                .collect(),
        }
    }
}

impl From<QuotaUse> for QuotaBody {
    fn from(stands: QuotaUse) -> Self {
        Self {
            calls: stands.quota.calls,
            period: stands.quota.period.as_str(),
            used: stands.used,
            left: stands.remaining,
            window_starts_at: format!("{:.3}", stands.starts_at),
            window_ends_at: format!("{:.3}", stands.ends_at),
        }
    }
}
