//! A logo from the configuration: shown by the console and the portal, inert, and refused when it is
//! more than a picture.

use std::path::Path;

use super::program::{Program, command};
use crate::app::{Process, block_on, processes};

pub(crate) const TESTS: &[Process] = processes![
    a_logo_is_on_the_pages_of_both_listeners,
    a_logo_that_does_more_than_show_itself_stops_the_start,
];

const LOGO: &str = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 9 9\">\
    <path d=\"M0 0h9v9z\"/></svg>";

fn configure(folder: &Path, logo: &str) {
    let settings = "[brand]\nname = \"Nett & Co\"\nlogo = \"logo.svg\"\n";
    std::fs::write(folder.join("avtale.toml"), settings).expect("a configuration");
    std::fs::write(folder.join("logo.svg"), logo).expect("a logo");
}

/// What a command prints: whether it ended well, the output and the complaints.
fn run(folder: &Path, subcommand: &str) -> (bool, String, String) {
    let mut command = command(folder, &[subcommand, "--config", "avtale.toml"]);
    let output = command.output().expect("the program runs");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let (stdout, stderr) = (text(&output.stdout), text(&output.stderr));
    (output.status.success(), stdout, stderr)
}

async fn get(url: &str) -> reqwest::Response {
    let answer = reqwest::get(url).await.expect("an answer");
    assert!(answer.status().is_success(), "{url}");
    answer
}

fn a_logo_is_on_the_pages_of_both_listeners() {
    let folder = tempfile::tempdir().expect("a folder");
    configure(folder.path(), LOGO);
    let (is_well, shown, _) = run(folder.path(), "check-config");
    assert!(is_well && shown.contains("brand.logo"), "{shown}");
    assert!(shown.contains("= SVG, 85 bytes\n"), "{shown}");
    let program = Program::serve(folder.path(), &["--config", "avtale.toml"]);
    let console = format!("http://{}", program.operator_address);
    block_on(async {
        for (home, page) in [(program.url(""), "/portal/"), (console, "/console/sign-in")] {
            let text = get(&format!("{home}{page}")).await.text().await;
            let text = text.expect("a page");
            let (_, rest) = text.split_once("<img src=\"").expect("a picture");
            let (address, rest) = rest.split_once('"').expect("an address");
            assert!(rest.starts_with(" alt=\"Nett &#38; Co\""), "{rest:.60}");
            let picture = get(&format!("{home}{address}")).await;
            let header = |name: &str| picture.headers()[name].to_str().expect(name).to_owned();
            assert_eq!(header("content-type"), "image/svg+xml");
            assert_eq!(header("x-content-type-options"), "nosniff");
            let policy = header("content-security-policy");
            assert!(policy.starts_with("default-src 'none'"), "{policy}");
            assert!(policy.ends_with("; sandbox"), "{policy}");
            assert!(header("cache-control").contains("immutable"));
            assert_eq!(picture.text().await.expect("a picture"), LOGO);
        }
    });
}

fn a_logo_that_does_more_than_show_itself_stops_the_start() {
    let folder = tempfile::tempdir().expect("a folder");
    let evil = LOGO.replace("<path", "<script>alert(1)</script><path");
    configure(folder.path(), &evil);
    for command in ["check-config", "serve"] {
        let (is_well, _, complaint) = run(folder.path(), command);
        assert!(!is_well, "{command}");
        for words in [
            "brand.logo",
            "logo.svg is no logo: it has the element <script>",
            "\nhint: export it as plain SVG",
        ] {
            assert!(complaint.contains(words), "{complaint}");
        }
    }
}
