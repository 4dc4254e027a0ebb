//! The command line sets passwords and removes one-time codes, beside a running server, which goes by
//! them at once.

use std::io::Write;
use std::path::Path;
use std::process::{Output, Stdio};

use reqwest::{Client, Response, redirect};

use super::program::{Program, command};
use crate::app::{Process, block_on, processes};

pub(crate) const TESTS: &[Process] = processes![
    a_password_that_was_set_signs_in,
    a_made_password_is_printed_once_and_has_to_be_changed,
    a_password_that_will_not_do_is_refused,
    codes_that_are_not_asked_for_are_not_removed,
];

const PASSWORD: &str = "alle gode ting er tre";

/// Runs `avtale operator` with this on standard input.
fn operator(here: &Path, arguments: &[&str], input: &str) -> Output {
    let mut child = command(here, &[&["operator"], arguments].concat())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program runs");
    let mut stdin = child.stdin.take().expect("its input");
    // It may end without reading all of it.
    drop(stdin.write_all(input.as_bytes()));
    drop(stdin);
    child.wait_with_output().expect("its output")
}

#[track_caller]
fn printed(output: &Output) -> String {
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout.clone()).expect("text")
}

/// Where somebody comes who signs in; nowhere when it fails.
fn sign_in(program: &Program, name: &str, password: &str) -> Option<String> {
    block_on(async {
        let home = format!("http://{}", program.operator_address);
        let client = Client::builder().redirect(redirect::Policy::none());
        let client = client.build().expect("a client");
        let address = format!("{home}/console/sign-in");
        let page = client.get(&address).send().await.expect("a page");
        let cookie = cookie(&page);
        let (_, token) = cookie.split_once('=').expect("a pair");
        let form = [
            ("form_token", token),
            ("name", name),
            ("password", password),
        ];
        let answer = client
            .post(&address)
            .header("origin", &home)
            .header("cookie", &cookie)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(serde_urlencoded::to_string(form).expect("texts"))
            .send()
            .await
            .expect("an answer");
        let to = answer.headers().get("location")?;
        assert_eq!(to, "/console/");
        let cookie = self::cookie(&answer);
        let first = client
            .get(format!("{home}/console/"))
            .header("cookie", cookie);
        let first = first.send().await.expect("a page");
        let to = first
            .headers()
            .get("location")
            .map(|to| to.to_str().expect("text"));
        Some(to.unwrap_or("/console/").to_owned())
    })
}

/// The first cookie that is set.
fn cookie(answer: &Response) -> String {
    let set = answer.headers().get("set-cookie").expect("a cookie");
    let (pair, _) = set
        .to_str()
        .expect("text")
        .split_once(';')
        .expect("attributes");
    pair.to_owned()
}

fn a_password_that_was_set_signs_in() {
    let folder = tempfile::tempdir().expect("a folder");
    let here = folder.path();
    let program = Program::serve(here, &[]);
    let demo = sign_in(&program, "demo", "demo-operator-password");
    assert_eq!(demo.as_deref(), Some("/console/"));
    operator(here, &["add", "kari", "--role", "viewer"], "");
    assert_eq!(sign_in(&program, "kari", PASSWORD), None);
    let set = operator(here, &["set-password", "kari"], &format!("{PASSWORD}\n"));
    assert_eq!(printed(&set), "");
    let signed_in = sign_in(&program, "kari", PASSWORD);
    assert_eq!(signed_in.as_deref(), Some("/console/"));
    for name in ["avtale.db", "avtale.db-wal"] {
        let bytes = std::fs::read(here.join(name)).unwrap_or_default();
        let held = bytes
            .windows(PASSWORD.len())
            .any(|window| window == PASSWORD.as_bytes());
        assert!(!held, "{name}");
    }
}

fn a_made_password_is_printed_once_and_has_to_be_changed() {
    let folder = tempfile::tempdir().expect("a folder");
    let here = folder.path();
    let program = Program::serve(here, &[]);
    operator(here, &["add", "kari", "--role", "viewer"], "");
    let [first, second] = [(); 2].map(|()| {
        let made = operator(here, &["set-password", "kari", "--make"], "");
        printed(&made).trim_end().to_owned()
    });
    assert!(first.len() == 29 && first != second, "{first}");
    assert_eq!(sign_in(&program, "kari", &first), None);
    let signed_in = sign_in(&program, "kari", &second);
    assert_eq!(signed_in.as_deref(), Some("/console/account"));
}

fn a_password_that_will_not_do_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let here = folder.path();
    let migrated = command(here, &["migrate"]).status();
    assert!(migrated.expect("the program runs").success());
    operator(here, &["add", "kari", "--role", "viewer"], "");
    for (name, input, words) in [
        ("kari", "", "no password on standard input"),
        ("kari", "\n", "no password on standard input"),
        ("kari", "short", "at least 15 characters"),
        ("kari", "passwordpassword", "guessed first"),
        ("kari", "kari avtale kari", "little more than your name"),
        ("ola", PASSWORD, "no operator ola"),
    ] {
        let output = operator(here, &["set-password", name], input);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(1), "{input}: {said}");
        assert!(said.contains(words), "{input}: {said}");
        assert_eq!(output.stdout, b"", "{input}");
    }
}

fn codes_that_are_not_asked_for_are_not_removed() {
    let folder = tempfile::tempdir().expect("a folder");
    let here = folder.path();
    let migrated = command(here, &["migrate"]).status();
    assert!(migrated.expect("the program runs").success());
    operator(here, &["add", "kari", "--role", "viewer"], "");
    for (name, words) in [
        ("kari", "without one-time codes"),
        ("ola", "no operator ola"),
    ] {
        let output = operator(here, &["remove-totp", name], "");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(1), "{said}");
        assert!(said.contains(words), "{said}");
    }
}
