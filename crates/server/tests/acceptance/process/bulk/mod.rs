//! `avtale order place`: many orders from a file, each exactly once, whatever breaks meanwhile.

mod road;
mod site;

use std::path::Path;
use std::process::Command;

use serde_json::Value;

use super::program::{Program, command};
use crate::app::{Process, processes};
use road::Road;
use site::{Site, failed, place};

pub(crate) const TESTS: &[Process] = processes![
    each_row_becomes_one_order_however_often_it_is_started,
    a_kill_of_the_command_loses_and_repeats_nothing,
    an_interruption_is_not_the_end,
    a_kill_of_the_server_loses_and_repeats_nothing,
    nothing_is_sent_from_a_faulty_file,
    a_mended_row_is_the_only_one_that_is_sent,
    changes_of_one_product_are_sent_in_the_files_order,
    wrong_credentials_end_the_run_at_once,
    silence_ends_the_run_in_the_end,
    a_wrong_call_sends_nothing,
    the_commands_of_the_page_work_when_they_are_pasted,
];

const HEADER: &str = "type,agreementId,productId,productOfferingId,configuration.6420\n";
const ADD: &str = r#"{"type":"ADD_PRODUCT","agreementId":5538579,"productOfferingId":404}"#;

/// As many equal orders.
fn adds(rows: usize) -> String {
    format!("{ADD}\n").repeat(rows)
}

fn each_row_becomes_one_order_however_often_it_is_started() {
    let site = Site::without_limits();
    let add = "ADD_PRODUCT,5538579,,404,\n";
    let update = "UPDATE_PRODUCT,5538579,2799029,,kari@example.com\n";
    site.write("orders.csv", &format!("{HEADER}{}{update}", add.repeat(20)));
    let first = site.placed("orders.csv", 0);
    assert_eq!((&first["rows"], &first["placed"]), (&21.into(), &21.into()));
    site.check_exactly_once("orders.csv", 21);

    let second = site.placed("orders.csv", 0);
    assert_eq!(
        (&second["placed"], &second["placedBefore"]),
        (&0.into(), &21.into())
    );
    // Without the results file, the keys alone are left; the server says that it knows them.
    std::fs::remove_file(site.folder.path().join("orders.csv.results.csv")).expect("removed");
    let third = site.placed("orders.csv", 0);
    assert_eq!(
        (&third["placed"], &third["placedBefore"]),
        (&0.into(), &21.into())
    );
    site.check_exactly_once("orders.csv", 21);

    // The same rows under another name are other orders.
    std::fs::rename(
        site.folder.path().join("orders.csv"),
        site.folder.path().join("more.csv"),
    )
    .expect("renamed");
    assert_eq!(site.placed("more.csv", 0)["placed"], 21);
    assert_eq!(site.orders().len(), 42);
}

fn a_kill_of_the_command_loses_and_repeats_nothing() {
    const ROWS: usize = 120;
    let site = Site::without_limits();
    site.write("orders.ndjson", &adds(ROWS));
    for after in [1, 20, 40] {
        let road = Road::to(site.program.address);
        let arguments = ["--file", "orders.ndjson", "--concurrency", "4"];
        let mut child = place(site.folder.path(), &road.url(), &arguments)
            .spawn()
            .expect("the program starts");
        road.wait_for_orders(after);
        child.kill().expect("SIGKILL is sent");
        child.wait().expect("its end");
    }
    let before = site.results("orders.ndjson", "placed").len();
    assert!(before < ROWS, "all was placed before the kills");
    let last = site.placed("orders.ndjson", 0);
    assert_eq!(last["notTried"], 0, "{last}");
    site.check_exactly_once("orders.ndjson", ROWS);
}

fn an_interruption_is_not_the_end() {
    const ROWS: usize = 120;
    let site = Site::without_limits();
    site.write("orders.ndjson", &adds(ROWS));
    let road = Road::to(site.program.address);
    let arguments = ["--file", "orders.ndjson", "--concurrency", "4", "--json"];
    let child = place(site.folder.path(), &road.url(), &arguments)
        .spawn()
        .expect("the program starts");
    road.wait_for_orders(20);
    let sent = Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status();
    assert!(sent.expect("SIGINT is sent").success());
    let output = child.wait_with_output().expect("its end");
    failed(&output, 1, &["interrupted", "\nhint: start it again"]);
    let summary: Value = serde_json::from_slice(&output.stdout).expect("a summary");
    // What was on its way was waited for.
    assert_eq!(summary["unanswered"], 0, "{summary}");
    assert_eq!(
        summary["placed"].as_u64(),
        Some(site.orders().len() as u64),
        "{summary}"
    );
    site.placed("orders.ndjson", 0);
    site.check_exactly_once("orders.ndjson", ROWS);
}

