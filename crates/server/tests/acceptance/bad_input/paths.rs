//! Odd paths and encodings: routed once, as they stand, and never a second time.

use super::{ORDERS, Row, refuse};
use crate::app::{Test, TestApp, tests};

pub(crate) const TESTS: &[Test] = tests![
    what_is_no_agreement_id_in_a_path_is_refused,
    what_is_no_order_id_in_a_path_is_not_found,
    paths_that_are_almost_right_are_unknown,
    odd_queries_are_refused,
];

const AGREEMENTS: &str = "/corporate-agreements/v2/agreements";

const NO_IDS: &[&str] = &[
    "abc",
    "-1",
    "+1",
    "1.0",
    "1e3",
    "0x10",
    "1000000000000000000",
    "9223372036854775808",
    "%201",
    "1%20",
    "1%0A",
    "%D9%A3",
    "%EF%BC%95",
    "%00",
    "1%00",
    "%FF",
    "%C0%AF",
    "%2F",
    "%2f",
    "..",
    ".",
    "%2E%2E",
    "%2e%2e%2f",
    "%252F",
    "%",
    "%G1",
    "5538579;x=1",
    "5538579,123456",
    "*",
    "~",
    "null",
    "undefined",
    "{agreementId}",
    "'%20OR%201=1--",
    "%0d%0aX-Injected:%201",
];

async fn what_is_no_agreement_id_in_a_path_is_refused(app: &mut TestApp) {
    for id in NO_IDS {
        for address in [
            format!("{AGREEMENTS}/{id}"),
            format!("{AGREEMENTS}/{id}/products"),
        ] {
            refuse(app, [Row::get(&address, 400_001, "agreementId")]).await;
        }
    }
    let long = "1".repeat(8_000);
    refuse(
        app,
        [Row::get(
            &format!("{AGREEMENTS}/{long}"),
            400_001,
            "agreementId",
        )],
    )
    .await;
    let empty = format!("{AGREEMENTS}//products");
    refuse(app, [Row::get(&empty, 400_001, "agreementId")]).await;
    for absent in ["0", "1", "999999999999999999"] {
        refuse(
            app,
            [Row::get(&format!("{AGREEMENTS}/{absent}"), 404_001, "")],
        )
        .await;
    }
}

async fn what_is_no_order_id_in_a_path_is_not_found(app: &mut TestApp) {
    let rows = NO_IDS.iter().chain(&["0", "000000000000", "999999999999"]);
    refuse(
        app,
        rows.map(|id| Row::get(&format!("{ORDERS}/{id}"), 404_902, "")),
    )
    .await;
}

async fn paths_that_are_almost_right_are_unknown(app: &mut TestApp) {
    let paths = [
        "/",
        "//",
        "/.",
        "/..",
        "/*",
        "/%2F",
        "/%00",
        "/%FF",
        "//corporate-agreements/v2/agreements",
        "/corporate-agreements//v2/agreements",
        "/corporate-agreements/v2//agreements",
        "/corporate-agreements/v2/agreements/",
        "/corporate-agreements/v2/agreements//",
        "/corporate-agreements/v2/agreements/5538579/",
        "/corporate-agreements/v2/agreements/5538579/products/",
        "/corporate-agreements/v2/agreements/5538579//products",
        "/corporate-agreements/v2/agreements/5538579/products/2799029",
        "/corporate-agreements/v2/./agreements",
        "/corporate-agreements/v1/../v2/agreements",
        "/corporate-agreements/v2/nothing/../agreements",
        "/corporate-agreements%2Fv2%2Fagreements",
        "/corporate-agreements/v2%2Fagreements",
        "/corporate-agreements/v2/%61greements",
        "/corporate-agreements/v2/agreements%00",
        "/corporate-agreements/v2/agreements%20",
        "/corporate-agreements/v2/agreements;x=1",
        "/corporate-agreements/v2/agreements.json",
        "/corporate-agreements/v2/Agreements",
        "/Corporate-Agreements/v2/agreements",
        "/corporate-agreements/V2/agreements",
        "/corporate-agreements/v3/agreements",
        "/corporate-agreements/v2",
        "/corporate-agreements",
        "/v2/agreements",
        "/corporate-agreements/v2/orders/",
        "/corporate-agreements/v2/orders/1/2",
        "/errors/%2e%2e%2fCargo.toml",
        "/products/%2e%2e/openapi.json",
        "/openapi.json/",
        "/metrics",
    ];
    refuse(app, paths.map(|path| Row::get(path, 40401, ""))).await;
    let long = format!("/{}", "x".repeat(30_000));
    refuse(app, [Row::get(&long, 40401, "")]).await;
    let deep = "/..".repeat(5_000);
    refuse(app, [Row::get(&deep, 40401, "")]).await;
}

async fn odd_queries_are_refused(app: &mut TestApp) {
    for (query, field) in [
        ("page=%00", "page"),
        ("page=%FF", "page"),
        ("page=%D9%A3", "page"),
        ("page=1%20", "page"),
        ("page[]=1", "page[]"),
        ("%70age=x", "page"),
        ("page", "page"),
        ("=1", ""),
        ("since=%0A", "since"),
        ("since=2026-06-01T25:00:00Z", "since"),
        ("since=0", "since"),
        ("state=COMPLETED,FAILED", "state"),
        ("state=COMPLETED&state=FAILED", "state"),
        ("state=%00", "state"),
        ("a%20b=1", "a b"),
    ] {
        refuse(
            app,
            [Row::get(&format!("{ORDERS}?{query}"), 400_900, field)],
        )
        .await;
    }
    let many: Vec<_> = (0..2_000).map(|number| format!("p{number}=1")).collect();
    refuse(
        app,
        [Row::get(
            &format!("{ORDERS}?{}", many.join("&")),
            400_900,
            "p0",
        )],
    )
    .await;
}
