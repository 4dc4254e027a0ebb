//! What the search knows: guides, operations with their parameters, members of models, error codes.

use super::{error_address, model_address, product_address};
use crate::markdown::Linker;
use crate::portal::Inner;
use crate::reference::{Member, Shape};
use crate::search::{Entry, Kind, is_name};

/// Everything that can be found.
pub(crate) fn entries(inner: &Inner) -> Vec<Entry> {
    let mut entries = Vec::new();
    operations(inner, &mut entries);
    codes(inner, &mut entries);
    guides(inner, &mut entries);
    models(inner, &mut entries);
    entries
}

fn operations(inner: &Inner, entries: &mut Vec<Entry>) {
    let linker = inner.linker();
    for product in &inner.reference.products {
        entries.push(Entry {
            kind: Kind::ApiProduct,
            exact: Vec::new(),
            title: product.title.clone(),
            address: product_address(&product.id),
            names: product.id.clone(),
            text: product.description.clone(),
            weight: 1.0,
        });
    }
    for operation in &inner.reference.operations {
        entries.push(Entry {
            kind: if operation.is_sent() {
                Kind::Event
            } else {
                Kind::Operation
            },
            exact: vec![
                operation.id.clone(),
                operation.line(),
                operation.path.clone(),
            ],
            title: operation.summary.clone(),
            address: operation.address(),
            names: format!("{} {} {}", operation.id, operation.line(), operation.tag),
            text: linker.words(&operation.notes),
            weight: 1.5,
        });
        for parameter in &operation.parameters {
            entries.push(Entry {
                kind: Kind::Parameter,
                exact: exact(&parameter.name),
                title: format!("{} of {}", parameter.name, operation.summary),
                address: format!("{}#{}", operation.address(), parameter.anchor()),
                names: String::new(),
                text: linker.words(&parameter.description),
                weight: 0.8,
            });
        }
    }
}

fn codes(inner: &Inner, entries: &mut Vec<Entry>) {
    let linker = inner.linker();
    for code in &inner.reference.codes {
        entries.push(Entry {
            kind: Kind::ErrorCode,
            exact: vec![code.number.to_string()],
            title: format!("{} {}", code.number, code.title),
            address: error_address(code.number),
            names: String::new(),
            text: linker.words(&format!("{}\n\n{}", code.meaning, code.page)),
            weight: 1.2,
        });
    }
}

fn guides(inner: &Inner, entries: &mut Vec<Entry>) {
    let linker = inner.linker();
    for guide in &inner.guides {
        let rendered = linker.render(&guide.text);
        for section in rendered.sections {
            let (kind, title, address) = if section.anchor.is_empty() {
                (Kind::Guide, rendered.title.clone(), guide.address())
            } else {
                let title = format!("{}: {}", rendered.title, section.title);
                let address = format!("{}#{}", guide.address(), section.anchor);
                (Kind::Section, title, address)
            };
            entries.push(Entry {
                kind,
                exact: Vec::new(),
                title,
                address,
                names: String::new(),
                text: section.text,
                weight: 1.2,
            });
        }
    }
}

fn models(inner: &Inner, entries: &mut Vec<Entry>) {
    let linker = inner.linker();
    for model in &inner.reference.models {
        let address = model_address(&model.name);
        entries.push(Entry {
            kind: Kind::Model,
            exact: exact(&model.name),
            title: model.name.clone(),
            address: address.clone(),
            names: String::new(),
            text: linker.words(&with_limits(&model.shape)),
            weight: 1.0,
        });
        members(
            linker,
            (&model.name, &address),
            &model.shape.members,
            entries,
        );
    }
}

fn members(
    linker: Linker<'_>,
    (path, page): (&str, &str),
    all: &[Member],
    entries: &mut Vec<Entry>,
) {
    for member in all {
        let title = format!("{path}.{}", member.name);
        entries.push(Entry {
            kind: Kind::Member,
            exact: [exact(&member.name), vec![title.clone()]].concat(),
            address: format!("{page}#{}", member.anchor),
            names: String::new(),
            text: linker.words(&with_limits(&member.shape)),
            weight: 0.8,
            title: title.clone(),
        });
        members(linker, (&title, page), &member.shape.members, entries);
    }
}

/// Words of everyday speech name too much to name one thing.
fn exact(name: &str) -> Vec<String> {
    Some(name.to_owned())
        .filter(|name| is_name(name))
        .into_iter()
        .collect()
}

fn with_limits(shape: &Shape) -> String {
    format!("{} {}", shape.description, shape.limits.join(", "))
}
