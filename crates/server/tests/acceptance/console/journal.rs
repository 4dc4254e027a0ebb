//! The journal's pages: the search, the head, the check, and what somebody without the key has
//! written.

use domain::access::OperatorRole;

use super::visitor::Visitor;
use super::{add_operator, end_all};
use crate::app::{Test, TestApp, tests};
use crate::orders::add;

pub(crate) const TESTS: &[Test] = tests![
    every_filter_narrows_the_search,
    what_was_done_has_its_facts_and_its_page,
    a_change_of_somebody_without_the_key_is_marked,
    the_check_says_what_it_has_found,
    a_long_journal_has_pages,
];

const JOURNAL: &str = "/console/journal";

/// The subjects of a page, in its order.
async fn listed(visitor: &mut Visitor<'_>, query: &str) -> Vec<String> {
    let page = visitor.get(&format!("{JOURNAL}?{query}")).await;
    let page = super::without_labels(page.ok());
    let cells = page.split("<th scope=\"row\"").skip(1);
    let subject = |rest: &str| {
        let (cell, _) = rest.split_once("</th>").expect("its end");
        let (_, link) = cell.split_once("<a ")?;
        let (_, words) = link.split_once('>').expect("a link");
        words.split('<').next().map(str::to_owned)
    };
    cells.filter_map(subject).collect()
}

async fn every_filter_narrows_the_search(app: &mut TestApp) {
    let first = app.system_user().ordered(&add(404, &[])).await;
    app.clock.advance(std::time::Duration::from_mins(1));
    let second = app.system_user().ordered(&add(404, &[])).await;
    let mut visitor = Visitor::demo(app).await;
    visitor
        .do_to_order(&second, "hold", &[("words", "x")])
        .await
        .location();
    app.publish().await;
    let mut orders = async |query: &str| {
        let mut found = listed(&mut visitor, query).await;
        found.retain(|subject| subject.len() == 12);
        found
    };
    let all = [&second, &second, &first];
    for (query, expected) in [
        ("noun=order", &all[..]),
        ("organization=914742315", &all),
        ("organization=976967631", &[]),
        ("app=demodemodemodemodemodemodemodemo", &all[1..]),
        ("author=demo", &all[..1]),
        ("author=API1000DEMO", &all[1..]),
        ("noun=order&subject=", &all),
        (&format!("noun=order&subject={first}"), &all[2..]),
        ("from=2026-06-01+12:01", &all[..2]),
        ("to=2026-06-01+12:01", &all[2..]),
        ("noun=order&author=demo&to=2026-06-01", &[]),
    ] {
        let found = orders(query).await;
        assert!(
            found.iter().eq(expected.iter().copied()),
            "{query}: {found:?}"
        );
    }
    for (query, words) in [
        ("organization=1", "has nine digits."),
        ("from=x", "A day, or a day and a time"),
        (
            "from=2026-06-02&to=2026-06-01",
            "This is not after the beginning.",
        ),
        ("after=0", "There is no such page."),
    ] {
        let answer = visitor.get(&format!("{JOURNAL}?{query}")).await;
        answer.refused(400, words);
    }
    end_all(app).await;
}

async fn what_was_done_has_its_facts_and_its_page(app: &mut TestApp) {
    let id = app.system_user().ordered(&add(404, &[])).await;
    let mut visitor = Visitor::demo(app).await;
    visitor
        .do_to_order(&id, "hold", &[("words", "a <question>")])
        .await
        .location();
    app.publish().await;
    let page = visitor.get(JOURNAL).await;
    for words in [
        "<small>reason</small> a &#60;question&#62;",
        "<small>agreement</small> 5538579",
        &format!("href=\"/console/orders/{id}\""),
        "href=\"/console/operators/demo\"",
        "signed in",
        "<small>operator</small>",
        "customer, app <a href=\"/console/apps/demodemo",
    ] {
        assert!(page.ok().contains(words), "{words}: {page:?}");
    }
    assert!(!page.body.contains("forged"), "{page:?}");
    end_all(app).await;
}

async fn a_change_of_somebody_without_the_key_is_marked(app: &mut TestApp) {
    let mut visitor = Visitor::demo(app).await;
    app.publish().await;
    let forge = async |tx: &mut storage::Transaction| {
        let everything = storage::JournalFilter::default();
        let stretch = storage::JournalStretch {
            newest_first: true,
            after: None,
            most: 1,
            looks_at: 1,
        };
        let mut found = tx.journal().page(&everything, stretch).await?;
        let mut row = found.rows.remove(0).row;
        row.change.id = domain::ChangeId::new("019e8a3c-2b00-7c3d-9f3e-5a1b2c3d4e5f");
        tx.journal().record(&row, &row.mac).await
    };
    app.operate(forge).await;
    let page = visitor.get(JOURNAL).await;
    assert!(
        page.ok().contains("<dt>Without a seal yet</dt><dd>1 "),
        "{page:?}"
    );
    app.publish().await;
    let page = visitor.get(JOURNAL).await;
    assert!(
        page.ok()
            .contains("<span class=\"badge bad\">forged</span>"),
        "{page:?}"
    );
    assert_eq!(page.body.matches("badge bad").count(), 1, "{page:?}");
    let check = check(&mut visitor, "").await;
    assert!(
        check.contains("1 change was written by somebody without the key"),
        "{check}"
    );
}

/// Checks the journal; the page that says what was found.
async fn check(visitor: &mut Visitor<'_>, kept: &str) -> String {
    visitor.get("/console/journal/check").await.ok();
    let begun = visitor
        .post("/console/journal/check", &[("kept", kept)])
        .await;
    let page = visitor.get(begun.location()).await;
    page.ok().to_owned()
}

async fn the_check_says_what_it_has_found(app: &mut TestApp) {
    add_operator(app, "vera", OperatorRole::Viewer).await;
    let mut vera = Visitor::signed_in(app, "vera").await;
    let page = vera.get("/console/journal/check").await;
    assert!(
        page.ok().contains("has not checked the journal"),
        "{page:?}"
    );
    app.publish().await;
    let head = app.selfservice().journal_head().await.expect("the head");
    let page = vera.get(JOURNAL).await;
    assert!(page.ok().contains(&head.to_string()), "{page:?}");
    for kept in ["", &head.to_string()] {
        let found = check(&mut vera, kept).await;
        let words = format!("All {} changes are as they were written.", head.position);
        assert!(found.contains(&words) && found.contains("vera"), "{found}");
    }
    let other = format!("1:{}", "ab".repeat(32));
    let found = check(&mut vera, &other).await;
    assert!(
        found.contains("the head that was kept is not among them"),
        "{found}"
    );
    let answer = vera
        .post("/console/journal/check", &[("kept", "1:x")])
        .await;
    answer.refused(422, "A head is a position, a colon");
}

async fn a_long_journal_has_pages(app: &mut TestApp) {
    let mut visitor = Visitor::demo(app).await;
    for _ in 0..51 {
        app.system_user().ordered(&add(404, &[])).await;
    }
    app.publish().await;
    let query = "noun=order&author=API1000DEMO";
    let first = listed(&mut visitor, query).await;
    assert_eq!(first.len(), 50);
    let page = visitor.get(&format!("{JOURNAL}?{query}")).await;
    let (_, rest) = page.ok().split_once("&#38;after=").expect("a next page");
    let after: String = rest.chars().take_while(char::is_ascii_digit).collect();
    let second = listed(&mut visitor, &format!("{query}&after={after}")).await;
    assert_eq!(second.len(), 1);
    assert!(!first.contains(&second[0]));
}
