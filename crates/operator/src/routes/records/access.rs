//! `/operator/v1/apps/…`, `/operator/v1/system-users/…` and `/operator/v1/persons/…`: what is done to
//! a record beyond changing its members.

use axum::Extension;
use axum::RequestExt;
use axum::extract::{FromRequest, Path, Request, State};
use domain::Author;
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use super::super::Answer;
use super::OneRecord;
use crate::Services;
use crate::condition::Condition;
use crate::input::Members;
use crate::manage::Expected;
use crate::problem::{Code, Problem};
use crate::records::Kind;

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

/// What a record may have to be.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "documents the header, which is read by hand")]
pub(crate) struct IfMatch {
    /// What `ETag` has said of the record: it is done only if the record is that one still. `*`: only
    /// if there is one.
    #[param(
        rename = "If-Match",
        nullable = false,
        example = "\"3f1c0a5be2d94b7f8c35a70d92e41b06\""
    )]
    if_match: Option<String>,
}

/// What is asked to be done to the record at a path.
pub(crate) struct Asked {
    by: Author,
    key: String,
    expected: Expected,
    body: Members,
}

impl FromRequest<Services> for Asked {
    type Rejection = Problem;

    async fn from_request(mut request: Request, services: &Services) -> Result<Self, Problem> {
        let by: Result<Extension<Author>, _> = request.extract_parts().await;
        let Extension(by) = by.map_err(|_| Problem::new(Code::Unauthorized, "nobody asks"))?;
        let key: Result<Path<String>, _> = request.extract_parts().await;
        let unknown = |_| Problem::new(Code::RecordNotFound, "no record has such a key");
        let Path(key) = key.map_err(unknown)?;
        let Condition(expected) = request.extract_parts().await?;
        let body = Members::from_request(request, services).await?;
        Ok(Self {
            by,
            key,
            expected,
            body,
        })
    }
}

impl Asked {
    /// Of what takes an empty body.
    fn without_body(self) -> Result<(Author, String, Expected), Problem> {
        self.body.finish("")?;
        Ok((self.by, self.key, self.expected))
    }

    async fn set_enabled(
        self,
        services: &Services,
        kind: Kind,
        enabled: bool,
    ) -> Result<OneRecord, Problem> {
        let (by, key, expected) = self.without_body()?;
        let manage = &services.manage;
        let set = manage.set_enabled(&by, (kind, &key), enabled, &expected);
        Ok(OneRecord(set.await?))
    }

    async fn revoke_tokens(
        self,
        services: &Services,
        kind: Kind,
    ) -> Result<Answer<EndedTokensBody>, Problem> {
        let (by, key, expected) = self.without_body()?;
        let manage = &services.manage;
        let ended_tokens = manage.revoke_tokens(&by, (kind, &key), &expected).await?;
        Ok(Answer(EndedTokensBody { ended_tokens }))
    }
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
    params(("clientId" = String, Path, description = "The app's client id."), IfMatch),
    request_body(content = RotationBody, description = "May be left out."),
    responses((status = 200, description = "The secret.", body = NewSecretBody))
)]
pub(crate) async fn rotate_app_secret(
    State(services): State<Services>,
    asked: Asked,
) -> Result<Answer<NewSecretBody>, Problem> {
    let Asked {
        by,
        key,
        expected,
        mut body,
    } = asked;
    let end_old = body.flag("endOld")?.unwrap_or(false);
    body.finish("endOld")?;
    let manage = &services.manage;
    let new = manage.rotate_secret(&by, &key, end_old, &expected).await?;
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
    params(("clientId" = String, Path, description = "The app's client id."), IfMatch),
    responses((status = 200, description = "The app.",
        body = ref("#/components/schemas/AppRecord"),
        headers(("ETag" = String, description = "Tells the record from what it was and will be."))))
)]
pub(crate) async fn disable_app(
    State(services): State<Services>,
    asked: Asked,
) -> Result<OneRecord, Problem> {
    asked.set_enabled(&services, Kind::App, false).await
}

/// Let an app call again
///
/// Its secrets work again. Tokens that ended with its end stay so.
#[utoipa::path(
    post,
    path = "/operator/v1/apps/{clientId}/enable",
    tag = "records",
    params(("clientId" = String, Path, description = "The app's client id."), IfMatch),
    responses((status = 200, description = "The app.",
        body = ref("#/components/schemas/AppRecord"),
        headers(("ETag" = String, description = "Tells the record from what it was and will be."))))
)]
pub(crate) async fn enable_app(
    State(services): State<Services>,
    asked: Asked,
) -> Result<OneRecord, Problem> {
    asked.set_enabled(&services, Kind::App, true).await
}

