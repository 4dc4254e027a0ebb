//! System users and client apps. What is secret about them comes in and does not go out.

use domain::access::{ClientApp, ClientId, GrantType, SystemUserName};
use ipnet::IpNet;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;
use storage::{KeptApp, KeptUser, Pace, Quota, QuotaPeriod, RegisteredApp, SystemUser};

use super::read::{Faults, OrgNumber, is_false, unique, yes};

/// What a new app or system user shows, if the record says so.
#[derive(Clone, PartialEq, Eq)]
pub enum Credential {
    /// In plain text; for the demo alone.
    Plain(String),
    /// In a file, beside the file of the record if the path is relative.
    File(PathBuf),
    /// The hash of a password, as a PHC string.
    Hash(String),
}

impl std::fmt::Debug for Credential {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Credential(…)")
    }
}

/// A machine account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SystemUserRecord {
    /// What it logs in as; the key.
    pub name: String,
    /// The organization that it belongs to; it stays.
    pub owner_organization_number: OrgNumber,
    /// Whether it may do anything at all.
    #[serde(default = "yes")]
    pub enabled: bool,
    /// The organizations that it may act for, all of them.
    #[serde(default)]
    pub organizations: Vec<OrgNumber>,
    /// The hash of its password: a PHC string of Argon2id. Left out: what is kept, or a new one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password_hash: Option<String>,
    /// Its password; in the built-in demo alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(skip)]
    pub password: Option<String>,
}

/// A client app: software that an organization registered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AppRecord {
    /// What it calls itself by; the key.
    pub client_id: String,
    /// What people call it.
    pub name: String,
    /// The organization that registered it; it stays.
    pub owner_organization_number: OrgNumber,
    /// Whether its calls are admitted at all.
    #[serde(default = "yes")]
    pub enabled: bool,
    /// How it may get tokens: `password`, `client_credentials`.
    pub grants: Vec<String>,
    /// The networks from which it may use its secret in place of a token, in CIDR notation.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub basic_networks: Vec<String>,
    /// The system user that it acts for when it calls in its own name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub system_user: Option<String>,
    /// Whether it wants `expires_in` as text.
    #[serde(default, skip_serializing_if = "is_false")]
    pub expires_in_as_string: bool,
    /// Whether it may ask what a token stands for.
    #[serde(default, skip_serializing_if = "is_false")]
    pub may_introspect: bool,
    /// How many calls a second it may make, evenly spread.
    #[schemars(range(min = 1, max = 1_000_000))]
    pub calls_per_second: u32,
    /// How many may come at once after a pause.
    #[schemars(range(min = 1, max = 1_000_000))]
    pub burst: u32,
    /// Its API products, all of them.
    #[serde(default)]
    pub api_products: Vec<HeldRecord>,
    /// A file with the secret of a new app; a relative path begins at the record's file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret_file: Option<String>,
    /// The secret of a new app; in the built-in demo alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(skip)]
    pub secret: Option<String>,
}

/// An API product that an app has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct HeldRecord {
    /// The product's name, such as `info`.
    pub name: String,
    /// How often the app may call it; left out for as often as it likes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quota: Option<QuotaRecord>,
}

/// How often an app may call an API product.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct QuotaRecord {
    /// How many calls one window admits.
    pub calls: u32,
    /// How long a window is.
    #[schemars(extend("enum" = ["minute", "hour", "day", "month"]))]
    pub period: String,
}

impl SystemUserRecord {
    pub(super) fn read(&self) -> Result<(KeptUser, Option<Credential>), Vec<String>> {
        let mut faults = Faults::default();
        faults.name("name", &self.name);
        let owner = self.owner_organization_number.read();
        let owner = faults.keep("ownerOrganizationNumber", owner);
        let organizations: Result<Vec<_>, _> =
            self.organizations.iter().map(OrgNumber::read).collect();
        let organizations = faults.keep("organizations", organizations.and_then(unique));
        let credential = match (&self.password_hash, &self.password) {
            (Some(_), Some(_)) => {
                faults.add("password", "is given beside passwordHash");
                None
            }
            (Some(hash), None) => {
                if !is_argon2id(hash) {
                    faults.add("passwordHash", "is not a PHC string of Argon2id");
                }
                Some(Credential::Hash(hash.clone()))
            }
            (None, plain) => plain.clone().map(Credential::Plain),
        };
        let kept = owner.zip(organizations);
        let kept = kept.map(|(owner, organizations)| KeptUser {
            user: SystemUser {
                name: SystemUserName::new(self.name.clone()),
                owner,
                password_hash: self.password_hash.clone().unwrap_or_default(),
                enabled: self.enabled,
            },
            organizations,
        });
        faults.settle(kept.map(|kept| (kept, credential)))
    }
}

