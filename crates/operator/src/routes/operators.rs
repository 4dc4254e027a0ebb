//! `/operator/v1/operators`: who may call this API, and as what.

use axum::Extension;
use axum::extract::{FromRequestParts, Path, State};
use domain::access::{Operator, OperatorName, OperatorRole, TokenHash};
use domain::{Author, Entropy};
use gateway::ServerKey;
use http::request::Parts;
use serde::Serialize;
use utoipa::ToSchema;

use super::Answer;
use crate::Services;
use crate::input::{Members, Query};
use crate::problem::{Code, Problem};

/// A key's bytes: as many as an access token's.
const KEY_BYTES: usize = 20;

/// A new key for an operator, which is shown once, and what the database keeps of it.
#[must_use]
pub fn make_operator_key(entropy: &dyn Entropy, key: &ServerKey) -> (String, TokenHash) {
    let mut bytes = [0; KEY_BYTES];
    entropy.fill(&mut bytes);
    let made = hex::encode(bytes);
    let hash = key.hash_operator_key(&made);
    (made, hash)
}

/// Someone on the operator's side.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Operator)]
pub(crate) struct OperatorBody {
    /// What they are called, as histories and the journal say.
    #[schema(example = "kari.nordmann")]
    name: String,
    /// What they may do; each role includes those before it.
    role: RoleBody,
    /// Whether their key works.
    enabled: bool,
    /// When they were added (RFC 3339, UTC).
    #[schema(format = DateTime)]
    created_at: String,
}

/// `viewer` sees everything but operators, `desk` carries orders out, `administrator` does the rest.
#[derive(Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = OperatorRole)]
pub(crate) enum RoleBody {
    Viewer,
    Desk,
    Administrator,
}

/// All operators.
#[derive(Serialize, ToSchema)]
#[schema(as = Operators)]
pub(crate) struct OperatorsBody {
    /// By name.
    operators: Vec<OperatorBody>,
}

/// An operator, with the key if one was made just now.
#[derive(Serialize, ToSchema)]
#[schema(as = OperatorWithKey)]
pub(crate) struct KeyedBody {
    #[serde(flatten)]
    operator: OperatorBody,
    /// What they call with. It is shown this once.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    key: Option<String>,
}

/// What an operator is to be.
#[derive(ToSchema)]
#[schema(as = OperatorWish)]
#[expect(
    dead_code,
    reason = "documents the body, which is read by hand to name each fault"
)]
pub(crate) struct WishBody {
    /// What they may do.
    role: RoleBody,
}

/// The operator that the path names. What can be no operator's name is nobody's.
pub(crate) struct NameInPath(OperatorName);

impl<S: Send + Sync> FromRequestParts<S> for NameInPath {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let unknown = || Problem::new(Code::OperatorNotFound, "nobody can have this name");
        let Path(text) = Path::<String>::from_request_parts(parts, state)
            .await
            .map_err(|_| unknown())?;
        OperatorName::parse(&text).map(Self).ok_or_else(unknown)
    }
}

/// List operators
///
/// All of them, by name. Keys are never shown again.
#[utoipa::path(
    get,
    path = "/operator/v1/operators",
    tag = "operators",
    responses((status = 200, description = "The operators.", body = OperatorsBody))
)]
pub(crate) async fn list_operators(
    State(services): State<Services>,
    query: Query,
) -> Result<Answer<OperatorsBody>, Problem> {
    query.finish()?;
    let operators = services.operators.list().await?;
    let operators = operators.into_iter().map(OperatorBody::from).collect();
    Ok(Answer(OperatorsBody { operators }))
}

/// Get one operator
///
/// Enabled or not, without the key.
#[utoipa::path(
    get,
    path = "/operator/v1/operators/{name}",
    tag = "operators",
    params(("name" = String, Path, description = "The operator's name.", example = "kari.nordmann")),
    responses((status = 200, description = "The operator.", body = OperatorBody))
)]
pub(crate) async fn get_operator(
    State(services): State<Services>,
    NameInPath(name): NameInPath,
    query: Query,
) -> Result<Answer<OperatorBody>, Problem> {
    query.finish()?;
    Ok(Answer(services.operators.find(&name).await?.into()))
}

