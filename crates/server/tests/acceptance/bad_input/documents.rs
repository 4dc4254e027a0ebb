//! Bodies that are no JSON documents, and documents that say something twice.

use super::{Row, refuse};
use crate::app::{Test, TestApp, tests};

pub(crate) const TESTS: &[Test] = tests![
    what_is_no_json_is_refused,
    what_is_not_utf_8_is_refused,
    members_given_twice_are_refused_at_any_depth,
    deep_nesting_is_refused,
    large_bodies_are_refused,
    empty_bodies_are_refused,
    other_values_than_objects_are_refused,
];

const VALID: &str = r#"{"type":"ADD_PRODUCT","agreementId":5538579,"productOfferingId":404}"#;

async fn what_is_no_json_is_refused(app: &mut TestApp) {
    let texts = [
        "{",
        "}",
        "{]",
        "x",
        "\"",
        "'x'",
        "{'type':'ADD_PRODUCT'}",
        "{type:1}",
        "{\"type\"}",
        "{\"type\":}",
        "{\"type\":1,}",
        "[1,]",
        "{\"a\":01}",
        "{\"a\":+1}",
        "{\"a\":.5}",
        "{\"a\":1.}",
        "{\"a\":0x10}",
        "{\"a\":1e400}",
        "{\"a\":NaN}",
        "{\"a\":Infinity}",
        "{\"a\":TRUE}",
        "{\"a\":undefined}",
        "{\"a\":\"\\x\"}",
        "{\"a\":\"\\u12\"}",
        "{\"a\":\"line\nbreak\"}",
        "{\"a\":\"\u{1}\"}",
        "{\"a\":1}//x",
        "/*x*/{\"a\":1}",
        "\u{feff}{}",
        "{}\u{0}",
        "\u{0}",
        "{\"a\":1}{\"a\":1}",
        "<order/>",
        "type=ADD_PRODUCT&agreementId=5538579",
    ];
    refuse(app, texts.map(|text| Row::order(text, 400_900, "body"))).await;
    let trailing = format!("{VALID} x");
    refuse(app, [Row::order(trailing, 400_900, "body")]).await;
}

async fn what_is_not_utf_8_is_refused(app: &mut TestApp) {
    let bodies: [&'static [u8]; 7] = [
        b"{\"type\":\"\xff\"}",
        b"{\"type\":\"\xc3\"}",
        b"{\"type\":\"\xc0\xaf\"}",
        b"{\"type\":\"\xed\xa0\x80\"}",
        b"{\"\xff\":1}",
        b"\xff\xfe{\x00}\x00",
        b"{\"type\":\"K\xf8\"}",
    ];
    refuse(app, bodies.map(|body| Row::order(body, 400_900, "body"))).await;
    let surrogates = [
        "{\"a\":\"\\ud800\"}",
        "{\"a\":\"\\udc00\\ud800\"}",
        "{\"\\ud800\":1}",
    ];
    refuse(
        app,
        surrogates.map(|text| Row::order(text, 400_900, "body")),
    )
    .await;
}

async fn members_given_twice_are_refused_at_any_depth(app: &mut TestApp) {
    let texts = [
        r#"{"type":"ADD_PRODUCT","agreementId":5538579,"productOfferingId":404,"type":"ADD_PRODUCT"}"#,
        r#"{"type":"ADD_PRODUCT","agreementId":5538579,"agreementId":7000001,"productOfferingId":404}"#,
        r#"{"type":"ADD_PRODUCT","agreementId":5538579,"productOfferingId":404,"agreement\u0049d":1}"#,
        r#"{"type":"UPDATE_PRODUCT","agreementId":5538579,"productId":2799029,"configurations":[{"id":6420,"value":"a@example.com","value":"b@example.com"}]}"#,
        r#"{"addProductOrder":{"agreementId":5538579,"agreementId":5538579,"productOfferingId":404}}"#,
        r#"{"addProductOrder":{"agreementId":5538579,"productOfferingId":404},"addProductOrder":{}}"#,
        r#"{"x":[[{"y":{"z":1,"z":1}}]]}"#,
    ];
    refuse(app, texts.map(|text| Row::order(text, 400_900, "body"))).await;
}

async fn deep_nesting_is_refused(app: &mut TestApp) {
    let deep = 10_000;
    let objects = format!("{}1{}", "{\"a\":".repeat(deep), "}".repeat(deep));
    let lists = format!("{}{}", "[".repeat(deep), "]".repeat(deep));
    let inside = VALID.replace("404", &lists);
    let open = "[".repeat(200_000);
    let bodies = [objects, lists, inside, open];
    refuse(app, bodies.map(|body| Row::order(body, 400_900, "body"))).await;
}

async fn large_bodies_are_refused(app: &mut TestApp) {
    let megabyte = 1024 * 1024;
    let blanks = format!("{VALID}{}", " ".repeat(megabyte));
    let text = VALID.replace("ADD_PRODUCT", &"A".repeat(megabyte));
    let settings = format!("{{\"configurations\":[{}0]}}", "0,".repeat(megabyte / 2));
    let zeros = "\0".repeat(megabyte);
    let larger = "x".repeat(20 * megabyte);
    let bodies = [blanks, text, settings, zeros, larger];
    refuse(app, bodies.map(|body| Row::order(body, 413_900, "body"))).await;
    let members: Vec<_> = (0..5_000)
        .map(|number| format!("\"m{number}\":1"))
        .collect();
    let many = format!("{{{}}}", members.join(","));
    refuse(app, [Row::order(many, 400_900, "body")]).await;
}

async fn empty_bodies_are_refused(app: &mut TestApp) {
    let blank = ["", " ", "\n\t\r "].map(|text| Row::order(text, 400_900, "body"));
    refuse(app, blank).await;
    refuse(app, [Row::order("", 400_900, "body").headers(&[])]).await;
    refuse(app, [Row::order("{}", 400_900, "type")]).await;
}

async fn other_values_than_objects_are_refused(app: &mut TestApp) {
    let values = [
        "null",
        "true",
        "false",
        "0",
        "-1.5e3",
        "\"ADD_PRODUCT\"",
        "[]",
        "[{}]",
    ];
    refuse(app, values.map(|text| Row::order(text, 400_900, "body"))).await;
    let listed = format!("[{VALID}]");
    refuse(app, [Row::order(listed, 400_900, "body")]).await;
}
