//! The search over operations, members, codes and guides: exact names first, then what is called so,
//! operations before what is said about them, then what speaks of it. Words and beginnings of words
//! count, the rarer the better.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// Longer questions are cut.
const LONGEST: usize = 120;
const MOST_WORDS: usize = 8;
/// How many are shown.
pub(crate) const MOST: usize = 30;
/// How much of a text is shown.
const SNIPPET: usize = 180;

const TITLE: f32 = 8.0;
const NAME: f32 = 5.0;
const TEXT: f32 = 1.0;
/// A word that only begins with what was asked.
const BEGINNING: f32 = 0.5;
/// What each repetition of a word adds, and all of them at most.
const REPEATED: f32 = 0.1;
const MOST_REPEATED: f32 = 0.5;
/// How much more a title counts that begins with all that was asked, letter by letter.
const NAMED: f32 = 2.0;

/// What can be found, in the order in which a question is answered that fits several kinds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Operation,
    Guide,
    Section,
    ErrorCode,
    ApiProduct,
    Event,
    Model,
    Parameter,
    Member,
}

impl Kind {
    /// In a word.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Operation => "operation",
            Self::Guide | Self::Section => "guide",
            Self::ErrorCode => "error code",
            Self::ApiProduct => "API product",
            Self::Event => "event",
            Self::Model => "model",
            Self::Parameter => "parameter",
            Self::Member => "member",
        }
    }

    /// Those of one rank are told apart by their words.
    const fn rank(self) -> u8 {
        match self {
            Self::Operation => 0,
            Self::Guide => 1,
            Self::Section | Self::ErrorCode | Self::ApiProduct | Self::Event => 2,
            Self::Model => 3,
            Self::Parameter | Self::Member => 4,
        }
    }
}

/// How well an entry fits; the least comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    /// It is what was asked for, letter by letter.
    Exact,
    /// All words are in its title or its names.
    Called(u8),
    /// Some are in its text alone.
    Said,
}

/// Something that can be found.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub(crate) kind: Kind,
    /// What names it and nothing else: an operation's id or a code's number.
    pub(crate) exact: Vec<String>,
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
    fit: Fit,
    score: f32,
}

/// What a word says of an entry.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
struct Mark {
    weight: f32,
    repeated: f32,
    /// Whether it is in the title or the names.
    names: bool,
}

/// All entries with their words.
#[derive(Debug)]
pub(crate) struct Index {
    pub(crate) entries: Vec<Entry>,
    /// Each word, and how much it says of which entries.
    words: BTreeMap<String, BTreeMap<usize, Mark>>,
}

impl Index {
    pub(crate) fn new(entries: Vec<Entry>) -> Self {
        let mut words: BTreeMap<String, BTreeMap<usize, Mark>> = BTreeMap::new();
        for (place, entry) in entries.iter().enumerate() {
            for (text, weight, names) in [
                (&entry.title, TITLE, true),
                (&entry.names, NAME, true),
                (&entry.text, TEXT, false),
            ] {
                for word in words_of(text) {
                    let known = words.entry(word).or_default().entry(place).or_default();
                    // A word that is repeated says little more.
                    known.repeated = (known.repeated + REPEATED).min(MOST_REPEATED);
                    known.weight = known.weight.max(weight);
                    known.names |= names;
                }
            }
        }
        Self { entries, words }
    }

    /// What fits best: entries that have all the words, or else those that have most.
    pub(crate) fn find(&self, question: &str) -> Vec<Hit> {
        let asked = asked(question);
        let mut found: BTreeMap<usize, (usize, Mark)> = BTreeMap::new();
        for word in &asked {
            for (entry, mark) in self.marks(word) {
                let (count, sum) = found.entry(entry).or_insert((
                    0,
                    Mark {
                        names: true,
                        ..Mark::default()
                    },
                ));
                *count += 1;
                sum.weight += mark.weight;
                sum.names &= mark.names;
            }
        }
        let wish = plain(question);
        let most = found.values().map(|(count, _)| *count).max().unwrap_or(0);
        let mut hits: Vec<_> = found
            .into_iter()
            .filter(|(_, (count, _))| *count == most)
            .map(|(entry, (count, sum))| {
                let called = sum.names && count == asked.len();
                self.hit(entry, (&wish, called), sum.weight)
            })
            .collect();
        hits.sort_by(|one, other| {
            let score = other.score.total_cmp(&one.score);
            one.fit.cmp(&other.fit).then(score)
        });
        hits.truncate(MOST);
        hits
    }

