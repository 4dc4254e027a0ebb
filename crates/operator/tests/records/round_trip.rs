//! An export is what an import takes: into an empty database it gives the same bytes again, in each
//! form and on each engine.

use operator::export::Format;
use operator::records::Record;
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, TestRunner};
use proptest::{prop_assert, prop_assert_eq};
use testkit::Database;
use tokio::runtime::Runtime;

use crate::place::Place;
use crate::world::world;

const FORMS: [(Format, &str); 3] = [
    (Format::Ndjson, "ndjson"),
    (Format::Json, "json"),
    (Format::Yaml, "yaml"),
];

fn lines(records: &[Record]) -> String {
    let lines = records.iter().map(serde_json::to_string);
    lines.map(|line| line.expect("JSON") + "\n").collect()
}

/// As many worlds as asked for; a database for each export and import.
fn try_out(cases: u32, new_database: impl AsyncFn() -> Option<Database>) {
    let runtime = Runtime::new().expect("a runtime");
    let mut runner = TestRunner::new(Config::with_cases(cases));
    let outcome = runner.run(&world(), |records| {
        let folder = tempfile::tempdir().expect("a folder");
        let given = folder.path().join("given.ndjson");
        std::fs::write(&given, lines(&records)).expect("written");
        runtime.block_on(async {
            let Some(database) = new_database().await else {
                return Ok(());
            };
            let first = Place::new(database).await;
            let done = first.import(&given).await;
            prop_assert_eq!(done.records, records.len() as u64);
            prop_assert!(done.tallies.values().all(|tally| tally.unchanged == 0));
            prop_assert!(first.import(&given).await.changes_nothing());
            let wanted = first.export(Format::Ndjson).await;
            prop_assert_eq!(
                wanted.split(|byte| *byte == b'\n').count(),
                records.len() + 1
            );
            for (format, extension) in FORMS {
                let file = folder.path().join(format!("export.{extension}"));
                std::fs::write(&file, first.export(format).await).expect("written");
                prop_assert!(first.import(&file).await.changes_nothing());
                let second = Place::new(new_database().await.expect("a database")).await;
                second.import(&file).await;
                let found = second.export(Format::Ndjson).await;
                prop_assert_eq!(
                    String::from_utf8_lossy(&found),
                    String::from_utf8_lossy(&wanted)
                );
                second.store.close().await;
            }
            first.store.close().await;
            Ok(())
        })
    });
    if let Err(error) = outcome {
        panic!("{error}");
    }
}

#[test]
fn an_export_of_an_import_gives_the_same_bytes_on_sqlite() {
    try_out(24, async || Some(Database::sqlite()));
}

#[test]
fn an_export_of_an_import_gives_the_same_bytes_on_postgresql() {
    try_out(4, Database::postgres);
}

/// What changes from one import to the next is what is exported afterwards, and nothing goes away.
#[test]
fn another_import_over_the_first_leaves_what_it_says() {
    let runtime = Runtime::new().expect("a runtime");
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("given.ndjson");
    let mut runner = TestRunner::deterministic();
    let records = world().new_tree(&mut runner);
    let mut records = records.expect("a world").current();
    runtime.block_on(async {
        let place = Place::new(Database::sqlite()).await;
        std::fs::write(&file, lines(&records)).expect("written");
        place.import(&file).await;
        let mut changed = 0;
        for record in &mut records {
            changed += 1;
            match record {
                Record::Organization(it) => it.name += " AS",
                Record::AddressCard(it) => it.address.postal_code = Some("0001".to_owned()),
                Record::Person(it) => it.middle_name = Some("Ø".to_owned()),
                Record::Offering(it) => it.fulfillment = Some("pull".to_owned()),
                Record::Agreement(it) => it.product_offer_ids.clear(),
                Record::Account(it) => it.format += "X",
                Record::Product(it) => {
                    it.configurations.clear();
                    it.name += "X";
                }
                Record::SystemUser(it) => {
                    it.organizations.clear();
                    it.enabled = !it.enabled;
                }
                Record::App(it) => {
                    it.api_products.clear();
                    it.name += "X";
                }
            }
        }
        std::fs::write(&file, lines(&records)).expect("written");
        let done = place.import(&file).await;
        assert!(done.tallies.values().all(|tally| tally.new == 0));
        assert!(changed >= records.len());
        let export = place.export(Format::Ndjson).await;
        let found = String::from_utf8(export).expect("text");
        let mut found: Vec<_> = found.lines().map(str::to_owned).collect();
        let mut wanted: Vec<_> = lines(&records).lines().map(str::to_owned).collect();
        found.sort();
        wanted.sort();
        assert_eq!(found, wanted);
        place.store.close().await;
    });
}
