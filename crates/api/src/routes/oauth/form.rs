//! The parameters of a request to a token endpoint, and who sends it.

use std::net::IpAddr;

use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, HeaderValue, header};
use gateway::ClientAuthentication;

use crate::admission::network;
use crate::error::{ApiError, ErrorCode};
use crate::extract::Form;

/// What the token endpoints read; other parameters are ignored (RFC 6749, section 3.2).
const KNOWN: [&str; 8] = [
    "grant_type",
    "username",
    "password",
    "scope",
    "client_id",
    "client_secret",
    "token",
    "token_type_hint",
];

/// The form's parameters, each at most once; an empty one counts as absent.
pub(super) struct Parameters {
    fields: Vec<(String, String)>,
    headers: HeaderMap,
    network: IpAddr,
}

impl Parameters {
    pub(super) async fn read(request: Request) -> Result<Self, ApiError> {
        let network = network(&request);
        let headers = request.headers().clone();
        let Form(fields) = Form::from_request(request, &())
            .await
            .map_err(|error| error.with_oauth("invalid_request"))?;
        for name in KNOWN {
            if fields.iter().filter(|(given, _)| given == name).count() > 1 {
                let error =
                    ApiError::field(ErrorCode::InvalidRequest, name, "given more than once");
                return Err(error.with_oauth("invalid_request"));
            }
        }
        let fields = fields
            .into_iter()
            .filter(|(_, value)| !value.is_empty())
            .collect();
        Ok(Self {
            fields,
            headers,
            network,
        })
    }

    pub(super) fn get(&self, name: &str) -> Option<&str> {
        let field = self.fields.iter().find(|(known, _)| known == name);
        field.map(|(_, value)| value.as_str())
    }

    pub(super) fn authorization(&self) -> Vec<&[u8]> {
        let values = self.headers.get_all(header::AUTHORIZATION).iter();
        values.map(HeaderValue::as_bytes).collect()
    }

    pub(super) fn client<'a>(&'a self, authorization: &'a [&'a [u8]]) -> ClientAuthentication<'a> {
        ClientAuthentication {
            authorization,
            client_id: self.get("client_id"),
            client_secret: self.get("client_secret"),
            network: self.network,
        }
    }
}
