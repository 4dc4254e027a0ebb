//! `avtale import` and `avtale export`, as a person calls them.

use std::os::unix::fs::PermissionsExt;
use std::process::Output;

use serde_json::Value;

use super::backup::{Place, failed, printed};
use super::program::Program;
use crate::app::{Process, block_on, processes};

pub(crate) const TESTS: &[Process] = processes![
    the_demo_moves_to_another_place_and_stays_the_same,
    a_dry_run_shows_what_would_change_and_changes_nothing,
    bad_rows_are_all_named_and_nothing_is_changed,
    what_belongs_to_someone_stays_theirs,
    secrets_come_from_files_or_are_made_and_written_down_once,
    spreadsheets_are_read_by_their_names,
    an_import_is_in_the_journal,
    schemas_are_printed_as_committed,
    what_is_no_file_of_records_is_refused,
];

/// A place with the demo in its database.
fn demo() -> Place {
    let place = Place::sqlite();
    let mut program = place.serve();
    assert!(program.stop());
    place
}

fn write(place: &Place, name: &str, text: &str) {
    std::fs::write(place.path(name), text).expect("written");
}

fn read(place: &Place, name: &str) -> String {
    std::fs::read_to_string(place.path(name)).expect("text")
}

/// It ended with 2, and said this on stderr.
#[track_caller]
fn refused(output: &Output, lines: &[&str]) {
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    for line in lines {
        assert!(said.contains(line), "no {line} in: {said}");
    }
}

/// How many are new, changed and unchanged, of one kind.
#[track_caller]
fn counts(table: &str, kind: &str) -> [u64; 3] {
    let line = table.lines().find(|line| line.trim().starts_with(kind));
    let numbers = line.unwrap_or_else(|| panic!("no {kind} in {table}"));
    let numbers: Vec<_> = numbers.split_whitespace().skip(1).collect();
    [0, 1, 2].map(|place| numbers[place].parse().expect("a number"))
}

fn the_demo_moves_to_another_place_and_stays_the_same() {
    let here = demo();
    for (format, file) in [
        ("ndjson", "all.ndjson"),
        ("json", "all.json"),
        ("yaml", "all.yaml"),
    ] {
        printed(&here.run(&["export", "--format", format, "--output", file]));
        let mode = std::fs::metadata(here.path(file))
            .expect("a file")
            .permissions();
        assert_eq!(mode.mode() & 0o777, 0o600);
        let mut places = vec![Place::sqlite()];
        places.extend(Place::postgres());
        for there in places {
            there.fetch(&here, &[file]);
            let table = printed(&there.run(&["import", file, "--secrets-out", "secrets"]));
            assert_eq!(counts(&table, "agreement"), [3, 0, 0]);
            assert_eq!(
                printed(&there.run(&["export", "--format", format])),
                read(&here, file)
            );
            let table = printed(&there.run(&["import", file]));
            assert_eq!(counts(&table, "app"), [0, 0, 6]);
        }
    }
    let all = read(&here, "all.ndjson");
    assert!(
        !all.contains("secret") && !all.contains("password\":"),
        "{all}"
    );
    failed(
        &here.run(&["export", "--output", "all.json"]),
        &["all.json"],
    );
}

fn a_dry_run_shows_what_would_change_and_changes_nothing() {
    let place = demo();
    let before = printed(&place.run(&["export"]));
    let changed = before
        .replace("\"TELENOR\"", "\"Telenor AS\"")
        .replace("\"status\":\"TERMINATED\"", "\"status\":\"ACTIVE\"")
        .replace("\"validTo\":\"2017-06-30\",", "");
    write(&place, "new.ndjson", &changed);
    let shown = place.run(&["import", "new.ndjson", "--dry-run"]);
    let table = printed(&shown);
    assert_eq!(counts(&table, "organization"), [0, 1, 2]);
    assert_eq!(counts(&table, "agreement"), [0, 1, 2]);
    for line in [
        "organization 914742315: name would be changed\n",
        "agreement 123456: validTo, status would be changed\n",
    ] {
        assert!(table.contains(line), "{table}");
    }
    assert!(String::from_utf8_lossy(&shown.stderr).contains("nothing was changed"));
    assert_eq!(printed(&place.run(&["export"])), before);
    let done = place.run(&["import", "new.ndjson"]);
    assert!(printed(&done).contains("status changed\n"));
    assert!(String::from_utf8_lossy(&done.stderr).contains("records a second"));
    assert_eq!(printed(&place.run(&["export"])), changed);
}

