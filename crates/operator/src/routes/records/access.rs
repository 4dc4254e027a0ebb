//! `/operator/v1/apps/…`, `/operator/v1/system-users/…` and `/operator/v1/persons/…`: what is done to
//! a record beyond changing its members.

use axum::Extension;
use axum::extract::{Path, State};
use domain::Author;
use serde::Serialize;
use utoipa::ToSchema;

use super::super::Answer;
use crate::Services;
use crate::input::Members;
use crate::problem::Problem;
use crate::records::{Kind, Record};

/// How an app gets another secret.
#[derive(ToSchema)]
#[schema(as = SecretRotation, rename_all = "camelCase")]
#[expect(
    dead_code,
    reason = "documents the body, which is read by hand to name each fault"
)]
pub(crate) struct RotationBody {
    /// Whether the older secrets and all tokens of the app end at once.
    #[schema(default = false, nullable = false)]
    end_old: Option<bool>,
}

/// A secret that an app has from now on; it is shown this once.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = NewSecret)]
pub(crate) struct NewSecretBody {
    /// 40 hexadecimal digits.
    secret: String,
    /// How many older secrets work beside it: 0 or 1.
    older_secrets: usize,
    /// How many tokens have ended.
    ended_tokens: u64,
}

/// A password that a system user has from now on; it is shown this once.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = NewPassword)]
pub(crate) struct NewPasswordBody {
    /// 40 hexadecimal digits.
    password: String,
    /// How many tokens have ended.
    ended_tokens: u64,
}

/// What has ended.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = EndedTokens)]
pub(crate) struct EndedTokensBody {
    /// How many tokens have ended.
    ended_tokens: u64,
}

/// Give an app another secret
///
/// The answer is the only place where the secret is ever shown. An app has two secrets at most: the
/// one before works beside the new one until the next time, so that the app's owner can change over
/// without a pause. With `endOld` the older secrets and all tokens of the app end at once.
#[utoipa::path(
    post,
    path = "/operator/v1/apps/{clientId}/rotate-secret",
    tag = "records",
    params(("clientId" = String, Path, description = "The app's client id.")),
    request_body(content = RotationBody, description = "May be left out."),
    responses((status = 200, description = "The secret.", body = NewSecretBody))
)]
pub(crate) async fn rotate_app_secret(
    State(services): State<Services>,
    Extension(by): Extension<Author>,
    Path(id): Path<String>,
    mut body: Members,
) -> Result<Answer<NewSecretBody>, Problem> {
    let end_old = body.flag("endOld")?.unwrap_or(false);
    body.finish("endOld")?;
    let new = services
        .manage
        .rotate_secret(&by, &id, end_old, None)
        .await?;
    Ok(Answer(NewSecretBody {
        secret: new.secret,
        older_secrets: new.older_secrets,
        ended_tokens: new.ended_tokens,
    }))
}

/// Keep an app from calling
///
/// From the next call on, on every node: neither its secrets nor its tokens are admitted. The tokens
/// have ended for good.
#[utoipa::path(
    post,
    path = "/operator/v1/apps/{clientId}/disable",
    tag = "records",
    params(("clientId" = String, Path, description = "The app's client id.")),
    responses((status = 200, description = "The app.",
        body = ref("#/components/schemas/AppRecord")))
)]
pub(crate) async fn disable_app(
    State(services): State<Services>,
    Extension(by): Extension<Author>,
    Path(id): Path<String>,
    body: Members,
) -> Result<Answer<Record>, Problem> {
    set_enabled(&services, &by, ((Kind::App, &id), false), body).await
}

/// Let an app call again
///
/// Its secrets work again. Tokens that ended with its end stay so.
#[utoipa::path(
    post,
    path = "/operator/v1/apps/{clientId}/enable",
    tag = "records",
    params(("clientId" = String, Path, description = "The app's client id.")),
    responses((status = 200, description = "The app.",
        body = ref("#/components/schemas/AppRecord")))
)]
pub(crate) async fn enable_app(
    State(services): State<Services>,
    Extension(by): Extension<Author>,
    Path(id): Path<String>,
    body: Members,
) -> Result<Answer<Record>, Problem> {
    set_enabled(&services, &by, ((Kind::App, &id), true), body).await
}

/// End an app's tokens
///
/// From the next call on, on every node. With its secret the app gets new ones.
#[utoipa::path(
    post,
    path = "/operator/v1/apps/{clientId}/revoke-tokens",
    tag = "records",
    params(("clientId" = String, Path, description = "The app's client id.")),
    responses((status = 200, description = "How many they were.", body = EndedTokensBody))
)]
pub(crate) async fn revoke_app_tokens(
    State(services): State<Services>,
    Extension(by): Extension<Author>,
    Path(id): Path<String>,
    body: Members,
) -> Result<Answer<EndedTokensBody>, Problem> {
    revoke(&services, &by, (Kind::App, &id), body).await
}

