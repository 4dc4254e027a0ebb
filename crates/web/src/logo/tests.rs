//! Pictures that are logos, and those that do more than show themselves.

use super::*;

fn svg(inside: &str) -> Result<Logo, LogoFault> {
    let text =
        format!("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 9 9\">{inside}</svg>");
    Logo::read(text.into_bytes())
}

#[test]
fn a_drawing_is_a_logo() {
    for inside in [
        "",
        "<!-- made by <hand>, script --><title>A &amp; B</title><path d=\"M0 0h9v9z\" fill='#0a7d4f'/>",
        "<defs><linearGradient id=\"a\"><stop offset=\"0\" style=\"stop-color:#fff\"/></linearGradient>\
            </defs><rect width=\"9\" height=\"9\" fill=\"url(#a)\"/><use xlink:href=\"#a\"/>",
        "<style type=\"text/css\">.a { fill: url( '#a' ); }\n</style><g class=\"a > b\"></g>",
    ] {
        assert!(svg(inside).is_ok(), "{inside}: {:?}", svg(inside));
    }
    let declared = "\u{feff}<?xml version=\"1.0\"?>\n<!-- x --><svg:svg></svg:svg>";
    let logo = Logo::read(declared).expect("a logo");
    assert_eq!(logo.to_string(), "SVG, 54 bytes");
    assert_eq!(logo.file().1, "image/svg+xml");
}

#[test]
fn what_runs_or_fetches_something_is_refused_by_its_name() {
    for (inside, named) in [
        ("<script>alert(1)</script>", "<script>"),
        ("<svg:ScRipt/>", "<script>"),
        ("<foreignObject><p/></foreignObject>", "<foreignobject>"),
        ("<image href=\"data:image/png;base64,AA\"/>", "<image>"),
        ("<animateMotion path=\"M0 0\"/>", "<animatemotion>"),
        ("<set attributeName=\"href\"/>", "<set>"),
        ("<g onload=\"alert(1)\"/>", "`onload`"),
        ("<g\nONCLICK = 'x'/>", "`onclick`"),
        ("<a href=\"javascript:alert(1)\"/>", "`href`"),
        (
            "<use xlink:href='https://evil.example/#a'/>",
            "`xlink:href`",
        ),
        ("<g xml:base=\"//evil.example\"/>", "`xml:base`"),
        ("<g style=\"fill: url(https://evil.example)\"/>", "address"),
        ("<g fill=\"url( &quot;//evil.example&quot; )\"/>", "address"),
        ("<style>@import 'x';</style>", "imports"),
        (
            "<g style=\"fill: image-set('//evil.example' 1x)\"/>",
            "address",
        ),
        ("<style>a{b:u\\72l(x)}</style>", "encoded"),
        ("<g fill=\"&#117;rl(//evil.example)\"/>", "encoded"),
        ("<style><![CDATA[a]]></style>", "raw"),
        ("<?xml-stylesheet href=\"x\"?>", "instruction"),
    ] {
        let fault = svg(inside).expect_err(inside).to_string();
        assert!(fault.contains(named), "{inside}: {fault}");
    }
    let entity = "<!DOCTYPE svg [<!ENTITY a \"x\">]><svg>&a;</svg>";
    assert!(matches!(Logo::read(entity), Err(LogoFault::NotInert(_))));
}

#[test]
fn what_is_no_picture_is_refused() {
    for bytes in [
        &b""[..],
        b"logo",
        b"<html><svg></svg></html>",
        b"<svg",
        b"<!-- <svg>",
        b"x<svg></svg>",
        b"GIF89a",
        b"\x89PNG\r\n\x1a\n",
        b"\xff\xfe<\0s\0v\0g\0",
    ] {
        let refused = Logo::read(bytes.to_vec());
        assert_eq!(refused, Err(LogoFault::OtherFormat), "{bytes:?}");
    }
    let large = vec![b' '; Logo::LARGEST + 1];
    assert_eq!(Logo::read(large), Err(LogoFault::TooLarge));
}

#[test]
fn a_png_is_a_logo() {
    let bytes = [PNG, b"\0\0\0\x0dIHDR\0\0\0\x01\0\0\0\x01"].concat();
    let logo = Logo::read(bytes).expect("a logo");
    assert_eq!(logo.file().1, "image/png");
}
