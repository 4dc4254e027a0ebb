//! Every page is well formed: what is opened is closed in order, no id is given twice, and nothing is
//! inline that the headers forbid.

use std::collections::HashSet;

use crate::site::Site;

/// Elements that have no end.
const VOID: &[&str] = &["meta", "link", "input", "br", "hr", "img", "wbr"];

#[tokio::test]
async fn every_page_is_well_formed() {
    let site = Site::new();
    let searches = [
        "/portal/search",
        "/portal/search?q=%3Cb%3E%22order",
        "/portal/none",
    ];
    let addresses = site.addresses.iter().map(String::as_str).chain(searches);
    for address in addresses {
        let answer = site.get(address, &[]).await;
        let text = String::from_utf8(answer.bytes).expect("UTF-8");
        if let Err(complaint) = check(&text) {
            panic!("{address}: {complaint}");
        }
        assert!(!text.contains("<td>"), "{address}: a cell without a role");
    }
}

#[test]
fn what_is_not_well_formed_is_found() {
    for (text, complaint) in [
        ("<p>a</p>", ""),
        ("<p><b>a</p></b>", "</p> closes <b>"),
        ("<p>", "<p> is not closed"),
        ("</p>", "</p> closes nothing"),
        (
            "<p id=\"a\"></p><p id=\"a\"></p>",
            "the id a is given twice",
        ),
        ("<p style=\"x\"></p>", "style"),
        ("<p onclick=\"x\"></p>", "onclick"),
        ("<p id=a></p>", "a value without quotes"),
        ("a & b", "an ampersand that is none"),
    ] {
        let found = check(text).err().unwrap_or_default();
        assert!(
            found.contains(complaint) && found.is_empty() == complaint.is_empty(),
            "{text}: {found}"
        );
    }
}

fn check(text: &str) -> Result<(), String> {
    let mut open: Vec<String> = Vec::new();
    let mut ids = HashSet::new();
    let mut rest = text;
    while let Some((before, tag, after)) = next_tag(rest) {
        check_text(before)?;
        rest = after;
        if let Some(name) = tag.strip_prefix('/') {
            match open.pop() {
                Some(last) if last == name => {}
                Some(last) => return Err(format!("</{name}> closes <{last}>")),
                None => return Err(format!("</{name}> closes nothing")),
            }
            continue;
        }
        let name = tag.split_whitespace().next().unwrap_or_default();
        if name.starts_with('!') {
            continue;
        }
        for (attribute, value) in attributes(&tag[name.len()..])? {
            if attribute == "style" || attribute.starts_with("on") {
                return Err(format!("{attribute} in <{tag}>"));
            }
            if attribute == "id" && !ids.insert(value.clone()) {
                return Err(format!("the id {value} is given twice"));
            }
        }
        if !VOID.contains(&name) {
            open.push(name.to_owned());
        }
    }
    check_text(rest)?;
    match open.pop() {
        Some(name) => Err(format!("<{name}> is not closed")),
        None => Ok(()),
    }
}

/// The text before the next tag, what is in the tag, and what follows it.
fn next_tag(text: &str) -> Option<(&str, &str, &str)> {
    let start = text.find('<')?;
    let end = start + text[start..].find('>')?;
    Some((&text[..start], &text[start + 1..end], &text[end + 1..]))
}

fn check_text(text: &str) -> Result<(), String> {
    for after in text.split('&').skip(1) {
        let name = after
            .split_once(';')
            .map(|(name, _)| name)
            .unwrap_or_default();
        let is_name = |letter: char| letter.is_ascii_alphanumeric() || letter == '#';
        if name.is_empty() || name.len() > 8 || !name.chars().all(is_name) {
            return Err(format!("an ampersand that is none: {after:.20}"));
        }
    }
    Ok(())
}

fn attributes(text: &str) -> Result<Vec<(String, String)>, String> {
    let mut found = Vec::new();
    let mut rest = text.trim();
    while !rest.is_empty() {
        let end = rest.find([' ', '\n', '=']).unwrap_or(rest.len());
        let name = rest[..end].to_owned();
        rest = rest[end..].trim_start();
        let Some(value) = rest.strip_prefix('=') else {
            found.push((name, String::new()));
            continue;
        };
        let Some((value, after)) = value
            .strip_prefix('"')
            .and_then(|value| value.split_once('"'))
        else {
            return Err(format!("a value without quotes: {text}"));
        };
        check_text(value)?;
        found.push((name, value.to_owned()));
        rest = after.trim_start();
    }
    Ok(found)
}
