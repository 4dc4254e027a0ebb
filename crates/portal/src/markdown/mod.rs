//! Markdown as HTML: headings that can be linked to, and links to what the text names: operations,
//! error codes, other pages. HTML in the text is shown as text.

#[cfg(test)]
mod tests;

use std::collections::HashMap;

use pulldown_cmark::{
    CodeBlockKind, CowStr, Event, HeadingLevel, Options, Parser, Tag, TagEnd, html,
};

use crate::reference::Reference;

/// Knows where things are on the portal.
#[derive(Clone, Copy)]
pub(crate) struct Linker<'a> {
    pub(crate) reference: &'a Reference,
    /// Addresses of pages by the names of their files.
    pub(crate) files: &'a HashMap<String, String>,
}

/// A text as HTML, with what it is made of.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Rendered {
    /// The text of the first heading of the first level, which is left out of the HTML.
    pub(crate) title: String,
    pub(crate) html: String,
    /// What is below each heading, for the search; the first is what is above them all.
    pub(crate) sections: Vec<Section>,
}

/// A heading with the text below it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Section {
    pub(crate) anchor: String,
    pub(crate) title: String,
    pub(crate) text: String,
}

impl Linker<'_> {
    /// A whole page.
    pub(crate) fn render(&self, text: &str) -> Rendered {
        let mut writer = Writer {
            linker: *self,
            rendered: Rendered {
                sections: vec![Section::default()],
                ..Rendered::default()
            },
            events: Vec::new(),
            heading: None,
            linked: 0,
            code: None,
        };
        for event in Parser::new_ext(text, Options::ENABLE_TABLES) {
            writer.take(event);
        }
        let Writer {
            mut rendered,
            events,
            ..
        } = writer;
        html::push_html(&mut rendered.html, events.into_iter());
        rendered
    }

    /// The words alone, without marks of any kind.
    pub(crate) fn words(&self, text: &str) -> String {
        let sections = self.render(text).sections.into_iter();
        let sections = sections.map(|section| format!("{} {}", section.title, section.text));
        sections.collect::<Vec<_>>().join(" ").trim().to_owned()
    }

    /// A few words, without the paragraph around them.
    pub(crate) fn inline(&self, text: &str) -> String {
        let html = self.render(text).html;
        let html = html.trim();
        let inside = html
            .strip_prefix("<p>")
            .and_then(|rest| rest.strip_suffix("</p>"));
        match inside.filter(|inside| !inside.contains("<p>")) {
            Some(inside) => inside.to_owned(),
            None => html.to_owned(),
        }
    }

    /// Where a link of a text leads.
    fn target(&self, address: &str) -> String {
        let (path, place) = address.split_once('#').unwrap_or((address, ""));
        let name = path.rsplit('/').next().unwrap_or_default();
        let Some(page) = self.files.get(name).filter(|_| !path.contains(':')) else {
            return address.to_owned();
        };
        if place.is_empty() {
            page.clone()
        } else {
            format!("{page}#{place}")
        }
    }

    /// The page of what a piece of code names, such as `GET /…`.
    fn page_of_code(&self, code: &str, before: &str) -> Option<String> {
        if code.parse().is_ok_and(|number| self.is_code(number)) {
            return Some(format!("/portal/errors/{code}"));
        }
        let (method, path) = match code.split_once(' ') {
            Some((method, path)) => (Some(method), path),
            None => (before.split_whitespace().last(), code),
        };
        let is_method = |word: &&str| ["GET", "PUT", "POST", "DELETE", "PATCH"].contains(word);
        let method = method.filter(is_method);
        if !path.starts_with('/') || (method.is_none() && code.contains(' ')) {
            return None;
        }
        let operation = self.reference.operation_at(method, path)?;
        Some(operation.address())
    }
}

/// Turns the events of a text into those of a page.
struct Writer<'a> {
    linker: Linker<'a>,
    rendered: Rendered,
    events: Vec<Event<'a>>,
    /// The heading that is being read, with its text so far.
    heading: Option<(HeadingLevel, String, Vec<Event<'a>>)>,
    /// How many links are open.
    linked: usize,
    /// The language and the text of the block of code that is being read.
    code: Option<(String, String)>,
}

