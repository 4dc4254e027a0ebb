//! The feed: in order, whole, page by page, and of one's own organizations alone.

use serde_json::{Value, json};

use super::EVENTS;
use crate::app::{Caller, Test, TestApp, tests};
use crate::orders::add;

pub(crate) const TESTS: &[Test] = tests![
    the_feed_goes_on_where_its_reader_left_off,
    an_empty_feed_has_a_cursor_too,
    another_companys_events_never_show,
    a_cursor_does_not_tell_that_others_are_busy,
    another_callers_cursor_reveals_nothing,
    what_is_no_cursor_is_refused,
    a_cursor_survives_a_restart,
];

struct Page {
    events: Vec<Value>,
    cursor: String,
}

async fn read(caller: &Caller<'_>, query: &str) -> Page {
    let answer = caller.get(&format!("{EVENTS}{query}")).await;
    let body = answer.ok();
    Page {
        events: body["events"].as_array().expect("events").clone(),
        cursor: body["cursor"].as_str().expect("a cursor").to_owned(),
    }
}

async fn foreign_order(app: &TestApp) {
    let mut order = add(404, &[]);
    order["agreementId"] = json!(7_000_001);
    app.of_other_organization().ordered(&order).await;
}

async fn the_feed_goes_on_where_its_reader_left_off(app: &mut TestApp) {
    for _ in 0..4 {
        app.system_user().ordered(&add(404, &[])).await;
        foreign_order(app).await;
    }
    app.finish_orders().await;
    app.publish().await;
    let caller = app.system_user();
    let whole = read(&caller, "").await;
    let sequences: Vec<_> = whole
        .events
        .iter()
        .map(|event| event["sequence"].as_str().expect("a text").to_owned())
        .collect();
    let expected: Vec<_> = (1..=12).map(|number: u32| number.to_string()).collect();
    assert_eq!(sequences, expected);
    let mut paged = Vec::new();
    let mut page = read(&caller, "?pageSize=5").await;
    while !page.events.is_empty() {
        assert!(page.events.len() <= 5);
        paged.append(&mut page.events);
        page = read(&caller, &format!("?pageSize=5&after={}", page.cursor)).await;
    }
    assert_eq!(paged, whole.events);
    app.system_user().ordered(&add(404, &[])).await;
    app.publish().await;
    let new = read(&caller, &format!("?after={}", page.cursor)).await;
    assert_eq!(new.events.len(), 1);
    assert_eq!(new.events[0]["sequence"], "13");
}

async fn an_empty_feed_has_a_cursor_too(app: &mut TestApp) {
    let caller = app.system_user();
    let empty = read(&caller, "").await;
    assert_eq!(empty.events, [Value::Null; 0]);
    app.system_user().ordered(&add(404, &[])).await;
    // What has no place yet is not told.
    let none = read(&caller, &format!("?after={}", empty.cursor)).await;
    assert_eq!((none.events.len(), &none.cursor), (0, &empty.cursor));
    app.publish().await;
    let one = read(&caller, &format!("?after={}", none.cursor)).await;
    assert_eq!(one.events.len(), 1);
    assert_ne!(one.cursor, none.cursor);
}

async fn another_companys_events_never_show(app: &mut TestApp) {
    app.system_user().ordered(&add(404, &[])).await;
    foreign_order(app).await;
    app.finish_orders().await;
    app.publish().await;
    for (caller, agreement, organization) in [
        (app.system_user(), "5538579", "/914742315"),
        (app.of_other_organization(), "7000001", ""),
    ] {
        let page = read(&caller, "").await;
        assert_eq!(page.events.len(), 3);
        for event in page.events {
            assert_eq!(event["data"]["agreementId"], agreement);
            let source = event["source"].as_str().expect("a source");
            assert!(source.ends_with(organization), "{source}");
        }
    }
}

async fn a_cursor_does_not_tell_that_others_are_busy(app: &mut TestApp) {
    app.system_user().ordered(&add(404, &[])).await;
    app.publish().await;
    let caller = app.system_user();
    let before = read(&caller, "").await;
    for _ in 0..5 {
        foreign_order(app).await;
    }
    app.publish().await;
    let after = read(&caller, &format!("?after={}", before.cursor)).await;
    assert_eq!((after.events.len(), after.cursor), (0, before.cursor));
}

async fn another_callers_cursor_reveals_nothing(app: &mut TestApp) {
    foreign_order(app).await;
    app.publish().await;
    let foreign = read(&app.of_other_organization(), "").await;
    app.system_user().ordered(&add(404, &[])).await;
    app.publish().await;
    let caller = app.system_user();
    let page = read(&caller, &format!("?after={}", foreign.cursor)).await;
    assert_eq!(page.events.len(), 1);
    assert_eq!(page.events[0]["data"]["agreementId"], "5538579");
}

async fn what_is_no_cursor_is_refused(app: &mut TestApp) {
    app.system_user().ordered(&add(404, &[])).await;
    app.publish().await;
    let caller = app.system_user();
    for cursor in [
        "",
        "1",
        "x",
        "00000000000000000",
        "0000000000000000000",
        "-00000000000000001",
        "%2B0000000000000001",
        "00000000000000000%00",
        // Well formed, and never given out.
        "123456789012345678",
        "000000000000000001",
        "999999999999999999",
    ] {
        let answer = caller.get(&format!("{EVENTS}?after={cursor}")).await;
        answer.refused(400_900).names("after");
    }
    for size in ["0", "1001", "x", "-1"] {
        let answer = caller.get(&format!("{EVENTS}?pageSize={size}")).await;
        answer.refused(400_900).names("pageSize");
    }
    let answer = caller.get(&format!("{EVENTS}?page=0")).await;
    answer.refused(400_900).names("page");
}

async fn a_cursor_survives_a_restart(app: &mut TestApp) {
    app.system_user().ordered(&add(404, &[])).await;
    app.publish().await;
    let cursor = read(&app.system_user(), "").await.cursor;
    app.restart().await;
    let page = read(&app.system_user(), &format!("?after={cursor}")).await;
    assert_eq!((page.events.len(), page.cursor), (0, cursor));
}
