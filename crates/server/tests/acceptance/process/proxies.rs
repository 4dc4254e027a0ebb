//! Whom both listeners believe about where people come from: who guesses passwords waits by their own
//! network, and only a proxy that is trusted may say which one that is.

use reqwest::{Client, RequestBuilder, Response};

use super::program::Program;
use crate::app::{Process, block_on, processes};

pub(crate) const TESTS: &[Process] = processes![
    behind_a_trusted_proxy_everybody_waits_for_their_own_guesses,
    nobody_else_is_believed,
];

/// Where people sign in.
#[derive(Clone, Copy)]
enum Site {
    Portal,
    Console,
}

const SITES: [Site; 2] = [Site::Portal, Site::Console];

fn behind_a_trusted_proxy_everybody_waits_for_their_own_guesses() {
    for site in SITES {
        assert_eq!(after_guesses_of_another(site, "127.0.0.0/8"), 422);
    }
}

fn nobody_else_is_believed() {
    for site in SITES {
        assert_eq!(after_guesses_of_another(site, "10.0.0.0/8"), 429);
    }
}

/// What a first wrong password gives after another network has guessed so often that it has to wait,
/// when the proxies in these networks are trusted.
fn after_guesses_of_another(site: Site, trusted: &str) -> u16 {
    let folder = tempfile::tempdir().expect("a folder");
    let program = Program::serve(folder.path(), &["--trusted-proxies", trusted]);
    let home = match site {
        Site::Portal => program.url("/portal"),
        Site::Console => format!("http://{}/console", program.operator_address),
    };
    block_on(async {
        for number in 0..6 {
            assert_eq!(guess(&home, "203.0.113.7", number).await, 422, "{home}");
        }
        assert_eq!(guess(&home, "203.0.113.7", 6).await, 429, "{home}");
        guess(&home, "203.0.113.8", 7).await
    })
}

/// A wrong password for a name of its own, as if from this address.
async fn guess(home: &str, from: &str, number: u16) -> u16 {
    let page = format!("{home}/sign-in");
    let client = Client::new();
    let sent = async |request: RequestBuilder| -> Response {
        let request = request.header("x-forwarded-for", from);
        request.send().await.expect("an answer")
    };
    let form = sent(client.get(&page)).await;
    let cookie = form.headers()["set-cookie"].to_str().expect("text");
    let cookie = cookie.split(';').next().unwrap_or_default().to_owned();
    let form = form.text().await.expect("text");
    let (_, token) = form
        .split_once("name=\"form_token\" value=\"")
        .expect("a form");
    let name = format!("nobody{number}");
    let email = format!("{name}@example.com");
    let fields = [
        ("form_token", token.split('"').next().unwrap_or_default()),
        ("organization", "914742315"),
        ("email", &email),
        ("name", &name),
        ("password", "a wrong password"),
    ];
    let (origin, _) = home.rsplit_once('/').expect("an address");
    let request = client
        .post(page)
        .header("origin", origin)
        .header("cookie", cookie)
        .header("content-type", "application/x-www-form-urlencoded")
        .body(serde_urlencoded::to_string(fields).expect("texts"));
    sent(request).await.status().as_u16()
}
