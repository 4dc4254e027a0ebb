//! An operation's page: what it takes, what it answers, what may go wrong, and requests to copy.

use askama::Template;
use web::Page;

use super::members::{Inside, Said};
use super::{page, product_address};
use crate::markdown::Linker;
use crate::portal::Inner;
use crate::reference::{Access, Code, Failure, Operation, Parameter, Shape};
use crate::samples::{Call, Sample, samples};

/// The quota is counted, and the spike arrest is not passed.
const QUOTA: u32 = 42901;
const SPIKE_ARREST: u32 = 42902;

#[derive(Template)]
#[template(path = "portal/operation.html")]
pub(super) struct OperationPage<'a> {
    page: Page,
    operation: &'a Operation,
    samples: Vec<Sample>,
    inner: &'a Inner,
    linker: Linker<'a>,
}

pub(super) fn page_of<'a>(inner: &'a Inner, operation: &'a Operation) -> OperationPage<'a> {
    let base = &inner.reference.base_url;
    let call = Call::of(operation, base, &inner.credentials);
    OperationPage {
        page: page(inner, &operation.summary, &operation.address()),
        operation,
        samples: call.as_ref().map(samples).unwrap_or_default(),
        inner,
        linker: inner.linker(),
    }
}

impl<'a> OperationPage<'a> {
    fn html(&self, text: &str) -> String {
        self.linker.render(text).html
    }

    fn inline(&self, text: &str) -> String {
        self.linker.inline(text)
    }

    fn inside(&self, shape: &'a Shape) -> Inside<'a> {
        Inside::new(shape, self.linker)
    }

    fn said(&self, shape: &'a Shape) -> Said<'a> {
        Said::new(shape, self.linker)
    }

    /// What the parameter's own description does not say already.
    fn limits(&self, parameter: &'a Parameter) -> String {
        let limits = parameter.shape.limits.join("; ");
        if limits.is_empty() {
            return limits;
        }
        self.inline(&format!("({limits})"))
    }

    fn product(&self) -> Option<(String, String)> {
        let id = self.operation.product.as_ref()?;
        Some((id.clone(), product_address(id)))
    }

    fn scopes(&self) -> &'a [String] {
        match &self.operation.access {
            Access::Token(scopes) => scopes,
            _ => &[],
        }
    }

    fn takes_token(&self) -> bool {
        matches!(self.operation.access, Access::Token(_))
    }

    fn takes_client(&self) -> bool {
        self.operation.access == Access::Client
    }

    fn has_quota(&self) -> bool {
        self.operation.has_code(QUOTA)
    }

    fn has_spike_arrest(&self) -> bool {
        self.operation.has_code(SPIKE_ARREST)
    }

    fn is_keyed(&self) -> bool {
        let parameters = &self.operation.parameters;
        parameters
            .iter()
            .any(|parameter| parameter.name == "Idempotency-Key")
    }

    fn has_parameters(&self) -> bool {
        self.takes_token() || self.takes_client() || !self.operation.parameters.is_empty()
    }

    fn codes(&self, failure: &'a Failure) -> Vec<&'a Code> {
        let numbers = failure.codes.iter();
        numbers
            .filter_map(|number| self.inner.reference.code(*number))
            .collect()
    }

    fn contents(&self) -> Vec<(&'static str, &'static str)> {
        let operation = self.operation;
        [
            ("try", "Try it", !operation.is_sent()),
            ("request", "Request to copy", !self.samples.is_empty()),
            ("parameters", "Parameters", self.has_parameters()),
            ("body", "Body", operation.body.is_some()),
            ("answer", "Answer", !operation.answers.is_empty()),
            ("errors", "Errors", !operation.failures.is_empty()),
        ]
        .into_iter()
        .filter(|(.., there)| *there)
        .map(|(anchor, label, _)| (anchor, label))
        .collect()
    }
}
