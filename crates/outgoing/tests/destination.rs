//! What can be told about a URL without asking for addresses.

use outgoing::{Destination, DestinationRefused, Reach};

fn public(also: &[&str]) -> Reach {
    let also = also.iter().map(|net| net.parse().expect(net)).collect();
    Reach::Public { also }
}

fn refused(url: &str, reach: &Reach) -> Option<DestinationRefused> {
    Destination::parse(url, reach).err()
}

#[test]
fn harmless_urls_are_accepted() {
    let urls: Vec<_> = include_str!("harmless_urls.txt").lines().collect();
    assert!(urls.len() >= 40);
    for url in urls {
        assert_eq!(refused(url, &public(&[])), None, "{url}");
        assert_eq!(refused(url, &Reach::Anywhere), None, "{url}");
    }
}

#[test]
fn every_reason_has_its_urls() {
    use DestinationRefused::{
        Address, Ambiguous, Credentials, Fragment, NotAUrl, PlainHttp, Scheme, TooLong,
    };
    let long = format!("https://example.com/{}", "a".repeat(2029));
    for (url, reason) in [
        (long.as_str(), TooLong),
        ("", NotAUrl),
        ("/hook", NotAUrl),
        ("https://", NotAUrl),
        ("https://example..com/", NotAUrl),
        ("https:/example.com/", Ambiguous),
        ("https://example.com/a b\tc", Ambiguous),
        ("ftp://example.com/", Scheme),
        ("mailto:someone@example.com", Scheme),
        ("https://user:word@example.com/", Credentials),
        ("https://@example.com/", Credentials),
        ("https://example.com/#there", Fragment),
        ("http://example.com/", PlainHttp),
        ("http://8.8.8.8/", PlainHttp),
        ("https://10.0.0.1/", Address),
        ("https://localhost/", Address),
        ("https://[::1]/", Address),
    ] {
        assert_eq!(refused(url, &public(&[])), Some(reason), "{url}");
    }
}

#[test]
fn a_url_may_have_2048_bytes() {
    let url = format!("https://example.com/{}", "a".repeat(2028));
    assert_eq!(refused(&url, &public(&[])), None);
}

#[test]
fn the_operators_own_system_may_be_anywhere() {
    for url in [
        "http://localhost:8080/orders",
        "http://10.0.0.1/",
        "https://[::1]:9/",
    ] {
        assert_eq!(refused(url, &Reach::Anywhere), None, "{url}");
    }
    for url in [
        "ftp://localhost/",
        "http://user:word@localhost/",
        "http:///",
        "http://a/#b",
    ] {
        assert!(refused(url, &Reach::Anywhere).is_some(), "{url}");
    }
}

#[test]
fn allowed_networks_may_be_called_by_http_too() {
    let reach = public(&["10.1.0.0/16", "fd00:1::/32"]);
    for url in [
        "http://10.1.2.3:8080/",
        "https://10.1.2.3/",
        "http://[fd00:1::1]/",
    ] {
        assert_eq!(refused(url, &reach), None, "{url}");
    }
    for url in [
        "http://10.2.0.1/",
        "https://10.2.0.1/",
        "https://[::ffff:10.1.2.3]/",
    ] {
        assert_eq!(
            refused(url, &reach),
            Some(DestinationRefused::Address),
            "{url}"
        );
    }
    let public_address = refused("http://8.8.8.8/", &reach);
    assert_eq!(public_address, Some(DestinationRefused::PlainHttp));
    // Which address a name has comes out later.
    assert_eq!(refused("http://hooks.example.com/", &reach), None);
}

#[test]
fn localhost_is_called_only_where_loopback_is_allowed() {
    for name in ["localhost", "LOCALHOST.", "a.localhost"] {
        let url = format!("http://{name}/");
        let address = Some(DestinationRefused::Address);
        assert_eq!(refused(&url, &public(&["10.0.0.0/8"])), address, "{url}");
        assert_eq!(refused(&url, &public(&["127.0.0.0/8"])), None, "{url}");
        assert_eq!(refused(&url, &public(&["::1/128"])), None, "{url}");
    }
    assert_eq!(refused("https://notlocalhost/", &public(&[])), None);
}

#[test]
fn a_destination_shows_its_normal_form_and_hides_it_in_debug_output() {
    let url = "https://EXAMPLE.com:443/a/../secret?token=1";
    let destination = Destination::parse(url, &public(&[])).expect("a destination");
    assert_eq!(destination.as_str(), "https://example.com/secret?token=1");
    assert_eq!(destination.host(), "example.com");
    assert_eq!(
        format!("{destination:?}"),
        "Destination(https://example.com/…)"
    );
    let literal = Destination::parse("https://[2600::1]/", &public(&[])).expect("a destination");
    assert_eq!(literal.host(), "[2600::1]");
}
