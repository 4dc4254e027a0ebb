//! Requests to open a billing account: the documents' own, what else is understood, and each way to
//! be refused, alone and beside every other.

use axum::http::Method;
use serde_json::{Value, json};

use crate::app::{Answer, Test, TestApp, document, tests};

pub(crate) const TESTS: &[Test] = tests![
    the_documents_request_gives_the_documents_account,
    the_documents_account_carries_its_texts,
    the_documented_errors_are_the_printed_ones_and_ours,
    each_printed_error_has_its_text_to_the_letter,
    what_means_an_account_is_understood,
    a_body_that_is_no_request_is_refused,
    what_is_missing_or_blank_is_named,
    an_organization_is_nine_digits_and_the_callers_own,
    an_address_card_is_one_of_the_payers,
    references_are_thirty_letters_digits_and_marks,
    the_first_of_two_faults_wins,
];

pub(crate) const ACCOUNTS: &str = "/corporate-accounts/v2/accounts";
const REFERENCES: [&str; 3] = [
    "accountReference1",
    "accountReference2",
    "accountReference3",
];
const CARD: &str = "addressCardId";
const OWNER: &str = "ownerOrganizationNumber";
const PAYER: &str = "payerOrganizationNumber";

const PRINTED: &str = r#"{ "accountReference1": "Telenor ASA/ IT department", "accountReference2": "Local account id", "accountReference3": "Local account id", "addressCardId": "664158", "ownerOrganizationNumber": "987654321", "payerOrganizationNumber": "987654321" }"#;

/// The codes of the operation alone, as printed.
const OWN: &[(u32, &str)] = &[
    (400_007, "Organization not found"),
    (400_009, "Address card not found"),
    (400_024, "Invalid organization number provided"),
    (400_032, "Invalid address card id"),
    (400_033, "Invalid reference"),
    (400_036, "Empty input"),
];
/// The codes that the documents print on every page.
const COMMON: &[u32] = &[
    40001, 40101, 40102, 40103, 40104, 40105, 40106, 40107, 40108, 40301, 40401, 42901, 42902,
    50001, 50002, 50003, 500_100, 503_200, 4_042_000,
];
const OURS: &[u32] = &[
    400_900, 409_901, 409_902, 413_900, 415_900, 431_900, 503_900,
];

/// A request that is accepted as it stands.
pub(crate) fn request() -> Value {
    json!({
        "accountReference1": "Drift",
        "addressCardId": "664158",
        "ownerOrganizationNumber": "914742315",
        "payerOrganizationNumber": "987654321",
    })
}

/// The same with these members instead.
fn with<const N: usize>(members: [(&str, Value); N]) -> Value {
    let mut request = request();
    for (name, value) in members {
        request[name] = value;
    }
    request
}

/// The same without this member.
fn without(member: &str) -> Value {
    let mut request = request();
    let members = request.as_object_mut().expect("an object");
    members.remove(member).expect("a member");
    request
}

async fn send(app: &TestApp, body: &str) -> Answer {
    app.system_user()
        .call(Method::POST, ACCOUNTS)
        .body(body.to_owned())
        .send()
        .await
}

/// A body, and the members that its refusal names.
type Row<'a> = (String, &'a [&'a str]);

/// Each is refused with the code, names exactly these members, and leaves nothing behind.
async fn refuse<'a>(app: &TestApp, code: u64, rows: impl IntoIterator<Item = Row<'a>>) {
    let before = app.everything().await;
    for (body, fields) in rows {
        let answer = send(app, &body).await;
        assert_eq!(answer.status.as_u16(), 400, "{body}: {answer:?}");
        assert_eq!(answer.code(), code, "{body}: {answer:?}");
        assert_eq!(answer.fields(), fields, "{body}: {answer:?}");
        assert_eq!(
            app.everything().await,
            before,
            "{body} has changed something"
        );
    }
}

