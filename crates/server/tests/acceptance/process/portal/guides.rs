//! Each guide from its first command to its last, in a shell, against a sandbox of its own.

use std::net::TcpListener;
use std::path::Path;

use super::{blocks, page, printed, run};
use crate::app::{Process, processes};
use crate::process::program::Program;

pub(crate) const TESTS: &[Process] = processes![
    a_stranger_gets_from_nothing_to_a_completed_order,
    the_commands_of_every_other_guide_work_when_they_are_pasted,
    a_receiver_is_told_what_becomes_of_an_order,
];

/// Two minutes at most, whatever the commands wait for.
const BASH: [&str; 4] = ["120", "bash", "-euc", "true"];

fn serve(folder: &Path) -> Program {
    Program::serve(folder, &["--demo-order-delay", "0.5"])
}

/// Pastes all commands of a guide into one shell; what they print.
fn pasted(program: &Program, folder: &Path, guide: &str, port: &str) -> String {
    let page = page(program, &format!("/portal/guides/{guide}"));
    let commands = blocks(&page, "sh");
    assert!(!commands.is_empty(), "{guide} has commands");
    let commands = commands.join("\n").replace("9099", port);
    let arguments = [&BASH[..3], &[commands.as_str()]].concat();
    printed(&run(folder, "timeout", &arguments), guide)
}

fn a_stranger_gets_from_nothing_to_a_completed_order() {
    let folder = tempfile::tempdir().expect("a folder");
    let program = serve(folder.path());
    let text = pasted(&program, folder.path(), "getting-started", "");
    for words in [
        r#""id":"5538579""#,
        r#"[{"ordered":[{"id":2799029,"#,
        r#""state":"COMPLETED""#,
        r#""billingAccountId":"11175198""#,
        r#""errorCode":404001"#,
        r#""errorCode":503200"#,
    ] {
        assert!(text.contains(words), "{words}: {text}");
    }
}

fn the_commands_of_every_other_guide_work_when_they_are_pasted() {
    let folder = tempfile::tempdir().expect("a folder");
    let program = serve(folder.path());
    for (guide, words) in [
        (
            "authentication",
            &[
                r#""scope":"agreements.read""#,
                r#""orgNumber":"914742315""#,
                "OK!",
            ][..],
        ),
        (
            "accounts",
            &[
                r#""id":"664158""#,
                r#""status":"PASSIVE""#,
                r#"[{"orderId":""#,
            ],
        ),
        ("idempotency", &["idempotency-replayed: true"]),
        ("limits", &["ratelimit-policy:"]),
    ] {
        let text = pasted(&program, folder.path(), guide, "");
        for words in words {
            assert!(text.contains(words), "{guide}: {words}: {text}");
        }
        assert!(!text.contains("errorCode"), "{guide}: {text}");
    }
}

fn a_receiver_is_told_what_becomes_of_an_order() {
    let folder = tempfile::tempdir().expect("a folder");
    let program = serve(folder.path());
    let guide = page(&program, "/portal/guides/receiving");
    let shown = blocks(&guide, "python").swap_remove(0);
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/receiver.py");
    let example = std::fs::read_to_string(example).expect("the example");
    assert_eq!(shown.trim_end(), example.trim_end());
    std::fs::write(folder.path().join("receiver.py"), shown).expect("a file");
    let text = pasted(&program, folder.path(), "receiving", &free_port());
    assert!(text.contains(r#"order.completed {"orderId": ""#), "{text}");
}

/// One that nobody has just now; the guide names a port of its own.
fn free_port() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener
        .local_addr()
        .expect("its address")
        .port()
        .to_string()
}