const BAD: &str = r#"{"kind":"organization","orgNumber":"111111111","name":"New"}
{"kind":"organization","orgNumber":"11111111","name":"New"}
{"kind":"organization","orgNumber":"111111111","name":" "}

{"kind":"agreement","id":1,"ownerOrganizationNumber":"222222222","category":"A","validFrom":"2020-02-30","validTo":"2019-01-01","status":"OPEN"}
{"kind":"agreement","id":2,"ownerOrganizationNumber":"111111111","category":"A","validFrom":"2020-01-01","status":"ACTIVE","productOfferIds":[9,404],"colour":"red"}
{"kind":"product","id":3,"agreementId":5538579,"productOfferId":13883,"name":"P","parentId":1302567,"billingAccountId":1,"configurations":[{"id":6420,"value":"nobody"},{"id":1,"value":""}]}
not json
{"kind":"offering","id":4,"name":"O","configurations":[{"id":1,"name":"C","type":"STRING","pattern":"("}]}
{"kind":"app","clientId":"x","name":"X","ownerOrganizationNumber":"111111111","grants":["implicit"],"callsPerSecond":0,"burst":1,"secret":"plain"}
"#;

fn bad_rows_are_all_named_and_nothing_is_changed() {
    let place = demo();
    let before = printed(&place.run(&["export"]));
    write(&place, "bad.ndjson", BAD);
    let output = place.run(&["import", "bad.ndjson"]);
    refused(
        &output,
        &[
            "bad.ndjson:2: `11111111` is not an organization number: nine digits",
            "bad.ndjson:3: organization 111111111: is in the import more than once",
            "bad.ndjson:3: organization 111111111: name: must not be blank",
            "bad.ndjson:5: agreement 1: validFrom: `2020-02-30` is not a day, yyyy-MM-dd",
            "bad.ndjson:5: agreement 1: status: `OPEN` is not one of PENDING, ACTIVE, TERMINATED",
            "bad.ndjson:6: unknown field `colour`",
            "bad.ndjson:7: product 3: parentId: 1302567 is no product of agreement 5538579",
            "bad.ndjson:7: product 3: billingAccountId: there is no account 1",
            "bad.ndjson:7: product 3: configurations[0].value: ",
            "bad.ndjson:8: is not JSON: ",
            "bad.ndjson:9: offering 4: configurations[0].pattern: is not a regular expression",
            "bad.ndjson:10: app x: secrets and passwords do not stand in files of records",
            "bad.ndjson:10: app x: grants: `implicit` is not one of password, client_credentials",
            "nothing was changed",
        ],
    );
    assert_eq!(printed(&place.run(&["export"])), before);

    write(
        &place,
        "bad.json",
        "[\n {\"kind\":\"person\",\"id\":1,\"firstName\":\"A\",\"lastName\":\"B\"},\n\n {\"kind\":\"person\"}\n]",
    );
    refused(
        &place.run(&["import", "bad.json"]),
        &["bad.json:4: missing field `id`", "1 fault;"],
    );
    write(
        &place,
        "bad.yaml",
        "persons:\n  - id: 1\n    firstName: A\n    lastName: B\n  - id: x\n    firstName: A\n    lastName: B\nagreements: []\n",
    );
    refused(
        &place.run(&["import", "bad.yaml"]),
        &["bad.yaml:5: `x` is not a whole number"],
    );
    assert_eq!(printed(&place.run(&["export"])), before);
}

fn what_belongs_to_someone_stays_theirs() {
    let place = Place::sqlite();
    let mut program = place.serve();
    order(&program);
    assert!(program.stop());
    let before = printed(&place.run(&["export"]));
    let moved = before
        .lines()
        .map(|line| {
            let first = "ownerOrganizationNumber\":\"914742315\"";
            line.replace(first, "ownerOrganizationNumber\":\"976967631\"") + "\n"
        })
        .collect::<String>()
        .replace("\"agreementId\":123456", "\"agreementId\":7000001");
    write(&place, "moved.ndjson", &moved);
    refused(
        &place.run(&["import", "moved.ndjson"]),
        &[
            "agreement 5538579: ownerOrganizationNumber: 914742315 has ordered on the agreement",
            "account 1234567: ownerOrganizationNumber: stays as it is; no change of it is taken",
            "product 1302567: agreementId: stays as it is; no change of it is taken",
            "systemUser API1000DEMO: ownerOrganizationNumber: stays as it is",
        ],
    );
    assert_eq!(printed(&place.run(&["export"])), before);
}

