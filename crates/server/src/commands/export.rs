//! `avtale export`: everything in the form in which `avtale import` takes it.

use std::fs::OpenOptions;
use std::io::{BufWriter, ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, bail};
use clap::{Args, ValueEnum};
use operator::export::{ExportError, ExportSettings, Format, export};
use tokio::runtime::Runtime;

use super::backup::say;
use crate::cli::StoreOptions;
use crate::config::Config;
use crate::wiring::Parts;

/// What to export, and where to.
#[derive(Args)]
pub(crate) struct Export {
    /// The form of the records.
    #[arg(long, value_enum, default_value = "ndjson")]
    format: Form,

    /// The file to write; it must not be there yet, and has mode 0600 [default: stdout].
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,

    /// With the hashes of system users' passwords, so that these go on working elsewhere. Keep the
    /// file secret.
    #[arg(long)]
    with_password_hashes: bool,

    #[command(flatten)]
    options: StoreOptions,
}

#[derive(Clone, Copy, ValueEnum)]
enum Form {
    /// One record a line.
    Ndjson,
    /// One list of all records.
    Json,
    /// One document for each record.
    Yaml,
}

/// Writes all records.
pub(super) fn run(options: &Export) -> anyhow::Result<ExitCode> {
    let config = Config::load_store(&options.options)?;
    let settings = ExportSettings {
        format: match options.format {
            Form::Ndjson => Format::Ndjson,
            Form::Json => Format::Json,
            Form::Yaml => Format::Yaml,
        },
        with_password_hashes: options.with_password_hashes,
    };
    let out: Box<dyn Write> = match &options.output {
        None => Box::new(std::io::stdout()),
        Some(path) => {
            let mut file = OpenOptions::new();
            let file = file.write(true).create_new(true).mode(0o600).open(path);
            Box::new(file.with_context(|| format!("failed to create {}", path.display()))?)
        }
    };
    let mut out = BufWriter::new(out);
    let exported = Runtime::new()?.block_on(async {
        let parts = Parts::open_existing(&config).await?;
        let exported = export(&parts.store, settings, &mut out).await;
        parts.store.close().await;
        anyhow::Ok(exported)
    })?;
    match exported {
        Ok(count) => {
            if options.output.is_some() {
                say(&format!("{count} records exported"));
            }
            Ok(ExitCode::SUCCESS)
        }
        // A reader that has seen enough is no failure.
        Err(ExportError::Write(error)) if error.kind() == ErrorKind::BrokenPipe => {
            Ok(ExitCode::SUCCESS)
        }
        Err(error) => {
            if let Some(path) = &options.output {
                std::fs::remove_file(path)
                    .with_context(|| format!("failed to remove {}", path.display()))?;
            }
            bail!(anyhow::Error::new(error).context("failed to export"))
        }
    }
}
