//! The command line: help, mistakes, and the codes that the program ends with.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

use super::program::{Program, command};
use crate::app::{Process, processes};
use crate::openapi::{first_difference, is_to_be_updated};

pub(crate) const TESTS: &[Process] = processes![
    help_names_every_command,
    help_of_serve_names_every_option,
    the_version_is_printed,
    a_wrong_call_ends_with_2_and_says_what_is_wrong,
    limits_are_lifted_in_the_demo_alone,
    check_config_shows_what_would_hold,
    a_variable_comes_before_the_file_and_a_flag_before_both,
    a_mistake_in_the_file_is_named_with_its_line,
    a_setting_that_makes_no_sense_stops_the_start,
    the_reference_of_the_settings_is_current,
    a_secret_that_everyone_may_read_is_told,
    a_password_in_the_databases_address_is_not_shown,
    the_documents_are_printed_as_committed,
    migrate_makes_the_tables_and_the_key_and_ends,
    a_taken_port_is_named,
    a_key_of_another_database_is_refused,
    the_program_stops_in_good_order,
];

/// What a run of the program came to.
struct Outcome {
    code: i32,
    stdout: String,
    stderr: String,
}

fn run(folder: &Path, arguments: &[&str]) -> Outcome {
    outcome(&mut command(folder, arguments))
}

fn outcome(command: &mut Command) -> Outcome {
    let output = command.output().expect("the program runs");
    Outcome {
        code: output.status.code().expect("an exit code"),
        stdout: String::from_utf8(output.stdout).expect("text"),
        stderr: String::from_utf8(output.stderr).expect("text"),
    }
}

fn folder() -> TempDir {
    tempfile::tempdir().expect("a folder")
}

impl Outcome {
    #[track_caller]
    fn succeeded(&self) -> &Self {
        assert_eq!(
            (self.code, self.stderr.as_str()),
            (0, ""),
            "{}",
            self.stdout
        );
        self
    }

    /// Ended with this code, nothing on stdout, and these words on stderr.
    #[track_caller]
    fn failed(&self, code: i32, words: &[&str]) {
        assert_eq!(
            (self.code, self.stdout.as_str()),
            (code, ""),
            "{}",
            self.stderr
        );
        for word in words {
            assert!(self.stderr.contains(word), "no {word} in: {}", self.stderr);
        }
    }
}

fn help_names_every_command() {
    let help = run(folder().path(), &["--help"]);
    let text = &help.succeeded().stdout;
    for command in [
        "serve",
        "check-config",
        "migrate",
        "order",
        "operator",
        "journal",
        "openapi",
        "completions",
        "manual",
        "help",
    ] {
        assert!(
            text.lines()
                .any(|line| line.trim_start().starts_with(command)),
            "{command}: {text}"
        );
    }
    assert!(text.contains("Usage: avtale <COMMAND>"), "{text}");
}

fn help_of_serve_names_every_option() {
    let help = run(folder().path(), &["serve", "--help"]);
    let text = &help.succeeded().stdout;
    for option in [
        "--demo",
        "--demo-order-delay <SECONDS>",
        "--limits <LIMITS>",
        "--config <FILE>",
        "--listen <ADDR>",
        "--operator-listen <ADDR>",
        "--database <URL>",
        "AVTALE_CONFIG",
        "AVTALE_LISTEN",
        "AVTALE_DATABASE",
        "[default: 127.0.0.1:8080]",
        "[default: 127.0.0.1:8081]",
        "[default: sqlite:avtale.db]",
    ] {
        assert!(text.contains(option), "no {option} in: {text}");
    }
}

fn the_version_is_printed() {
    let version = run(folder().path(), &["--version"]);
    assert_eq!(
        version.succeeded().stdout,
        concat!("avtale ", env!("CARGO_PKG_VERSION"), "\n")
    );
}

