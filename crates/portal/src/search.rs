//! The search over operations, members, codes and guides: words and beginnings of words, the rarer
//! the better, and better in a title than in a text.

use std::collections::{BTreeMap, BTreeSet};

/// Longer questions are cut.
const LONGEST: usize = 120;
const MOST_WORDS: usize = 8;
/// How many are shown.
pub(crate) const MOST: usize = 30;
/// How alike a word must be to be proposed.
const ALIKE: f64 = 0.84;
/// How much of a text is shown.
const SNIPPET: usize = 180;

const TITLE: f32 = 8.0;
const NAME: f32 = 5.0;
const TEXT: f32 = 1.0;
/// A word that only begins with what was asked.
const BEGINNING: f32 = 0.5;
/// How much more a title counts that begins with all that was asked, letter by letter.
const NAMED: f32 = 2.0;

/// Something that can be found.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    /// What it is, in a word.
    pub(crate) kind: &'static str,
    pub(crate) title: String,
    pub(crate) address: String,
    /// Other names for it, such as a path.
    pub(crate) names: String,
    pub(crate) text: String,
    /// How much it counts: 1 for most.
    pub(crate) weight: f32,
}

/// Something that was found.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Hit {
    /// Its place among the entries.
    pub(crate) entry: usize,
    score: f32,
}

/// All entries with their words.
#[derive(Debug)]
pub(crate) struct Index {
    pub(crate) entries: Vec<Entry>,
    /// Each word, and how much it says of which entries.
    words: BTreeMap<String, BTreeMap<usize, f32>>,
}

impl Index {
    pub(crate) fn new(entries: Vec<Entry>) -> Self {
        let mut words: BTreeMap<String, BTreeMap<usize, f32>> = BTreeMap::new();
        for (place, entry) in entries.iter().enumerate() {
            for (text, weight) in [
                (&entry.title, TITLE),
                (&entry.names, NAME),
                (&entry.text, TEXT),
            ] {
                for word in words_of(text) {
                    let known = words.entry(word).or_default().entry(place).or_default();
                    // A word that is repeated says little more.
                    *known = known.max(weight) + if *known > 0.0 { weight * 0.1 } else { 0.0 };
                }
            }
        }
        Self { entries, words }
    }

    /// What fits best: entries that have all the words, or else those that have most.
    pub(crate) fn find(&self, question: &str) -> Vec<Hit> {
        let asked = asked(question);
        let mut scores: BTreeMap<usize, (usize, f32)> = BTreeMap::new();
        for word in &asked {
            for (entry, score) in self.scores(word) {
                let (count, sum) = scores.entry(entry).or_default();
                *count += 1;
                *sum += score;
            }
        }
        let wish = question.trim().to_lowercase();
        let named = |entry: usize| {
            let title = self.entries[entry].title.to_lowercase();
            if title.starts_with(&wish) { NAMED } else { 1.0 }
        };
        let most = scores.values().map(|(count, _)| *count).max().unwrap_or(0);
        let mut hits: Vec<_> = scores
            .into_iter()
            .filter(|(_, (count, _))| *count == most)
            .map(|(entry, (_, sum))| Hit {
                entry,
                score: sum * self.entries[entry].weight * named(entry),
            })
            .collect();
        hits.sort_by(|one, other| other.score.total_cmp(&one.score));
        hits.truncate(MOST);
        hits
    }

    /// How much each entry has of a word, or of those that begin with it.
    fn scores(&self, asked: &str) -> BTreeMap<usize, f32> {
        let mut scores: BTreeMap<usize, f32> = BTreeMap::new();
        let range = self.words.range(asked.to_owned()..);
        for (word, entries) in range.take_while(|(word, _)| word.starts_with(asked)) {
            let exact = if word == asked { 1.0 } else { BEGINNING };
            let rarity = self.rarity(entries.len());
            for (entry, weight) in entries {
                let score = scores.entry(*entry).or_default();
                *score = score.max(weight * exact * rarity);
            }
        }
        scores
    }

