//! An operation with all that its page shows.

use serde_json::Value;

use super::document::{Document, entries, list, text};
use super::example::{example, pretty};
use super::shape::{Reader, Shape};
use crate::Error;

/// A method on a path; or, the other way round, what the server sends to a customer.
#[derive(Debug, Clone)]
pub(crate) struct Operation {
    pub(crate) id: String,
    pub(crate) method: String,
    /// Empty for what the server sends.
    pub(crate) path: String,
    pub(crate) tag: String,
    /// The API product that it belongs to, if it belongs to one.
    pub(crate) product: Option<String>,
    pub(crate) summary: String,
    pub(crate) notes: String,
    pub(crate) access: Access,
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) body: Option<Content>,
    pub(crate) answers: Vec<Answer>,
    pub(crate) failures: Vec<Failure>,
}

/// What a caller shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Access {
    /// An access token with these scopes.
    Token(Vec<String>),
    /// The client app's own credentials.
    Client,
    /// Nothing.
    Open,
}

/// A parameter of a call, or a header of an answer.
#[derive(Debug, Clone)]
pub(crate) struct Parameter {
    pub(crate) name: String,
    /// `path`, `query` or `header`.
    pub(crate) place: String,
    pub(crate) required: bool,
    pub(crate) description: String,
    pub(crate) shape: Shape,
    /// Its own, or one that is made up for it.
    pub(crate) example: String,
    /// Whether the document gives an example.
    pub(crate) has_example: bool,
    /// As the document has it.
    pub(crate) schema: Value,
}

/// A body.
#[derive(Debug, Clone)]
pub(crate) struct Content {
    pub(crate) media_type: String,
    pub(crate) description: String,
    pub(crate) required: bool,
    pub(crate) shape: Shape,
    /// As the document has it.
    pub(crate) schema: Value,
    pub(crate) example: Value,
    /// An example for each shape that it may have one of, by its name.
    pub(crate) examples: Vec<(String, String)>,
}

/// What comes back when it went well.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: String,
    pub(crate) description: String,
    pub(crate) headers: Vec<Parameter>,
    pub(crate) content: Option<Content>,
}

/// The error codes of one HTTP status.
#[derive(Debug, Clone)]
pub(crate) struct Failure {
    pub(crate) status: String,
    pub(crate) reason: String,
    pub(crate) codes: Vec<u32>,
}

impl Parameter {
    /// The id of its place on the operation's page.
    pub(crate) fn anchor(&self) -> String {
        format!("parameter.{}", self.name)
    }
}

impl Operation {
    /// Whether the server sends it, and customers answer.
    pub(crate) fn is_sent(&self) -> bool {
        self.path.is_empty()
    }

    pub(crate) fn address(&self) -> String {
        format!("/portal/operations/{}", self.id)
    }

    /// `GET /…`, or what is sent.
    pub(crate) fn line(&self) -> String {
        if self.is_sent() {
            format!("{} to your endpoint", self.method)
        } else {
            format!("{} {}", self.method, self.path)
        }
    }

    pub(crate) fn codes(&self) -> impl Iterator<Item = u32> {
        self.failures
            .iter()
            .flat_map(|failure| failure.codes.iter().copied())
    }

    pub(crate) fn has_code(&self, code: u32) -> bool {
        self.codes().any(|own| own == code)
    }

    /// Reads an operation of a document.
    pub(super) fn read(
        document: Document<'_>,
        (method, path): (&str, &str),
        operation: &Value,
    ) -> Result<Self, Error> {
        let id = text(operation, "operationId");
        if id.is_empty() {
            return Err(Error::Missing(format!("operationId of {method} {path}")));
        }
        let body = operation.get("requestBody");
        let mut read = Self {
            id: id.to_owned(),
            method: method.to_uppercase(),
            path: path.to_owned(),
            tag: String::new(),
            product: operation
                .get("x-api-product")
                .and_then(Value::as_str)
                .map(str::to_owned),
            summary: text(operation, "summary").to_owned(),
            notes: text(operation, "description").to_owned(),
            access: access(operation),
            parameters: parameters(document, operation)?,
            body: body.map_or(Ok(None), |body| content(document, body, "body"))?,
            answers: Vec::new(),
            failures: Vec::new(),
        };
        if let Some(tag) = list(operation, "tags").first().and_then(Value::as_str) {
            tag.clone_into(&mut read.tag);
        }
        for (status, response) in entries(operation, "responses") {
            match response.get("x-error-codes") {
                Some(_) => read.failures.push(failure(status, response)),
                None => read.answers.push(answer(document, status, response)?),
            }
        }
        Ok(read)
    }
}

