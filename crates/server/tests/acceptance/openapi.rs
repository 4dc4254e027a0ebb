//! The committed documents are the ones that the program makes and serves. `UPDATE_OPENAPI=1`
//! rewrites them.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::app::{PUBLIC_URL, Test, TestApp, document, tests};

pub(crate) const TESTS: &[Test] = tests![
    the_committed_documents_are_current,
    nothing_else_is_committed_beside_them,
    the_served_documents_are_the_committed_ones_at_their_own_address,
    each_api_product_holds_its_own_operations_alone,
    each_operation_says_what_it_is_for_and_who_may_call_it,
];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../openapi")
}

async fn the_committed_documents_are_current(_: &mut TestApp) {
    for (name, value) in api::documents(PUBLIC_URL).files() {
        let path = folder().join(name);
        let text = serde_json::to_string_pretty(value).expect("a document") + "\n";
        if is_to_be_updated() {
            let parent = path.parent().expect("a folder");
            std::fs::create_dir_all(parent).expect("the folder of the documents");
            std::fs::write(&path, &text).expect("a written document");
        }
        let committed = std::fs::read_to_string(&path).unwrap_or_default();
        let differs = first_difference(&committed, &text);
        assert!(
            differs.is_none(),
            "openapi/{name} is not current: {}\nhint: UPDATE_OPENAPI=1 cargo test -p server --test acceptance openapi",
            differs.unwrap_or_default()
        );
    }
}

/// The first line that differs, as it is and as it should be.
pub(crate) fn first_difference(committed: &str, current: &str) -> Option<String> {
    let mut lines = committed.lines().zip(current.lines()).enumerate();
    let differing = lines.find(|(_, (old, new))| old != new);
    match differing {
        Some((number, (old, new))) => Some(format!("line {}:\n- {old}\n+ {new}", number + 1)),
        None if committed == current => None,
        None => Some(format!(
            "{} lines instead of {}",
            committed.lines().count(),
            current.lines().count()
        )),
    }
}

async fn nothing_else_is_committed_beside_them(_: &mut TestApp) {
    let documents = api::documents(PUBLIC_URL);
    let names: Vec<_> = documents
        .files()
        .iter()
        .map(|(name, _)| (*name).to_owned())
        .collect();
    for prefix in ["", "swagger2/"] {
        for entry in std::fs::read_dir(folder().join(prefix)).expect("the committed documents") {
            let name = entry
                .expect("a file")
                .file_name()
                .into_string()
                .expect("a name");
            let name = format!("{prefix}{name}");
            assert!(
                ["swagger2", "operator.json"].contains(&name.as_str()) || names.contains(&name),
                "openapi/{name} is not ours"
            );
        }
    }
}

async fn the_served_documents_are_the_committed_ones_at_their_own_address(app: &mut TestApp) {
    const ELSEWHERE: &str = "https://api.example.com/avtale";
    app.restart_with(|choices| ELSEWHERE.clone_into(&mut choices.wire.public_url))
        .await;
    for (address, name) in [
        ("/openapi.json", "whole.json"),
        ("/swagger.json", "swagger2/whole.json"),
        ("/products/info/openapi.json", "info.json"),
        ("/products/info/swagger.json", "swagger2/info.json"),
        ("/products/order/openapi.json", "order.json"),
        ("/products/order/swagger.json", "swagger2/order.json"),
    ] {
        let served = app.anonymous().get(address).await;
        let committed = std::fs::read_to_string(folder().join(name)).expect("a document");
        let mut committed: Value = serde_json::from_str(&committed).expect("a document");
        let mut served = served.ok().clone();
        let text = served.to_string();
        assert!(
            !text.contains("127.0.0.1"),
            "{address} names another server"
        );
        for document in [&mut committed, &mut served] {
            let members = document.as_object_mut().expect("a document");
            for server in ["servers", "host", "basePath", "schemes"] {
                members.remove(server);
            }
            mask_addresses(document);
        }
        assert_eq!(served, committed, "{address}");
        assert!(text.contains("api.example.com"), "{address}");
    }
    app.anonymous()
        .get("/products/nothing/openapi.json")
        .await
        .refused(40401);
}

/// The server's address also stands in the token endpoint's.
fn mask_addresses(value: &mut Value) {
    match value {
        Value::String(text) => {
            *text = text
                .replace("https://api.example.com/avtale", "[server]")
                .replace(PUBLIC_URL, "[server]");
        }
        Value::Array(items) => items.iter_mut().for_each(mask_addresses),
        Value::Object(members) => members.values_mut().for_each(mask_addresses),
        _ => {}
    }
}

async fn each_api_product_holds_its_own_operations_alone(_: &mut TestApp) {
    let documents = api::documents(PUBLIC_URL);
    for (product, document) in [("info", &documents.info), ("order", &documents.order)] {
        let held = guarded_operations(&document.openapi);
        let declared = api::OPERATIONS
            .iter()
            .filter(|operation| operation.product == product);
        let declared: Vec<_> = declared.map(|operation| operation.id).collect();
        assert_eq!(sorted(held), sorted(declared), "{product}");
    }
}

fn guarded_operations(document: &Value) -> Vec<&str> {
    let paths = document["paths"].as_object().expect("paths");
    paths
        .values()
        .flat_map(|item| item.as_object().expect("operations").values())
        .filter(|operation| operation.get("x-api-product").is_some())
        .filter_map(|operation| operation["operationId"].as_str())
        .collect()
}

fn sorted(mut ids: Vec<&str>) -> Vec<&str> {
    ids.sort_unstable();
    ids
}

async fn each_operation_says_what_it_is_for_and_who_may_call_it(_: &mut TestApp) {
    for operation in &document().operations {
        let path = &document().value["paths"][operation.path.as_str()];
        let value = &path[operation.method.to_lowercase().as_str()];
        for member in ["summary", "operationId", "responses", "security"] {
            assert!(
                value.get(member).is_some(),
                "{} has no {member}",
                operation.id
            );
        }
        assert!(
            !operation.codes().is_empty(),
            "{} documents no errors",
            operation.id
        );
        let schemas = value["responses"]["200"].to_string();
        assert!(schemas.contains("description"), "{}", operation.id);
    }
}

/// Whether the committed documents are to be rewritten.
pub(crate) fn is_to_be_updated() -> bool {
    #[expect(
        clippy::disallowed_methods,
        reason = "tests are configured by their environment"
    )]
    let wish = std::env::var("UPDATE_OPENAPI");
    wish.as_deref() == Ok("1")
}