    #[expect(
        clippy::cast_precision_loss,
        reason = "there are hundreds of entries, not millions"
    )]
    fn rarity(&self, having: usize) -> f32 {
        (1.0 + self.entries.len() as f32 / having.max(1) as f32).ln()
    }

    /// The question with words that are known in place of those that are not.
    pub(crate) fn proposal(&self, question: &str) -> Option<String> {
        let mut changed = false;
        let words = asked(question).into_iter().map(|word| {
            if !self.scores(&word).is_empty() {
                return Some(word);
            }
            changed = true;
            let alike = self
                .words
                .keys()
                .map(|known| (strsim::jaro_winkler(known, &word), known));
            let best = alike.max_by(|(one, _), (other, _)| one.total_cmp(other));
            best.filter(|(likeness, _)| *likeness >= ALIKE)
                .map(|(_, known)| known.clone())
        });
        let words: Option<Vec<_>> = words.collect();
        words
            .filter(|words| changed && !words.is_empty())
            .map(|words| words.join(" "))
    }

    /// The part of an entry's text that has what was asked: what is marked is told by the flag.
    pub(crate) fn snippet(&self, entry: usize, question: &str) -> Vec<(bool, String)> {
        let asked = asked(question);
        let text = self.entries[entry]
            .text
            .split_whitespace()
            .collect::<Vec<_>>();
        let is_asked = |word: &str| {
            let parts = words_of(word);
            parts
                .iter()
                .any(|part| asked.iter().any(|asked| part.starts_with(asked)))
        };
        let first = text.iter().position(|word| is_asked(word)).unwrap_or(0);
        let from = first.saturating_sub(6);
        let mut parts: Vec<(bool, String)> = Vec::new();
        let mut length = 0;
        if from > 0 {
            parts.push((false, "… ".to_owned()));
        }
        for word in &text[from..] {
            length += word.len() + 1;
            if length > SNIPPET {
                parts.push((false, "…".to_owned()));
                break;
            }
            let marked = is_asked(word);
            match parts.last_mut() {
                Some((same, so_far)) if *same == marked => {
                    so_far.push_str(word);
                    so_far.push(' ');
                }
                _ => parts.push((marked, format!("{word} "))),
            }
        }
        parts
    }
}

/// The words of a question, each once.
fn asked(question: &str) -> BTreeSet<String> {
    let cut: String = question.chars().take(LONGEST).collect();
    let words = cut.split(|letter: char| !letter.is_alphanumeric());
    let words = words.filter(|word| !word.is_empty()).map(str::to_lowercase);
    words.take(MOST_WORDS).collect()
}

/// The words of a text in lower case; `agreementId` is also `agreement` and `id`.
fn words_of(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    for word in text.split(|letter: char| !letter.is_alphanumeric()) {
        if word.is_empty() {
            continue;
        }
        words.push(word.to_lowercase());
        let parts = parts_of(word);
        if parts.len() > 1 {
            words.extend(parts);
        }
    }
    words
}

fn parts_of(word: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut was_lower = false;
    for letter in word.chars() {
        if letter.is_uppercase() && was_lower {
            parts.push(String::new());
        }
        was_lower = letter.is_lowercase();
        if let Some(part) = parts.last_mut() {
            part.extend(letter.to_lowercase());
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn index() -> Index {
        let entry = |kind, title: &str, names: &str, text: &str| Entry {
            kind,
            title: title.to_owned(),
            address: format!("/{title}"),
            names: names.to_owned(),
            text: text.to_owned(),
            weight: 1.0,
        };
        Index::new(vec![
            entry(
                "operation",
                "Place an order",
                "place_order POST /orders",
                "An order changes.",
            ),
            entry(
                "operation",
                "Get orders",
                "list_orders GET /orders",
                "The orders of an agreement.",
            ),
            entry(
                "member",
                "Order.agreementId",
                "",
                "The agreement that it changes.",
            ),
            entry(
                "code",
                "42902 Spike arrest violation",
                "",
                "Two calls came too close.",
            ),
        ])
    }

    fn titles(question: &str) -> Vec<String> {
        let index = index();
        let hits = index.find(question);
        hits.iter()
            .map(|hit| index.entries[hit.entry].title.clone())
            .collect()
    }

    #[test]
    fn the_best_comes_first() {
        assert_eq!(titles("42902"), ["42902 Spike arrest violation"]);
        assert_eq!(titles("spike"), ["42902 Spike arrest violation"]);
        assert_eq!(titles("place order")[0], "Place an order");
        assert_eq!(titles("GET orders")[0], "Get orders");
        assert_eq!(titles("agreement")[0], "Order.agreementId");
        assert_eq!(titles("agreementid"), ["Order.agreementId"]);
        assert_eq!(titles("viol"), ["42902 Spike arrest violation"]);
    }

    #[test]
    fn nothing_is_found_for_nothing() {
        for question in ["", "  ", "-/.", "zebra", &"a b ".repeat(1000)] {
            let found = titles(question);
            assert!(found.len() <= 4, "{found:?}");
        }
        assert!(titles("zebra").is_empty());
    }

    #[test]
    fn a_misspelled_word_is_mended() {
        assert_eq!(index().proposal("agrement").as_deref(), Some("agreement"));
        assert_eq!(index().proposal("agreement"), None);
        assert_eq!(index().proposal("zzzz"), None);
    }

    #[test]
    fn what_was_asked_is_marked() {
        let parts = index().snippet(3, "calls");
        assert_eq!(
            parts,
            [
                (false, "Two ".to_owned()),
                (true, "calls ".to_owned()),
                (false, "came too close. ".to_owned())
            ]
        );
    }
}
