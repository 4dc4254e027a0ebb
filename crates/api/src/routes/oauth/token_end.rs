//! `/oauth/v2/logout`, `/oauth/v2/revoke` (RFC 7009) and `/oauth/v2/introspect` (RFC 7662).

use std::net::IpAddr;

use axum::extract::{Request, State};
use axum::http::HeaderMap;
use gateway::ActiveToken;
use serde::Serialize;
use utoipa::ToSchema;

use super::form::Parameters;
use crate::Services;
use crate::admission::{authorization, network};
use crate::answer::Json;
use crate::error::ApiError;

/// End an access token
///
/// Ends the token that is sent as Bearer, at once.
#[utoipa::path(
    post,
    path = "/oauth/v2/logout",
    tag = "oauth",
    security(("system_user" = [])),
    responses((status = 200, description = "The token has ended: `OK!`.", body = String, content_type = "text/plain"))
)]
pub(crate) async fn log_out(
    State(services): State<Services>,
    request: Request,
) -> Result<&'static str, ApiError> {
    end_token(&services, network(&request), request.headers().clone()).await
}

/// End an access token, by GET
///
/// The same as by POST, for clients that know no other way.
#[utoipa::path(
    get,
    path = "/oauth/v2/logout",
    tag = "oauth",
    security(("system_user" = [])),
    responses((status = 200, description = "The token has ended: `OK!`.", body = String, content_type = "text/plain"))
)]
pub(crate) async fn log_out_by_get(
    State(services): State<Services>,
    request: Request,
) -> Result<&'static str, ApiError> {
    end_token(&services, network(&request), request.headers().clone()).await
}

async fn end_token(
    services: &Services,
    network: IpAddr,
    headers: HeaderMap,
) -> Result<&'static str, ApiError> {
    let authorization = authorization(&headers);
    let ended = services.gateway.log_out(&authorization, network).await;
    ended
        .map(|()| "OK!")
        .map_err(|refused| refused.refusal.into())
}

/// The form of a revocation or an introspection.
#[derive(ToSchema)]
#[schema(as = TokenReference)]
#[expect(
    dead_code,
    reason = "the schema of a form that is read by hand, to name each fault"
)]
pub(crate) struct TokenReferenceForm {
    /// The access token that is meant.
    #[schema(example = "065d160140eea13e72cde31a7b857bbfa37390e5")]
    token: String,
    /// A hint at what kind of token it is; ignored, since there is one kind.
    #[schema(nullable = false, example = "access_token")]
    token_type_hint: Option<String>,
    /// The app's id, if it is not in the header `Authorization`.
    #[schema(nullable = false)]
    client_id: Option<String>,
    /// The app's secret, if it is not in the header `Authorization`.
    #[schema(nullable = false, format = Password)]
    client_secret: Option<String>,
}

/// Revoke an access token
///
/// Ends a token of the app that asks (RFC 7009). Whether there was such a token is not told.
#[utoipa::path(
    post,
    path = "/oauth/v2/revoke",
    tag = "oauth",
    security(("client" = []), ()),
    request_body(
        content = TokenReferenceForm,
        content_type = "application/x-www-form-urlencoded",
        description = "The token."
    ),
    responses((status = 200, description = "There is no such token any more."))
)]
pub(crate) async fn revoke_token(
    State(services): State<Services>,
    request: Request,
) -> Result<(), ApiError> {
    let form = Parameters::read(request).await?;
    let authorization = form.authorization();
    Ok(services
        .gateway
        .revoke(&form.client(&authorization), form.get("token"))
        .await?)
}

/// What a token stands for, as RFC 7662 has it.
#[derive(Default, Serialize, ToSchema)]
#[schema(as = Introspection)]
pub(crate) struct IntrospectionBody {
    /// Whether it may be used now; if not, nothing else is said.
    active: bool,
    /// What it may be used for, scopes with blanks between them.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "agreements.read")]
    scope: Option<String>,
    /// The app that it was issued to.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    client_id: Option<String>,
    /// The system user that it acts for, if any.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "API1000XYZ")]
    username: Option<String>,
    /// Always `Bearer`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "Bearer")]
    token_type: Option<&'static str>,
    /// When it ends, in seconds since 1970 in UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    exp: Option<i64>,
    /// When it was issued, in seconds since 1970 in UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    iat: Option<i64>,
}

/// Ask what an access token stands for
///
/// For apps that the operator lets ask (RFC 7662).
#[utoipa::path(
    post,
    path = "/oauth/v2/introspect",
    tag = "oauth",
    security(("client" = []), ()),
    request_body(
        content = TokenReferenceForm,
        content_type = "application/x-www-form-urlencoded",
        description = "The token."
    ),
    responses((status = 200, description = "What it stands for.", body = IntrospectionBody))
)]
pub(crate) async fn introspect_token(
    State(services): State<Services>,
    request: Request,
) -> Result<Json<IntrospectionBody>, ApiError> {
    let form = Parameters::read(request).await?;
    let authorization = form.authorization();
    let client = form.client(&authorization);
    let active = services
        .gateway
        .introspect(&client, form.get("token"))
        .await?;
    Ok(Json(
        active.map_or_else(IntrospectionBody::default, Into::into),
    ))
}

impl From<ActiveToken> for IntrospectionBody {
    fn from(token: ActiveToken) -> Self {
        Self {
            active: true,
            scope: Some(token.scope),
            client_id: Some(token.app.as_str().to_owned()),
            username: token.system_user.map(|name| name.as_str().to_owned()),
            token_type: Some("Bearer"),
            exp: Some(token.expires_at.as_second()),
            iat: Some(token.issued_at.as_second()),
        }
    }
}
