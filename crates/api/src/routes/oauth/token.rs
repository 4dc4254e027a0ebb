//! `/oauth/v2/token`: access tokens for system users (RFC 6749).

use axum::extract::{Request, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use gateway::TokenRequest;
use serde::Serialize;
use utoipa::openapi::schema::{ObjectBuilder, OneOfBuilder, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use super::form::Parameters;
use crate::Services;
use crate::answer::Json;
use crate::error::ApiError;

/// Where tokens are got.
pub(crate) const TOKEN: &str = "/oauth/v2/token";
/// The same, as older pages of the source documents print it.
pub(crate) const TOKEN_ALIAS: &str = "/oauth/token";

/// A token and what it is good for.
#[derive(Serialize, ToSchema)]
#[schema(as = Token)]
pub(crate) struct TokenBody {
    /// The access token: send it as `Authorization: Bearer …`, and use it until it expires.
    #[schema(example = "065d160140eea13e72cde31a7b857bbfa37390e5")]
    access_token: String,
    /// Always `Bearer`.
    #[schema(example = "Bearer")]
    token_type: &'static str,
    /// Seconds until it expires; a string for apps that are set so.
    #[schema(example = 3599)]
    expires_in: ExpiresIn,
    /// What it may be used for, scopes with blanks between them.
    #[schema(example = "agreements.read agreements.order")]
    scope: String,
}

/// Seconds, in the form that the app's software reads.
enum ExpiresIn {
    Number(u32),
    Text(u32),
}

impl PartialSchema for ExpiresIn {
    fn schema() -> RefOr<Schema> {
        let number = ObjectBuilder::new().schema_type(Type::Integer);
        let digits = ObjectBuilder::new()
            .schema_type(Type::String)
            .pattern(Some("^[0-9]+$"));
        let either = OneOfBuilder::new()
            .item(number)
            .item(digits)
            .description(Some(
                "Seconds: a number, or a string for apps that are set so.",
            ));
        RefOr::T(Schema::OneOf(either.build()))
    }
}

impl ToSchema for ExpiresIn {}

impl Serialize for ExpiresIn {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Number(seconds) => serializer.serialize_u32(*seconds),
            Self::Text(seconds) => serializer.collect_str(seconds),
        }
    }
}

/// The form of a token request (RFC 6749, sections 4.3.2 and 4.4.2).
#[derive(ToSchema)]
#[schema(as = TokenRequest)]
#[expect(
    dead_code,
    reason = "the schema of a form that is read by hand, to name each fault"
)]
pub(crate) struct TokenForm {
    /// `password` or `client_credentials`.
    #[schema(example = "password")]
    grant_type: String,
    /// The system user's name; of the password grant.
    #[schema(nullable = false, example = "API1000XYZ")]
    username: Option<String>,
    /// The system user's password; of the password grant.
    #[schema(nullable = false, format = Password)]
    password: Option<String>,
    /// Scopes with blanks between them; without it, all of the app's API products.
    #[schema(nullable = false, example = "agreements.read")]
    scope: Option<String>,
    /// The app's id, if it is not in the header `Authorization`.
    #[schema(nullable = false)]
    client_id: Option<String>,
    /// The app's secret, if it is not in the header `Authorization`.
    #[schema(nullable = false, format = Password)]
    client_secret: Option<String>,
}

/// Get an access token
///
/// The app shows who it is by HTTP Basic or in the form. Use the token until it expires; a new one
/// does not end an earlier one. `/oauth/token` is the same.
#[utoipa::path(
    post,
    path = "/oauth/v2/token",
    tag = "oauth",
    security(("client" = []), ()),
    request_body(
        content = TokenForm,
        content_type = "application/x-www-form-urlencoded",
        description = "The grant."
    ),
    responses((status = 200, description = "The token, shown this once.", body = TokenBody))
)]
pub(crate) async fn create_token(
    State(services): State<Services>,
    request: Request,
) -> Result<Response, ApiError> {
    let form = Parameters::read(request).await?;
    let authorization = form.authorization();
    let request = TokenRequest {
        client: form.client(&authorization),
        grant_type: form.get("grant_type"),
        username: form.get("username"),
        password: form.get("password"),
        scope: form.get("scope"),
    };
    let token = services.gateway.issue(&request).await?;
    let expires_in = if token.expires_in_as_string {
        ExpiresIn::Text(token.expires_in)
    } else {
        ExpiresIn::Number(token.expires_in)
    };
    let body = TokenBody {
        access_token: token.access_token,
        token_type: "Bearer",
        expires_in,
        scope: token.scope,
    };
    let no_store = HeaderValue::from_static("no-store");
    let no_cache = HeaderValue::from_static("no-cache");
    Ok((
        [
            (header::CACHE_CONTROL, no_store),
            (header::PRAGMA, no_cache),
        ],
        Json(body),
    )
        .into_response())
}