fn a_wrong_call_ends_with_2_and_says_what_is_wrong() {
    let folder = folder();
    for (arguments, words) in [
        (&[][..], "Usage: avtale"),
        (&["fly"], "unrecognized subcommand 'fly'"),
        (&["serve", "--nonsense"], "unexpected argument '--nonsense'"),
        (
            &["serve", "--listen", "nowhere"],
            "invalid value 'nowhere' for '--listen",
        ),
        (
            &["serve", "--demo", "--demo-order-delay=-1"],
            "--demo-order-delay",
        ),
        (
            &["serve", "--demo", "--demo-order-delay", "soon"],
            "number of seconds",
        ),
        (
            &["serve", "--demo", "--limits", "none"],
            "invalid value 'none' for '--limits",
        ),
        (&["serve", "--demo-order-delay", "1"], "--demo"),
        (
            &["openapi", "--product", "other"],
            "invalid value 'other' for '--product",
        ),
    ] {
        run(folder.path(), arguments).failed(2, &[words]);
    }
    assert_eq!(
        std::fs::read_dir(folder.path()).expect("a folder").count(),
        0
    );
}

fn limits_are_lifted_in_the_demo_alone() {
    run(folder().path(), &["serve", "--limits", "off"]).failed(2, &["--demo"]);
}

fn check_config_shows_what_would_hold() {
    let folder = folder();
    let shown = run(folder.path(), &["check-config"]);
    for line in [
        "listen                = 127.0.0.1:8080",
        "operator_listen       = 127.0.0.1:8081",
        "public_url            = that of the listener",
        "operator_public_url   = that of the operator's listener",
        "database              = sqlite:avtale.db",
        "key_file              = avtale.db.key",
    ] {
        assert!(
            shown.succeeded().stdout.lines().any(|shown| shown == line),
            "{}",
            shown.stdout
        );
    }
    assert_eq!(
        std::fs::read_dir(folder.path()).expect("a folder").count(),
        0
    );
}

fn a_variable_comes_before_the_file_and_a_flag_before_both() {
    let folder = folder();
    let file = folder.path().join("avtale.toml");
    std::fs::write(&file, "listen = \"127.0.0.1:1\"\n").expect("a file");
    let mut check = command(folder.path(), &["check-config", "--config", "avtale.toml"]);
    let shown = outcome(&mut check).succeeded().stdout.clone();
    assert!(shown.contains("= 127.0.0.1:1\n"), "{shown}");
    let shown = outcome(check.env("AVTALE_LISTEN", "127.0.0.1:2"))
        .succeeded()
        .stdout
        .clone();
    assert!(shown.contains("= 127.0.0.1:2\n"), "{shown}");
    let shown = outcome(check.args(["--listen", "127.0.0.1:3"]))
        .succeeded()
        .stdout
        .clone();
    assert!(shown.contains("= 127.0.0.1:3\n"), "{shown}");
}

fn a_mistake_in_the_file_is_named_with_its_line() {
    let folder = folder();
    let file = folder.path().join("avtale.toml");
    for (text, words) in [
        (
            "\nlisten = \"nowhere\"\n",
            &["avtale.toml, line 2, column 10: `listen` must be an address"][..],
        ),
        (
            "strict_codes = true\n\nlisten = 1\n",
            &["avtale.toml, line 3, column 10: `listen`"],
        ),
        (
            "lissen = \"127.0.0.1:1\"\n",
            &[
                "avtale.toml, line 1, column 1: unknown key `lissen`",
                "\nhint: did you mean `listen`?",
            ],
        ),
        ("listen = \n", &["avtale.toml", "line 1"]),
    ] {
        std::fs::write(&file, text).expect("a file");
        for command in ["check-config", "serve", "migrate"] {
            run(folder.path(), &[command, "--config", "avtale.toml"]).failed(1, words);
        }
    }
    let absent = run(folder.path(), &["check-config", "--config", "absent.toml"]);
    absent.failed(1, &["error: failed to read absent.toml"]);
}

fn a_setting_that_makes_no_sense_stops_the_start() {
    let folder = folder();
    for (arguments, words) in [
        (
            &["--database", "mysql://x"][..],
            "sqlite:PATH or postgres://",
        ),
        (&["--database", "sqlite:"], "sqlite:PATH or postgres://"),
        (&["--public-url", "example.com"], "such as https://"),
        (&["--public-url", "http://"], "such as https://"),
        (
            &["--public-url", "https://a.example/?q"],
            "such as https://",
        ),
        (&["--log", "==="], "log filter"),
    ] {
        for command in ["check-config", "serve"] {
            run(folder.path(), &[&[command], arguments].concat()).failed(1, &["error: ", words]);
        }
    }
    let nowhere = ["migrate", "--database", "sqlite:no/such/folder/avtale.db"];
    run(folder.path(), &nowhere).failed(1, &["error: ", "no/such/folder"]);
}

