//! `/.well-known/oauth-authorization-server`: where the token endpoints are (RFC 8414).

use std::collections::BTreeSet;

use axum::extract::State;
use domain::access::GrantType;
use serde::Serialize;
use utoipa::ToSchema;

use crate::answer::Json;
use crate::operation::OPERATIONS;
use crate::{Operation, Services};

/// Where the token endpoints are, and what they know.
#[derive(Serialize, ToSchema)]
#[schema(as = AuthorizationServer)]
pub(crate) struct MetadataBody {
    /// This server's own address.
    issuer: String,
    /// Where tokens are got.
    token_endpoint: String,
    /// Where tokens are ended.
    revocation_endpoint: String,
    /// Where it is asked what tokens stand for.
    introspection_endpoint: String,
    /// The grants.
    grant_types_supported: Vec<&'static str>,
    /// None: there is no authorization endpoint.
    response_types_supported: Vec<&'static str>,
    /// How apps show who they are.
    token_endpoint_auth_methods_supported: Vec<&'static str>,
    /// Every scope.
    scopes_supported: BTreeSet<&'static str>,
    /// The document that describes the API.
    service_documentation: String,
}

/// Get the authorization server's metadata
///
/// What OAuth libraries need to know (RFC 8414).
#[utoipa::path(
    get,
    path = "/.well-known/oauth-authorization-server",
    tag = "oauth",
    security(()),
    responses((status = 200, description = "The metadata.", body = MetadataBody))
)]
pub(crate) async fn get_authorization_server(
    State(services): State<Services>,
) -> Json<MetadataBody> {
    let issuer = services.settings.public_url.clone();
    let scope = |operation: &Operation| operation.scope;
    Json(MetadataBody {
        token_endpoint: format!("{issuer}/oauth/v2/token"),
        revocation_endpoint: format!("{issuer}/oauth/v2/revoke"),
        introspection_endpoint: format!("{issuer}/oauth/v2/introspect"),
        grant_types_supported: GrantType::ALL.iter().map(|grant| grant.as_str()).collect(),
        response_types_supported: Vec::new(),
        token_endpoint_auth_methods_supported: vec!["client_secret_basic", "client_secret_post"],
        scopes_supported: OPERATIONS.iter().map(scope).collect(),
        service_documentation: format!("{issuer}/openapi.json"),
        issuer,
    })
}
