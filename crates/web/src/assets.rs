//! Files that pages refer to: each at an address with a hash of what it holds, so that it can be
//! kept for good and a new version is a new address.

use axum::Router;
use axum::body::Bytes;
use axum::response::IntoResponse;
use axum::routing::get;
use http::{HeaderValue, header};
use sha2::{Digest, Sha256};

/// A picture that is opened by itself can do nothing either.
const INERT: &str = "default-src 'none'; style-src 'unsafe-inline'; sandbox";

/// How many hexadecimal digits of the hash an address has.
const DIGITS: usize = 16;

/// A file that pages refer to.
#[derive(Debug, Clone)]
pub struct Asset {
    name: &'static str,
    media_type: &'static str,
    bytes: Bytes,
    pub(crate) address: String,
}

impl Asset {
    /// A file of this name, such as `style.css`, and this media type.
    #[must_use]
    pub fn new(name: &'static str, media_type: &'static str, bytes: impl Into<Bytes>) -> Self {
        let bytes = bytes.into();
        let mut hash = hex::encode(Sha256::digest(&bytes));
        hash.truncate(DIGITS);
        let (stem, ending) = name.rsplit_once('.').unwrap_or((name, "bin"));
        Self {
            name,
            media_type,
            bytes,
            address: format!("/assets/{stem}-{hash}.{ending}"),
        }
    }

    pub(crate) fn is_named(&self, name: &str) -> bool {
        self.name == name
    }
}

/// Serves each file at its address.
pub(crate) fn router(assets: &[Asset]) -> Router {
    assets.iter().fold(Router::new(), |router, asset| {
        let (bytes, media_type) = (
            asset.bytes.clone(),
            HeaderValue::from_static(asset.media_type),
        );
        let forever = HeaderValue::from_static("public, max-age=31536000, immutable");
        let headers = [
            (header::CONTENT_TYPE, media_type),
            (header::CACHE_CONTROL, forever),
        ];
        let inert = asset.media_type.starts_with("image/").then(|| {
            let policy = HeaderValue::from_static(INERT);
            [(header::CONTENT_SECURITY_POLICY, policy)]
        });
        let answer = async move || match inert {
            Some(inert) => (headers, inert, bytes).into_response(),
            None => (headers, bytes).into_response(),
        };
        router.route(&asset.address, get(answer))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_content_is_at_another_address() {
        let asset = |bytes: &'static str| Asset::new("style.css", "text/css", bytes).address;
        assert_eq!(asset("a"), "/assets/style-ca978112ca1bbdca.css");
        assert_ne!(asset("a"), asset("b"));
    }
}