/// End an app's tokens
///
/// From the next call on, on every node. With its secret the app gets new ones.
#[utoipa::path(
    post,
    path = "/operator/v1/apps/{clientId}/revoke-tokens",
    tag = "records",
    params(("clientId" = String, Path, description = "The app's client id."), IfMatch),
    responses((status = 200, description = "How many they were.", body = EndedTokensBody))
)]
pub(crate) async fn revoke_app_tokens(
    State(services): State<Services>,
    asked: Asked,
) -> Result<Answer<EndedTokensBody>, Problem> {
    asked.revoke_tokens(&services, Kind::App).await
}

/// Give a system user another password
///
/// The answer is the only place where the password is ever shown. The one before and all tokens of
/// the user end at once.
#[utoipa::path(
    post,
    path = "/operator/v1/system-users/{name}/rotate-password",
    tag = "records",
    params(("name" = String, Path, description = "The system user's name."), IfMatch),
    responses((status = 200, description = "The password.", body = NewPasswordBody))
)]
pub(crate) async fn rotate_system_user_password(
    State(services): State<Services>,
    asked: Asked,
) -> Result<Answer<NewPasswordBody>, Problem> {
    let (by, key, expected) = asked.without_body()?;
    let manage = &services.manage;
    let new = manage.rotate_password(&by, &key, &expected).await?;
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
    params(("name" = String, Path, description = "The system user's name."), IfMatch),
    responses((status = 200, description = "The system user.",
        body = ref("#/components/schemas/SystemUserRecord"),
        headers(("ETag" = String, description = "Tells the record from what it was and will be."))))
)]
pub(crate) async fn disable_system_user(
    State(services): State<Services>,
    asked: Asked,
) -> Result<OneRecord, Problem> {
    asked.set_enabled(&services, Kind::SystemUser, false).await
}

/// Let a system user call again
///
/// Its password works again. Tokens that ended with its end stay so.
#[utoipa::path(
    post,
    path = "/operator/v1/system-users/{name}/enable",
    tag = "records",
    params(("name" = String, Path, description = "The system user's name."), IfMatch),
    responses((status = 200, description = "The system user.",
        body = ref("#/components/schemas/SystemUserRecord"),
        headers(("ETag" = String, description = "Tells the record from what it was and will be."))))
)]
pub(crate) async fn enable_system_user(
    State(services): State<Services>,
    asked: Asked,
) -> Result<OneRecord, Problem> {
    asked.set_enabled(&services, Kind::SystemUser, true).await
}

/// End a system user's tokens
///
/// From the next call on, on every node, through whichever app they were issued. With its password
/// the user gets new ones.
#[utoipa::path(
    post,
    path = "/operator/v1/system-users/{name}/revoke-tokens",
    tag = "records",
    params(("name" = String, Path, description = "The system user's name."), IfMatch),
    responses((status = 200, description = "How many they were.", body = EndedTokensBody))
)]
pub(crate) async fn revoke_system_user_tokens(
    State(services): State<Services>,
    asked: Asked,
) -> Result<Answer<EndedTokensBody>, Problem> {
    asked.revoke_tokens(&services, Kind::SystemUser).await
}

/// Take a person's name away
///
/// For good, and the journal never had it. The billing accounts that the person pays stay as they
/// are; their addresses and references can be changed by themselves.
#[utoipa::path(
    post,
    path = "/operator/v1/persons/{id}/anonymize",
    tag = "records",
    params(("id" = String, Path, description = "The person's number."), IfMatch),
    responses((status = 200, description = "The person, without a name.",
        body = ref("#/components/schemas/PersonRecord"),
        headers(("ETag" = String, description = "Tells the record from what it was and will be."))))
)]
pub(crate) async fn anonymize_person(
    State(services): State<Services>,
    asked: Asked,
) -> Result<OneRecord, Problem> {
    let (by, key, expected) = asked.without_body()?;
    let manage = &services.manage;
    let anonymous = manage.anonymize_person(&by, &key, &expected).await?;
    Ok(OneRecord(anonymous))
}
