//! What a caller gets to see of an upstream that answers well, badly, or not at all.

use std::net::TcpListener;

use reqwest::Response;

use crate::world::{AGREEMENTS, Upstream, World, expect_code, facts, send};

#[tokio::test]
async fn an_answer_comes_back_with_the_headers_of_the_list() {
    let upstream = Upstream::start("echo");
    let world = World::beside(&upstream, "").await;
    let response = world.get(AGREEMENTS).await;
    let mut headers: Vec<_> = response.headers().iter().collect();
    headers.retain(|(name, _)| *name != "date" && *name != "x-request-id");
    let mut headers: Vec<String> = headers
        .into_iter()
        .map(|(name, value)| format!("{name}: {}", value.to_str().expect("text")))
        .collect();
    headers.sort_unstable();
    let length = response.content_length().expect("a length");
    assert_eq!(
        headers,
        [
            "cache-control: no-store".to_owned(),
            format!("content-length: {length}"),
            "content-type: application/json".to_owned(),
            "etag: \"e\"".to_owned(),
            format!("location: {}/corporate-agreements/v2/orders/1", world.url),
            "x-content-type-options: nosniff".to_owned(),
            "x-total-count: 7".to_owned(),
        ]
    );
}

#[tokio::test]
async fn connections_are_used_again() {
    let upstream = Upstream::start("echo");
    let world = World::beside(&upstream, "").await;
    for _ in 0..10 {
        world.get(AGREEMENTS).await.bytes().await.expect("a body");
    }
    let requests = upstream.requests();
    assert_eq!(requests.len(), 10);
    let last = requests[9]["connection"].as_u64();
    assert!(last.is_some_and(|last| last < 10), "{last:?}");
}

/// An upstream that answers as it is told, call by call.
struct Stage {
    upstream: Upstream,
    world: World,
}

impl Stage {
    async fn new() -> Self {
        let upstream = Upstream::start("echo");
        let world = World::beside(&upstream, "timeout_seconds = 0.5").await;
        Self { upstream, world }
    }

    /// The answer to one call in this mode, after one that keeps the circuit closed.
    async fn answer(&self, mode: &str) -> Response {
        self.upstream.set_mode("echo");
        assert_eq!(self.world.get(AGREEMENTS).await.status(), 200);
        let before = self.upstream.requests().len();
        self.upstream.set_mode(mode);
        let response = self.world.get(AGREEMENTS).await;
        let calls = self.upstream.requests().len() - before;
        assert_eq!(calls, 1, "{mode}: neither repeated nor followed");
        response
    }
}

#[tokio::test]
async fn an_upstream_that_does_not_answer_is_unavailable() {
    let stage = Stage::new().await;
    for mode in [
        "hang",
        "close",
        "half-head",
        "garbage",
        "two-lengths",
        "endless-head",
        "70-KiB-head",
        "many-headers",
        "slow-head",
        "promise",
        "600",
        "gzip",
        "404-half-json",
    ] {
        let answer = facts(stage.answer(mode).await).await;
        assert_eq!(answer.0, 503, "{mode}");
        expect_code(answer, 503_200);
    }
}

#[tokio::test]
async fn an_upstream_that_is_not_there_is_unavailable() {
    let closed = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = closed.local_addr().expect("an address");
    drop(closed);
    for url in [
        format!("http://{address}"),
        "http://nowhere.invalid".to_owned(),
    ] {
        let world = World::start(&url, "timeout_seconds = 2").await;
        expect_code(facts(world.get(AGREEMENTS).await).await, 503_200);
    }
}

#[tokio::test]
async fn a_fault_of_the_upstreams_is_a_fault_of_the_back_end() {
    let stage = Stage::new().await;
    for mode in ["500", "503", "redirect"] {
        let answer = facts(stage.answer(mode).await).await;
        assert!(!answer.2.to_string().contains("secret"), "{mode}");
        expect_code(answer, 500_100);
    }
}

#[tokio::test]
async fn a_page_that_says_404_means_that_the_path_is_unknown() {
    let stage = Stage::new().await;
    for mode in [
        "404-page",
        "404-nothing",
        "404-nothing-as-json",
        "404-page-as-json",
        "404-text-like-json",
        "405-page",
    ] {
        expect_code(facts(stage.answer(mode).await).await, 4_042_000);
    }
}