/// The shape alone: `$argon2id$v=19$m=…,t=…,p=…$salt$hash`. Other shapes would fit no password.
fn is_argon2id(text: &str) -> bool {
    let parts: Vec<_> = text.split('$').collect();
    let base64 = |text: &str| {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"+/".contains(&byte);
        text.len() >= 11 && text.bytes().all(plain)
    };
    match parts[..] {
        ["", "argon2id", "v=19", costs, salt, hash] => {
            costs.split(',').count() >= 3 && base64(salt) && base64(hash)
        }
        _ => false,
    }
}

impl AppRecord {
    pub(super) fn read(&self) -> Result<(KeptApp, Option<Credential>), Vec<String>> {
        let mut faults = Faults::default();
        faults.name("clientId", &self.client_id);
        faults.text("name", &self.name);
        let owner = self.owner_organization_number.read();
        let owner = faults.keep("ownerOrganizationNumber", owner);
        for (member, count) in [
            ("callsPerSecond", self.calls_per_second),
            ("burst", self.burst),
        ] {
            if !(1..=1_000_000).contains(&count) {
                faults.add(member, "must be 1 to 1000000");
            }
        }
        let grants = self.grants(&mut faults);
        for network in &self.basic_networks {
            if network.parse::<IpNet>().is_err() {
                let reason = format!("`{network}` is not a network in CIDR notation");
                faults.add("basicNetworks", reason);
            }
        }
        let products = self.products(&mut faults);
        if self.secret.is_some() && self.secret_file.is_some() {
            faults.add("secret", "is given beside secretFile");
        }
        let file = self.secret_file.clone().map(PathBuf::from);
        let credential = file.map(Credential::File);
        let credential = credential.or_else(|| self.secret.clone().map(Credential::Plain));
        let kept = owner.map(|owner| KeptApp {
            registered: RegisteredApp {
                app: ClientApp {
                    id: ClientId::new(self.client_id.clone()),
                    name: self.name.clone(),
                    owner,
                    enabled: self.enabled,
                    grants,
                    basic_networks: self.basic_networks.clone(),
                    bound_system_user: self.system_user.clone().map(SystemUserName::new),
                    expires_in_as_string: self.expires_in_as_string,
                },
                pace: Pace {
                    calls_per_second: self.calls_per_second,
                    burst: self.burst,
                },
                may_introspect: self.may_introspect,
            },
            products,
        });
        faults.settle(kept.map(|kept| (kept, credential)))
    }

    fn grants(&self, faults: &mut Faults) -> Vec<GrantType> {
        let words = GrantType::ALL.map(GrantType::as_str);
        let grants = self.grants.iter();
        grants
            .filter_map(|word| faults.word("grants", word, (GrantType::parse(word), &words)))
            .collect()
    }

    fn products(&self, faults: &mut Faults) -> Vec<(String, Option<Quota>)> {
        let names = self.api_products.iter().map(|held| held.name.clone());
        faults.keep("apiProducts", unique(names.collect()));
        let words = QuotaPeriod::ALL.map(QuotaPeriod::as_str);
        let mut products = Vec::new();
        for held in &self.api_products {
            let quota = held.quota.as_ref().and_then(|quota| {
                let period = QuotaPeriod::parse(&quota.period);
                let period = faults.word("quota.period", &quota.period, (period, &words))?;
                let calls = quota.calls;
                Some(Quota { calls, period })
            });
            products.push((held.name.clone(), quota));
        }
        products.sort_by(|one, other| one.0.cmp(&other.0));
        products
    }
}

impl From<&KeptUser> for SystemUserRecord {
    fn from(kept: &KeptUser) -> Self {
        Self {
            name: kept.user.name.as_str().to_owned(),
            owner_organization_number: (&kept.user.owner).into(),
            enabled: kept.user.enabled,
            organizations: kept.organizations.iter().map(OrgNumber::from).collect(),
            password_hash: None,
            password: None,
        }
    }
}

impl From<&KeptApp> for AppRecord {
    fn from(kept: &KeptApp) -> Self {
        let RegisteredApp {
            app,
            pace,
            may_introspect,
        } = &kept.registered;
        let products = kept.products.iter().map(|(name, quota)| HeldRecord {
            name: name.clone(),
            quota: quota.map(|quota| QuotaRecord {
                calls: quota.calls,
                period: quota.period.as_str().to_owned(),
            }),
        });
        let bound = app.bound_system_user.as_ref();
        Self {
            client_id: app.id.as_str().to_owned(),
            name: app.name.clone(),
            owner_organization_number: (&app.owner).into(),
            enabled: app.enabled,
            grants: app
                .grants
                .iter()
                .map(|grant| grant.as_str().to_owned())
                .collect(),
            basic_networks: app.basic_networks.clone(),
            system_user: bound.map(|name| name.as_str().to_owned()),
            expires_in_as_string: app.expires_in_as_string,
            may_introspect: *may_introspect,
            calls_per_second: pace.calls_per_second,
            burst: pace.burst,
            api_products: products.collect(),
            secret_file: None,
            secret: None,
        }
    }
}