fn a_kill_of_the_server_loses_and_repeats_nothing() {
    const ROWS: usize = 120;
    let mut site = Site::without_limits();
    site.write("orders.ndjson", &adds(ROWS));
    let road = Road::to(site.program.address);
    let child = place(
        site.folder.path(),
        &road.url(),
        &["--file", "orders.ndjson", "--concurrency", "4"],
    )
    .spawn()
    .expect("the program starts");
    for after in [10, 30, 50] {
        road.wait_for_orders(after);
        site.program.kill();
        site.program = Program::serve(site.server_folder.path(), &["--limits", "off"]);
        road.lead_to(site.program.address);
    }
    let output = child.wait_with_output().expect("its end");
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    site.check_exactly_once("orders.ndjson", ROWS);
}

fn nothing_is_sent_from_a_faulty_file() {
    let site = Site::without_limits();
    site.write(
        "orders.csv",
        &format!("{HEADER}ADD_PRODUCT,5538579,,404,\nADD_PRODUCT,none,,404,\n\nUPDATE_PRODUCT\n"),
    );
    let output = site.place(&["--file", "orders.csv"]).output();
    let words = [
        "orders.csv is faulty, so nothing was sent",
        "line 3: agreementId `none` must be 1 to 18 digits",
        "line 5: has 1 values, and the header has 5",
    ];
    failed(&output.expect("the program runs"), 2, &words);
    site.write("orders.jsonl", &format!("{ADD}\n{{\"a\":1,\"a\":2}}\n[]\n"));
    let output = site.place(&["--file", "orders.jsonl"]).output();
    let words = [
        "line 2: is not valid JSON: duplicate member `a`",
        "line 3: is an array",
    ];
    failed(&output.expect("the program runs"), 2, &words);
    let files = std::fs::read_dir(site.folder.path()).expect("a folder");
    assert_eq!((files.count(), site.orders().len()), (2, 0));
}

fn a_mended_row_is_the_only_one_that_is_sent() {
    let site = Site::without_limits();
    let file = |email: &str, inserted: &str| {
        let update = format!("UPDATE_PRODUCT,5538579,2799029,,{email}\n");
        let add = "ADD_PRODUCT,5538579,,404,\n".repeat(5);
        site.write("orders.csv", &format!("{HEADER}{inserted}{add}{update}"));
    };
    file("nonsense", "");
    let first = site.placed("orders.csv", 1);
    assert_eq!(
        (&first["placed"], &first["rejected"]),
        (&5.into(), &1.into())
    );
    let rejection = &first["rejections"][0];
    assert_eq!(
        (&rejection["line"], &rejection["errorCode"]),
        (&7.into(), &400_901.into())
    );
    assert!(
        rejection["message"]
            .as_str()
            .expect("a text")
            .contains("not an e-mail address"),
        "{rejection}"
    );
    let text = site.place(&["--file", "orders.csv"]).output();
    let text = String::from_utf8(text.expect("the program runs").stdout).expect("text");
    assert!(
        text.contains("line 7: 400901 Invalid configuration"),
        "{text}"
    );
    assert_eq!(site.orders().len(), 5);

    file(
        "kari@example.com",
        "UPDATE_PRODUCT,5538579,2799029,,ola@example.com\n",
    );
    let second = site.placed("orders.csv", 0);
    assert_eq!(
        (&second["placed"], &second["placedBefore"]),
        (&2.into(), &5.into())
    );
    assert_eq!(site.orders().len(), 7);
}

fn changes_of_one_product_are_sent_in_the_files_order() {
    let site = Site::without_limits();
    let update = |number| format!("UPDATE_PRODUCT,5538579,2799029,,{number}@example.com\n");
    let rows: String = (0..40).map(update).collect();
    site.write("orders.csv", &format!("{HEADER}{rows}"));
    site.placed("orders.csv", 0);
    let lines = site.results("orders.csv", "placed").into_iter();
    let lines: Vec<_> = lines.map(|(line, _)| line).collect();
    assert_eq!(lines, (2..42).collect::<Vec<_>>());
}

