//! Every error code has a page, and every page has an error code.

use std::collections::BTreeSet;

use api::ErrorCode;

use crate::repository::{expect_none, files};

const FOLDER: &str = "crates/api/errors/";

#[test]
fn error_codes_and_their_pages_are_the_same() {
    let codes: BTreeSet<String> = ErrorCode::ALL
        .iter()
        .map(|code| code.number().to_string())
        .collect();
    let pages: BTreeSet<String> = files()
        .filter_map(|file| file.path.strip_prefix(FOLDER))
        .map(|name| name.trim_end_matches(".md").to_owned())
        .collect();
    let without_page = codes.difference(&pages);
    let without_code = pages.difference(&codes);
    expect_none(
        without_page
            .map(|code| format!("{code} has no page in {FOLDER}"))
            .chain(without_code.map(|page| format!("{FOLDER}{page} has no code"))),
    );
}
