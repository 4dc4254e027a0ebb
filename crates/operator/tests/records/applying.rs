//! What happens between the check of an import and its end.

use std::path::Path;

use operator::import::{ImportError, Report, Source};
use storage::Transaction;
use testkit::Database;
use tokio::runtime::Runtime;

use crate::place::Place;

const COMPANY: &str = r#"{"kind":"organization","orgNumber":"914742315","name":"A company"}"#;
const APP: &str = r#"{"kind":"app","clientId":"x","name":"X","ownerOrganizationNumber":"914742315","grants":["password"],"callsPerSecond":1,"burst":1}"#;

fn on_sqlite(body: impl AsyncFnOnce(&Place, &Path)) {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("records.ndjson");
    Runtime::new().expect("a runtime").block_on(async {
        let place = Place::new(Database::sqlite()).await;
        body(&place, &file).await;
        place.store.close().await;
    });
}

async fn check(place: &Place, file: &Path) -> Report {
    let sources = [Source::of(file, None).expect("a source")];
    let checked = place.importer.check(&sources, |_| ()).await;
    checked.expect("a check").report
}

/// The reasons of the faults.
async fn faults(place: &Place, file: &Path, text: &str) -> Vec<String> {
    std::fs::write(file, text).expect("written");
    let faults = check(place, file).await.faults;
    faults.into_iter().map(|fault| fault.reason).collect()
}

#[test]
fn an_import_that_was_cut_short_is_repeated() {
    on_sqlite(async |place, file| {
        let company = |number: u32| {
            format!("{{\"kind\":\"organization\",\"orgNumber\":{number},\"name\":\"A\"}}")
        };
        let mut lines: Vec<_> = (100_000_000..100_002_500).map(company).collect();
        lines.extend([COMPANY, APP].map(str::to_owned));
        let text = lines.join("\n");
        std::fs::write(file, &text).expect("written");
        let sources = [Source::of(file, None).expect("a source")];
        let mut checked = place
            .importer
            .check(&sources, |_| ())
            .await
            .expect("a check");
        let full = |_: &_| Err(std::io::ErrorKind::StorageFull.into());
        let cut = place
            .importer
            .apply(&mut checked, &sources, |_| (), full)
            .await;
        assert!(matches!(cut, Err(ImportError::File(..))), "{cut:?}");
        // Two batches are stored, and nothing of the third, in which a secret could not be kept.
        let tallies = check(place, file).await.tallies;
        let counts: Vec<_> = tallies.values().map(|it| (it.new, it.unchanged)).collect();
        assert_eq!(counts, [(501, 2_000), (1, 0)]);
        let done = place.import(file).await;
        assert_eq!(done.records, 2_502);
        assert!(place.import(file).await.changes_nothing());
    });
}

#[test]
fn what_changes_after_the_check_stops_its_batch() {
    on_sqlite(async |place, file| {
        let card = |number: &str| {
            format!(
                "{COMPANY}\n{{\"kind\":\"organization\",\"orgNumber\":976967631,\"name\":\"B\"}}\n\
                 {{\"kind\":\"addressCard\",\"id\":1,\"organizationNumber\":{number},\"name\":\"C\"}}\n"
            )
        };
        std::fs::write(file, card("914742315")).expect("written");
        let sources = [Source::of(file, None).expect("a source")];
        let mut checked = place
            .importer
            .check(&sources, |_| ())
            .await
            .expect("a check");
        // Someone else is faster, with another owner of the same card.
        let other = file.with_file_name("other.ndjson");
        std::fs::write(&other, card("976967631")).expect("written");
        place.import(&other).await;
        let stopped = place
            .importer
            .apply(&mut checked, &sources, |_| (), |_| Ok(()))
            .await;
        let Err(ImportError::Overtaken(place)) = stopped else {
            panic!("not stopped: {stopped:?}");
        };
        assert!(place.ends_with("records.ndjson:3"), "{place}");
    });
}

