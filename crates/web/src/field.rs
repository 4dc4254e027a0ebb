//! Fields of forms, each with its label, its hint and what is wrong with it, tied together for those
//! who do not see them.

use askama::Template;
use askama::filters::HtmlSafe;

/// A field: `{{ Field::text("reason", "Reason").hint("Customers read it.").required() }}`.
#[derive(Debug, Clone, Template)]
#[template(path = "web/field.html")]
pub struct Field {
    name: String,
    label: String,
    shape: Shape,
    value: String,
    hint: String,
    fault: String,
    required: bool,
    autocomplete: &'static str,
    digits: bool,
    longest: Option<u32>,
}

/// What can be chosen: a value with its words.
pub type Options = Vec<(String, String)>;

#[derive(Debug, Clone)]
enum Shape {
    Input(&'static str),
    Lines(u8),
    Choice(Options),
    Tick,
}

impl Field {
    fn new(name: &str, label: &str, shape: Shape) -> Self {
        Self {
            name: name.to_owned(),
            label: label.to_owned(),
            shape,
            value: String::new(),
            hint: String::new(),
            fault: String::new(),
            required: false,
            autocomplete: "off",
            digits: false,
            longest: None,
        }
    }

    /// One line of text.
    #[must_use]
    pub fn text(name: &str, label: &str) -> Self {
        Self::new(name, label, Shape::Input("text"))
    }

    /// One line that is not shown.
    #[must_use]
    pub fn password(name: &str, label: &str) -> Self {
        Self::new(name, label, Shape::Input("password"))
    }

    /// One line of another type that HTML knows, such as `date`, `number` or `search`.
    #[must_use]
    pub fn input(kind: &'static str, name: &str, label: &str) -> Self {
        Self::new(name, label, Shape::Input(kind))
    }

    /// A code of digits that another device shows.
    #[must_use]
    pub fn code(name: &str, label: &str) -> Self {
        let field = Self::new(name, label, Shape::Input("text"));
        field.autocomplete("one-time-code").digits().longest(10)
    }

    /// Several lines of text.
    #[must_use]
    pub fn lines(name: &str, label: &str, rows: u8) -> Self {
        Self::new(name, label, Shape::Lines(rows))
    }

    /// One of several.
    #[must_use]
    pub fn choice(name: &str, label: &str, options: &[(impl AsRef<str>, impl AsRef<str>)]) -> Self {
        let options = options
            .iter()
            .map(|(value, text)| (value.as_ref().to_owned(), text.as_ref().to_owned()))
            .collect();
        Self::new(name, label, Shape::Choice(options))
    }

    /// Yes or no; the value `true` is sent for yes, and nothing for no.
    #[must_use]
    pub fn tick(name: &str, label: &str) -> Self {
        Self::new(name, label, Shape::Tick)
    }

    /// With this in it, or chosen, or ticked.
    #[must_use]
    #[expect(
        clippy::needless_pass_by_value,
        reason = "templates hand over values and references alike"
    )]
    pub fn value(mut self, value: impl ToString) -> Self {
        self.value = value.to_string();
        self
    }

    /// With words that help to fill it in.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = hint.into();
        self
    }

    /// With what is wrong; nothing when it is empty.
    #[must_use]
    pub fn fault(mut self, fault: impl Into<String>) -> Self {
        self.fault = fault.into();
        self
    }

    /// Can't be left empty.
    #[must_use]
    pub fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// Takes no more characters than so many.
    #[must_use]
    pub fn longest(mut self, characters: u32) -> Self {
        self.longest = Some(characters);
        self
    }

    /// What browsers and password managers may fill in, in the words of HTML.
    #[must_use]
    pub fn autocomplete(mut self, autocomplete: &'static str) -> Self {
        self.autocomplete = autocomplete;
        self
    }

    /// Takes digits: a telephone shows those keys.
    #[must_use]
    pub fn digits(mut self) -> Self {
        self.digits = true;
        self
    }

    fn has(&self, value: &str) -> bool {
        self.value == value
    }

    /// Something is chosen in any case, be it nothing.
    fn is_choice(&self) -> bool {
        matches!(self.shape, Shape::Choice(_))
    }

    /// The ids of the hint and the fault, for those who are read to.
    fn described_by(&self) -> String {
        let mut ids = Vec::new();
        if !self.hint.is_empty() {
            ids.push(format!("{}-hint", self.name));
        }
        if !self.fault.is_empty() {
            ids.push(format!("{}-fault", self.name));
        }
        ids.join(" ")
    }
}

impl HtmlSafe for Field {}
