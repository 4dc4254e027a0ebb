//! Passwords and one-time codes of the operator's people, as the command line sets and removes them.

use std::io::{IsTerminal, Read, stdin};

use anyhow::{Context, bail};
use domain::access::{OperatorName, Realm};
use domain::{Author, Entropy};
use gateway::{PasswordUse, SignInRefusal, check_password};
use storage::Transaction;

use crate::wiring::Parts;

/// Letters and digits that look like no other; 32, so that five bits make one.
const ALPHABET: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
/// A made password is as long, in groups of five.
const MADE: usize = 25;
/// Nobody types more.
const LONGEST_INPUT: u64 = 8 * 1024;

/// Sets a password: one that is made, or one that is read from standard input.
pub(super) async fn set_password(
    parts: &Parts,
    by: &Author,
    name: &OperatorName,
    make: bool,
) -> anyhow::Result<()> {
    let logins = parts.logins();
    let whose = (Realm::Operator, name.as_str());
    let password = if make {
        made_password(parts.entropy.as_ref())
    } else {
        let with_code = logins.asks_for_code(whose.0, whose.1).await?;
        let password = read_password()?;
        let used = PasswordUse {
            name: name.as_str(),
            with_code: with_code.unwrap_or(false),
        };
        if let Err(fault) = check_password(&password, used) {
            bail!("the password {fault}\nhint: several words are easy to remember");
        }
        password
    };
    let hash = match logins.hash(&password).await {
        Ok(hash) => hash,
        Err(SignInRefusal::Storage(error)) => return Err(error.into()),
        Err(_) => bail!("failed to hash the password"),
    };
    let action = if make {
        "given a password to be changed"
    } else {
        "given another password"
    };
    let set = async |tx: &mut Transaction| {
        logins.set_password(tx, whose, (&hash, make)).await?;
        Ok(true)
    };
    parts.operators().record(by, name, action, set).await?;
    let shown = name.as_str();
    if make {
        say(&format!(
            "the password of operator {shown}, which is shown this once and has to be changed at the \
             first sign-in:"
        ));
        return super::print(&format!("{password}\n"));
    }
    say(&format!(
        "the password of operator {shown} is set, and their sessions have ended"
    ));
    Ok(())
}

/// Asks for no one-time code any more.
pub(super) async fn remove_codes(
    parts: &Parts,
    by: &Author,
    name: &OperatorName,
) -> anyhow::Result<()> {
    let logins = parts.logins();
    let whose = (Realm::Operator, name.as_str());
    let remove = async |tx: &mut Transaction| {
        let removed = logins.end_codes(tx, whose, true).await?;
        tx.sessions().end_others(whose.0, whose.1, None).await?;
        Ok(removed)
    };
    let action = "one-time codes removed";
    let shown = name.as_str();
    if !parts.operators().record(by, name, action, remove).await? {
        bail!("operator {shown} signs in without one-time codes");
    }
    say(&format!(
        "operator {shown} signs in with the password alone, and then chooses another one"
    ));
    Ok(())
}

/// The first line of standard input.
fn read_password() -> anyhow::Result<String> {
    if stdin().is_terminal() {
        say("type the password, which is shown while you type, and press Enter");
    }
    let mut text = String::new();
    let read = |text: &mut String| {
        if stdin().is_terminal() {
            stdin().read_line(text)
        } else {
            stdin().take(LONGEST_INPUT).read_to_string(text)
        }
    };
    read(&mut text).context("failed to read the password")?;
    let line = text.lines().next().unwrap_or_default();
    if line.is_empty() {
        bail!(
            "there is no password on standard input\nhint: avtale operator set-password NAME < FILE, \
             or --make"
        );
    }
    Ok(line.to_owned())
}

fn made_password(entropy: &dyn Entropy) -> String {
    let mut bytes = [0; MADE];
    entropy.fill(&mut bytes);
    let letters = bytes.map(|byte| char::from(ALPHABET[usize::from(byte % 32)]));
    let groups: Vec<String> = letters.chunks(5).map(String::from_iter).collect();
    groups.join("-")
}

#[expect(clippy::print_stderr, reason = "messages go to stderr")]
fn say(message: &str) {
    eprintln!("{message}");
}
