//! What the layout shows around a page.

use crate::{FormToken, Notice, Site};

/// What `layout.html` needs; each template has one in its field `page`.
#[derive(Debug, Clone)]
pub struct Page {
    /// The name of the page: its heading, and in front in the window's title.
    pub title: String,
    /// The site that it belongs to.
    pub site: Site,
    /// The links beside it.
    pub navigation: Vec<Links>,
    /// Who is signed in.
    pub person: Option<Person>,
    /// What each form on it holds.
    pub token: FormToken,
    /// What came of what the person did before.
    pub notices: Vec<Notice>,
}

/// Links under a heading.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Links {
    /// The heading; empty for none.
    pub heading: String,
    /// The links, in order.
    pub links: Vec<Link>,
}

/// A link of the navigation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Its words.
    pub label: String,
    /// Where it leads.
    pub href: String,
    /// Whether the page is at that place.
    pub current: bool,
}

/// Who is signed in, as the corner of the page shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// What they are called.
    pub name: String,
    /// What they may do, in a word or two.
    pub role: String,
    /// Their own page.
    pub account: String,
    /// Where the button to sign out posts to.
    pub sign_out: String,
}

impl Page {
    /// A page of a site, for nobody in particular.
    #[must_use]
    pub fn new(site: &Site, title: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            site: site.clone(),
            navigation: Vec::new(),
            person: None,
            token: FormToken::default(),
            notices: Vec::new(),
        }
    }

    /// The same with these links beside it; the one to `path`, or else the one to its nearest parent,
    /// is the current one.
    #[must_use]
    pub fn with_navigation(mut self, navigation: Vec<Links>, path: &str) -> Self {
        self.navigation = navigation;
        let links = || self.navigation.iter().flat_map(|group| &group.links);
        let nearest = links()
            .map(|link| link.href.as_str())
            .filter(|href| is_at_or_below(path, href))
            .max_by_key(|href| href.len())
            .map(str::to_owned);
        for group in &mut self.navigation {
            for link in &mut group.links {
                link.current = Some(&link.href) == nearest.as_ref();
            }
        }
        self
    }
}

impl Link {
    /// A link that is not known to be the current one.
    #[must_use]
    pub fn new(label: impl Into<String>, href: impl Into<String>) -> Self {
        Self {
            label: label.into(),
            href: href.into(),
            current: false,
        }
    }
}

/// An address that ends in a slash, such as a home, is the parent of none.
fn is_at_or_below(path: &str, href: &str) -> bool {
    path.strip_prefix(href)
        .is_some_and(|rest| rest.is_empty() || (rest.starts_with('/') && !href.ends_with('/')))
}

#[cfg(test)]
mod tests {
    use askama::Template;

    use super::*;
    use crate::{Badge, Field, Moment, Notice, Pager, Tone};

    /// A page as other crates write theirs.
    #[derive(Template)]
    #[template(
        ext = "html",
        source = r#"{% extends "layout.html" %}{% block content %}<p>{{ text }}</p>
            {{ Badge::new(Tone::Good, "<b>") }} {{ Moment::at(jiff::Timestamp::UNIX_EPOCH) }}
            <form method="post">{{ page.token }}
            {{ Field::text("reason", "Reason").value("<i>").hint("H").fault("F").required() }}
            {{ Field::choice("c", "C", [("a", "A"), ("b", "B")]).value("b") }}
            {{ Field::tick("t", "T").value(true) }}{{ Field::lines("l", "L", 3).value("x") }}
            </form>{{ Pager { first: None, next: Some("?after=<".into()) } }}{% endblock %}"#
    )]
    struct Example {
        page: Page,
        text: &'static str,
    }

    #[test]
    fn a_page_is_in_the_layout_and_all_text_is_escaped() {
        let mut page = Page::new(&Site::default(), "A <page>");
        page.token = FormToken::new("abc");
        page.notices = vec![Notice::done("<done>")];
        page.person = Some(Person {
            name: "<kari>".to_owned(),
            role: "desk".to_owned(),
            account: "/account".to_owned(),
            sign_out: "/sign-out".to_owned(),
        });
        let html = Example {
            page,
            text: "<text>",
        };
        let html = html.render().expect("a page");
        for raw in [
            "<page>", "<done>", "<kari>", "<text>", "<b>", "<i>", "after=<",
        ] {
            assert!(!html.contains(raw), "{raw}: {html}");
        }
        for expected in [
            "<!doctype html>",
            "<title>A &#60;page&#62; - Avtale Pages</title>",
            "<input type=\"hidden\" name=\"form_token\" value=\"abc\">",
            "<span class=\"badge good\">",
            "<time datetime=\"1970-01-01T00:00:00Z\">1970-01-01 00:00:00 UTC</time>",
            "required aria-invalid=\"true\" aria-describedby=\"reason-hint reason-fault\">",
            "<option value=\"b\" selected>",
            "value=\"true\" checked",
            "rel=\"next\"",
        ] {
            assert!(html.contains(expected), "{expected}: {html}");
        }
    }

    fn current(path: &str) -> Vec<String> {
        let link = |href: &str| Link::new(href, href);
        let group = Links {
            heading: String::new(),
            links: ["/c/", "/c/orders", "/c/orders/held", "/c/or"]
                .map(link)
                .into(),
        };
        let page = Page::new(&Site::default(), "x").with_navigation(vec![group], path);
        let links = page.navigation.into_iter().flat_map(|group| group.links);
        links
            .filter(|link| link.current)
            .map(|link| link.href)
            .collect()
    }

    #[test]
    fn the_nearest_link_is_the_current_one() {
        for (path, expected) in [
            ("/c/", &["/c/"][..]),
            ("/c/orders", &["/c/orders"]),
            ("/c/orders/5", &["/c/orders"]),
            ("/c/orders/held", &["/c/orders/held"]),
            ("/c/ordersx", &[]),
            ("/c/apps", &[]),
        ] {
            assert_eq!(current(path), expected, "{path}");
        }
    }
}
