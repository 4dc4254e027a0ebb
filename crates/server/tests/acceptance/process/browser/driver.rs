//! The driver that starts browsers, a process of its own, and what the tests need besides.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::Once;

use tempfile::TempDir;

/// The rules of accessibility, which `./test` fetches.
const AXE: &str = "../../target/axe-core/axe.min.js";

/// A running driver; its browsers end with it.
pub(super) struct Driver {
    child: Child,
    _stdout: BufReader<ChildStdout>,
    /// For the profiles and sockets of its browsers, which leave some of them behind.
    _scratch: TempDir,
    /// Where it listens.
    pub(super) url: String,
}

impl Driver {
    /// Starts one on a free port. There is none where no browser is installed, which is said aloud,
    /// and which fails the test when `REQUIRE_BROWSER=1`.
    pub(super) fn start() -> Option<Self> {
        let scratch = tempfile::tempdir().expect("a folder");
        let spawned = Command::new("chromedriver")
            .arg("--port=0")
            .env("TMPDIR", scratch.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn();
        let Ok(mut child) = spawned else {
            do_without("chromedriver");
            return None;
        };
        let mut stdout = BufReader::new(child.stdout.take().expect("its output"));
        let mut port = None;
        while port.is_none() {
            let mut line = String::new();
            let read = stdout.read_line(&mut line).expect("its output");
            assert!(
                read > 0,
                "chromedriver ended before it said where it listens"
            );
            port = port_in(&line);
        }
        let url = format!("http://127.0.0.1:{}", port.expect("a port"));
        Some(Self {
            child,
            _stdout: stdout,
            _scratch: scratch,
            url,
        })
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        // It may have ended already, and then there is nothing to kill.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// `ChromeDriver was started successfully on port 12345.`
fn port_in(line: &str) -> Option<u16> {
    let (_, port) = line
        .trim_end()
        .trim_end_matches('.')
        .rsplit_once("successfully on port ")?;
    port.parse().ok()
}

/// The rules, as a script.
pub(super) fn axe() -> Option<String> {
    let path: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join(AXE);
    let script = std::fs::read_to_string(path).ok();
    if script.is_none() {
        do_without("target/axe-core/axe.min.js");
    }
    script
}

fn do_without(missing: &str) {
    static SAID: Once = Once::new();
    #[expect(
        clippy::disallowed_methods,
        reason = "tests are configured by their environment"
    )]
    let required = std::env::var("REQUIRE_BROWSER").as_deref() == Ok("1");
    assert!(!required, "REQUIRE_BROWSER=1, but {missing} is missing");
    #[expect(
        clippy::print_stderr,
        reason = "the person who runs the tests has to see it"
    )]
    SAID.call_once(|| {
        eprintln!(
            "\nTHE TESTS IN A BROWSER DID NOT RUN: {missing} is missing; ./test installs it\n"
        );
    });
}