impl<'a> Writer<'a> {
    fn take(&mut self, event: Event<'a>) {
        if let Some((_, text)) = &mut self.code {
            match event {
                Event::Text(more) => text.push_str(&more),
                Event::End(TagEnd::CodeBlock) => self.end_code(),
                _ => {}
            }
            return;
        }
        match event {
            Event::Start(Tag::CodeBlock(kind)) => {
                self.code = Some((language(&kind), String::new()));
            }
            Event::Start(Tag::Heading { level, .. }) => {
                self.heading = Some((level, String::new(), Vec::new()));
            }
            Event::End(TagEnd::Heading(_)) => self.end_heading(),
            Event::Start(Tag::Table(alignments)) => {
                self.push_html(
                    "<div class=\"table\" role=\"group\" aria-label=\"Table\" tabindex=\"0\">",
                );
                self.events.push(Event::Start(Tag::Table(alignments)));
            }
            Event::End(TagEnd::Table) => {
                self.events.push(Event::End(TagEnd::Table));
                self.push_html("</div>");
            }
            Event::Start(Tag::Link {
                link_type,
                dest_url,
                title,
                id,
            }) => {
                self.linked += 1;
                let dest_url = self.linker.target(&dest_url).into();
                self.push(Event::Start(Tag::Link {
                    link_type,
                    dest_url,
                    title,
                    id,
                }));
            }
            Event::End(TagEnd::Link) => {
                self.linked -= 1;
                self.push(Event::End(TagEnd::Link));
            }
            Event::Code(code) => self.inline_code(code),
            Event::SoftBreak | Event::HardBreak => {
                self.note(" ");
                self.push(event);
            }
            Event::Text(text) | Event::Html(text) | Event::InlineHtml(text) => self.text(text),
            Event::Start(Tag::HtmlBlock) | Event::End(TagEnd::HtmlBlock) => {}
            other => {
                // What is beside or below is another word.
                let ends = |tag: &TagEnd| !matches!(tag, TagEnd::Emphasis | TagEnd::Strong);
                if matches!(&other, Event::End(tag) if ends(tag)) {
                    self.note(" ");
                }
                self.push(other);
            }
        }
    }

    fn push(&mut self, event: Event<'a>) {
        match &mut self.heading {
            Some((.., events)) => events.push(event),
            None => self.events.push(event),
        }
    }

    fn push_html(&mut self, html: &str) {
        self.push(Event::Html(CowStr::from(html.to_owned())));
    }

    /// Keeps words for the search and for the heading's id.
    fn note(&mut self, words: &str) {
        if let Some((_, text, _)) = &mut self.heading {
            text.push_str(words);
        } else if let Some(section) = self.rendered.sections.last_mut() {
            section.text.push_str(words);
        }
    }

    fn inline_code(&mut self, code: CowStr<'a>) {
        let before = match self.events.last() {
            Some(Event::Text(text)) => text.to_string(),
            _ => String::new(),
        };
        let free = self.linked == 0 && self.heading.is_none();
        let page = free
            .then(|| self.linker.page_of_code(&code, &before))
            .flatten();
        self.note(&code);
        if let Some(page) = page {
            self.push_html(&format!("<a href=\"{}\">", escaped(&page)));
            self.push(Event::Code(code));
            self.push_html("</a>");
        } else {
            self.push(Event::Code(code));
        }
    }

    /// Error codes become links wherever they stand.
    fn text(&mut self, text: CowStr<'a>) {
        self.note(&text);
        if self.linked > 0 || self.heading.is_some() {
            return self.push(Event::Text(text));
        }
        let mut rest: &str = &text;
        while let Some((before, code, after)) = self.linker.next_code(rest) {
            self.push(Event::Text(before.to_owned().into()));
            self.push_html(&format!("<a href=\"/portal/errors/{code}\">{code}</a>"));
            rest = after;
        }
        self.push(Event::Text(rest.to_owned().into()));
    }

