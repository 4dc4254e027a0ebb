//! Pages of records: who sees and who changes them, what customers see, and how long lists are gone
//! through.

use axum::http::StatusCode;
use domain::access::OperatorRole;
use serde_json::Value;

use super::record_forms::{hidden, send, told};
use super::visitor::Visitor;
use super::{add_operator, changes};
use crate::app::{Test, TestApp, tests};

pub(crate) const TESTS: &[Test] = tests![
    every_kind_has_its_pages,
    viewers_see_and_change_nothing,
    a_customer_sees_what_the_page_shows,
    an_account_is_closed_after_a_question_and_opened,
    a_person_is_anonymized_after_a_second_look,
    long_lists_have_pages,
    names_are_texts_and_not_html,
];

/// A page of each kind with what the demo has.
const PAGES: &[(&str, &str)] = &[
    ("/console/organizations", "TELENOR"),
    ("/console/organizations/914742315", "TELENOR"),
    ("/console/address-cards", "Hovedkontor"),
    ("/console/address-cards/664158", "Innherredsveien"),
    ("/console/agreements", "5538579"),
    ("/console/agreements/5538579", "Ordered products"),
    ("/console/agreements/5538579/customer", "Available"),
    ("/console/products", "Products"),
    ("/console/products/2799029", "Settings"),
    ("/console/offerings", "Sentralbord"),
    ("/console/offerings/13883", "Fakturakonto"),
    ("/console/accounts", "11175198"),
    ("/console/accounts/11175198", "Payer"),
    ("/console/persons", "Persons"),
    ("/console/apps", "demodemodemodemodemodemodemodemo"),
    (
        "/console/apps/demodemodemodemodemodemodemodemo",
        "API products",
    ),
    ("/console/system-users", "API1000DEMO"),
    ("/console/system-users/API1000DEMO", "914742315"),
    ("/console/json/agreement/5538579", "productOfferIds"),
    ("/console/agreements?organization=914742315", "5538579"),
    ("/console/agreements?offering=404", "5538579"),
    ("/console/offerings?agreement=5538579", "404"),
];

/// Forms for what is to be added and for what is there.
const FORMS: &[&str] = &[
    "/console/add/organization",
    "/console/add/addressCard",
    "/console/add/person",
    "/console/add/offering",
    "/console/add/agreement",
    "/console/add/account",
    "/console/add/systemUser",
    "/console/add/app",
    "/console/change/organization/914742315",
    "/console/change/addressCard/664158",
    "/console/change/offering/13883",
    "/console/change/agreement/5538579",
    "/console/change/account/11175198",
    "/console/change/systemUser/API1000DEMO",
    "/console/change/app/demodemodemodemodemodemodemodemo",
    "/console/json/product",
];

async fn every_kind_has_its_pages(app: &mut TestApp) {
    let mut visitor = Visitor::demo(app).await;
    for (address, words) in PAGES {
        let page = visitor.get(address).await;
        assert!(page.ok().contains(words), "{address}: no {words}: {page:?}");
    }
    for address in FORMS {
        visitor.get(address).await.ok();
    }
    for address in [
        "/console/organizations/123456789",
        "/console/apps/nobody",
        "/console/add/product",
        "/console/change/app/nobody",
        "/console/json/nothing",
        "/console/agreements/x/customer",
    ] {
        visitor.get(address).await.refused(404, "Nothing is here");
    }
    for address in [
        "/console/agreements?organization=1",
        "/console/accounts?after=x",
        "/console/persons?agreement=5",
        "/console/agreements?offering=404&organization=914742315",
    ] {
        let answer = visitor.get(address).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{address}");
    }
}

async fn viewers_see_and_change_nothing(app: &mut TestApp) {
    for role in [OperatorRole::Viewer, OperatorRole::Desk] {
        add_operator(app, role.as_str(), role).await;
        let mut visitor = Visitor::signed_in(app, role.as_str()).await;
        for (address, words) in PAGES {
            let page = visitor.get(address).await;
            assert!(page.ok().contains(words), "{address}: {page:?}");
            for way in [
                "/console/add/",
                "/console/change/",
                "class=\"danger\"",
                "<textarea",
            ] {
                assert!(!page.body.contains(way), "{address}: {way}");
            }
            let main = page.body.split("<main").nth(1).unwrap_or_default();
            assert!(!main.contains("method=\"post\""), "{address}: {page:?}");
        }
        for address in FORMS {
            visitor.get(address).await.refused(403, "Your role");
            visitor
                .post(address, &[("name", "x")])
                .await
                .refused(403, "Your role");
        }
    }
    assert_eq!(changes(app, "organization", "914742315").await, []);
}

