//! Bodies: bounded, of the right type, read whole before anything is done.

use std::time::Duration;

use axum::body::{Body, BodyDataStream};
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, header};
use http_body_util::BodyExt;

use super::Node;
use crate::error::{ApiError, ErrorCode};

/// The largest body that is read; the largest order that makes sense is a tenth of it.
const LARGEST: usize = 256 * 1024;
/// How much of a larger body is read to no purpose, so that the caller gets to see the answer.
const LARGEST_DRAINED: usize = 16 * 1024 * 1024;
/// How long a caller may take to send a body.
const LONGEST: Duration = Duration::from_secs(30);

/// A JSON body, and the bytes that it came in.
pub(crate) struct JsonBody {
    /// The document; none if the body is empty.
    pub(crate) document: Option<Node>,
    /// What was sent.
    pub(crate) bytes: Vec<u8>,
}

impl<S: Sync> FromRequest<S> for JsonBody {
    type Rejection = ApiError;

    async fn from_request(request: Request, _: &S) -> Result<Self, ApiError> {
        expect_type(request.headers(), is_json, "application/json")?;
        let bytes = read(request.into_body()).await?;
        let blank = bytes.iter().all(u8::is_ascii_whitespace);
        let document = if blank {
            None
        } else {
            Some(Node::parse(&bytes)?)
        };
        Ok(Self { document, bytes })
    }
}

/// The fields of a form, in the order in which they were sent.
pub(crate) struct Form(pub(crate) Vec<(String, String)>);

impl<S: Sync> FromRequest<S> for Form {
    type Rejection = ApiError;

    async fn from_request(request: Request, _: &S) -> Result<Self, ApiError> {
        const FORM: &str = "application/x-www-form-urlencoded";
        expect_type(request.headers(), |essence| essence == FORM, FORM)?;
        let bytes = read(request.into_body()).await?;
        serde_urlencoded::from_bytes(&bytes)
            .map(Self)
            .map_err(|error| {
                ApiError::field(
                    ErrorCode::InvalidRequest,
                    "body",
                    format!("not a form: {error}"),
                )
            })
    }
}

pub(crate) fn is_json(essence: &str) -> bool {
    essence == "application/json"
        || (essence.starts_with("application/") && essence.ends_with("+json"))
}

/// A body whose bytes are what it says, as an upstream back end gets it.
pub(crate) async fn read_plain(headers: &HeaderMap, body: Body) -> Result<Vec<u8>, ApiError> {
    expect_plain(headers)?;
    read(body).await
}

fn expect_plain(headers: &HeaderMap) -> Result<(), ApiError> {
    let mut encodings = headers.get_all(header::CONTENT_ENCODING).iter();
    if encodings.all(|encoding| encoding == "identity") {
        return Ok(());
    }
    let message = "send the body as it is, without encoding";
    Err(ApiError::field(
        ErrorCode::UnsupportedMediaType,
        "Content-Encoding",
        message,
    ))
}

/// A missing type is taken for the right one; more than one can't be right.
fn expect_type(
    headers: &HeaderMap,
    fits: impl Fn(&str) -> bool,
    wanted: &str,
) -> Result<(), ApiError> {
    expect_plain(headers)?;
    let mut types = headers.get_all(header::CONTENT_TYPE).iter();
    let Some(content_type) = types.next() else {
        return Ok(());
    };
    let text = content_type
        .to_str()
        .unwrap_or_default()
        .to_ascii_lowercase();
    let mut parts = text.split(';').map(str::trim);
    let fitting = parts.next().is_some_and(&fits);
    let charset = parts.find_map(|part| part.strip_prefix("charset="));
    let utf8 = charset.is_none_or(|charset| matches!(charset.trim_matches('"'), "utf-8" | "utf8"));
    if fitting && utf8 && types.next().is_none() {
        return Ok(());
    }
    let message = format!("send {wanted} in UTF-8");
    Err(ApiError::field(
        ErrorCode::UnsupportedMediaType,
        "Content-Type",
        message,
    ))
}

async fn read(body: Body) -> Result<Vec<u8>, ApiError> {
    let reading = collect(body.into_data_stream());
    tokio::time::timeout(LONGEST, reading)
        .await
        .unwrap_or_else(|_| {
            let message = format!("did not arrive within {} seconds", LONGEST.as_secs());
            Err(ApiError::field(ErrorCode::InvalidRequest, "body", message))
        })
}

async fn collect(mut stream: BodyDataStream) -> Result<Vec<u8>, ApiError> {
    let mut bytes = Vec::new();
    let mut length = 0_usize;
    while let Some(frame) = stream.frame().await {
        let frame = frame.map_err(|_| {
            ApiError::field(
                ErrorCode::InvalidRequest,
                "body",
                "broke off before its end",
            )
        })?;
        let data = frame.into_data().unwrap_or_default();
        length = length.saturating_add(data.len());
        if length <= LARGEST {
            bytes.extend_from_slice(&data);
        } else if length > LARGEST_DRAINED {
            break;
        }
    }
    if length > LARGEST {
        let message = format!("larger than {LARGEST} bytes");
        return Err(ApiError::field(ErrorCode::BodyTooLarge, "body", message));
    }
    Ok(bytes)
}
