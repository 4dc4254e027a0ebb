//! What an upstream gets to see.

use serde_json::{Value, json};

use crate::world::{AGREEMENTS, ORDERS, Upstream, World, expect_code, facts, send};

#[tokio::test]
async fn an_upstream_sees_the_call_and_who_calls_and_nothing_else() {
    let upstream = Upstream::start("echo");
    let world = World::beside(&upstream, "").await;
    let token = &world.token;
    let body = "{ \"type\" :\t\"X\"}\n";
    let request = format!(
        "POST {ORDERS}?a=%2F%20b+c&&a=%C3%A6;d HTTP/1.1\r\n\
         Host: avtale.example\r\n\
         Connection: close, X-Hop\r\n\
         X-Hop: 1\r\n\
         TE: trailers\r\n\
         Authorization: Bearer {token}\r\n\
         Proxy-Authorization: Basic eDp5\r\n\
         Cookie: session=1\r\n\
         x-end-user: API2000OTHER\r\n\
         X-Client-Id: otherotherotherotherotherotherot\r\n\
         X-ORGANIZATIONS: 976967631\r\n\
         X-Organizations: 976967632\r\n\
         Forwarded: for=10.0.0.1\r\n\
         X-Forwarded-For: 10.0.0.1\r\n\
         X-Forwarded-Host: evil.example\r\n\
         X-Real-Ip: 10.0.0.1\r\n\
         X-Request-Id: mine-1\r\n\
         User-Agent: test\r\n\
         Accept: application/json, */*;q=0.1\r\n\
         Content-Type: application/json; charset=utf-8\r\n\
         Idempotency-Key: \"key-1\"\r\n\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let answer = world.raw(request.as_bytes());
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    let requests = upstream.requests();
    assert_eq!(
        requests,
        [json!({
            "connection": 1,
            "line": format!("POST {ORDERS}?a=%2F%20b+c&&a=%C3%A6;d HTTP/1.1"),
            "headers": [
                "accept: application/json, */*;q=0.1",
                format!("content-length: {}", body.len()),
                "content-type: application/json; charset=utf-8",
                format!("host: 127.0.0.1:{}", upstream.port),
                "idempotency-key: \"key-1\"",
                "x-client-id: demodemodemodemodemodemodemodemo",
                "x-end-user: API1000DEMO",
                "x-organizations: 914742315,987654321",
                "x-request-id: mine-1",
            ],
            "body": body,
        })]
    );
    assert!(!requests[0].to_string().contains(token.as_str()));
}

#[tokio::test]
async fn paths_arrive_as_they_were_sent_below_the_base() {
    let upstream = Upstream::start("echo");
    let base = format!("http://127.0.0.1:{}/base/", upstream.port);
    let world = World::start(&base, "").await;
    for (method, path) in [
        ("GET", "/corporate-agreements/v2/agreements/%35538579"),
        ("HEAD", "/corporate-agreements/v2/agreements"),
        ("DELETE", "/corporate-agreements/v2/orders/not-an-id%2a"),
    ] {
        let response = send(world.request(method, path)).await;
        assert_eq!(response.status(), 200, "{path}");
        let last = upstream.requests().pop().expect("a request");
        assert_eq!(last["line"], format!("{method} /base{path} HTTP/1.1"));
        let id = response.headers()["x-request-id"].to_str().expect("text");
        let headers = last["headers"].as_array().expect("headers");
        assert!(headers.contains(&json!(format!("x-request-id: {id}"))));
    }
}

#[tokio::test]
async fn a_path_with_two_readings_goes_nowhere() {
    let upstream = Upstream::start("echo");
    let world = World::beside(&upstream, "").await;
    for id in ["..%2Forders", "%2e%2E", "..", "..;x", ".%5c"] {
        let request = format!(
            "GET {AGREEMENTS}/{id}/products HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\
             Authorization: Bearer {}\r\n\r\n",
            world.token
        );
        let answer = world.raw(request.as_bytes());
        assert!(answer.starts_with("HTTP/1.1 404 "), "{answer}");
        assert!(answer.contains("\"errorCode\":40401,"), "{answer}");
    }
    assert_eq!(upstream.requests(), [] as [Value; 0]);
}

#[tokio::test]
async fn the_gateway_comes_first() {
    let upstream = Upstream::start("echo");
    let world = World::beside(&upstream, "").await;
    let anonymous = send(world.anonymous("GET", AGREEMENTS)).await;
    expect_code(facts(anonymous).await, 40102);
    let unknown = world.anonymous("GET", AGREEMENTS).bearer_auth("unknown");
    expect_code(facts(send(unknown).await).await, 40105);
    expect_code(
        facts(world.get("/corporate-agreements/v2/x").await).await,
        40401,
    );
    expect_code(facts(send(world.request("PUT", ORDERS)).await).await, 40401);
    let fault = world.request("GET", AGREEMENTS);
    let fault = fault.header("X-Sandbox-Fault", "404001");
    expect_code(facts(send(fault).await).await, 404_001);
    assert_eq!(upstream.requests(), [] as [Value; 0]);
}

#[tokio::test]
async fn the_other_apis_stay_built_in() {
    let upstream = Upstream::start("echo");
    let world = World::beside(&upstream, "").await;
    let accounts = world.get("/corporate-accounts/v2/accounts").await;
    assert_eq!(accounts.headers()["x-total-count"], "3");
    assert_eq!(upstream.requests(), [] as [Value; 0]);
}

#[tokio::test]
async fn a_body_is_bounded_and_arrives_whole_or_not_at_all() {
    const LARGEST: usize = 256 * 1024;
    let upstream = Upstream::start("echo");
    let world = World::beside(&upstream, "").await;
    let post = |size: usize| {
        let request = world.request("POST", ORDERS);
        send(request.body("x".repeat(size)))
    };
    expect_code(facts(post(LARGEST + 1).await).await, 413_900);
    let head = format!(
        "POST {ORDERS} HTTP/1.1\r\nHost: a\r\nConnection: close\r\nAuthorization: Bearer {}\r\n",
        world.token
    );
    let chunk = format!("10000\r\n{}\r\n", "x".repeat(0x10000));
    let chunks = chunk.repeat(5) + "0\r\n\r\n";
    let chunked = world.raw(format!("{head}Transfer-Encoding: chunked\r\n\r\n{chunks}").as_bytes());
    assert!(chunked.contains("\"errorCode\":413900,"), "{chunked}");
    let encoded = world.request("POST", ORDERS);
    let encoded = encoded.header("Content-Encoding", "gzip").body("x");
    expect_code(facts(send(encoded).await).await, 415_900);
    let half =
        world.raw(format!("{head}Transfer-Encoding: chunked\r\n\r\n5\r\nhel\r\n!").as_bytes());
    assert!(half.starts_with("HTTP/1.1 400 "), "{half}");
    assert_eq!(upstream.requests(), [] as [Value; 0]);
    assert_eq!(post(LARGEST).await.status(), 200);
    let requests = upstream.requests();
    let body = requests[0]["body"].as_str().expect("a body");
    assert_eq!((requests.len(), body.len()), (1, LARGEST));
}
