//! `/operator/v1/api-product-requests` and `/operator/v1/apps/…/api-product-requests/…`: the API
//! products that customers' people have asked for in the portal, and the decisions about them.

use axum::Extension;
use axum::extract::{Path, State};
use domain::Author;
use domain::access::ClientId;
use selfservice::{ApiProductRequest, RequestState};
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use super::{Answer, read_size};
use crate::Services;
use crate::input::{Members, Query};
use crate::problem::Problem;

/// Somebody asks that an app may call an API product, or did.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ApiProductRequest)]
pub(crate) struct RequestBody {
    /// The app's client id.
    client_id: String,
    /// What its people call the app.
    app_name: String,
    /// The number of the organization whose app it is.
    #[schema(example = "914742315")]
    organization: String,
    /// The API product that it is to have.
    #[schema(example = "order")]
    api_product: String,
    /// What has become of it.
    state: StateBody,
    /// Who has asked, by e-mail address.
    #[schema(example = "kari@example.com")]
    asked_by: String,
    /// When (RFC 3339, UTC).
    #[schema(format = DateTime)]
    asked_at: String,
    /// Who has decided.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    decided_by: Option<String>,
    /// When (RFC 3339, UTC).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, format = DateTime)]
    decided_at: Option<String>,
    /// Why it was refused, as the app's people read it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    reason: Option<String>,
}

/// `ASKED` waits for a decision, `APPROVED` was given to the app, `REFUSED` was not.
#[derive(Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "UPPERCASE")]
#[schema(as = ApiProductRequestState)]
pub(crate) enum StateBody {
    Asked,
    Approved,
    Refused,
}

/// The requests that wait for a decision.
#[derive(Serialize, ToSchema)]
#[schema(as = ApiProductRequests)]
pub(crate) struct RequestsBody {
    /// The oldest first.
    requests: Vec<RequestBody>,
}

/// How many at most.
#[derive(IntoParams)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
#[expect(
    dead_code,
    reason = "documents the query, which is read by hand to name each fault"
)]
pub(crate) struct SizeParameters {
    /// How many at most.
    #[param(minimum = 1, maximum = 1000, default = 100, nullable = false)]
    page_size: Option<i64>,
}

/// Why the app does not get it.
#[derive(ToSchema)]
#[schema(as = ApiProductRefusal)]
#[expect(
    dead_code,
    reason = "documents the body, which is read by hand to name each fault"
)]
pub(crate) struct RefusalBody {
    /// The app's people read it.
    #[schema(min_length = 1, max_length = 500)]
    reason: String,
}

/// List the requests for API products
///
/// Those that wait for a decision, the oldest first. Decide about them and ask again for more.
#[utoipa::path(
    get,
    path = "/operator/v1/api-product-requests",
    tag = "developers",
    params(SizeParameters),
    responses((status = 200, description = "The requests.", body = RequestsBody))
)]
pub(crate) async fn list_api_product_requests(
    State(services): State<Services>,
    mut query: Query,
) -> Result<Answer<RequestsBody>, Problem> {
    let most = read_size(&mut query)?;
    query.finish()?;
    let open = services.selfservice.list_open_requests(most).await?;
    let requests = open.into_iter().map(RequestBody::from).collect();
    Ok(Answer(RequestsBody { requests }))
}

/// Give an app an API product that its people have asked for
///
/// It may call it from its next token on, with the quota of new apps.
#[utoipa::path(
    post,
    path = "/operator/v1/apps/{clientId}/api-product-requests/{apiProduct}/approve",
    tag = "developers",
    params(
        ("clientId" = String, Path, description = "The app's client id."),
        ("apiProduct" = String, Path, description = "The API product.", example = "order")
    ),
    responses((status = 200, description = "The request, approved.", body = RequestBody))
)]
pub(crate) async fn approve_api_product_request(
    State(services): State<Services>,
    Extension(by): Extension<Author>,
    Path((id, api_product)): Path<(String, String)>,
    body: Members,
) -> Result<Answer<RequestBody>, Problem> {
    body.finish("")?;
    let id = ClientId::new(id);
    let selfservice = &services.selfservice;
    let approved = selfservice.approve_request(&by, &id, &api_product).await?;
    Ok(Answer(approved.into()))
}

/// Refuse an app an API product that its people have asked for
///
/// They read the reason, and may ask again.
#[utoipa::path(
    post,
    path = "/operator/v1/apps/{clientId}/api-product-requests/{apiProduct}/refuse",
    tag = "developers",
    params(
        ("clientId" = String, Path, description = "The app's client id."),
        ("apiProduct" = String, Path, description = "The API product.", example = "order")
    ),
    request_body = RefusalBody,
    responses((status = 200, description = "The request, refused.", body = RequestBody))
)]
pub(crate) async fn refuse_api_product_request(
    State(services): State<Services>,
    Extension(by): Extension<Author>,
    Path((id, api_product)): Path<(String, String)>,
    mut body: Members,
) -> Result<Answer<RequestBody>, Problem> {
    let reason = body.words("reason")?;
    body.finish("reason")?;
    let reason = reason.ok_or_else(|| Problem::invalid("reason", "is missing"))?;
    let request = (&ClientId::new(id), api_product.as_str());
    let selfservice = &services.selfservice;
    let refused = selfservice.refuse_request(&by, request, &reason).await?;
    Ok(Answer(refused.into()))
}

impl From<ApiProductRequest> for RequestBody {
    fn from(request: ApiProductRequest) -> Self {
        let (decided_by, decided_at) = request.decided.unzip();
        Self {
            client_id: request.app.as_str().to_owned(),
            app_name: request.app_name,
            organization: request.owner.as_str().to_owned(),
            api_product: request.api_product,
            state: match request.state {
                RequestState::Asked => StateBody::Asked,
                RequestState::Approved => StateBody::Approved,
                RequestState::Refused => StateBody::Refused,
            },
            asked_by: request.asked_by,
            asked_at: format!("{:.3}", request.asked_at),
            decided_by,
            decided_at: decided_at.map(|at| format!("{at:.3}")),
            reason: request.reason,
        }
    }
}
