//! The table `[portal]` of the configuration file: what customers' people may do by themselves.

use std::fmt;

use domain::access::GrantType;
use selfservice::{Approval, NewApps};
use serde::Deserialize;
use storage::{Pace, Quota, QuotaPeriod};

/// What the file may say.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Table {
    approval: Option<ApprovalWord>,
    app_grants: Option<GrantsWord>,
    app_calls_per_second: Option<u32>,
    app_burst: Option<u32>,
    app_calls_per_day: Option<u32>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum ApprovalWord {
    AtOnce,
    Operator,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum GrantsWord {
    All,
    Password,
    ClientCredentials,
}

/// What holds of the file's words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PortalSettings {
    /// None leaves it to the way in which the server is started.
    approval: Option<Approval>,
    /// With the default approval.
    new_apps: NewApps,
}

impl PortalSettings {
    /// In the demo an app works at once unless the file says otherwise.
    pub(crate) fn new_apps(&self, demo: bool) -> NewApps {
        let unsaid = if demo {
            Approval::AtOnce
        } else {
            self.new_apps.approval
        };
        NewApps {
            approval: self.approval.unwrap_or(unsaid),
            ..self.new_apps.clone()
        }
    }
}

impl fmt::Display for PortalSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let approval = match self.approval {
            Some(Approval::AtOnce) => "at-once",
            Some(Approval::Operator) => "operator",
            None => "operator, in the demo at-once",
        };
        let NewApps {
            grants,
            pace,
            quota,
            ..
        } = &self.new_apps;
        let grants: Vec<_> = grants.iter().map(|grant| grant.as_str()).collect();
        let quota = quota.map_or("any number of".to_owned(), |quota| quota.calls.to_string());
        write!(
            f,
            "approval {approval}; apps with {}, {} calls a second, bursts of {}, {quota} calls a day",
            grants.join(" and "),
            pace.calls_per_second,
            pace.burst,
        )
    }
}

impl Table {
    pub(crate) fn settings(&self) -> PortalSettings {
        let default = NewApps::default();
        let grants = match self.app_grants {
            None | Some(GrantsWord::All) => default.grants,
            Some(GrantsWord::Password) => vec![GrantType::Password],
            Some(GrantsWord::ClientCredentials) => vec![GrantType::ClientCredentials],
        };
        let pace = Pace {
            calls_per_second: self
                .app_calls_per_second
                .unwrap_or(default.pace.calls_per_second),
            burst: self.app_burst.unwrap_or(default.pace.burst),
        };
        let quota = match self.app_calls_per_day {
            None => default.quota,
            Some(0) => None,
            Some(calls) => Some(Quota {
                calls,
                period: QuotaPeriod::Day,
            }),
        };
        PortalSettings {
            approval: self.approval.map(|word| match word {
                ApprovalWord::AtOnce => Approval::AtOnce,
                ApprovalWord::Operator => Approval::Operator,
            }),
            new_apps: NewApps {
                grants,
                pace,
                quota,
                ..default
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> PortalSettings {
        toml::from_str::<Table>(text).expect(text).settings()
    }

    #[test]
    fn the_operator_decides_unless_it_is_the_demo_or_the_file_says_otherwise() {
        for (text, demo, expected) in [
            ("", false, Approval::Operator),
            ("", true, Approval::AtOnce),
            ("approval = 'at-once'", false, Approval::AtOnce),
            ("approval = 'operator'", true, Approval::Operator),
        ] {
            assert_eq!(read(text).new_apps(demo).approval, expected, "{text}");
        }
    }

    #[test]
    fn new_apps_get_the_files_limits() {
        let text = "app_grants = 'password'\napp_calls_per_second = 3\napp_burst = 4\n\
                    app_calls_per_day = 5";
        let new_apps = read(text).new_apps(false);
        assert_eq!(new_apps.grants, [GrantType::Password]);
        assert_eq!(
            (new_apps.pace.calls_per_second, new_apps.pace.burst),
            (3, 4)
        );
        assert_eq!(new_apps.quota.map(|quota| quota.calls), Some(5));
        let unlimited = read("app_calls_per_day = 0").new_apps(false);
        assert_eq!(unlimited.quota, None);
    }
}
