//! What the operations about customers' people take and answer.

use domain::access::{Developer, DeveloperRole};
use selfservice::Invitation;
use serde::Serialize;
use utoipa::ToSchema;

/// Somebody of an organization's who signs in to the developer portal.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Developer)]
pub(crate) struct DeveloperBody {
    /// The e-mail address that they sign in with, beside the number of the organization.
    #[schema(example = "kari@example.com")]
    email: String,
    /// The number of the organization.
    #[schema(example = "914742315")]
    organization: String,
    /// What they want to be called.
    name: String,
    /// What they may do.
    role: RoleBody,
    /// Whether they may sign in.
    enabled: bool,
    /// When they joined (RFC 3339, UTC).
    #[schema(format = DateTime)]
    created_at: String,
}

/// `developer` works with the organization's apps, `administrator` with its people and system users,
/// too.
#[derive(Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = DeveloperRole)]
pub(crate) enum RoleBody {
    Developer,
    Administrator,
}

/// A link with which somebody chooses a password, and that nobody has used yet.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Invitation)]
pub(crate) struct InvitationBody {
    /// For whom it is.
    #[schema(example = "kari@example.com")]
    email: String,
    /// What they may do.
    role: RoleBody,
    /// Who made it.
    invited_by: String,
    /// Until when it works (RFC 3339, UTC).
    #[schema(format = DateTime)]
    expires_at: String,
    /// The link. It is shown this once.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(super) link: Option<String>,
}

/// An organization's people.
#[derive(Serialize, ToSchema)]
#[schema(as = Developers)]
pub(crate) struct DevelopersBody {
    /// By address.
    pub(super) developers: Vec<DeveloperBody>,
    /// The links that nobody has used yet, by address.
    pub(super) invitations: Vec<InvitationBody>,
}

/// What somebody is to be.
#[derive(ToSchema)]
#[schema(as = DeveloperWish)]
#[expect(
    dead_code,
    reason = "documents the body, which is read by hand to name each fault"
)]
pub(crate) struct WishBody {
    /// What they may do.
    role: RoleBody,
}

impl From<DeveloperRole> for RoleBody {
    fn from(role: DeveloperRole) -> Self {
        match role {
            DeveloperRole::Developer => Self::Developer,
            DeveloperRole::Administrator => Self::Administrator,
        }
    }
}

impl From<Developer> for DeveloperBody {
    fn from(developer: Developer) -> Self {
        Self {
            email: developer.email.to_string(),
            organization: developer.organization.to_string(),
            name: developer.name,
            role: developer.role.into(),
            enabled: developer.enabled,
            created_at: format!("{:.3}", developer.created_at),
        }
    }
}

impl From<Invitation> for InvitationBody {
    fn from(invitation: Invitation) -> Self {
        Self {
            email: invitation.email.to_string(),
            role: invitation.role.into(),
            invited_by: invitation.invited_by,
            expires_at: format!("{:.3}", invitation.expires_at),
            link: None,
        }
    }
}