/// `UPDATE_OPENAPI=1` rewrites this page too.
fn the_reference_of_the_settings_is_current() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/operating/settings.md");
    let printed = run(folder().path(), &["check-config", "--reference"]);
    let current = &printed.succeeded().stdout;
    if is_to_be_updated() {
        std::fs::write(&page, current).expect("a written page");
    }
    let committed = std::fs::read_to_string(&page).unwrap_or_default();
    let differs = first_difference(&committed, current);
    assert!(
        differs.is_none(),
        "docs/operating/settings.md is not current: {}\nhint: UPDATE_OPENAPI=1 cargo test -p server --test acceptance settings",
        differs.unwrap_or_default()
    );
}

fn a_secret_that_everyone_may_read_is_told() {
    let folder = folder();
    let file = folder.path().join("password");
    std::fs::write(&file, "sesame\n").expect("a file");
    let database = "postgres://avtale@127.0.0.1:1/avtale";
    let mut check = command(folder.path(), &["check-config", "--database", database]);
    check.env("AVTALE_DATABASE_PASSWORD_FILE", "password");
    for (mode, told) in [(0o644, true), (0o640, false)] {
        let mode = std::fs::Permissions::from_mode(mode);
        std::fs::set_permissions(&file, mode).expect("changed");
        let shown = outcome(&mut check);
        let warned = shown.stderr.contains("warning: everyone on this machine");
        assert_eq!((shown.code, warned), (0, told), "{}", shown.stderr);
        assert!(!shown.stdout.contains("sesame"), "{}", shown.stdout);
    }
}

fn a_password_in_the_databases_address_is_not_shown() {
    let database = "postgres://avtale:sesame@127.0.0.1:1/avtale";
    let shown = run(folder().path(), &["check-config", "--database", database]);
    assert!(
        !shown.succeeded().stdout.contains("sesame"),
        "{}",
        shown.stdout
    );
    let failed = run(folder().path(), &["migrate", "--database", database]);
    failed.failed(1, &["127.0.0.1:1"]);
    assert!(!failed.stderr.contains("sesame"), "{}", failed.stderr);
}

fn the_documents_are_printed_as_committed() {
    let committed = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../openapi");
    for (arguments, name) in [
        (&["openapi"][..], "whole.json"),
        (&["openapi", "--swagger2"], "swagger2/whole.json"),
        (&["openapi", "--product", "info"], "info.json"),
        (
            &["openapi", "--swagger2", "--product", "order"],
            "swagger2/order.json",
        ),
    ] {
        let printed = run(folder().path(), arguments);
        let file = std::fs::read_to_string(committed.join(name)).expect("a document");
        assert!(
            printed.succeeded().stdout == file,
            "{name} is not what is printed"
        );
    }
}

fn migrate_makes_the_tables_and_the_key_and_ends() {
    let folder = folder();
    for _ in 0..2 {
        let migrated = run(folder.path(), &["migrate"]);
        assert_eq!(migrated.succeeded().stdout, "");
    }
    for private in ["avtale.db", "avtale.db.key"] {
        let file = std::fs::metadata(folder.path().join(private)).expect("a file");
        assert_eq!(file.permissions().mode() & 0o777, 0o600, "{private}");
    }
}

fn a_taken_port_is_named() {
    let folder = folder();
    let running = Program::serve(folder.path(), &[]);
    let address = running.address.to_string();
    let elsewhere = tempfile::tempdir().expect("a folder");
    let second = run(elsewhere.path(), &["serve", "--listen", &address]);
    second.failed(
        1,
        &[&format!("error: failed to listen on {address}"), "\nhint: "],
    );
}

fn a_key_of_another_database_is_refused() {
    let folder = folder();
    run(folder.path(), &["migrate"]).succeeded();
    std::fs::remove_file(folder.path().join("avtale.db.key")).expect("removed");
    run(folder.path(), &["migrate"]).failed(1, &["another key", "\nhint: "]);
}

fn the_program_stops_in_good_order() {
    let folder = folder();
    let mut program = Program::serve(folder.path(), &[]);
    assert!(program.stop(), "it ended with another code than 0");
    // What the database had beside its file is in the file now.
    assert!(!folder.path().join("avtale.db-wal").exists());
    let again = Program::serve(folder.path(), &[]);
    assert_ne!(again.address, again.operator_address);
}