async fn a_customer_sees_what_the_page_shows(app: &mut TestApp) {
    let mut visitor = Visitor::demo(app).await;
    for agreement in ["5538579", "123456"] {
        let page = visitor
            .get(&format!("/console/agreements/{agreement}/customer"))
            .await;
        let shown = json_of(page.ok());
        let address = format!("/corporate-agreements/v2/agreements/{agreement}/products");
        let answer = app.system_user().get(&address).await;
        assert_eq!(&shown, answer.ok());
    }
    let address = "/corporate-agreements/v2/agreements/5538579/products";
    let answer = app.system_user().get(address).await;
    let all = answer.ok()[0]["available"]
        .as_array()
        .expect("a list")
        .clone();
    let entry = all
        .iter()
        .find(|entry| entry["id"] == 13883)
        .expect("the offering");
    let page = visitor.get("/console/offerings/13883").await;
    assert_eq!(&json_of(page.ok()), entry);
}

/// The first JSON that a page shows.
fn json_of(page: &str) -> Value {
    let (_, rest) = page.split_once("<pre tabindex=\"0\"><code>").expect("JSON");
    let text = rest.split("</code>").next().unwrap_or_default();
    let text = text.replace("&#34;", "\"").replace("&#39;", "'");
    let text = text
        .replace("&#60;", "<")
        .replace("&#62;", ">")
        .replace("&#38;", "&");
    serde_json::from_str(&text).expect("JSON")
}

async fn an_account_is_closed_after_a_question_and_opened(app: &mut TestApp) {
    let mut visitor = Visitor::demo(app).await;
    let address = "/console/accounts/11175198";
    let form = format!("{address}/status");
    let page = visitor.get(address).await;
    let ask = format!("{form}?status=CANCELLED");
    assert!(page.ok().contains(&format!("href=\"{ask}\"")), "{page:?}");
    assert!(!page.body.contains("value=\"CANCELLED\""), "{page:?}");
    let question = visitor.get(&ask).await;
    for words in ["Billing account 11175198: cancel it?", "no order can name"] {
        assert!(question.ok().contains(words), "no {words}: {question:?}");
    }
    let seen = hidden(&question.body, "seen");
    let cancel = [("status", "CANCELLED"), ("seen", seen.as_str())];
    let answer = visitor.post(&form, &cancel).await;
    assert_eq!(answer.location(), address);
    let page = told(&mut visitor, answer, "Open it").await;
    visitor.get(&ask).await.refused(404, "Nothing is here");
    let open = [("status", "OPEN"), ("seen", &hidden(&page, "seen"))];
    let answer = visitor.post(&form, &open).await;
    let page = told(&mut visitor, answer, "Make it passive").await;
    let wrong = [("status", "SHUT"), ("seen", &hidden(&page, "seen"))];
    let wrong = visitor.post(&form, &wrong).await;
    wrong.refused(409, "is not one of");
    // Those who have seen it open again did not ask for this, nor did those who have seen nothing.
    for fields in [&open[..], &open[..1]] {
        let late = visitor.post(&form, fields).await;
        late.refused(409, "Somebody was faster");
    }
    let expected = ("changed".to_owned(), "demo".to_owned());
    let done = changes(app, "account", "11175198").await;
    assert_eq!(done, [expected.clone(), expected]);
}

async fn a_person_is_anonymized_after_a_second_look(app: &mut TestApp) {
    let mut visitor = Visitor::demo(app).await;
    let fields = [("id", "5"), ("firstName", "Kari"), ("lastName", "Nordmann")];
    let answer = send(&mut visitor, "/console/add/person", &fields).await;
    told(&mut visitor, answer, "Kari Nordmann").await;
    let page = visitor.get("/console/persons/5/anonymize").await;
    assert!(page.ok().contains("Kari Nordmann"), "{page:?}");
    let answer = visitor.post("/console/persons/5/anonymize", &[]).await;
    let page = told(&mut visitor, answer, "The name of person 5 is gone.").await;
    assert!(!page.contains("Nordmann"), "{page}");
    let done = changes(app, "person", "5").await;
    assert_eq!(done[1], ("anonymized".to_owned(), "demo".to_owned()));
}