/// By the first of the schemes that may be shown.
fn access(operation: &Value) -> Access {
    let requirements = list(operation, "security").iter();
    let mut schemes = requirements.filter_map(Value::as_object).flatten();
    let Some((scheme, scopes)) = schemes.next() else {
        return Access::Open;
    };
    if scheme != "system_user" {
        return Access::Client;
    }
    let scopes = scopes.as_array().into_iter().flatten();
    let scopes = scopes.filter_map(Value::as_str).map(str::to_owned);
    Access::Token(scopes.collect())
}

fn parameters(document: Document<'_>, operation: &Value) -> Result<Vec<Parameter>, Error> {
    let declared = list(operation, "parameters").iter();
    declared
        .map(|one| parameter(document, text(one, "name"), one, "parameter"))
        .collect()
}

fn parameter(
    document: Document<'_>,
    name: &str,
    value: &Value,
    anchor: &str,
) -> Result<Parameter, Error> {
    let schema = &value["schema"];
    let own = value.get("example");
    let made = match own {
        Some(own) => own.clone(),
        None => example(document, schema)?,
    };
    let reader = Reader {
        document,
        deep: true,
    };
    let description = match text(value, "description") {
        "" => text(schema, "description"),
        own => own,
    };
    Ok(Parameter {
        name: name.to_owned(),
        place: text(value, "in").to_owned(),
        required: value["required"].as_bool().unwrap_or(false),
        description: description.to_owned(),
        shape: reader.shape(schema, &format!("{anchor}.{name}"))?,
        example: made
            .as_str()
            .map_or_else(|| made.to_string(), str::to_owned),
        has_example: own.is_some(),
        schema: schema.clone(),
    })
}

fn content(document: Document<'_>, body: &Value, anchor: &str) -> Result<Option<Content>, Error> {
    let Some((media_type, inside)) = entries(body, "content").next() else {
        return Ok(None);
    };
    let schema = &inside["schema"];
    let reader = Reader {
        document,
        deep: true,
    };
    let made = match inside.get("example") {
        Some(own) => own.clone(),
        None => example(document, schema)?,
    };
    let mut examples = Vec::new();
    let choices = list(document.resolve(schema)?.schema, "oneOf");
    for choice in choices {
        let name = document.resolve(choice)?.name.unwrap_or_default();
        examples.push((name.to_owned(), pretty(&example(document, choice)?)));
    }
    if examples.is_empty() {
        examples.push((String::new(), pretty(&made)));
    }
    Ok(Some(Content {
        media_type: media_type.to_owned(),
        description: text(body, "description").to_owned(),
        required: body["required"].as_bool().unwrap_or(false),
        shape: reader.shape(schema, anchor)?,
        schema: schema.clone(),
        example: made,
        examples,
    }))
}

fn answer(document: Document<'_>, status: &str, response: &Value) -> Result<Answer, Error> {
    let headers = entries(response, "headers");
    let headers = headers.map(|(name, header)| parameter(document, name, header, "header"));
    Ok(Answer {
        status: status.to_owned(),
        description: text(response, "description").to_owned(),
        headers: headers.collect::<Result<_, _>>()?,
        content: content(document, response, "answer")?,
    })
}

fn failure(status: &str, response: &Value) -> Failure {
    let codes = list(response, "x-error-codes").iter();
    let codes = codes.filter_map(Value::as_u64);
    let reason = text(response, "description").lines().next();
    Failure {
        status: status.to_owned(),
        reason: reason.unwrap_or_default().trim_end_matches(':').to_owned(),
        codes: codes.filter_map(|code| u32::try_from(code).ok()).collect(),
    }
}
