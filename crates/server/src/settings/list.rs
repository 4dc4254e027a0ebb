//! The list of the settings, in the order of the reference.

use super::{Kind, Setting, brand, portal};
use crate::config::{check_database, check_log, check_public_url};
use crate::fulfillment::check_url;
use crate::upstreams::check_base_url;

const TLS: Option<&str> = Some("tls");
const OPERATOR_TLS: Option<&str> = Some("operator_tls");
const UPSTREAM: Option<&str> = Some("upstream.<api>");
const FULFILLMENT: Option<&str> = Some("fulfillment");
const SYSTEM: Option<&str> = Some("fulfillment.system");
const NOTIFICATIONS: Option<&str> = Some("notifications");
const CALLS: Option<&str> = Some("calls");
const URL: &str = "an address that begins with `http://` or `https://`";

/// Above all tables, with flag and variable.
pub(super) const PLAIN: Setting = Setting {
    table: Some(""),
    key: "",
    flag: None,
    has_variable: true,
    kind: Kind::File,
    default: None,
    text: "",
};

/// A flag of `avtale serve` and nothing else.
const FLAG: Setting = Setting {
    table: None,
    has_variable: false,
    ..PLAIN
};

/// Everything that may be set.
pub(crate) const SETTINGS: &[Setting] = &[
    Setting {
        key: "config",
        flag: Some("config"),
        has_variable: true,
        default: Some("no file"),
        text: "The configuration file (TOML).",
        ..FLAG
    },
    Setting {
        key: "demo",
        flag: Some("demo"),
        kind: Kind::Truth,
        default: Some("`false`"),
        text: "Loads the demo data into an empty database and carries out orders by itself: a \
               sandbox. The flag alone, without a value.",
        ..FLAG
    },
    Setting {
        key: "demo_order_delay",
        flag: Some("demo-order-delay"),
        kind: Kind::Number {
            least: 0.0,
            most: 3600.0,
            unit: "seconds",
        },
        default: Some("`2`"),
        text: "How long the demo's orders take; with `--demo` alone.",
        ..FLAG
    },
    Setting {
        key: "limits",
        flag: Some("limits"),
        kind: Kind::Word(&["on", "off"]),
        default: Some("`on`"),
        text: "`off` lifts spike arrest, quota and the slowing of logins; with `--demo` alone.",
        ..FLAG
    },
    Setting {
        key: "listen",
        flag: Some("listen"),
        kind: Kind::Address,
        default: Some("`127.0.0.1:8080`"),
        text: "Where customers' systems call.",
        ..PLAIN
    },
    Setting {
        key: "operator_listen",
        flag: Some("operator-listen"),
        kind: Kind::Address,
        default: Some("`127.0.0.1:8081`"),
        text: "Where the operator's own systems and people call: the operator's API, the console, \
               health, metrics.",
        ..PLAIN
    },
    Setting {
        key: "public_url",
        flag: Some("public-url"),
        kind: Kind::Text(URL, check_public_url),
        default: Some("that of the listener, `https` with `[tls]`"),
        text: "The address that callers reach the server by. With `https`, by TLS of the listener's own \
               or of a proxy's, the portal's cookies are sent by TLS alone.",
        ..PLAIN
    },
    Setting {
        key: "operator_public_url",
        flag: Some("operator-public-url"),
        kind: Kind::Text(URL, check_public_url),
        default: Some("that of the operator's listener, `https` with `[operator_tls]`"),
        text: "The address that the operator's people reach the console by. With `https`, by TLS of \
               the listener's own or of a proxy's, its cookies are sent by TLS alone.",
        ..PLAIN
    },
    Setting {
        key: "trusted_proxies",
        flag: Some("trusted-proxies"),
        kind: Kind::Networks,
        default: Some("none"),
        text: "The networks of proxies in front of either listener whose `Forwarded` and \
               `X-Forwarded-For` are believed. Flag and variable take them with commas between.",
        ..PLAIN
    },
    Setting {
        key: "database",
        flag: Some("database"),
        kind: Kind::Text("`sqlite:PATH` or `postgres://…`", check_database),
        default: Some("`sqlite:avtale.db`"),
        text: "The database.",
        ..PLAIN
    },
    Setting {
        key: "database_password_file",
        flag: Some("database-password-file"),
        default: Some("none"),
        text: "The file with the PostgreSQL user's password, which is then not in `database`.",
        ..PLAIN
    },
    Setting {
        key: "key_file",
        flag: Some("key-file"),
        default: Some("the database's name with `.key`, made at the first start"),
        text: "The file with the key for secrets, tokens and ids; all nodes share it.",
        ..PLAIN
    },
    Setting {
        key: "response_style",
        flag: Some("response-style"),
        kind: Kind::Word(&["documented", "bare"]),
        default: Some("`documented`"),
        text: "Whether single answers that the documents print in brackets keep them.",
        ..PLAIN
    },
    Setting {
        key: "strict_codes",
        flag: Some("strict-codes"),
        kind: Kind::Truth,
        default: Some("`false`"),
        text: "Whether codes of Avtale's own are replaced by the nearest documented ones.",
        ..PLAIN
    },
    Setting {
        key: "account_visible_after",
        flag: Some("account-visible-after"),
        kind: Kind::Whole {
            least: 0,
            most: 60,
            unit: "seconds",
        },
        default: Some("`0`"),
        text: "How long after its opening an account appears in lists.",
        ..PLAIN
    },
    Setting {
        key: "log",
        flag: Some("log"),
        kind: Kind::Text("a filter, such as `info` or `warn,api=debug`", check_log),
        default: Some("`warn`"),
        text: "Which log lines to write.",
        ..PLAIN
    },
    Setting {
        table: TLS,
        key: "certificate_file",
        flag: Some("tls-certificate-file"),
        default: Some("none: no TLS"),
        text: "The certificate of the customers' listener with those between it and its \
               authority, in PEM.",
        ..PLAIN
    },
    Setting {
        table: TLS,
        key: "private_key_file",
        flag: Some("tls-private-key-file"),
        default: Some("none: no TLS"),
        text: "The private key of the customers' listener, in PEM.",
        ..PLAIN
    },
    Setting {
        table: OPERATOR_TLS,
        key: "certificate_file",
        flag: Some("operator-tls-certificate-file"),
        default: Some("none: no TLS"),
        text: "The certificate of the operator's listener with those between it and its \
               authority, in PEM.",
        ..PLAIN
    },
    Setting {
        table: OPERATOR_TLS,
        key: "private_key_file",
        flag: Some("operator-tls-private-key-file"),
        default: Some("none: no TLS"),
        text: "The private key of the operator's listener, in PEM.",
        ..PLAIN
    },
    Setting {
        table: OPERATOR_TLS,
        key: "client_ca_file",
        flag: Some("operator-tls-client-ca-file"),
        default: Some("none: no certificate is asked for"),
        text: "The authorities, in PEM, one of which must have signed the certificate of whoever \
               calls the operator's listener.",
        ..PLAIN
    },
    Setting {
        table: UPSTREAM,
        key: "url",
        kind: Kind::Text(URL, check_base_url),
        text: "Where the operator's own back end for this API is.",
        ..PLAIN
    },
    Setting {
        table: UPSTREAM,
        key: "timeout_seconds",
        kind: SECONDS_UPSTREAM,
        default: Some("`5`"),
        text: "How long it may take until an answer begins.",
        ..PLAIN
    },
    Setting {
        table: UPSTREAM,
        key: "deadline_seconds",
        kind: SECONDS_UPSTREAM,
        default: Some("`60`, or the timeout if that is longer"),
        text: "How long a whole answer may take; not less than the timeout.",
        ..PLAIN
    },
    Setting {
        table: UPSTREAM,
        key: "concurrency",
        kind: Kind::Whole {
            least: 1,
            most: 10_000,
            unit: "calls",
        },
        default: Some("`64`"),
        text: "How many calls may be under way at once.",
        ..PLAIN
    },
    Setting {
        table: UPSTREAM,
        key: "ca_file",
        default: Some("the system's authorities"),
        text: "The certificate authorities to trust in place of the system's, in PEM.",
        ..PLAIN
    },
    Setting {
        table: FULFILLMENT,
        key: "default",
        flag: Some("fulfillment"),
        kind: Kind::Word(&["simulated", "system", "pull", "desk"]),
        default: Some("`desk`, in the demo `simulated`"),
        text: "Who carries out the orders of offerings that do not choose.",
        ..PLAIN
    },
    Setting {
        table: SYSTEM,
        key: "url",
        kind: Kind::Text(URL, check_url),
        text: "Where the operator's system takes orders.",
        ..PLAIN
    },
    Setting {
        table: SYSTEM,
        key: "secret_file",
        text: "The file with the secret that signs the calls: 24 to 64 bytes in base64.",
        ..PLAIN
    },
    Setting {
        table: SYSTEM,
        key: "timeout_seconds",
        kind: SECONDS_SYSTEM,
        default: Some("`10`"),
        text: "How long the system may take to answer a call.",
        ..PLAIN
    },
    Setting {
        table: SYSTEM,
        key: "report_within_seconds",
        kind: SECONDS_SYSTEM,
        default: Some("`86400`"),
        text: "How long it may take to report what became of an order.",
        ..PLAIN
    },
    Setting {
        table: SYSTEM,
        key: "concurrency",
        kind: Kind::Whole {
            least: 1,
            most: 1_000,
            unit: "calls",
        },
        default: Some("`16`"),
        text: "How many calls may be under way at once.",
        ..PLAIN
    },
    Setting {
        table: SYSTEM,
        key: "ca_file",
        default: Some("the machine's authorities"),
        text: "More certificate authorities to trust beside the machine's, in PEM.",
        ..PLAIN
    },
    Setting {
        table: NOTIFICATIONS,
        key: "allow_networks",
        flag: Some("notifications-allow-networks"),
        kind: Kind::Networks,
        default: Some("none, in the demo this machine"),
        text: "Networks in which customers may have notification endpoints although they are not \
               public; by http too. Flag and variable take them with commas between.",
        ..PLAIN
    },
    Setting {
        table: CALLS,
        key: "logged_per_second",
        kind: Kind::Whole {
            least: 0,
            most: 10_000,
            unit: "calls",
        },
        default: Some("`50`"),
        text: "How many calls a second each node keeps one by one; the others are counted alone.",
        ..PLAIN
    },
    Setting {
        table: CALLS,
        key: "log_kept_days",
        kind: DAYS,
        default: Some("`7`"),
        text: "How long calls are kept one by one.",
        ..PLAIN
    },
    Setting {
        table: CALLS,
        key: "counts_kept_days",
        kind: DAYS,
        default: Some("`35`"),
        text: "How long it is kept how many calls there were in each minute, how long they took, and \
               what waited.",
        ..PLAIN
    },
    Setting {
        table: CALLS,
        key: "reads_kept_days",
        kind: DAYS,
        default: Some("`400`"),
        text: "How long it is kept whose data was read.",
        ..PLAIN
    },
    portal::APPROVAL,
    portal::APP_GRANTS,
    portal::APP_CALLS_PER_SECOND,
    portal::APP_BURST,
    portal::APP_CALLS_PER_DAY,
    brand::NAME,
    brand::LOGO,
    brand::ACCENT,
    brand::CONTACT,
];

/// Up to ten years.
const DAYS: Kind = Kind::Whole {
    least: 1,
    most: 3_650,
    unit: "days",
};

const SECONDS_UPSTREAM: Kind = Kind::Number {
    least: 0.1,
    most: 600.0,
    unit: "seconds",
};
/// Up to 30 days.
const SECONDS_SYSTEM: Kind = Kind::Number {
    least: 0.1,
    most: 2_592_000.0,
    unit: "seconds",
};
