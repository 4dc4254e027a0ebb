//! What the reference shows: API products, operations, models and error codes, each read once from
//! the finished OpenAPI documents.

mod code;
mod document;
mod example;
mod limits;
mod operation;
mod shape;

use serde_json::{Value, json};

pub(crate) use code::Code;
pub(crate) use operation::{Access, Failure, Operation, Parameter};
pub(crate) use shape::{Kind, Member, Shape};

use crate::{Error, Sources};
use document::{Document, entries, list, text};
use example::{example, pretty};
use shape::Reader;

/// Operations that belong to no API product: those about access tokens.
pub(crate) const ACCESS: &str = "oauth";

const METHODS: [&str; 5] = ["get", "put", "post", "delete", "patch"];

/// All that the reference shows.
#[derive(Debug)]
pub(crate) struct Reference {
    pub(crate) base_url: String,
    pub(crate) products: Vec<Product>,
    pub(crate) operations: Vec<Operation>,
    pub(crate) models: Vec<Model>,
    pub(crate) codes: Vec<Code>,
    /// What the schemas of operations refer to, as the document has it.
    pub(crate) components: Value,
}

/// An API product, or the operations that belong to none.
#[derive(Debug)]
pub(crate) struct Product {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) version: String,
    pub(crate) description: String,
    pub(crate) groups: Vec<Group>,
    /// Whether it has documents of its own.
    pub(crate) has_documents: bool,
}

/// Operations about one thing.
#[derive(Debug)]
pub(crate) struct Group {
    pub(crate) name: String,
    pub(crate) description: String,
    /// Their places among all.
    pub(crate) operations: Vec<usize>,
}

/// A model with its page.
#[derive(Debug)]
pub(crate) struct Model {
    pub(crate) name: String,
    pub(crate) shape: Shape,
    pub(crate) example: String,
    /// The operations that send or answer it.
    pub(crate) used_by: Vec<usize>,
}

impl Reference {
    /// Reads the documents.
    pub(crate) fn read(sources: &Sources<'_>) -> Result<Self, Error> {
        let document = Document(sources.whole);
        let mut operations = Vec::new();
        let mut used = Vec::new();
        let mut read = |keys: (&str, &str), operation: &Value| {
            used.push(reachable(document, operation)?);
            operations.push(Operation::read(document, keys, operation)?);
            Ok::<_, Error>(())
        };
        for (path, item) in entries(sources.whole, "paths") {
            for (method, operation) in METHODS.iter().filter_map(|m| Some((*m, item.get(*m)?))) {
                read((method, path), operation)?;
            }
        }
        for (_, item) in entries(sources.whole, "webhooks") {
            for (method, operation) in METHODS.iter().filter_map(|m| Some((*m, item.get(*m)?))) {
                read((method, ""), operation)?;
            }
        }
        let reference = Self {
            base_url: document.base_url()?.trim_end_matches('/').to_owned(),
            products: products(sources, &operations),
            models: models(document, &used)?,
            codes: sources.error_pages.iter().map(Code::read).collect(),
            components: sources.whole["components"].clone(),
            operations,
        };
        reference.check()
    }

    /// Each code that an operation may answer has a page.
    fn check(self) -> Result<Self, Error> {
        for operation in &self.operations {
            if let Some(code) = operation.codes().find(|code| self.code(*code).is_none()) {
                let operation = operation.id.clone();
                return Err(Error::NoPage { operation, code });
            }
        }
        Ok(self)
    }

    /// The operation with this id, unless it is what the server sends.
    pub(crate) fn operation(&self, id: &str) -> Option<&Operation> {
        let mut callable = self.operations.iter().filter(|one| !one.is_sent());
        callable.find(|operation| operation.id == id)
    }

    pub(crate) fn code(&self, number: u32) -> Option<&Code> {
        self.codes.iter().find(|code| code.number == number)
    }

