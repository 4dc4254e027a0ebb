//! `avtale completions` and `avtale manual`: help for shells and for `man`, from the same
//! declarations as `--help`.

use std::path::PathBuf;

use anyhow::Context;
use clap::{Args, CommandFactory};
use clap_complete::Shell;

use crate::cli::Cli;

#[derive(Args)]
pub(crate) struct Completions {
    /// For which shell, such as `bash`.
    shell: Shell,
}

#[derive(Args)]
pub(crate) struct Manual {
    /// The folder that the pages are written to; it is made if it is not there.
    #[arg(value_name = "FOLDER")]
    folder: PathBuf,
}

/// Prints what a shell reads in.
pub(crate) fn completions(options: &Completions) -> anyhow::Result<()> {
    let mut script = Vec::new();
    clap_complete::generate(options.shell, &mut Cli::command(), "avtale", &mut script);
    super::print(&String::from_utf8(script)?)
}

/// Writes one page for each command.
pub(crate) fn manual(options: &Manual) -> anyhow::Result<()> {
    let folder = &options.folder;
    std::fs::create_dir_all(folder)
        .with_context(|| format!("failed to make {}", folder.display()))?;
    let whole = Cli::command().disable_help_subcommand(true);
    clap_mangen::generate_to(whole, folder)
        .with_context(|| format!("failed to write to {}", folder.display()))
}