/// A token of the demo's, or what was answered instead.
async fn token(program: &Program, app: (&str, &str), user: (&str, &str)) -> Result<String, u16> {
    let (name, password) = user;
    let form = format!("grant_type=password&username={name}&password={password}");
    let request = reqwest::Client::new().post(program.url("/oauth/v2/token"));
    let request = request.basic_auth(app.0, Some(app.1));
    let request = request.header("Content-Type", "application/x-www-form-urlencoded");
    let answer = request.body(form).send().await.expect("an answer");
    let status = answer.status();
    let body: Value = answer.json().await.expect("JSON");
    let token = body["access_token"].as_str().map(str::to_owned);
    token.filter(|_| status.is_success()).ok_or(status.as_u16())
}

const DEMO_APP: (&str, &str) = ("demodemodemodemodemodemodemodemo", "demosecretdemose");
const DEMO_USER: (&str, &str) = ("API1000DEMO", "demo-password");

/// Orders on the demo's agreement.
fn order(program: &Program) {
    block_on(async {
        let token = token(program, DEMO_APP, DEMO_USER).await.expect("a token");
        let body = r#"{"type":"UPDATE_PRODUCT","agreementId":5538579,"productId":2799029,"configurations":[{"id":6140,"value":"11175198"}]}"#;
        let request = reqwest::Client::new().post(program.url("/corporate-agreements/v2/orders"));
        let request = request
            .bearer_auth(token)
            .header("Content-Type", "application/json");
        let answer = request.body(body).send().await.expect("an answer");
        assert!(answer.status().is_success(), "{answer:?}");
    });
}

fn secrets_come_from_files_or_are_made_and_written_down_once() {
    let here = demo();
    printed(&here.run(&["export", "--with-password-hashes", "--output", "all.ndjson"]));
    let there = Place::sqlite();
    let all = read(&here, "all.ndjson").replace(
        "{\"kind\":\"app\",\"clientId\":\"demo",
        "{\"kind\":\"app\",\"secretFile\":\"the-secret\",\"clientId\":\"demo",
    );
    write(&there, "all.ndjson", &all);
    refused(
        &there.run(&["import", "all.ndjson"]),
        &[
            "app demodemodemodemodemodemodemodemo: secretFile: ",
            "say --secrets-out FILE",
        ],
    );
    write(&there, "the-secret", "a secret of ours\n");
    printed(&there.run(&["import", "all.ndjson", "--secrets-out", "made"]));
    let mode = std::fs::metadata(there.path("made"))
        .expect("a file")
        .permissions();
    assert_eq!(mode.mode() & 0o777, 0o600);
    let issued: Vec<Value> = read(&there, "made")
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    assert_eq!(
        issued.len(),
        5,
        "the apps but one, and no system user: {issued:?}"
    );
    let other = issued
        .iter()
        .find(|it| it["clientId"] == "otherotherotherotherotherotherot");
    let secret = other.expect("a secret")["secret"]
        .as_str()
        .expect("text")
        .to_owned();
    let mut program = there.serve();
    block_on(async {
        let app = (DEMO_APP.0, "a secret of ours");
        assert!(token(&program, app, DEMO_USER).await.is_ok());
        assert!(token(&program, DEMO_APP, DEMO_USER).await.is_err());
        let app = ("otherotherotherotherotherotherot", secret.as_str());
        let user = ("API2000OTHER", "other-password");
        assert!(token(&program, app, user).await.is_ok());
    });
    assert!(program.stop());
}