async fn long_lists_have_pages(app: &mut TestApp) {
    add_many(app).await;
    let mut visitor = Visitor::demo(app).await;
    for (address, link, least) in [
        (
            "/console/organizations",
            "/console/organizations/8200",
            1_000,
        ),
        (
            "/console/organizations?search=kunde",
            "/console/organizations/8200",
            1_000,
        ),
        (
            "/console/products?agreement=5538579",
            "/console/products/8200",
            1_000,
        ),
        (
            "/console/agreements/5538579/customer",
            "/console/products/8200",
            1_000,
        ),
    ] {
        let (mut seen, mut pages, mut next) = (Vec::new(), 0, Some(address.to_owned()));
        while let Some(address) = next {
            let page = visitor.get(&address).await;
            let text = super::without_labels(page.ok());
            let rows = text.split("<th scope=\"row\">").skip(1);
            let rows = rows.filter_map(|row| row.split('"').nth(1));
            let rows: Vec<_> = rows
                .filter(|row| row.starts_with(link))
                .map(str::to_owned)
                .collect();
            assert!(rows.len() <= 50, "{address}: {}", rows.len());
            seen.extend(rows);
            pages += 1;
            next = next_of(&page.body);
        }
        let count = seen.len();
        seen.sort_unstable();
        seen.dedup();
        assert_eq!((seen.len(), count), (least, least), "{address}");
        assert!(pages >= 20, "{address}: {pages}");
    }
    let page = visitor.get("/console/agreements/5538579").await;
    assert!(page.ok().contains("The first 10 of"), "{page:?}");
}

/// Where a list goes on.
fn next_of(page: &str) -> Option<String> {
    let mut links = page.split("<a ");
    let link = links.find(|link| link.contains("rel=\"next\""))?;
    let (_, href) = link.split_once("href=\"")?;
    Some(href.split('"').next()?.replace("&#38;", "&"))
}

/// A thousand organizations, and as many products on an agreement.
async fn add_many(app: &TestApp) {
    let product = domain::ProductId::new;
    let agreement = domain::AgreementId::new(5_538_579);
    app.operate(async |tx| {
        for number in 0..1_000 {
            let organization = domain::Organization {
                number: domain::OrganizationNumber::parse(&(820_000_000 + number).to_string())
                    .expect("a number"),
                name: format!("Kunde {number}"),
            };
            tx.organizations().insert(&organization).await?;
            let new = storage::NewProduct {
                id: product(820_000_000 + number),
                parent: None,
                offering: domain::OfferingId::new(404),
                name: "Many",
                status: domain::ProductStatus::Ordered,
                billing_account: None,
                created_at: jiff::Timestamp::UNIX_EPOCH,
            };
            tx.products().insert(agreement, &new).await?;
        }
        Ok(())
    })
    .await;
}

async fn names_are_texts_and_not_html(app: &mut TestApp) {
    const NAME: &str = "<script>alert(\"1\")</script>'&";
    let mut visitor = Visitor::demo(app).await;
    let organization = [("orgNumber", "811111111"), ("name", NAME)];
    send(&mut visitor, "/console/add/organization", &organization)
        .await
        .location();
    let owner = ("ownerOrganizationNumber", "811111111");
    let app_fields = [
        ("clientId", "a/b <i>"),
        owner,
        ("name", NAME),
        ("callsPerSecond", "1"),
        ("burst", "1"),
    ];
    let added = send(&mut visitor, "/console/add/app", &app_fields).await;
    let user = [("name", "<b>USER"), owner, ("organizations", "811111111")];
    let added_user = send(&mut visitor, "/console/add/systemUser", &user).await;
    let agreement = [
        ("id", "5"),
        owner,
        ("category", NAME),
        ("status", "ACTIVE"),
        ("validFrom", "2026-01-01"),
    ];
    send(&mut visitor, "/console/add/agreement", &agreement)
        .await
        .location();
    let mut pages = vec![added, added_user];
    for address in [
        "/console/organizations?search=%3Cscript",
        "/console/organizations/811111111",
        "/console/agreements?organization=811111111",
        "/console/agreements/5",
        "/console/apps",
        "/console/apps/a%2Fb%20%3Ci%3E",
        "/console/change/app/a%2Fb%20%3Ci%3E",
        "/console/json/app/a%2Fb%20%3Ci%3E",
        "/console/system-users/%3Cb%3EUSER",
        "/console/system-users?search=%3Cb",
        "/console/journal?organization=811111111",
        "/console/add/app?name=%3Cscript%3E",
    ] {
        pages.push(visitor.get(address).await);
    }
    for page in pages {
        let body = page.ok();
        for raw in ["<script>", "<i>", "<b>USER", "\")</"] {
            assert!(!body.contains(raw), "{raw}: {page:?}");
        }
    }
}
