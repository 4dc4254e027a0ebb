//! The settings of the table `[portal]`.

use super::list::PLAIN;
use super::{Kind, Setting};

const PORTAL: Option<&str> = Some("portal");

pub(super) const APPROVAL: Setting = Setting {
    table: PORTAL,
    key: "approval",
    kind: Kind::Word(&["operator", "at-once"]),
    default: Some("`operator`, in the demo `at-once`"),
    text: "Who decides about the API products of customers' apps: the operator, who is asked, or \
           the customers' own people.",
    ..PLAIN
};

pub(super) const APP_GRANTS: Setting = Setting {
    table: PORTAL,
    key: "app_grants",
    kind: Kind::Word(&["all", "password", "client_credentials"]),
    default: Some("`all`"),
    text: "The ways to get tokens that apps of the portal may have.",
    ..PLAIN
};

pub(super) const APP_CALLS_PER_SECOND: Setting = Setting {
    table: PORTAL,
    key: "app_calls_per_second",
    kind: PACE,
    default: Some("`10`"),
    text: "How fast a new app of the portal may call, evenly spread.",
    ..PLAIN
};

pub(super) const APP_BURST: Setting = Setting {
    table: PORTAL,
    key: "app_burst",
    kind: PACE,
    default: Some("`20`"),
    text: "How many calls of a new app of the portal may come at once after a pause.",
    ..PLAIN
};

pub(super) const APP_CALLS_PER_DAY: Setting = Setting {
    table: PORTAL,
    key: "app_calls_per_day",
    kind: Kind::Whole {
        least: 0,
        most: 1_000_000_000,
        unit: "calls",
    },
    default: Some("`100000`"),
    text: "How often an app may call each API product that it is given in the portal, in a day; \
           `0` for as often as it likes.",
    ..PLAIN
};

/// As the database takes it.
const PACE: Kind = Kind::Whole {
    least: 1,
    most: 1_000_000,
    unit: "calls",
};
