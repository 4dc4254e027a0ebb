//! From the wire to the domain: what does not fit becomes a documented code, never axum's own text.

mod body;
mod caller;
mod json;
mod path;
mod query;

pub(crate) use body::{Form, JsonBody, is_json, read_plain};
pub(crate) use caller::Admitted;
pub(crate) use json::{Members, Node};
pub(crate) use path::{PathParameter, PathParameters};
pub(crate) use query::{PageParameters, Query, page, page_size};
