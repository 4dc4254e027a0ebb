//! Texts as pages show them.

use super::*;

fn render(text: &str) -> Rendered {
    let reference = Reference {
        base_url: String::new(),
        products: Vec::new(),
        operations: Vec::new(),
        models: Vec::new(),
        components: serde_json::Value::Null,
        codes: vec![crate::reference::Code::read(&crate::ErrorPage {
            code: 42902,
            text: "# 42902 Too fast\n",
        })],
    };
    let files = HashMap::from([("a.md".to_owned(), "/a".to_owned())]);
    let linker = Linker {
        reference: &reference,
        files: &files,
    };
    linker.render(text)
}

#[test]
fn a_text_cannot_bring_html_along() {
    let text = "<script>x</script> and <b>y</b> `<i>`\n\n<div>\n\n```<x>\n</code>\n```\n";
    let html = render(text).html;
    for tag in ["<script", "<b>", "<i>", "<div>", "</code>\n", "<x>"] {
        assert!(!html.contains(tag), "{tag}: {html}");
    }
}

#[test]
fn headings_have_places_and_no_two_the_same() {
    let rendered = render("# Title\n\nintro\n\n## A b\n\none\n\n## A `b`!\n\ntwo\n");
    assert_eq!(rendered.title, "Title");
    let places = rendered
        .sections
        .iter()
        .map(|section| section.anchor.as_str());
    assert_eq!(places.collect::<Vec<_>>(), ["", "a-b", "a-b-2"]);
    assert_eq!(rendered.sections[1].text.trim(), "one");
    assert!(!rendered.html.contains("<h1"));
}

#[test]
fn codes_are_linked_where_they_are_words() {
    for (text, linked) in [
        ("see 42902.", true),
        ("(42902)", true),
        ("`42902`", true),
        ("see 142902", false),
        ("see /42902", false),
        ("see 42902x", false),
        ("[42902](https://example.com)", false),
        ("see 42901", false),
    ] {
        let html = render(text).html;
        assert_eq!(
            html.contains("href=\"/portal/errors/42902\""),
            linked,
            "{html}"
        );
    }
}

#[test]
fn links_to_files_lead_to_their_pages() {
    for (text, address) in [
        ("[x](a.md)", "/a"),
        ("[x](../../docs/a.md#b)", "/a#b"),
        ("[x](b.md)", "b.md"),
        ("[x](https://example.com/a.md)", "https://example.com/a.md"),
    ] {
        let html = render(text).html;
        assert!(html.contains(&format!("href=\"{address}\"")), "{html}");
    }
}
