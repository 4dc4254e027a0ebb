//! A browser with the console of a running program before it.

use std::future::Future;

use fantoccini::elements::Element;
use fantoccini::key::Key;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Map, Value, json};

use super::driver::Driver;
use crate::app::block_on;
use crate::process::program::Program;

/// The sandbox's own operator.
const NAME: &str = "demo";
const PASSWORD: &str = "demo-operator-password";

/// How a browser shows pages.
#[derive(Debug, Clone, Copy)]
pub(super) struct Screen {
    pub(super) dark: bool,
    pub(super) width: u32,
}

/// A browser.
pub(super) struct Session {
    pub(super) client: Client,
    home: String,
}

/// Runs a body with a browser, and ends the browser however the body ends.
pub(super) fn browse<F: Future<Output = ()> + Send + 'static>(
    (driver, program): (&Driver, &Program),
    screen: Screen,
    body: impl FnOnce(Session) -> F,
) {
    block_on(async {
        let client = connect(driver, screen).await;
        let session = Session {
            client: client.clone(),
            home: format!("http://{}", program.operator_address),
        };
        let done = tokio::spawn(body(session)).await;
        client.close().await.expect("the browser ends");
        if let Err(failed) = done {
            std::panic::resume_unwind(failed.into_panic());
        }
    });
}

/// Browsers refuse to run as root in their sandbox, and call home unless they are told not to; these
/// see nothing but our own pages.
const ARGUMENTS: [&str; 8] = [
    "--headless=new",
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
];

async fn connect(driver: &Driver, screen: Screen) -> Client {
    let scheme = u8::from(!screen.dark);
    let scheme = format!("--blink-settings=preferredColorScheme={scheme}");
    let metrics = json!({
        "width": screen.width, "height": 900, "pixelRatio": 1.0, "mobile": false, "touch": false,
    });
    let mut arguments = ARGUMENTS.map(str::to_owned).to_vec();
    arguments.push(scheme);
    let options = json!({
        "args": arguments,
        "mobileEmulation": { "deviceMetrics": metrics },
    });
    let mut wanted = Map::new();
    wanted.insert("goog:chromeOptions".to_owned(), options);
    let mut builder = ClientBuilder::new(HttpConnector::new());
    builder.capabilities(wanted);
    builder.connect(&driver.url).await.expect("a browser")
}

impl Session {
    /// Goes to a page of the console.
    pub(super) async fn go(&self, path: &str) {
        let url = format!("{}{path}", self.home);
        self.client.goto(&url).await.expect("a page");
    }

    /// Where it is.
    pub(super) async fn path(&self) -> String {
        let url = self.client.current_url().await.expect("an address");
        url.path().to_owned()
    }

    /// Signs in with the mouse, so to speak.
    pub(super) async fn sign_in(&self) {
        self.go("/console/sign-in").await;
        for (id, text) in [("name", NAME), ("password", PASSWORD)] {
            let field = self.client.find(Locator::Id(id)).await.expect("a field");
            field.send_keys(text).await.expect("typed");
        }
        self.press_main().await;
        assert_eq!(self.path().await, "/console/");
    }

    async fn press_main(&self) {
        let button = self.client.find(Locator::Css("main button.main")).await;
        button.expect("a button").click().await.expect("pressed");
        self.settled("/console/").await;
    }

    /// Waits until the browser is there; the driver gives up after a while.
    pub(super) async fn settled(&self, path: &str) {
        let url = format!("{}{path}", self.home).parse().expect("an address");
        let there = self.client.wait().for_url(&url).await;
        there.expect("the browser comes there");
    }

    /// What has the focus.
    pub(super) async fn focused(&self) -> Element {
        self.client.active_element().await.expect("an element")
    }

    /// Types into what has the focus.
    pub(super) async fn keys(&self, keys: &str) {
        self.focused().await.send_keys(keys).await.expect("typed");
    }

    pub(super) async fn tab(&self) {
        self.keys(&char::from(Key::Tab).to_string()).await;
    }

    pub(super) async fn enter(&self) {
        self.keys(&char::from(Key::Enter).to_string()).await;
    }

    /// What a script gives.
    pub(super) async fn run(&self, script: &str) -> Value {
        let ran = self.client.execute(script, Vec::new()).await;
        ran.expect("the script runs")
    }

    /// Presses the tab key until something that fits the selector has the focus.
    pub(super) async fn tab_to(&self, selector: &str) {
        for _ in 0..30 {
            self.tab().await;
            let script = format!("return document.activeElement.matches({selector:?})");
            if self.run(&script).await == Value::Bool(true) {
                return;
            }
        }
        panic!("the tab key does not lead to {selector}");
    }
}

pub(super) const CREDENTIALS: (&str, &str) = (NAME, PASSWORD);
