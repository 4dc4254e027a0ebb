//! Members and models: how a shape is shown, down to its last member.

use askama::Template;
use askama::filters::HtmlSafe;
use web::Page;

use super::{model_address, page};
use crate::markdown::Linker;
use crate::portal::Inner;
use crate::reference::{Kind, Model, Operation, Shape};

/// What is inside a shape: its members, or the shapes that it may have. `{{ Inside }}` in a template.
#[derive(Template)]
#[template(path = "portal/inside.html")]
pub(super) struct Inside<'a> {
    shape: &'a Shape,
    linker: Linker<'a>,
}

impl<'a> Inside<'a> {
    pub(super) fn new(shape: &'a Shape, linker: Linker<'a>) -> Self {
        Self { shape, linker }
    }

    fn of(&self, shape: &'a Shape) -> Self {
        Self::new(shape, self.linker)
    }

    fn said(&self, shape: &'a Shape) -> Said<'a> {
        Said::new(shape, self.linker)
    }
}

impl HtmlSafe for Inside<'_> {}

/// What is said of a value: its description and its limits.
#[derive(Template)]
#[template(
    ext = "html",
    source = r#"{% if !shape.description.is_empty() || !shape.limits.is_empty() -%}
<div class="said">
{%- if !shape.description.is_empty() %}{{ linker.inline(shape.description)|safe }}{% endif -%}
{%- if !shape.limits.is_empty() %} <span class="limits">{{ linker.inline(&self.limits())|safe }}</span>{% endif -%}
</div>
{%- endif %}"#
)]
pub(super) struct Said<'a> {
    shape: &'a Shape,
    linker: Linker<'a>,
}

impl<'a> Said<'a> {
    pub(super) fn new(shape: &'a Shape, linker: Linker<'a>) -> Self {
        Self { shape, linker }
    }

    fn limits(&self) -> String {
        let mut limits = self.shape.limits.join("; ");
        if let Some(first) = limits.get_mut(..1) {
            first.make_ascii_uppercase();
        }
        limits.push('.');
        limits
    }
}

impl HtmlSafe for Said<'_> {}

/// The kind of a value, with a link when it is a model's.
#[derive(Template)]
#[template(
    ext = "html",
    source = r#"<span class="kind">{% if !kind.before.is_empty() %}{{ kind.before }} {% endif -%}
{% if kind.is_model %}<a href="{{ self.address() }}">{{ kind.name }}</a>{% else %}{{ kind.name }}{% endif %}</span>"#
)]
pub(super) struct KindOf<'a> {
    kind: &'a Kind,
}

impl KindOf<'_> {
    fn address(&self) -> String {
        model_address(&self.kind.name)
    }
}

impl HtmlSafe for KindOf<'_> {}

/// The kind of a shape.
pub(super) fn kind(shape: &Shape) -> KindOf<'_> {
    KindOf { kind: &shape.kind }
}

/// A model's page.
#[derive(Template)]
#[template(path = "portal/model.html")]
pub(super) struct ModelPage<'a> {
    page: Page,
    model: &'a Model,
    used_by: Vec<&'a Operation>,
    linker: Linker<'a>,
}

impl ModelPage<'_> {
    fn inside(&self) -> Inside<'_> {
        Inside::new(&self.model.shape, self.linker)
    }

    fn said(&self) -> Said<'_> {
        Said::new(&self.model.shape, self.linker)
    }
}

pub(super) fn model<'a>(inner: &'a Inner, model: &'a Model) -> ModelPage<'a> {
    let operations = &inner.reference.operations;
    ModelPage {
        page: page(inner, &model.name, &model_address(&model.name)),
        model,
        used_by: model
            .used_by
            .iter()
            .map(|number| &operations[*number])
            .collect(),
        linker: inner.linker(),
    }
}