fn spreadsheets_are_read_by_their_names() {
    let place = demo();
    write(
        &place,
        "agreements.csv",
        "id,ownerOrganizationNumber,category,validFrom,validTo,status,productOfferIds\n\
         77,111111111,\"Mobil, stor\",2024-01-01,,ACTIVE,404 13883\n",
    );
    write(
        &place,
        "organizations.csv",
        "\u{FEFF}orgNumber;name\r\n111111111;\"Ny; AS\"\r\n",
    );
    write(
        &place,
        "cards.csv",
        "id,organizationNumber,name,address.postalCode,address.postalPlace\n5,111111111,Hoved,0150,Oslo\n",
    );
    let table = printed(&place.run(&["import", "agreements.csv", "organizations.csv"]));
    assert_eq!(counts(&table, "agreement"), [1, 0, 0]);
    failed(&place.run(&["import", "cards.csv"]), &["--kind"]);
    printed(&place.run(&["import", "cards.csv", "--kind", "addressCard"]));
    let all = printed(&place.run(&["export"]));
    for line in [
        "{\"kind\":\"organization\",\"orgNumber\":\"111111111\",\"name\":\"Ny; AS\"}\n",
        "{\"kind\":\"addressCard\",\"id\":5,\"organizationNumber\":\"111111111\",\"name\":\"Hoved\",\"address\":{\"postalCode\":\"0150\",\"postalPlace\":\"Oslo\"},\"format\":\"EHF\"}\n",
        "\"category\":\"Mobil, stor\",\"validFrom\":\"2024-01-01\",\"status\":\"ACTIVE\",\"productOfferIds\":[404,13883]}\n",
    ] {
        assert!(all.contains(line), "no {line} in {all}");
    }
    write(
        &place,
        "persons.csv",
        "id,firstName,lastName\n1,A,B\n2,A\nx,A,B\n",
    );
    refused(
        &place.run(&["import", "persons.csv"]),
        &[
            "persons.csv:3: has 2 cells",
            "persons.csv:4: `x` is not a whole number",
        ],
    );
}

fn an_import_is_in_the_journal() {
    let here = demo();
    printed(&here.run(&["export", "--output", "all.ndjson"]));
    let there = Place::sqlite();
    there.fetch(&here, &["all.ndjson"]);
    printed(&there.run(&["migrate"]));
    for (name, role) in [("kari", "administrator"), ("ola", "desk")] {
        printed(&there.run(&["operator", "add", name, "--role", role]));
    }
    let import = |by| {
        let import = ["import", "all.ndjson", "--secrets-out", "s", "--by", by];
        there.run(&import)
    };
    failed(&import("mallory"), &["there is no operator mallory"]);
    let too_low = "operator ola is a desk; this takes the role administrator";
    failed(&import("ola"), &[too_low]);
    for _ in 0..2 {
        printed(&import("kari"));
    }
    let file = rusqlite::Connection::open(there.path("avtale.db")).expect("the database");
    let sql = "SELECT author, action, facts, COUNT(*) FROM journal WHERE noun = 'import'";
    let row = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?));
    let found: (String, String, String, i64) = file.query_row(sql, [], row).expect("a line");
    assert_eq!(
        (found.0.as_str(), found.1.as_str(), found.3),
        ("kari", "applied", 1)
    );
    assert!(
        found.2.contains("\"agreements\":\"3 new, 0 changed\""),
        "{}",
        found.2
    );
}

fn schemas_are_printed_as_committed() {
    let place = Place::sqlite();
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../schemas");
    for kind in ["organization", "agreement", "product", "app"] {
        let output =
            super::program::command(&place.path(""), &["import", "--schema", kind]).output();
        let committed = std::fs::read_to_string(format!("{folder}/{kind}.json"));
        let committed = committed.expect("a schema");
        assert_eq!(printed(&output.expect("the program runs")), committed);
    }
}

fn what_is_no_file_of_records_is_refused() {
    let place = Place::sqlite();
    write(&place, "records.txt", "");
    write(&place, "string.json", "\"x\"");
    write(&place, "list.json", "{\"things\":[]}");
    failed(&place.run(&["import", "records.txt"]), &["none of .ndjson"]);
    failed(&place.run(&["import", "absent.json"]), &["absent.json"]);
    refused(
        &place.run(&["import", "string.json"]),
        &["string.json:1: is neither a list"],
    );
    refused(
        &place.run(&["import", "list.json"]),
        &["`things` is no list of records"],
    );
}