    /// The operation behind a method and a path as texts name them, which may fill in parameters.
    pub(crate) fn operation_at(&self, method: Option<&str>, path: &str) -> Option<&Operation> {
        let path = path.split('?').next().unwrap_or_default();
        self.operations.iter().find(|operation| {
            let same_method = method.is_none_or(|method| operation.method == method);
            same_method && !operation.is_sent() && fits(&operation.path, path)
        })
    }
}

fn fits(template: &str, path: &str) -> bool {
    let (template, path) = (template.split('/'), path.split('/'));
    let fitting =
        |(one, other): (&str, &str)| one == other || (one.starts_with('{') && !other.is_empty());
    template.clone().count() == path.clone().count() && template.zip(path).all(fitting)
}

fn products(sources: &Sources<'_>, operations: &[Operation]) -> Vec<Product> {
    let product = |id: &str, document: &Value| {
        let info = &document["info"];
        Product {
            id: id.to_owned(),
            title: text(info, "title").to_owned(),
            version: text(info, "version").to_owned(),
            description: text(info, "description").to_owned(),
            groups: groups(
                sources.whole,
                |operation| {
                    let sent = operation.is_sent() && document.get("webhooks").is_some();
                    sent || operation.product.as_deref() == Some(id)
                },
                operations,
            ),
            has_documents: true,
        }
    };
    let mut products: Vec<_> = sources
        .products
        .iter()
        .map(|(id, document)| product(id, document))
        .collect();
    products.push(Product {
        id: ACCESS.to_owned(),
        title: "Access tokens".to_owned(),
        version: text(&sources.whole["info"], "version").to_owned(),
        description: String::new(),
        groups: groups(
            sources.whole,
            |operation| operation.product.is_none() && !operation.is_sent(),
            operations,
        ),
        has_documents: false,
    });
    products
}

/// Some of the operations, by their tags.
fn groups(
    whole: &Value,
    is_of: impl Fn(&Operation) -> bool,
    operations: &[Operation],
) -> Vec<Group> {
    let tags = list(whole, "tags").iter();
    let groups = tags.map(|tag| {
        let name = text(tag, "name");
        let numbered = operations.iter().enumerate();
        Group {
            name: name.to_owned(),
            description: text(tag, "description").to_owned(),
            operations: numbered
                .filter(|(_, operation)| operation.tag == name && is_of(operation))
                .map(|(number, _)| number)
                .collect(),
        }
    });
    groups
        .filter(|group| !group.operations.is_empty())
        .collect()
}

fn models(document: Document<'_>, used: &[Vec<String>]) -> Result<Vec<Model>, Error> {
    let reader = Reader {
        document,
        deep: false,
    };
    let model = |name: &String| {
        let reference = json!({ "$ref": format!("#/components/schemas/{name}") });
        let by = used.iter().enumerate();
        Ok(Model {
            shape: model_shape(reader, name)?,
            example: pretty(&example(document, &reference)?),
            used_by: by
                .filter(|(_, names)| names.contains(name))
                .map(|(number, _)| number)
                .collect(),
            name: name.clone(),
        })
    };
    document.schemas()?.keys().map(model).collect()
}

fn model_shape(reader: Reader<'_>, name: &str) -> Result<Shape, Error> {
    let schema = reader.document.schemas()?.get(name);
    let schema = schema.ok_or_else(|| Error::Unresolved(name.to_owned()))?;
    reader.shape(schema, "member")
}

/// The names of all models that an operation sends or answers; each reference leads somewhere.
fn reachable(document: Document<'_>, operation: &Value) -> Result<Vec<String>, Error> {
    let mut open = vec![operation];
    let mut names: Vec<String> = Vec::new();
    while let Some(value) = open.pop() {
        match value {
            Value::Object(members) => {
                if let Some(name) = document.resolve(value)?.name {
                    if names.iter().any(|known| known == name) {
                        continue;
                    }
                    names.push(name.to_owned());
                    open.extend(document.schemas()?.get(name));
                }
                open.extend(members.values());
            }
            Value::Array(items) => open.extend(items),
            _ => {}
        }
    }
    Ok(names)
}
