//! What apps, system users and persons have beyond other records: secrets, an end of tokens, a name
//! that can be taken away.

use std::process::ExitCode;

use clap::{Args, Subcommand};
use operator::manage::Expected;
use operator::records::Kind;

use super::{Verb, on_records, say, show_secret, with_hint, word};
use crate::cli::StoreOptions;
use crate::commands::requests::RequestVerb;

/// What to do about client apps.
#[derive(Args)]
pub(crate) struct Apps {
    #[command(subcommand)]
    verb: AppVerb,
}

/// What to do about system users.
#[derive(Args)]
pub(crate) struct Users {
    #[command(subcommand)]
    verb: UserVerb,
}

/// What to do about persons.
#[derive(Args)]
pub(crate) struct Persons {
    #[command(subcommand)]
    verb: PersonVerb,
}

#[derive(Subcommand)]
enum AppVerb {
    #[command(flatten)]
    Record(Verb),
    /// Makes another secret and prints it, once; the one before works beside it until the next time.
    RotateSecret(RotateSecret),
    /// Ends its secrets and tokens until it is enabled again.
    Disable(Named),
    /// Lets it get tokens again.
    Enable(Named),
    /// Ends all its tokens; it may get others.
    RevokeTokens(Named),
    #[command(flatten)]
    Request(RequestVerb),
}

#[derive(Subcommand)]
enum UserVerb {
    #[command(flatten)]
    Record(Verb),
    /// Makes another password and prints it, once; the one before and all tokens end now.
    RotatePassword(Named),
    /// Ends its password and tokens until it is enabled again.
    Disable(Named),
    /// Lets it log in again.
    Enable(Named),
    /// Ends all its tokens; apps may get others for it.
    RevokeTokens(Named),
}

#[derive(Subcommand)]
enum PersonVerb {
    #[command(flatten)]
    Record(Verb),
    /// Takes the name away; the accounts that the person pays stay as they are.
    Anonymize(Named),
}

#[derive(Args)]
struct Named {
    /// An app's client id, a system user's name, a person's number.
    #[arg(value_name = "KEY")]
    key: String,

    #[command(flatten)]
    options: StoreOptions,
}

#[derive(Args)]
struct RotateSecret {
    /// Ends the older secrets and all tokens at once.
    #[arg(long)]
    end_old: bool,

    #[command(flatten)]
    named: Named,
}

impl Apps {
    pub(in crate::commands) fn run(self) -> anyhow::Result<ExitCode> {
        match self.verb {
            AppVerb::Record(verb) => verb.run(Kind::App),
            AppVerb::RotateSecret(wanted) => rotate_secret(&wanted),
            AppVerb::Disable(named) => set_enabled(Kind::App, &named, false),
            AppVerb::Enable(named) => set_enabled(Kind::App, &named, true),
            AppVerb::RevokeTokens(named) => revoke_tokens(Kind::App, &named),
            AppVerb::Request(verb) => verb.run(),
        }
    }
}

impl Users {
    pub(in crate::commands) fn run(self) -> anyhow::Result<ExitCode> {
        match self.verb {
            UserVerb::Record(verb) => verb.run(Kind::SystemUser),
            UserVerb::RotatePassword(named) => rotate_password(&named),
            UserVerb::Disable(named) => set_enabled(Kind::SystemUser, &named, false),
            UserVerb::Enable(named) => set_enabled(Kind::SystemUser, &named, true),
            UserVerb::RevokeTokens(named) => revoke_tokens(Kind::SystemUser, &named),
        }
    }
}

impl Persons {
    pub(in crate::commands) fn run(self) -> anyhow::Result<ExitCode> {
        match self.verb {
            PersonVerb::Record(verb) => verb.run(Kind::Person),
            PersonVerb::Anonymize(named) => on_records(&named.options, async |manage, by| {
                let done = manage
                    .anonymize_person(by, &named.key, &Expected::Anything)
                    .await;
                done.map_err(with_hint)?;
                say(&format!("person {} has no name any more", named.key));
                Ok(())
            }),
        }
    }
}

fn rotate_secret(RotateSecret { end_old, named }: &RotateSecret) -> anyhow::Result<ExitCode> {
    on_records(&named.options, async |manage, by| {
        let made = manage
            .rotate_secret(by, &named.key, *end_old, &Expected::Anything)
            .await;
        let made = made.map_err(with_hint)?;
        if made.older_secrets > 0 {
            say("the secret before works beside it until the next time; to end it: --end-old");
        } else if *end_old {
            say(&format!("{} ended", tokens(made.ended_tokens)));
        }
        show_secret(&format!("the secret of app {}", named.key), &made.secret)
    })
}

fn rotate_password(named: &Named) -> anyhow::Result<ExitCode> {
    on_records(&named.options, async |manage, by| {
        let made = manage
            .rotate_password(by, &named.key, &Expected::Anything)
            .await;
        let made = made.map_err(with_hint)?;
        say(&format!("{} ended", tokens(made.ended_tokens)));
        show_secret(
            &format!("the password of user {}", named.key),
            &made.password,
        )
    })
}

fn set_enabled(kind: Kind, named: &Named, enabled: bool) -> anyhow::Result<ExitCode> {
    on_records(&named.options, async |manage, by| {
        let done = manage
            .set_enabled(by, (kind, &named.key), enabled, &Expected::Anything)
            .await;
        done.map_err(with_hint)?;
        let done = if enabled { "enabled" } else { "disabled" };
        say(&format!("{} {} is {done}", word(kind), named.key));
        Ok(())
    })
}

fn revoke_tokens(kind: Kind, named: &Named) -> anyhow::Result<ExitCode> {
    on_records(&named.options, async |manage, by| {
        let ended = manage
            .revoke_tokens(by, (kind, &named.key), &Expected::Anything)
            .await;
        say(&format!("{} ended", tokens(ended.map_err(with_hint)?)));
        Ok(())
    })
}

fn tokens(count: u64) -> String {
    match count {
        1 => "1 token".to_owned(),
        count => format!("{count} tokens"),
    }
}