#[tokio::test]
async fn other_answers_come_back_as_they_are() {
    let stage = Stage::new().await;
    for (mode, status, body) in [
        ("404-json", 404, "{\"errorCode\": 404001}"),
        ("400-json", 400, "{\"errorCode\": 400001}"),
        ("429-text", 429, "slowly"),
        ("204", 204, ""),
        ("60-KiB-head", 200, ""),
    ] {
        let response = stage.answer(mode).await;
        assert_eq!(response.status(), status, "{mode}");
        let wait = response.headers().get("retry-after");
        assert_eq!(wait.is_some_and(|wait| wait == "7"), status == 429);
        assert_eq!(response.text().await.expect("a body"), body, "{mode}");
    }
}

#[tokio::test]
async fn a_body_that_breaks_off_does_not_end_well() {
    let stage = Stage::new().await;
    for mode in ["break-length", "break-chunks"] {
        let mut response = stage.answer(mode).await;
        assert_eq!(response.status(), 200, "{mode}");
        let first = response.chunk().await.expect("the beginning");
        assert_eq!(first.as_deref(), Some(&b"0123456789"[..]));
        assert!(response.chunk().await.is_err(), "{mode}");
    }
}

#[tokio::test]
async fn a_body_that_never_ends_is_broken_off() {
    const LARGEST: usize = 32 * 1024 * 1024;
    let upstream = Upstream::start("endless-body");
    let world = World::beside(&upstream, "").await;
    let mut response = world.get(AGREEMENTS).await;
    let mut length = 0;
    let ended_well = loop {
        match response.chunk().await {
            Ok(Some(chunk)) => length += chunk.len(),
            Ok(None) => break true,
            Err(_) => break false,
        }
    };
    assert!(!ended_well && length <= LARGEST, "{length}");
    upstream.set_mode("slow-body");
    let world = World::beside(&upstream, "timeout_seconds = 0.5\ndeadline_seconds = 0.5").await;
    let response = world.get(AGREEMENTS).await;
    assert_eq!(response.status(), 200);
    assert!(response.bytes().await.is_err());
}

#[tokio::test]
async fn a_large_body_is_passed_on_in_pieces() {
    const MEBIBYTE: u64 = 1024 * 1024;
    let upstream = Upstream::start("large-body");
    let world = World::beside(&upstream, "").await;
    let before = world.peak_memory();
    let mut response = world.get(AGREEMENTS).await;
    assert_eq!(response.content_length(), Some(31 * MEBIBYTE));
    let mut length = 0;
    while let Some(chunk) = response.chunk().await.expect("a whole body") {
        length += chunk.len() as u64;
    }
    assert_eq!(length, 31 * MEBIBYTE);
    if let (Some(before), Some(after)) = (before, world.peak_memory()) {
        assert!(
            after - before < 16 * MEBIBYTE,
            "{before} bytes, then {after}"
        );
    }
}

#[tokio::test]
async fn what_has_come_is_passed_on_before_the_rest() {
    let upstream = Upstream::start("in-parts");
    let world = World::beside(&upstream, "").await;
    let mut response = world.get(AGREEMENTS).await;
    let first = response.chunk().await.expect("the beginning");
    assert_eq!(first.as_deref(), Some(&b"first"[..]));
    upstream.set_mode("go on");
    assert_eq!(response.bytes().await.expect("the rest"), "second");
}

#[tokio::test]
async fn where_all_places_are_taken_the_answer_comes_at_once() {
    let upstream = Upstream::start("hang");
    let world = World::beside(&upstream, "timeout_seconds = 600\nconcurrency = 1").await;
    let waiting = tokio::spawn(send(world.request("GET", AGREEMENTS)));
    upstream.arrived(1).await;
    expect_code(facts(world.get(AGREEMENTS).await).await, 503_900);
    assert_eq!(upstream.requests().len(), 1);
    upstream.set_mode("echo");
    let first = waiting.await.expect("an answer");
    expect_code(facts(first).await, 503_200);
    assert_eq!(world.get(AGREEMENTS).await.status(), 200);
}