async fn the_documents_request_gives_the_documents_account(app: &mut TestApp) {
    let answer = send(app, PRINTED).await;
    let id = answer.ok()["id"].as_str().expect("an id");
    let digits = id.bytes().all(|b| b.is_ascii_digit());
    assert!(digits && (1..=8).contains(&id.len()), "{id}");
    let expected = r#"{"id":"[id]","accountReference1":"Telenor ASA/ IT department","owner":{"orgNumber":"987654321","name":"Telenor ASA"},"companyPayer":{"orgNumber":"987654321","name":"Telenor ASA"},"invoice":{"address":{"streetName":"Innherredsveien","streetAddress":"1A","entranceCode":"H0101","postalCode":"7018","postalPlace":"Trondheim"},"format":"EHF"},"status":"PASSIVE","type":"NORMAL","accountReference2":"Local account id","accountReference3":"Local account id"}"#;
    assert_eq!(answer.text, expected.replace("[id]", id));
    assert_eq!(answer.media_type(), "application/json");
}

/// The documents' example names both payers and prints `string` for three words; an account has one
/// payer, and these are the words.
async fn the_documents_account_carries_its_texts(app: &mut TestApp) {
    let expected = r#"{"id":"1234567","accountReference1":"Telenor ASA - IT department","owner":{"orgNumber":"914742315","name":"TELENOR"},"companyPayer":{"orgNumber":"914742315","name":"TELENOR"},"invoice":{"address":{"streetName":"Innherredsveien","streetAddress":"1A","entranceCode":"H0101","postalCode":"7018","postalPlace":"Trondheim"},"format":"EHF"},"status":"OPEN","type":"NORMAL","accountReference2":"DevOps team","accountReference3":"Linus Torvalds"}"#;
    let address = format!("{ACCOUNTS}/1234567");
    let answer = app.system_user().get(&address).await;
    assert_eq!(answer.text, expected);
}

async fn the_documented_errors_are_the_printed_ones_and_ours(_: &mut TestApp) {
    let own = OWN.iter().map(|(code, _)| code);
    let all = own.chain(COMMON).chain(OURS);
    let mut expected: Vec<_> = all.map(|code| u64::from(*code)).collect();
    expected.sort_unstable();
    assert_eq!(document().operation("create_account").codes(), expected);
}

async fn each_printed_error_has_its_text_to_the_letter(_: &mut TestApp) {
    for (number, text) in OWN {
        let code = api::ErrorCode::from_number(*number).expect("a code of the catalogue");
        assert_eq!(
            (code.description(), code.status()),
            (*text, 400.try_into().expect("a status"))
        );
    }
}

async fn what_means_an_account_is_understood(app: &mut TestApp) {
    let thirty = "æ".repeat(30);
    let decomposed = "e\u{301}".repeat(30);
    for members in [
        vec![(OWNER, json!(914_742_315)), (PAYER, json!(987_654_321))],
        vec![(CARD, json!(664_158))],
        vec![(CARD, json!("000664158"))],
        vec![(CARD, json!(664_160))],
        vec![(PAYER, json!("914742315")), (CARD, json!("664159"))],
        vec![(PAYER, json!("914742315")), (CARD, Value::Null)],
        vec![(PAYER, json!("914742315")), (CARD, json!(" "))],
        vec![(OWNER, json!("987654321"))],
        vec![(REFERENCES[1], Value::Null), (REFERENCES[2], json!("  "))],
        vec![(REFERENCES[0], json!(thirty))],
        vec![(REFERENCES[0], json!(decomposed))],
        vec![(REFERENCES[2], json!(decomposed))],
        vec![(REFERENCES[0], json!("/")), (REFERENCES[1], json!("."))],
        vec![(REFERENCES[0], json!(",")), (REFERENCES[1], json!("-"))],
        vec![(REFERENCES[0], json!("Ærfugl 1.2,3/4-5"))],
        vec![(REFERENCES[0], json!("Ελλάδα Привет 日本"))],
    ] {
        let mut body = request();
        for (name, value) in members {
            body[name] = value;
        }
        let answer = send(app, &body.to_string()).await;
        let account = answer.ok();
        for (name, member) in [("owner", OWNER), ("companyPayer", PAYER)] {
            let sent = body[member].to_string();
            let number = account[name]["orgNumber"].as_str().expect("a number");
            assert_eq!(number, sent.trim_matches('"'), "{body}");
        }
        for name in REFERENCES {
            let sent = body[name].as_str().filter(|text| !text.trim().is_empty());
            let composed = sent.map(|text| text.replace("e\u{301}", "é"));
            assert_eq!(
                account.get(name).and_then(Value::as_str),
                composed.as_deref(),
                "{body}"
            );
        }
    }
    assert_eq!(app.jobs_left().await, 16);
}

