//! Where the settings come from, and the mistakes that people make in the file.

use std::path::PathBuf;

use super::*;

/// What becomes of a file with this text.
fn load(text: &str, options: Options) -> anyhow::Result<Config> {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("avtale.toml");
    std::fs::write(&path, text).expect("written");
    let store = StoreOptions {
        config: Some(path),
        ..options.store
    };
    let options = Options { store, ..options };
    Config::load(&options)
}

#[test]
fn flags_come_before_the_file() {
    let options = Options {
        strict_codes: Some(false),
        ..Options::default()
    };
    let config = load("strict_codes = true\nlog = \"info\"\n", options).expect("valid");
    assert_eq!((config.strict_codes, config.log.as_str()), (false, "info"));
}

#[test]
fn a_password_from_a_file_goes_into_the_address_and_is_not_shown() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("password");
    std::fs::write(&path, "sesame/open\n").expect("written");
    let store = StoreOptions {
        database_password_file: Some(path.clone()),
        ..StoreOptions::default()
    };
    let options = Options {
        store,
        ..Options::default()
    };
    let text = "database = \"postgres://avtale@db.internal/avtale\"\n";
    let config = load(text, options).expect("valid");
    let url = "postgres://avtale:sesame%2Fopen@db.internal/avtale";
    assert_eq!(config.database.url(), url);
    assert!(!format!("{config:?}").contains("sesame"), "{config:?}");
    assert_eq!(config.secret_files, [path]);
}

#[test]
fn a_file_with_a_password_is_a_secret_itself() {
    let secret = |url: &str| {
        let config = load(&format!("database = \"{url}\"\n"), Options::default());
        config.expect("valid").secret_files.len()
    };
    assert_eq!(secret("postgres://avtale:sesame@db.internal/avtale"), 1);
    assert_eq!(secret("postgres://avtale@db.internal/avtale"), 0);
}

#[test]
fn both_files_of_a_certificate_are_set_or_none() {
    let complaint = |text: &str| {
        let error = load(text, Options::default()).expect_err("refused");
        format!("{error:#}")
    };
    let text = "\n[tls]\ncertificate_file = \"a.pem\"\n";
    let expected = "line 2, column 2: tls: certificate_file is set and private_key_file is not";
    assert!(complaint(text).contains(expected), "{}", complaint(text));
    let text = "[operator_tls]\nclient_ca_file = \"a.pem\"\n";
    let expected = "operator_tls: client_ca_file is set and certificate_file is not";
    assert!(complaint(text).contains(expected), "{}", complaint(text));
}

#[test]
fn the_operators_listener_is_not_opened_to_others_unnoticed() {
    let warnings = |address: &str| {
        let config = load(
            &format!("operator_listen = \"{address}\"\n"),
            Options::default(),
        );
        let warnings = config.expect("valid").warnings(Timestamp::UNIX_EPOCH);
        warnings.expect("no files to read").len()
    };
    assert_eq!(warnings("127.0.0.1:8081"), 0);
    assert_eq!(warnings("[::1]:8081"), 0);
    assert_eq!(warnings("0.0.0.0:8081"), 1);
}

#[test]
fn the_console_is_behind_tls_of_its_own_or_of_a_proxys() {
    for (text, expected) in [
        ("", false),
        ("operator_public_url = \"http://console.example\"\n", false),
        ("operator_public_url = \"https://console.example\"\n", true),
        ("public_url = \"https://api.example.com\"\n", false),
        (
            "[operator_tls]\ncertificate_file = \"a.pem\"\nprivate_key_file = \"a.key\"\n",
            true,
        ),
    ] {
        let config = load(text, Options::default()).expect("valid");
        assert_eq!(config.console_is_behind_tls(), expected, "{text}");
    }
}

#[test]
fn a_way_without_its_system_is_named_with_its_line() {
    let error = load("[fulfillment]\ndefault = \"system\"\n", Options::default());
    let error = error.expect_err("refused").to_string();
    assert!(
        error.contains("line 2, column 1: fulfillment.default"),
        "{error}"
    );
}

#[test]
fn a_file_that_is_not_there_is_named() {
    let options = StoreOptions {
        config: Some(PathBuf::from("/nowhere/avtale.toml")),
        ..StoreOptions::default()
    };
    let error = Config::load_store(&options)
        .expect_err("refused")
        .to_string();
    assert_eq!(error, "failed to read /nowhere/avtale.toml");
}