    fn end_heading(&mut self) {
        let Some((level, text, events)) = self.heading.take() else {
            return;
        };
        if level == HeadingLevel::H1 && self.rendered.title.is_empty() {
            self.rendered.title = text;
            return;
        }
        let anchor = self.free_anchor(&slug(&text));
        self.events.push(Event::Start(Tag::Heading {
            level,
            id: Some(anchor.clone().into()),
            classes: Vec::new(),
            attrs: Vec::new(),
        }));
        self.events.extend(events);
        let sign = format!(
            " <a class=\"anchor\" href=\"#{anchor}\" aria-label=\"Link to this heading\">#</a>"
        );
        self.events.push(Event::Html(sign.into()));
        self.events.push(Event::End(TagEnd::Heading(level)));
        self.rendered.sections.push(Section {
            anchor,
            title: text,
            text: String::new(),
        });
    }

    fn free_anchor(&self, wanted: &str) -> String {
        let taken = |anchor: &str| {
            let sections = &self.rendered.sections;
            anchor == "content" || sections.iter().any(|section| section.anchor == anchor)
        };
        let numbered = (2..).map(|number| format!("{wanted}-{number}"));
        let mut wishes = std::iter::once(wanted.to_owned()).chain(numbered);
        wishes.find(|wish| !taken(wish)).unwrap_or_default()
    }

    fn end_code(&mut self) {
        let Some((language, text)) = self.code.take() else {
            return;
        };
        self.note(&text);
        self.note(" ");
        let html = code_block(&language, &text);
        self.push_html(&html);
    }
}

impl Linker<'_> {
    fn is_code(&self, number: u32) -> bool {
        self.reference.code(number).is_some()
    }

    /// The first error code of a text as a word of its own, with what is before and after it.
    fn next_code<'t>(&self, text: &'t str) -> Option<(&'t str, u32, &'t str)> {
        let is_digit = |letter: char| letter.is_ascii_digit();
        let mut from = 0;
        while let Some(start) = text[from..].find(is_digit).map(|at| from + at) {
            let length = text[start..].find(|letter| !is_digit(letter));
            let end = length.map_or(text.len(), |length| start + length);
            let inside = |letter: char| letter.is_alphanumeric() || "/_.-".contains(letter);
            let alone = !text[..start].ends_with(inside)
                && !text[end..]
                    .starts_with(|letter: char| letter.is_alphanumeric() || "/_".contains(letter));
            let number = text[start..end].parse().ok();
            if let Some(code) = number.filter(|code| alone && self.is_code(*code)) {
                return Some((&text[..start], code, &text[end..]));
            }
            from = end;
        }
        None
    }
}

/// A block of code that scrolls, also by the keyboard.
pub(crate) fn code_block(language: &str, text: &str) -> String {
    let class = if language.is_empty() {
        String::new()
    } else {
        format!(" class=\"language-{}\"", escaped(language))
    };
    let text = escaped(text.trim_end());
    format!("<pre tabindex=\"0\"><code{class}>{text}</code></pre>\n")
}

/// A text in HTML, also within quotes.
pub(crate) fn escaped(text: &str) -> String {
    let mut html = String::with_capacity(text.len() + 16);
    for letter in text.chars() {
        match letter {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            other => html.push(other),
        }
    }
    html
}

fn language(kind: &CodeBlockKind<'_>) -> String {
    match kind {
        CodeBlockKind::Fenced(info) => info
            .split_whitespace()
            .next()
            .unwrap_or_default()
            .to_owned(),
        CodeBlockKind::Indented => String::new(),
    }
}

/// A heading's words with hyphens between them.
fn slug(text: &str) -> String {
    let letters = text.chars().map(|letter| {
        if letter.is_alphanumeric() {
            letter.to_lowercase().next().unwrap_or(letter)
        } else {
            ' '
        }
    });
    let spaced: String = letters.collect();
    spaced.split_whitespace().collect::<Vec<_>>().join("-")
}
