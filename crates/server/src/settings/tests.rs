//! The list is whole, and mistakes are explained.

use std::path::Path;

use clap::{CommandFactory, ValueEnum};
use domain::FulfillmentWay;
use serde::Deserialize;
use serde::de::value::Error as Unread;
use serde::de::{Deserializer, Visitor};

use super::*;
use crate::cli::{Cli, ResponseStyle};
use crate::{brand, config, fulfillment, new_apps, upstreams, watching};

/// Asks a type for the names of its fields, and gives it nothing.
struct Fields<'a>(&'a mut Vec<&'static str>);

impl<'de> Deserializer<'de> for Fields<'_> {
    type Error = Unread;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Unread> {
        Err(serde::de::Error::custom("no struct"))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unread> {
        self.0.extend(fields);
        self.deserialize_any(visitor)
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option
        unit unit_struct newtype_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}

#[track_caller]
fn check_table<'de, T: Deserialize<'de>>(table: &str) {
    let mut fields = Vec::new();
    drop(T::deserialize(Fields(&mut fields)));
    // A table in a table has a list of its own.
    let tables = tables();
    fields.retain(|field| {
        let name = match table {
            "" => (*field).to_owned(),
            table => format!("{table}.{field}"),
        };
        !tables
            .iter()
            .any(|known| *known == name || known.starts_with(&format!("{name}.")))
    });
    let listed = SETTINGS.iter().filter(|one| one.table == Some(table));
    let mut listed: Vec<_> = listed.map(|one| one.key).collect();
    fields.sort_unstable();
    listed.sort_unstable();
    assert_eq!(fields, listed, "[{table}]");
}

#[test]
fn every_key_of_the_file_is_in_the_list() {
    check_table::<config::File>("");
    check_table::<config::TlsTable>("tls");
    check_table::<config::OperatorTlsTable>("operator_tls");
    check_table::<upstreams::Table>("upstream.<api>");
    check_table::<fulfillment::Table>("fulfillment");
    check_table::<fulfillment::SystemTable>("fulfillment.system");
    check_table::<config::NotificationsTable>("notifications");
    check_table::<watching::Table>("calls");
    check_table::<new_apps::Table>("portal");
    check_table::<brand::Table>("brand");
    assert_eq!(tables().len(), 9, "each table is checked above");
}

#[test]
fn every_flag_with_its_variable_is_in_the_list() {
    let cli = Cli::command();
    let serve = cli.find_subcommand("serve").expect("a command");
    let flags = serve.get_arguments().map(|flag| {
        let name = flag.get_long().unwrap_or_default().to_owned();
        let variable = flag.get_env().and_then(|name| name.to_str());
        (name, variable.map(str::to_owned))
    });
    let mut flags: Vec<_> = flags.collect();
    let listed = SETTINGS.iter().filter_map(|one| {
        let flag = one.flag?;
        Some((flag.to_owned(), one.variable()))
    });
    let mut listed: Vec<_> = listed.collect();
    flags.retain(|(name, _)| name != "help");
    flags.sort();
    listed.sort();
    assert_eq!(flags, listed);
}

#[test]
fn words_and_ranges_are_those_that_are_read() {
    let words = |path: &str| {
        let setting = SETTINGS.iter().find(|one| one.path() == path);
        match setting.expect("a setting").kind {
            Kind::Word(words) => words.to_vec(),
            _ => Vec::new(),
        }
    };
    let ways = FulfillmentWay::ALL.map(FulfillmentWay::as_str);
    assert_eq!(words("fulfillment.default"), ways);
    let styles = ResponseStyle::value_variants().iter();
    let styles: Vec<_> = styles.filter_map(ValueEnum::to_possible_value).collect();
    let styles: Vec<_> = styles
        .iter()
        .map(clap::builder::PossibleValue::get_name)
        .collect();
    assert_eq!(words("response_style"), styles);
}

#[test]
fn the_examples_of_the_pages_for_operators_have_no_faults() {
    for page in [
        include_str!("../../../../docs/operating/README.md"),
        include_str!("../../../../docs/operating/back-ends.md"),
        include_str!("../../../../docs/operating/fulfillment.md"),
    ] {
        let examples = page.split("```toml\n").skip(1);
        for example in examples.filter_map(|rest| rest.split("```").next()) {
            let checked = Places::check(Path::new("example.toml"), example);
            checked.expect("an example without faults");
        }
    }
}

/// What is said about a file with this text.
fn faults(text: &str) -> String {
    let faults = Places::check(Path::new("a.toml"), text).map(drop);
    faults.expect_err("a fault").to_string()
}

#[test]
fn unknown_names_are_explained() {
    insta::assert_snapshot!(faults("public-url = \"https://a.example\""), @r"
    a.toml, line 1, column 1: unknown key `public-url`
    hint: did you mean `public_url`?
    ");
    insta::assert_snapshot!(faults("strict_codes = true\n\nlissen = \"127.0.0.1:1\""), @r"
    a.toml, line 3, column 1: unknown key `lissen`
    hint: did you mean `listen`?
    ");
    insta::assert_snapshot!(faults("workers = 4"), @r"a.toml, line 1, column 1: unknown key `workers`");
    insta::assert_snapshot!(faults("demo = true"), @r"
    a.toml, line 1, column 1: unknown key `demo`
    hint: it is no key but a flag: --demo
    ");
    insta::assert_snapshot!(faults("allow_networks = []"), @r"
    a.toml, line 1, column 1: unknown key `allow_networks`
    hint: it belongs to the table [notifications]
    ");
    insta::assert_snapshot!(faults("[fulfilment]\ndefault = \"desk\""), @r"
    a.toml, line 1, column 2: unknown table `fulfilment`
    hint: did you mean [fulfillment]?
    ");
    insta::assert_snapshot!(faults("[tls]\ncert_file = \"a.pem\"\nlog = \"info\""), @r"
    a.toml, line 2, column 1: unknown key `tls.cert_file`
    hint: did you mean `certificate_file`?
    error: a.toml, line 3, column 1: unknown key `tls.log`
    hint: keys without a table come before the first [table]
    ");
    insta::assert_snapshot!(faults("[upstream.organisations]\nurl = \"http://one\""), @r"
    a.toml, line 1, column 11: no API `organisations` that an upstream could serve; known are organizations, corporate-accounts, corporate-agreements
    hint: did you mean `organizations`?
    ");
    insta::assert_snapshot!(faults("[upstream.payments]\nurl = \"http://one\""), @r"a.toml, line 1, column 11: no API `payments` that an upstream could serve; known are organizations, corporate-accounts, corporate-agreements");
}

#[test]
fn values_that_cannot_be_are_explained() {
    insta::assert_snapshot!(faults("listen = \"localhost:8080\""), @r#"
    a.toml, line 1, column 10: `listen` must be an address with a port, such as `127.0.0.1:8080`
    hint: name the interface by its address: "127.0.0.1:8080", or "0.0.0.0:8080" for all
    "#);
    insta::assert_snapshot!(faults("listen = \"10.0.0.1\""), @r#"
    a.toml, line 1, column 10: `listen` must be an address with a port, such as `127.0.0.1:8080`
    hint: add the port: "10.0.0.1:8080"
    "#);
    insta::assert_snapshot!(faults("listen = 8080"), @r"
    a.toml, line 1, column 10: `listen` must be an address with a port, such as `127.0.0.1:8080`
    hint: write it in quotes
    ");
    insta::assert_snapshot!(faults("strict_codes = \"true\""), @r"
    a.toml, line 1, column 16: `strict_codes` must be `true` or `false`
    hint: write it without quotes
    ");
    insta::assert_snapshot!(faults("account_visible_after = 61"), @r"a.toml, line 1, column 25: `account_visible_after` must be a whole number, 0 to 60 seconds");
    insta::assert_snapshot!(faults("account_visible_after = \"5s\""), @r"
    a.toml, line 1, column 25: `account_visible_after` must be a whole number, 0 to 60 seconds
    hint: write 5, without quotes and unit
    ");
    insta::assert_snapshot!(faults("response_style = \"documentd\""), @r#"
    a.toml, line 1, column 18: `response_style` must be `documented` or `bare`
    hint: did you mean "documented"?
    "#);
    insta::assert_snapshot!(faults("trusted_proxies = \"10.0.0.0/8\""), @r#"
    a.toml, line 1, column 19: `trusted_proxies` must be a list of networks, such as `["10.0.0.0/8"]`
    hint: write ["10.0.0.0/8"]
    "#);
    insta::assert_snapshot!(faults("trusted_proxies = [\"10.0.0.1\"]"), @r#"
    a.toml, line 1, column 19: `trusted_proxies` must be a list of networks, such as `["10.0.0.0/8"]`
    hint: one address is a network too: "10.0.0.1/32"
    "#);
    insta::assert_snapshot!(faults("public_url = \"example.com\""), @r"
    a.toml, line 1, column 14: `public_url` must be http:// or https:// with a host and perhaps a path
    hint: such as https://api.example.com
    ");
    insta::assert_snapshot!(faults("log = \"===\""), @r"
    a.toml, line 1, column 7: `log` must be a filter of log lines
    hint: such as info, or warn,api=debug
    ");
}

#[test]
fn tables_that_cannot_be_are_explained() {
    insta::assert_snapshot!(faults("tls = true"), @r"
    a.toml, line 1, column 1: `tls` is a table
    hint: begin it with a line of its own: [tls]
    ");
    insta::assert_snapshot!(faults("[upstream.organizations]\ntimeout_seconds = 0"), @r"
    a.toml, line 1, column 11: `url` is missing in [upstream.organizations]
    hint: add url = …: an address that begins with `http://` or `https://`
    error: a.toml, line 2, column 19: `upstream.organizations.timeout_seconds` must be a number, 0.1 to 600 seconds
    ");
    insta::assert_snapshot!(faults("[fulfillment.system]\nurl = \"http://one\"\nconcurrency = 2000"), @r"
    a.toml, line 1, column 14: `secret_file` is missing in [fulfillment.system]
    hint: add secret_file = …: the path of a file
    error: a.toml, line 3, column 15: `fulfillment.system.concurrency` must be a whole number, 1 to 1000 calls
    ");
}

#[test]
fn a_file_that_is_no_toml_is_explained_without_its_secrets() {
    let text = "database = \"postgres://avtale:sesame@db/avtale\nlog = \"info\"";
    let said = faults(text);
    assert!(!said.contains("sesame"), "{said}");
    insta::assert_snapshot!(said, @r#"a.toml, line 1, column 47: invalid basic string, expected `"`"#);
    insta::assert_snapshot!(faults("log = \"info\"\nlog = \"warn\""), @r"a.toml, line 2, column 1: duplicate key");
    let database = faults("database = \"mysql://avtale:sesame@db/avtale\"");
    insta::assert_snapshot!(database, @r"
    a.toml, line 1, column 12: `database` must be sqlite:PATH or postgres://…
    hint: such as sqlite:avtale.db, or postgres://avtale@db.internal/avtale
    ");
}
