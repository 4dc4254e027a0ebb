//! How fast are agreements with a product each imported, and does memory stay where it is? Prints
//! records a second and the growth of the resident memory from a tenth of each pass to its end:
//! `cargo bench -p server --bench import -- 1000000`.

use std::io::{BufWriter, Write};
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use gateway::ServerKey;
use operator::import::{ImportSettings, Importer, Source};
use storage::Store;
use testkit::{Database, ManualClock, SeededEntropy};

/// How many agreements there are unless the command line says so.
const AGREEMENTS: u64 = 100_000;
/// How many agreements an organization has.
const EACH: u64 = 10;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let count = std::env::args().find_map(|argument| argument.parse().ok());
    let count = count.unwrap_or(AGREEMENTS);
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("agreements.ndjson");
    let records = write_file(&file, count)?;
    let sqlite = Database::sqlite();
    measure("sqlite", sqlite.url(), (&file, records)).await?;
    if let Some(postgres) = Database::postgres().await {
        measure("postgres", postgres.url(), (&file, records)).await?;
    }
    Ok(())
}

#[expect(
    clippy::print_stdout,
    reason = "the figures are what a benchmark is for"
)]
#[expect(clippy::disallowed_methods, reason = "a benchmark measures")]
async fn measure(
    engine: &str,
    url: &str,
    (file, records): (&Path, u64),
) -> Result<(), Box<dyn std::error::Error>> {
    let store = Store::open(url).await?;
    let settings = ImportSettings {
        by: Some(domain::Author::of_operator("bench")),
        makes_secrets: false,
    };
    let importer = Importer::new(
        store.clone(),
        (
            Arc::new(ManualClock::default()),
            Arc::new(SeededEntropy::new(1)),
        ),
        ServerKey::new(&[1; 32]),
        settings,
    );
    let sources = [Source::of(file, None)?];
    let (mut checking, mut applying) = (Memory::new(records), Memory::new(records));
    let started = Instant::now();
    let mut checked = importer
        .check(&sources, |count| checking.advance(count))
        .await?;
    let check = started.elapsed();
    assert_eq!(checked.report.fault_count, 0, "{:?}", checked.report.faults);
    let done = importer
        .apply(
            &mut checked,
            &sources,
            |count| applying.advance(count),
            |_| Ok(()),
        )
        .await?;
    let all = started.elapsed();
    assert_eq!(done.records, records);
    let rate = |seconds: f64| u32::try_from(records).map_or(0.0, f64::from) / seconds;
    println!(
        "{engine}: {records} records in {all:.1?} ({:.0} a second); checked in {check:.1?}; memory \
         from 10 % to 100 % of the check x{:.2}, of the rest x{:.2}, at the end {} MiB",
        rate(all.as_secs_f64()),
        checking.growth(),
        applying.growth(),
        resident() / 1024 / 1024,
    );
    store.close().await;
    Ok(())
}

/// The resident memory at a tenth of the way, and now.
struct Memory {
    all: u64,
    done: u64,
    early: Option<u64>,
    late: u64,
}

impl Memory {
    const fn new(all: u64) -> Self {
        Self {
            all,
            done: 0,
            early: None,
            late: 0,
        }
    }

    fn advance(&mut self, count: u64) {
        self.done += count;
        if self.early.is_none() && self.done * 10 >= self.all {
            self.early = Some(resident());
        }
        self.late = resident();
    }

    fn growth(&self) -> f64 {
        let mebibytes = |bytes: u64| u32::try_from(bytes >> 20).map_or(0.0, f64::from);
        mebibytes(self.late) / mebibytes(self.early.unwrap_or(self.late)).max(1.0)
    }
}

/// What Linux says of this process: pages, of 4096 bytes each.
fn resident() -> u64 {
    let pages = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let pages = pages.split_whitespace().nth(1);
    pages.and_then(|pages| pages.parse().ok()).unwrap_or(0) * 4096
}

/// Agreements in the order of their ids, as an export has them, with ids that leave gaps.
fn write_file(path: &Path, count: u64) -> std::io::Result<u64> {
    let mut out = BufWriter::new(std::fs::File::create(path)?);
    let organizations = count.div_ceil(EACH);
    for number in 0..organizations {
        let number = 900_000_000 + number;
        writeln!(
            out,
            r#"{{"kind":"organization","orgNumber":"{number}","name":"Company {number}"}}"#
        )?;
    }
    writeln!(
        out,
        r#"{{"kind":"offering","id":1,"name":"Sentralbord","configurations":[{{"id":6420,"name":"E-post","type":"EMAIL"}}]}}"#
    )?;
    for number in 0..count {
        let (id, owner) = (1_000_000 + number * 7, 900_000_000 + number % organizations);
        writeln!(
            out,
            r#"{{"kind":"agreement","id":{id},"ownerOrganizationNumber":"{owner}","category":"Mobilt Bedriftsnett avtale","validFrom":"2020-01-01","status":"ACTIVE","productOfferIds":[1]}}"#
        )?;
    }
    for number in 0..count {
        let (id, agreement) = (2_000_000_000 + number * 3, 1_000_000 + number * 7);
        writeln!(
            out,
            r#"{{"kind":"product","id":{id},"agreementId":{agreement},"productOfferId":1,"name":"Sentralbord","configurations":[{{"id":6420,"value":"ola.{id}@example.com"}}]}}"#
        )?;
    }
    out.flush()?;
    Ok(organizations + 1 + 2 * count)
}