    fn hit(&self, place: usize, (wish, called): (&str, bool), score: f32) -> Hit {
        let entry = &self.entries[place];
        let begins = plain(&entry.title).starts_with(wish);
        Hit {
            entry: place,
            fit: match called {
                _ if entry.exact.iter().any(|name| plain(name) == wish) => Fit::Exact,
                true => Fit::Called(entry.kind.rank()),
                false => Fit::Said,
            },
            score: score * entry.weight * if begins { NAMED } else { 1.0 },
        }
    }

    /// How much each entry has of a word, of its singular, or of those that begin with it.
    fn marks(&self, asked: &str) -> BTreeMap<usize, Mark> {
        let mut marks: BTreeMap<usize, Mark> = BTreeMap::new();
        let mut keep = |word: &str, entries: &BTreeMap<usize, Mark>| {
            let exact = if word == asked { 1.0 } else { BEGINNING };
            let rarity = self.rarity(entries.len());
            for (entry, known) in entries {
                let mark = marks.entry(*entry).or_default();
                mark.weight = mark
                    .weight
                    .max((known.weight + known.repeated) * exact * rarity);
                mark.names |= known.names;
            }
        };
        let range = self.words.range(asked.to_owned()..);
        for (word, entries) in range.take_while(|(word, _)| word.starts_with(asked)) {
            keep(word, entries);
        }
        let singular = asked.strip_suffix('s').filter(|word| word.len() >= 3);
        if let Some((word, entries)) = singular.and_then(|word| self.words.get_key_value(word)) {
            keep(word, entries);
        }
        marks
    }

    #[expect(
        clippy::cast_precision_loss,
        reason = "there are hundreds of entries, not millions"
    )]
    fn rarity(&self, having: usize) -> f32 {
        (1.0 + self.entries.len() as f32 / having.max(1) as f32).ln()
    }

    /// The question with words that are known in place of those that are not; for those alone that
    /// are all but spelled so.
    pub(crate) fn proposal(&self, question: &str) -> Option<String> {
        let words = asked(question).into_iter().map(|word| {
            if self.marks(&word).is_empty() {
                self.alike(&word)
            } else {
                Some(word)
            }
        });
        let words: Option<Vec<_>> = words.collect();
        let words = words.filter(|words| !words.is_empty())?;
        let is_other = words.iter().any(|word| !asked(question).contains(word));
        is_other.then(|| words.join(" "))
    }

    /// The known word that takes the fewest changes of letters; of several, the one that most have.
    fn alike(&self, word: &str) -> Option<String> {
        let most = match word.chars().count() {
            0..=3 => return None,
            4..=9 => 1,
            _ => 2,
        };
        let known = self.words.iter().filter_map(|(known, entries)| {
            let distance = strsim::osa_distance(known, word);
            (distance <= most).then_some((distance, Reverse(entries.len()), known))
        });
        known.min().map(|(_, _, known)| known.clone())
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

/// In lower case, with single blanks.
fn plain(text: &str) -> String {
    let words: Vec<_> = text.split_whitespace().map(str::to_lowercase).collect();
    words.join(" ")
}

/// A name that is no word of everyday speech, such as `accountReference1`: who types it means it.
pub(crate) fn is_name(text: &str) -> bool {
    let marked = |letter: char| !letter.is_alphabetic();
    text.contains(marked) || parts_of(text).len() > 1
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
mod tests;
