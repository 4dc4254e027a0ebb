//! Records are added and changed, and the journal has each change.

use domain::Author;
use domain::access::OperatorRole;
use serde_json::{Value, json};

use super::super::caller::{add_operator, demo, with_key};
use super::{additions, assert_record, key_of};
use crate::app::{Test, TestApp, tests};

pub(crate) const TESTS: &[Test] = tests![
    each_kind_is_added_changed_and_left_alone,
    two_who_add_the_same_app_add_one,
    each_change_is_a_line_of_the_journal,
    a_person_is_anonymized_and_the_account_goes_on,
];

async fn each_kind_is_added_changed_and_left_alone(app: &mut TestApp) {
    for (path, key, mut record, (member, value)) in additions() {
        let address = format!("/operator/v1/{path}/{}", key_of(&record, key));
        let tried = demo(app)
            .put(&format!("{address}?dryRun=true"), &record)
            .await;
        assert_eq!(tried.ok()["outcome"], "new");
        assert_eq!(
            (&tried.body["dryRun"], tried.body.get("secret")),
            (&json!(true), None)
        );
        demo(app)
            .get(&address)
            .await
            .refused(404, "record_not_found");

        let added = demo(app).put(&address, &record).await;
        assert_eq!(
            (added.status.as_u16(), &added.body["outcome"]),
            (201, &json!("new"))
        );
        assert_record(&added.body["record"], &record);
        let has_secret = matches!(path, "system-users" | "apps");
        assert_eq!(added.body.get("secret").is_some(), has_secret, "{path}");
        assert_record(demo(app).get(&address).await.ok(), &record);

        let again = demo(app).put(&address, &record).await;
        assert_eq!(again.ok()["outcome"], "unchanged");
        assert_eq!(
            (&again.body["changed"], again.body.get("secret")),
            (&json!([]), None)
        );

        record[member] = value;
        let tried = demo(app)
            .put(&format!("{address}?dryRun=true"), &record)
            .await;
        assert_eq!(tried.ok()["changed"], json!([member]), "{path}");
        let before = demo(app).get(&address).await;
        assert_ne!(before.ok(), &tried.body["record"]);
        let changed = demo(app).put(&address, &record).await;
        assert_eq!(changed.ok()["outcome"], "changed");
        assert_eq!(changed.body["changed"], json!([member]), "{path}");
        assert_eq!(changed.body.get("secret"), None);
        assert_record(demo(app).get(&address).await.ok(), &record);
        let again = demo(app).put(&address, &changed.body["record"]).await;
        assert_eq!(again.ok()["outcome"], "unchanged", "with its kind");
    }
}

async fn two_who_add_the_same_app_add_one(app: &mut TestApp) {
    let wanted = additions().pop().expect("an app").2;
    let mut record = wanted.clone();
    record["ownerOrganizationNumber"] = json!("914742315");
    let address = format!("/operator/v1/apps/{}", key_of(&record, "clientId"));
    let (one, other) = tokio::join!(
        demo(app).put(&address, &record),
        demo(app).put(&address, &record)
    );
    let mut outcomes = [&one, &other].map(|answer| {
        let outcome = answer.body["outcome"].as_str().expect("an outcome");
        (outcome, answer.body.get("secret").is_some())
    });
    outcomes.sort_unstable();
    assert_eq!(outcomes, [("new", true), ("unchanged", false)]);
}

/// The lines of the journal about records: noun, subject, action, facts, author and organization.
async fn lines(app: &TestApp) -> Vec<[String; 6]> {
    let rows = app.store.read(async |tx| tx.journal().unplaced(1000).await);
    let rows = rows.await.expect("the journal").into_iter();
    let line = |row: storage::JournalRow| {
        let of = row.change.organization.as_ref();
        let of = of.map(ToString::to_string).unwrap_or_default();
        let author: &Author = &row.change.author;
        let line = row.line;
        [
            line.noun,
            line.subject,
            line.action,
            line.facts,
            author.name.clone(),
            of,
        ]
    };
    rows.map(line).collect()
}

