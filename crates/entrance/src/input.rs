//! What pages are asked with: the query of their address, and what their forms send.

use axum::body::{Body, Bytes};
use axum::extract::{FromRequest, FromRequestParts, Request};
use http::HeaderMap;
use http::request::Parts;
use serde::de::DeserializeOwned;
use web::sentence;

use crate::Fault;

/// The query, as a type with `#[serde(default)]` whose members are texts; what it does not know is
/// left out.
pub struct Query<T>(pub T);

impl<S: Sync, T: DeserializeOwned> FromRequestParts<S> for Query<T> {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Fault> {
        let text = parts.uri.query().unwrap_or_default();
        let read = serde_urlencoded::from_str(text).map(Self);
        read.map_err(|_| Fault::unreadable("The address has parameters that can't be read."))
    }
}

/// What a form sends, as such a type. The guard has checked its token.
pub struct Form<T>(pub T);

impl<S: Sync, T: DeserializeOwned> FromRequest<S> for Form<T> {
    type Rejection = Fault;

    async fn from_request(request: Request, state: &S) -> Result<Self, Fault> {
        let bytes = Bytes::from_request(request, &state);
        let bytes = bytes.await.map_err(|_| unreadable())?;
        read(&bytes).map(Self)
    }
}

/// What the bytes of a form say.
pub fn read<T: DeserializeOwned>(form: &[u8]) -> Result<T, Fault> {
    serde_urlencoded::from_bytes(form).map_err(|_| unreadable())
}

fn unreadable() -> Fault {
    Fault::unreadable("The form has fields that can't be read.")
}

/// The body of a form.
pub(crate) async fn read_form(headers: &HeaderMap, body: Body) -> Result<Bytes, Fault> {
    let read = web::read_form(headers, body).await;
    read.map_err(|unreadable| Fault::unreadable(sentence(&unreadable.to_string())))
}

/// The values of all fields of one name, of which a form may send several.
pub struct Fields(Vec<(String, String)>);

impl Fields {
    /// All of one name.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let fields = self.0.iter().filter(move |(field, _)| field == name);
        fields.map(|(_, value)| value.as_str())
    }

    /// The first of a name, or nothing.
    #[must_use]
    pub fn one(&self, name: &str) -> &str {
        let found = self.0.iter().find(|(field, _)| field == name);
        found.map_or("", |(_, value)| value)
    }
}

impl<S: Sync> FromRequest<S> for Fields {
    type Rejection = Fault;

    async fn from_request(request: Request, state: &S) -> Result<Self, Fault> {
        let Form(fields) = Form::from_request(request, state).await?;
        Ok(Self(fields))
    }
}
