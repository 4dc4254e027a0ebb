//! Error codes, read from the pages that explain them.

use crate::ErrorPage;

/// A code with what its page says first.
#[derive(Debug, Clone)]
pub(crate) struct Code {
    pub(crate) number: u32,
    /// The documented text.
    pub(crate) title: String,
    /// The first sentence of the cause.
    pub(crate) meaning: String,
    /// Such as `retry: no`.
    pub(crate) retry: String,
    /// The page without its title, in Markdown.
    pub(crate) page: String,
}

impl Code {
    pub(crate) fn read(page: &ErrorPage) -> Self {
        let (head, rest) = page.text.split_once('\n').unwrap_or((page.text, ""));
        let number = page.code.to_string();
        let title = head.trim_start_matches('#').trim();
        let title = title.strip_prefix(&number).unwrap_or(title).trim();
        let facts = rest.trim_start().lines().next().unwrap_or_default();
        let retry = facts
            .split(" · ")
            .find_map(|fact| fact.strip_prefix("retry:"));
        Self {
            number: page.code,
            title: title.to_owned(),
            meaning: first_sentence(rest.split("## Cause").nth(1).unwrap_or_default()),
            retry: retry.unwrap_or_default().trim().to_owned(),
            page: rest.trim().to_owned(),
        }
    }

    /// As one of several to choose from.
    pub(crate) fn choice(&self) -> (String, String) {
        let number = self.number.to_string();
        let label = format!("{number} {}", self.title);
        (number, label)
    }

    /// The HTTP status: the first three digits.
    pub(crate) fn status(&self) -> String {
        self.number.to_string().chars().take(3).collect()
    }
}

/// Up to the first period that ends a sentence, or up to the list that the sentence announces.
fn first_sentence(text: &str) -> String {
    let paragraph = text.trim().split("\n\n").next().unwrap_or_default();
    let line = paragraph.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.split_once(". ") {
        Some((first, _)) => format!("{first}."),
        None => line
            .strip_suffix(':')
            .map_or(line.clone(), |line| format!("{line}.")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_from_its_page() {
        let text = "# 42902 Spike arrest violation\n\nHTTP 429 · origin GATEWAY · retry: yes, \
            after the seconds\n\n## Cause\n\nTwo calls came\ntoo close. The rate is 3.5.\n";
        let code = Code::read(&ErrorPage { code: 42902, text });
        assert_eq!(code.title, "Spike arrest violation");
        assert_eq!(code.meaning, "Two calls came too close.");
        assert_eq!(code.retry, "yes, after the seconds");
        assert_eq!(code.status(), "429");
        assert!(code.page.starts_with("HTTP 429"));
        assert_eq!(
            first_sentence("It is one of these:\n\n- a"),
            "It is one of these."
        );
    }
}