async fn each_change_is_a_line_of_the_journal(app: &mut TestApp) {
    let key = add_operator(app, "kari.nordmann", OperatorRole::Administrator).await;
    for (path, key_member, mut record, (member, value)) in additions() {
        let address = format!("/operator/v1/{path}/{}", key_of(&record, key_member));
        let mine = with_key(app, &key);
        let count = lines(app).await.len();
        mine.put(&format!("{address}?dryRun=true"), &record)
            .await
            .ok();
        assert_eq!(lines(app).await.len(), count, "{path}: a dry run");
        assert_eq!(mine.put(&address, &record).await.status.as_u16(), 201);
        mine.put(&address, &record).await.ok();
        record[member] = value;
        mine.put(&address, &record).await.ok();
        let written = lines(app).await;
        assert_eq!(written.len(), count + 2, "{path}");
        let mut new: Vec<_> = written
            .into_iter()
            .filter(|line| path.replace('-', "").starts_with(&line[0].to_lowercase()))
            .collect();
        new.sort_by(|one, other| one[2].cmp(&other[2]));
        let [added, changed] = &new[..] else {
            panic!("{path}: {new:?}");
        };
        assert_eq!((added[2].as_str(), added[3].as_str()), ("added", "{}"));
        assert_eq!(
            (changed[1].as_str(), changed[2].as_str()),
            (key_of(&record, key_member).as_str(), "changed")
        );
        let facts: Value = serde_json::from_str(&changed[3]).expect("facts");
        let names: Vec<_> = facts.as_object().expect("facts").keys().collect();
        assert_eq!(names, [member], "{path}");
        assert_eq!(changed[4], "kari.nordmann");
        let of_nobody = matches!(path, "persons" | "offerings");
        assert_eq!(changed[5].is_empty(), of_nobody, "{path}");
    }
    let written = format!("{:?}", lines(app).await);
    assert!(written.contains("Ærlig Øl AS"), "{written}");
    for private in ["Kari", "Nordmann", "Ø\\\"", "argon2"] {
        assert!(!written.contains(private), "{private}: {written}");
    }
}

async fn a_person_is_anonymized_and_the_account_goes_on(app: &mut TestApp) {
    let person = json!({ "id": 5, "firstName": "Kari", "lastName": "Hemmelig" });
    demo(app).put("/operator/v1/persons/5", &person).await;
    let account = json!({
        "id": 5, "ownerOrganizationNumber": "914742315", "payerPersonId": 5,
        "accountReference1": "Privat", "status": "OPEN", "type": "NORMAL",
    });
    demo(app).put("/operator/v1/accounts/5", &account).await;
    let seen = "/corporate-accounts/v2/accounts/5";
    let before = app.system_user().get(seen).await.ok().to_string();
    assert!(before.contains("Hemmelig"), "{before}");

    let address = "/operator/v1/persons/5/anonymize";
    let expected =
        json!({ "kind": "person", "id": 5, "firstName": "Anonymized", "lastName": "person" });
    for _ in 0..2 {
        assert_eq!(demo(app).post(address, &json!({})).await.ok(), &expected);
    }
    let after = app.system_user().get(seen).await.ok().to_string();
    assert!(
        !after.contains("Kari") && !after.contains("Hemmelig"),
        "{after}"
    );
    assert!(
        after.contains("Anonymized") && after.contains("Privat"),
        "{after}"
    );
    let account = demo(app).get("/operator/v1/accounts/5").await;
    assert_eq!(account.ok()["payerPersonId"], 5);
    let written = lines(app).await;
    let anonymized = written.iter().filter(|line| line[2] == "anonymized");
    assert_eq!(anonymized.count(), 1);
    assert!(!format!("{written:?}").contains("Hemmelig"));
    demo(app)
        .post("/operator/v1/persons/6/anonymize", &json!({}))
        .await
        .refused(404, "record_not_found");
}