#[test]
fn a_reserved_account_pays_for_one_product() {
    on_sqlite(async |place, file| {
        let world = format!(
            "{COMPANY}\n\
             {{\"kind\":\"offering\",\"id\":1,\"name\":\"O\"}}\n\
             {{\"kind\":\"agreement\",\"id\":1,\"ownerOrganizationNumber\":914742315,\"category\":\"A\",\"validFrom\":\"2020-01-01\",\"status\":\"ACTIVE\"}}\n\
             {{\"kind\":\"account\",\"id\":5,\"ownerOrganizationNumber\":914742315,\"payerOrganizationNumber\":914742315,\"accountReference1\":\"R\",\"status\":\"OPEN\",\"type\":\"RESERVED\"}}\n"
        );
        let product = |id: u8| {
            format!(
                "{{\"kind\":\"product\",\"id\":{id},\"agreementId\":1,\"productOfferId\":1,\"name\":\"P\",\"billingAccountId\":5}}\n"
            )
        };
        let both = world.clone() + &product(1) + &product(2);
        let taken = "product 2: billingAccountId: 5 is reserved for another product";
        assert_eq!(faults(place, file, &both).await, [taken]);
        std::fs::write(file, world.clone() + &product(1)).expect("written");
        place.import(file).await;
        assert_eq!(faults(place, file, &product(2)).await, [taken]);
        // The one that is paid by it may give it up, and then another may have it.
        let free = product(1).replace(",\"billingAccountId\":5", "");
        std::fs::write(file, &free).expect("written");
        place.import(file).await;
        std::fs::write(file, product(2)).expect("written");
        place.import(file).await;
    });
}

#[test]
fn a_product_that_an_order_adds_is_left_alone() {
    on_sqlite(async |place, file| {
        let world = format!(
            "{COMPANY}\n\
             {{\"kind\":\"offering\",\"id\":1,\"name\":\"O\"}}\n\
             {{\"kind\":\"agreement\",\"id\":1,\"ownerOrganizationNumber\":914742315,\"category\":\"A\",\"validFrom\":\"2020-01-01\",\"status\":\"ACTIVE\"}}\n"
        );
        std::fs::write(file, world).expect("written");
        place.import(file).await;
        let pending = storage::NewProduct {
            id: domain::ProductId::new(9),
            parent: None,
            offering: domain::OfferingId::new(1),
            name: "P",
            status: domain::ProductStatus::Pending,
            billing_account: None,
            created_at: jiff::Timestamp::UNIX_EPOCH,
        };
        let insert = async |tx: &mut Transaction| {
            let agreement = domain::AgreementId::new(1);
            tx.products().insert(agreement, &pending).await
        };
        place.store.transact(insert).await.expect("a product");
        let record = r#"{"kind":"product","id":9,"agreementId":1,"productOfferId":1,"name":"Q"}"#;
        let reasons = faults(place, file, record).await;
        assert_eq!(reasons, ["product 9: an open order is adding it"]);
        let child = r#"{"kind":"product","id":8,"agreementId":1,"productOfferId":1,"parentId":9,"name":"Q"}"#;
        let reasons = faults(place, file, child).await;
        assert!(
            reasons[0].contains("parentId: 9 is no product"),
            "{reasons:?}"
        );
        let export = place.export(operator::export::Format::Ndjson).await;
        assert!(!String::from_utf8_lossy(&export).contains("product\""));
    });
}

#[test]
fn a_thousand_faults_are_kept_and_all_are_counted() {
    on_sqlite(async |place, file| {
        let text = "{\"kind\":\"organization\",\"orgNumber\":1,\"name\":\"A\"}\n".repeat(2_345);
        std::fs::write(file, text).expect("written");
        let report = check(place, file).await;
        assert_eq!((report.faults.len(), report.fault_count), (1_000, 2_345));
        assert_eq!((report.faults[999].line, report.records), (1_000, 0));
    });
}