async fn a_body_that_is_no_request_is_refused(app: &mut TestApp) {
    let body: &[&str] = &["body"];
    let empty = ["", " \n", "null", "{}", " { } "];
    refuse(app, 400_036, empty.map(|text| (text.to_owned(), body))).await;
    let twice = r#"{"accountReference1":"a","accountReference1":"a"}"#;
    let odd = ["[]", "[{}]", "\"x\"", "1", "true", "{", "{} x", twice];
    refuse(app, 400_900, odd.map(|text| (text.to_owned(), body))).await;
    let mut rows: Vec<Row<'_>> = vec![
        (with([("colour", json!("red"))]).to_string(), &["colour"]),
        (with([("colour", Value::Null)]).to_string(), &["colour"]),
        (
            with([("b", json!(1)), ("a", json!(1))]).to_string(),
            &["a", "b"],
        ),
        (
            json!({ "accountreference1": "Drift" }).to_string(),
            &["accountreference1"],
        ),
        (json!([request()]).to_string(), body),
    ];
    for odd in [json!(1), json!(true), json!([]), json!({}), json!(["a"])] {
        for name in &REFERENCES {
            let request = with([(name, odd.clone())]).to_string();
            rows.push((request, std::slice::from_ref(name)));
        }
    }
    refuse(app, 400_900, rows).await;
}

async fn what_is_missing_or_blank_is_named(app: &mut TestApp) {
    let mut rows: Vec<Row<'_>> = Vec::new();
    for name in &[REFERENCES[0], OWNER, PAYER] {
        let fields = std::slice::from_ref(name);
        rows.push((without(name).to_string(), fields));
        for blank in [Value::Null, json!(""), json!("  \t"), json!("\u{a0}")] {
            rows.push((with([(name, blank)]).to_string(), fields));
        }
    }
    let only_card = json!({ CARD: "664158" }).to_string();
    rows.push((only_card, &[REFERENCES[0], OWNER, PAYER]));
    let no_organization = json!({ REFERENCES[0]: "Drift", PAYER: "" }).to_string();
    rows.push((no_organization, &[OWNER, PAYER]));
    refuse(app, 400_036, rows).await;
}

async fn an_organization_is_nine_digits_and_the_callers_own(app: &mut TestApp) {
    let mut malformed: Vec<Row<'_>> = Vec::new();
    let mut unknown: Vec<Row<'_>> = Vec::new();
    for name in &[OWNER, PAYER] {
        let fields = std::slice::from_ref(name);
        let row = |value: &Value| (with([(name, value.clone())]).to_string(), fields);
        let text = [
            "91474231",
            "9147423150",
            " 914742315",
            "914 742 315",
            "91474231x",
            "٩١٤٧٤٢٣١٥",
        ];
        malformed.extend(text.map(|text| row(&json!(text))));
        // Nine digits that nobody has, and that fail the modulus-11 check.
        malformed.extend([row(&json!("123456789")), row(&json!(914_742_316))]);
        let odd = [
            json!(-914_742_315),
            json!(914_742_315.0),
            json!(1),
            json!(true),
        ];
        malformed.extend(odd.iter().map(row));
        malformed.extend([row(&json!([])), row(&json!({})), row(&json!(["914742315"]))]);
        unknown.extend([row(&json!("976967631")), row(&json!(974_760_673))]);
    }
    let both = |number: &str| with([(OWNER, json!(number)), (PAYER, json!(number))]).to_string();
    malformed.push((both("987654322"), &[OWNER, PAYER]));
    refuse(app, 400_024, malformed).await;
    unknown.push((both("976967631"), &[OWNER, PAYER]));
    refuse(app, 400_007, unknown).await;
}