/// Give a system user another password
///
/// The answer is the only place where the password is ever shown. The one before and all tokens of
/// the user end at once.
#[utoipa::path(
    post,
    path = "/operator/v1/system-users/{name}/rotate-password",
    tag = "records",
    params(("name" = String, Path, description = "The system user's name.")),
    responses((status = 200, description = "The password.", body = NewPasswordBody))
)]
pub(crate) async fn rotate_system_user_password(
    State(services): State<Services>,
    Extension(by): Extension<Author>,
    Path(name): Path<String>,
    body: Members,
) -> Result<Answer<NewPasswordBody>, Problem> {
    body.finish("")?;
    let new = services.manage.rotate_password(&by, &name, None).await?;
    Ok(Answer(NewPasswordBody {
        password: new.password,
        ended_tokens: new.ended_tokens,
    }))
}

/// Keep a system user from calling
///
/// From the next call on, on every node: it gets no tokens, and those that it had have ended for
/// good.
#[utoipa::path(
    post,
    path = "/operator/v1/system-users/{name}/disable",
    tag = "records",
    params(("name" = String, Path, description = "The system user's name.")),
    responses((status = 200, description = "The system user.",
        body = ref("#/components/schemas/SystemUserRecord")))
)]
pub(crate) async fn disable_system_user(
    State(services): State<Services>,
    Extension(by): Extension<Author>,
    Path(name): Path<String>,
    body: Members,
) -> Result<Answer<Record>, Problem> {
    set_enabled(&services, &by, ((Kind::SystemUser, &name), false), body).await
}

/// Let a system user call again
///
/// Its password works again. Tokens that ended with its end stay so.
#[utoipa::path(
    post,
    path = "/operator/v1/system-users/{name}/enable",
    tag = "records",
    params(("name" = String, Path, description = "The system user's name.")),
    responses((status = 200, description = "The system user.",
        body = ref("#/components/schemas/SystemUserRecord")))
)]
pub(crate) async fn enable_system_user(
    State(services): State<Services>,
    Extension(by): Extension<Author>,
    Path(name): Path<String>,
    body: Members,
) -> Result<Answer<Record>, Problem> {
    set_enabled(&services, &by, ((Kind::SystemUser, &name), true), body).await
}

/// End a system user's tokens
///
/// From the next call on, on every node, through whichever app they were issued. With its password
/// the user gets new ones.
#[utoipa::path(
    post,
    path = "/operator/v1/system-users/{name}/revoke-tokens",
    tag = "records",
    params(("name" = String, Path, description = "The system user's name.")),
    responses((status = 200, description = "How many they were.", body = EndedTokensBody))
)]
pub(crate) async fn revoke_system_user_tokens(
    State(services): State<Services>,
    Extension(by): Extension<Author>,
    Path(name): Path<String>,
    body: Members,
) -> Result<Answer<EndedTokensBody>, Problem> {
    revoke(&services, &by, (Kind::SystemUser, &name), body).await
}

/// Take a person's name away
///
/// For good, and the journal never had it. The billing accounts that the person pays stay as they
/// are; their addresses and references can be changed by themselves.
#[utoipa::path(
    post,
    path = "/operator/v1/persons/{id}/anonymize",
    tag = "records",
    params(("id" = String, Path, description = "The person's number.")),
    responses((status = 200, description = "The person, without a name.",
        body = ref("#/components/schemas/PersonRecord")))
)]
pub(crate) async fn anonymize_person(
    State(services): State<Services>,
    Extension(by): Extension<Author>,
    Path(id): Path<String>,
    body: Members,
) -> Result<Answer<Record>, Problem> {
    body.finish("")?;
    Ok(Answer(services.manage.anonymize_person(&by, &id).await?))
}

async fn set_enabled(
    services: &Services,
    by: &Author,
    (record, enabled): ((Kind, &str), bool),
    body: Members,
) -> Result<Answer<Record>, Problem> {
    body.finish("")?;
    let set = services.manage.set_enabled(by, record, enabled);
    Ok(Answer(set.await?))
}

async fn revoke(
    services: &Services,
    by: &Author,
    record: (Kind, &str),
    body: Members,
) -> Result<Answer<EndedTokensBody>, Problem> {
    body.finish("")?;
    let ended_tokens = services.manage.revoke_tokens(by, record).await?;
    Ok(Answer(EndedTokensBody { ended_tokens }))
}