fn wrong_credentials_end_the_run_at_once() {
    let site = Site::new(&[]);
    site.write("orders.ndjson", &adds(20));
    for (variable, value, words) in [
        (
            "AVTALE_CLIENT_SECRET",
            "wrong",
            &["40108", "hint: check the client id"][..],
        ),
        (
            "AVTALE_PASSWORD",
            "wrong",
            &["40001", "hint: check the username"],
        ),
        (
            "AVTALE_CLIENT_ID",
            "infoinfoinfoinfoinfoinfoinfoinfo",
            &["401"],
        ),
    ] {
        let mut command = site.place(&["--file", "orders.ndjson"]);
        let output = command.env(variable, value).output();
        let output = output.expect("the program runs");
        failed(&output, 1, &[words, &["error: stopped: "]].concat());
        assert!(!String::from_utf8_lossy(&output.stderr).contains("demosecret"));
    }
    // The client app that only reads logs in, and is refused at the first order.
    let mut command = site.place(&["--file", "orders.ndjson"]);
    command
        .env("AVTALE_CLIENT_ID", "infoinfoinfoinfoinfoinfoinfoinfo")
        .env("AVTALE_CLIENT_SECRET", "infosecretinfose");
    let output = command.output().expect("the program runs");
    failed(&output, 1, &["error: stopped: 40103 No API product found"]);
    assert_eq!(site.orders().len(), 0);
}

fn silence_ends_the_run_in_the_end() {
    let mut site = Site::without_limits();
    site.write("orders.ndjson", &adds(20));
    site.program.kill();
    let arguments = ["--file", "orders.ndjson", "--give-up-after", "1", "--json"];
    let output = site.place(&arguments).output().expect("the program runs");
    failed(
        &output,
        1,
        &[
            "error: stopped: no answer for 1 seconds",
            "hint: start it again",
        ],
    );
    let summary: Value = serde_json::from_slice(&output.stdout).expect("a summary");
    assert_eq!(summary["notTried"], 20, "{summary}");
}

fn a_wrong_call_sends_nothing() {
    let site = Site::without_limits();
    site.write("orders.ndjson", &adds(1));
    site.write("orders.txt", &adds(1));
    site.write("empty.ndjson", "\n");
    for (arguments, words) in [
        (&[][..], "--file <FILE>"),
        (&["--file", "-"], "cannot be read again"),
        (&["--file", "absent.csv"], "failed to read absent.csv"),
        (&["--file", "orders.txt"], "none of .csv"),
        (&["--file", "empty.ndjson"], "has no rows"),
        (
            &["--file", "orders.ndjson", "--concurrency", "65"],
            "1..=64",
        ),
        (&["--file", "orders.ndjson", "--concurrency", "0"], "1..=64"),
        (
            &["--file", "orders.ndjson", "--url", "nowhere"],
            "--url nowhere",
        ),
        (
            &["--file", "orders.ndjson", "--password-file", "absent"],
            "failed to read absent",
        ),
        (
            &["--file", "orders.ndjson", "--results", "orders.txt"],
            "not a results file",
        ),
        (
            &["--file", "orders.ndjson", "--client-secret", "x"],
            "unexpected argument",
        ),
    ] {
        let output = site.place(arguments).output().expect("the program runs");
        failed(&output, 2, &[words]);
        assert!(output.stdout.is_empty(), "{output:?}");
    }
    let mut command = site.place(&["--file", "orders.ndjson"]);
    let output = command.env_remove("AVTALE_CLIENT_SECRET").output();
    failed(
        &output.expect("the program runs"),
        2,
        &["AVTALE_CLIENT_SECRET"],
    );
    assert_eq!(site.orders().len(), 0);
}

fn the_commands_of_the_page_work_when_they_are_pasted() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/bulk-orders.md");
    let page = std::fs::read_to_string(page).expect("the page");
    let blocks = page.split("```").skip(1).step_by(2);
    let shell: Vec<_> = blocks
        .filter_map(|block| block.strip_prefix("sh\n"))
        .collect();
    assert_eq!(shell.len(), 4);
    let site = Site::new(&[]);
    let program = command(site.folder.path(), &[]);
    let function = format!(
        "avtale() {{ '{}' \"$@\"; }}",
        program.get_program().display()
    );
    let output = Command::new("bash")
        .args(["-ec", &format!("{function}\n{}", shell.concat())])
        .env("AVTALE_URL", site.program.url(""))
        .current_dir(site.folder.path())
        .output()
        .expect("bash runs");
    assert!(output.status.success(), "{output:?}");
    let files = ["orders.csv", "orders.ndjson"];
    let placed = files.map(|file| site.results(file, "placed").len());
    assert_eq!((placed, site.orders().len()), ([3, 2], 5));
}