async fn an_address_card_is_one_of_the_payers(app: &mut TestApp) {
    let row = |value: &Value| (with([(CARD, value.clone())]).to_string(), &[CARD][..]);
    let text = [
        "x",
        "-1",
        "+1",
        " 664158",
        "1e3",
        "664158.0",
        "1234567890123456789",
    ];
    let mut malformed: Vec<_> = text.map(|text| row(&json!(text))).into();
    let odd = [
        json!(-1),
        json!(1.5),
        json!(true),
        json!([]),
        json!({}),
        json!(["664158"]),
    ];
    malformed.extend(odd.iter().map(row));
    // The payer has two, and none is named.
    malformed.extend([Value::Null, json!(""), json!("  ")].iter().map(row));
    malformed.push((without(CARD).to_string(), &[CARD]));
    refuse(app, 400_032, malformed).await;
    let answer = send(app, &without(CARD).to_string()).await;
    assert!(answer.text.contains("2 address cards"), "{answer:?}");

    // Nobody's, the owner's own, and another company's; and one of the caller's that is not the payer's.
    let mut absent: Vec<_> = ["0", "999999", "664159", "700001"]
        .map(|id| row(&json!(id)))
        .into();
    absent.push(row(&json!(664_159)));
    absent.push((with([(PAYER, json!("914742315"))]).to_string(), &[CARD]));
    refuse(app, 400_009, absent).await;
}

async fn references_are_thirty_letters_digits_and_marks(app: &mut TestApp) {
    let long = [
        "a".repeat(31),
        "æ".repeat(31),
        "e\u{301}".repeat(31),
        "日".repeat(31),
    ];
    let marks =
        "!\"#$%&'()*+:;<=>?@[\\]^_`{|}~\t\n\r\u{0}\u{7f}\u{a0}\u{ad}\u{200b}\u{202e}\u{2013}½²€🙂";
    let marks = marks.chars().map(|mark| format!("a{mark}b"));
    let mut rows: Vec<Row<'_>> = Vec::new();
    for (position, text) in long.into_iter().chain(marks).enumerate() {
        let name = &REFERENCES[position % 3];
        let request = with([(name, json!(text))]).to_string();
        rows.push((request, std::slice::from_ref(name)));
    }
    let all = with(REFERENCES.map(|name| (name, json!("a_b")))).to_string();
    rows.push((all, &REFERENCES));
    refuse(app, 400_033, rows).await;
    let answer = send(
        app,
        &with([(REFERENCES[0], json!("a".repeat(34)))]).to_string(),
    )
    .await;
    let detail = &answer.body["details"][0]["message"];
    assert_eq!(detail, "longer than 30 characters (34)");
}

/// Faults of each code, those that win first.
fn faults() -> Vec<(u64, &'static str, Value)> {
    vec![
        (400_900, "colour", json!("red")),
        (400_900, REFERENCES[1], json!(5)),
        (400_036, REFERENCES[0], json!(" ")),
        (400_036, OWNER, Value::Null),
        (400_036, PAYER, json!("")),
        (400_024, OWNER, json!("12345678")),
        (400_024, PAYER, json!("123456789")),
        (400_032, CARD, json!("abc")),
        (400_032, CARD, Value::Null),
        (400_033, REFERENCES[0], json!("a_b")),
        (400_033, REFERENCES[2], json!("a".repeat(31))),
        (400_007, OWNER, json!("976967631")),
        (400_007, PAYER, json!("974760673")),
        (400_009, CARD, json!("664159")),
    ]
}

async fn the_first_of_two_faults_wins(app: &mut TestApp) {
    let before = app.everything().await;
    let faults = faults();
    for (position, (code, member, value)) in faults.iter().enumerate() {
        for (later, other, other_value) in &faults[position + 1..] {
            // Whether a payer that is none of the caller's has one card is nobody's business.
            let needless =
                *member == CARD && value.is_null() && *later == 400_007 && *other == PAYER;
            if member == other || code == later {
                continue;
            }
            let body = with([(member, value.clone()), (other, other_value.clone())]);
            let answer = send(app, &body.to_string()).await;
            let (code, member) = if needless {
                (later, other)
            } else {
                (code, member)
            };
            assert_eq!(answer.code(), *code, "{body}: {answer:?}");
            assert_eq!(answer.fields(), [*member], "{body}: {answer:?}");
        }
    }
    assert_eq!(app.everything().await, before);
}
