//! The program `avtale` with an upstream beside it, each a process of its own.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use reqwest::redirect::Policy;
use reqwest::{Client, RequestBuilder, Response};
use serde_json::Value;
use tempfile::TempDir;

/// What most of the tests call.
pub(crate) const AGREEMENTS: &str = "/corporate-agreements/v2/agreements";
pub(crate) const ORDERS: &str = "/corporate-agreements/v2/orders";

/// Ends what would otherwise hang; nothing that works comes near.
const PATIENCE: Duration = Duration::from_mins(1);

/// A process that ends with its test.
pub(crate) struct Running {
    child: Child,
    /// What it said first.
    pub(crate) first_line: String,
}

impl Running {
    pub(crate) fn start(command: &mut Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).spawn().expect("a process");
        let mut output = BufReader::new(child.stdout.take().expect("its output"));
        let mut first_line = String::new();
        output.read_line(&mut first_line).expect("its first line");
        // Read on, so that it never waits for a reader.
        std::thread::spawn(move || output.read_to_end(&mut Vec::new()));
        Self { child, first_line }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A service that misbehaves as it is told.
pub(crate) struct Upstream {
    folder: TempDir,
    _process: Running,
    pub(crate) port: u16,
}

impl Upstream {
    pub(crate) fn start(mode: &str) -> Self {
        Self::start_with(mode, &[])
    }

    /// With a certificate's and a key's file.
    pub(crate) fn start_with(mode: &str, files: &[&Path]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/upstream/misbehave.py");
        fs::write(folder.path().join("mode"), mode).expect("written");
        let mut command = Command::new("python3");
        let process = Running::start(command.arg(script).arg(folder.path()).args(files));
        let port = process.first_line.trim().parse().expect("a port");
        Self {
            folder,
            _process: process,
            port,
        }
    }

    /// What it does from the next request on.
    pub(crate) fn set_mode(&self, mode: &str) {
        let new = self.folder.path().join("new");
        fs::write(&new, mode).expect("written");
        fs::rename(new, self.folder.path().join("mode")).expect("in place");
    }

    /// The requests that have arrived.
    pub(crate) fn requests(&self) -> Vec<Value> {
        let log = fs::read_to_string(self.folder.path().join("log")).unwrap_or_default();
        let complete = log
            .split_inclusive('\n')
            .filter(|line| line.ends_with('\n'));
        complete
            .map(|line| serde_json::from_str(line).expect("JSON"))
            .collect()
    }

    /// Waits until so many have arrived.
    pub(crate) async fn arrived(&self, count: usize) {
        let waiting = async {
            while self.requests().len() < count {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        let waited = tokio::time::timeout(PATIENCE, waiting).await;
        waited.expect("the requests arrive");
    }
}

/// The program, with a token to call it.
pub(crate) struct World {
    _folder: TempDir,
    process: Running,
    /// `http://127.0.0.1:…`
    pub(crate) url: String,
    pub(crate) token: String,
    client: Client,
}

impl World {
    /// With an upstream for agreements at this address; what more the table says.
    pub(crate) async fn start(url: &str, more: &str) -> Self {
        let config = format!("[upstream.corporate-agreements]\nurl = \"{url}\"\n{more}\n");
        Self::configured(&config).await
    }

    pub(crate) async fn beside(upstream: &Upstream, more: &str) -> Self {
        Self::start(&format!("http://127.0.0.1:{}", upstream.port), more).await
    }

    async fn configured(config: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("avtale.toml");
        fs::write(&file, config).expect("written");
        let mut command = Command::new(env!("CARGO_BIN_EXE_avtale"));
        let local = "127.0.0.1:0";
        command
            .current_dir(folder.path())
            .args(["serve", "--demo", "--log", "warn", "--limits", "off"])
            .args(["--listen", local, "--operator-listen", local])
            .arg("--config")
            .arg(&file)
            .stderr(Stdio::null());
        let process = Running::start(&mut command);
        let address = process.first_line.split_whitespace().nth(3);
        let url = address.expect("an address").to_owned();
        let client = Client::builder()
            .redirect(Policy::none())
            .timeout(PATIENCE)
            .no_proxy()
            .build()
            .expect("a client");
        let mut world = Self {
            _folder: folder,
            process,
            url,
            token: String::new(),
            client,
        };
        world.token = world.new_token().await;
        world
    }

    async fn new_token(&self) -> String {
        let form = "grant_type=password&username=API1000DEMO&password=demo-password";
        let request = self
            .client
            .post(format!("{}/oauth/v2/token", self.url))
            .basic_auth("demodemodemodemodemodemodemodemo", Some("demosecretdemose"))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .body(form);
        let answer: Value = send(request).await.json().await.expect("JSON");
        answer["access_token"].as_str().expect("a token").to_owned()
    }

    /// A request without a token.
    pub(crate) fn anonymous(&self, method: &str, path: &str) -> RequestBuilder {
        let method = method.parse().expect("a method");
        self.client.request(method, format!("{}{path}", self.url))
    }

    pub(crate) fn request(&self, method: &str, path: &str) -> RequestBuilder {
        self.anonymous(method, path).bearer_auth(&self.token)
    }

    pub(crate) async fn get(&self, path: &str) -> Response {
        send(self.request("GET", path)).await
    }

    /// What comes back for these bytes, until the connection ends.
    pub(crate) fn raw(&self, request: &[u8]) -> String {
        let mut stream = TcpStream::connect(&self.url["http://".len()..]).expect("connected");
        stream.write_all(request).expect("sent");
        let mut answer = Vec::new();
        // The end may be a reset; what came before it counts.
        let _ = stream.read_to_end(&mut answer);
        String::from_utf8_lossy(&answer).into_owned()
    }

    /// The most memory that the program has had, in bytes; none where the system does not say.
    pub(crate) fn peak_memory(&self) -> Option<u64> {
        let status = format!("/proc/{}/status", self.process.child.id());
        let status = fs::read_to_string(status).ok()?;
        let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
        let kibibytes: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
        Some(kibibytes * 1024)
    }
}

pub(crate) async fn send(request: RequestBuilder) -> Response {
    request.send().await.expect("an answer")
}

/// Checks an error's code, and that one that passes by itself says when to come back.
#[track_caller]
pub(crate) fn expect_code(answer: (u16, Option<u64>, Value), code: u64) {
    let (status, retry_after, body) = answer;
    assert_eq!(body["errorCode"], code, "{body}");
    assert_eq!(body["httpStatus"], status, "{body}");
    let expected = status == 503;
    assert_eq!(retry_after.is_some_and(|wait| wait > 0), expected, "{body}");
    let external = code == 503_200;
    assert_eq!(body["origin"] == "EXTERNAL", external, "{body}");
}

/// Status, `Retry-After` and body.
pub(crate) async fn facts(response: Response) -> (u16, Option<u64>, Value) {
    let wait = response.headers().get("retry-after");
    let wait = wait.map(|wait| wait.to_str().expect("text").parse().expect("seconds"));
    let status = response.status().as_u16();
    (status, wait, response.json().await.expect("JSON"))
}