/// Add an operator, or settle what one may do
///
/// A new one gets a key, which the answer shows this once. A known one keeps the key. The last
/// enabled administrator stays one. A name of 1 to 64 letters, digits, dots, hyphens and
/// underscores, which no customer's system user has.
#[utoipa::path(
    put,
    path = "/operator/v1/operators/{name}",
    tag = "operators",
    params(("name" = String, Path, description = "The operator's name.", example = "kari.nordmann")),
    request_body = WishBody,
    responses((status = 200, description = "The operator, with a key if new.", body = KeyedBody))
)]
pub(crate) async fn put_operator(
    State(services): State<Services>,
    Extension(by): Extension<Author>,
    NameInPath(name): NameInPath,
    mut body: Members,
) -> Result<Answer<KeyedBody>, Problem> {
    let role = read_role(&mut body)?;
    body.finish("role")?;
    let (key, hash) = make_operator_key(services.entropy.as_ref(), &services.key);
    let put = services.operators.put(&by, (&name, role), &hash).await?;
    Ok(Answer(KeyedBody {
        operator: put.operator.into(),
        key: put.is_new.then_some(key),
    }))
}

/// Replace an operator's key
///
/// The answer shows the new key this once; the one before ends now.
#[utoipa::path(
    post,
    path = "/operator/v1/operators/{name}/rotate-key",
    tag = "operators",
    params(("name" = String, Path, description = "The operator's name.", example = "kari.nordmann")),
    responses((status = 200, description = "The operator, with the key.", body = KeyedBody))
)]
pub(crate) async fn rotate_operator_key(
    State(services): State<Services>,
    Extension(by): Extension<Author>,
    NameInPath(name): NameInPath,
    body: Members,
) -> Result<Answer<KeyedBody>, Problem> {
    body.finish("")?;
    let (key, hash) = make_operator_key(services.entropy.as_ref(), &services.key);
    let operator = services.operators.set_key(&by, &name, &hash, None).await?;
    Ok(Answer(KeyedBody {
        operator: operator.into(),
        key: Some(key),
    }))
}

/// End an operator's key until it is enabled again
///
/// The last enabled administrator can't be disabled.
#[utoipa::path(
    post,
    path = "/operator/v1/operators/{name}/disable",
    tag = "operators",
    params(("name" = String, Path, description = "The operator's name.", example = "kari.nordmann")),
    responses((status = 200, description = "The operator, disabled.", body = OperatorBody))
)]
pub(crate) async fn disable_operator(
    State(services): State<Services>,
    Extension(by): Extension<Author>,
    NameInPath(name): NameInPath,
    body: Members,
) -> Result<Answer<OperatorBody>, Problem> {
    body.finish("")?;
    let operator = services.operators.set_enabled(&by, &name, false).await?;
    Ok(Answer(operator.into()))
}

/// Let an operator's key work again
///
/// The key that the operator has, or the one that replaced it meanwhile.
#[utoipa::path(
    post,
    path = "/operator/v1/operators/{name}/enable",
    tag = "operators",
    params(("name" = String, Path, description = "The operator's name.", example = "kari.nordmann")),
    responses((status = 200, description = "The operator, enabled.", body = OperatorBody))
)]
pub(crate) async fn enable_operator(
    State(services): State<Services>,
    Extension(by): Extension<Author>,
    NameInPath(name): NameInPath,
    body: Members,
) -> Result<Answer<OperatorBody>, Problem> {
    body.finish("")?;
    let operator = services.operators.set_enabled(&by, &name, true).await?;
    Ok(Answer(operator.into()))
}

fn read_role(body: &mut Members) -> Result<OperatorRole, Problem> {
    let Some(word) = body.text("role")? else {
        return Err(Problem::invalid("role", "is missing"));
    };
    OperatorRole::parse(&word).ok_or_else(|| {
        let roles = OperatorRole::ALL.map(OperatorRole::as_str).join(", ");
        Problem::invalid("role", format!("must be one of {roles}"))
    })
}

impl From<Operator> for OperatorBody {
    fn from(operator: Operator) -> Self {
        Self {
            name: operator.name.as_str().to_owned(),
            role: match operator.role {
                OperatorRole::Viewer => RoleBody::Viewer,
                OperatorRole::Desk => RoleBody::Desk,
                OperatorRole::Administrator => RoleBody::Administrator,
            },
            enabled: operator.enabled,
            created_at: format!("{:.3}", operator.created_at),
        }
    }
}
