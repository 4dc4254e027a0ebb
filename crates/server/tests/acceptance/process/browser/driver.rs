//! The driver that starts browsers, a process of its own, and what the tests need besides.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::Once;

use tempfile::TempDir;

/// The rules of accessibility, which `./test` fetches.
const AXE: &str = "../../target/axe-core/axe.min.js";

/// How many ports are tried.
const PORTS: usize = 8;

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
    ///
    /// The driver takes a port that is free for IPv6 and ends if somebody else has it for IPv4, so
    /// that another one has to be found.
    pub(super) fn start() -> Option<Self> {
        let mut said = String::new();
        for _ in 0..PORTS {
            match Self::on_some_port() {
                Ok(driver) => return Some(driver),
                Err(Ended::Missing) => {
                    do_without("chromedriver");
                    return None;
                }
                Err(Ended::Saying(words)) => said = words,
            }
        }
        panic!("chromedriver ended before it said where it listens: {said}");
    }

    fn on_some_port() -> Result<Self, Ended> {
        let scratch = tempfile::tempdir().expect("a folder");
        let spawned = Command::new("chromedriver")
            .arg("--port=0")
            .env("TMPDIR", scratch.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn();
        let mut child = spawned.map_err(|_| Ended::Missing)?;
        let mut stdout = BufReader::new(child.stdout.take().expect("its output"));
        let mut said = String::new();
        let port = loop {
            let begin = said.len();
            if stdout.read_line(&mut said).expect("its output") == 0 {
                drop(child.wait());
                return Err(Ended::Saying(said));
            }
            if let Some(port) = port_in(&said[begin..]) {
                break port;
            }
        };
        Ok(Self {
            child,
            _stdout: stdout,
            _scratch: scratch,
            url: format!("http://127.0.0.1:{port}"),
        })
    }
}

/// Why there is no driver.
enum Ended {
    Missing,
    Saying(String),
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
