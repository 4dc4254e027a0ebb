//! Which URLs may be called. What a name resolves to is checked when a connection is made.

use std::cell::Cell;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use http::Uri;
use ipnet::IpNet;
use rustls::pki_types::DnsName;
use url::{Host, SyntaxViolation, Url};

use crate::addresses::is_public;

const LONGEST: usize = 2048;

/// How far calls may go.
#[derive(Debug, Clone)]
pub enum Reach {
    /// Wherever the operator has set: the operator's own system, by http or https.
    Anywhere,
    /// Where customers have set: by https, at public addresses alone.
    Public {
        /// Networks that the operator allows on top, by http too.
        also: Vec<IpNet>,
    },
}

/// A URL that may be called, as far as that can be told without asking for addresses. Debug shows
/// its host alone, because paths and queries have secrets in them.
#[derive(Clone, PartialEq, Eq)]
pub struct Destination {
    url: Url,
    uri: Uri,
}

/// Why a URL is not called. It does not say which address a name has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DestinationRefused {
    /// Longer than 2048 bytes.
    #[error("the URL is longer than {LONGEST} bytes")]
    TooLong,
    /// Nothing that could be called.
    #[error("not an absolute URL with a host")]
    NotAUrl,
    /// Backslashes, line breaks, missing slashes and the like, which programs read differently.
    #[error("the URL has blanks, backslashes or slashes where they do not belong")]
    Ambiguous,
    /// Neither http nor https.
    #[error("the URL does not begin with https://")]
    Scheme,
    /// They would show up in logs; a signature says who calls.
    #[error("the URL has a user name or a password in it")]
    Credentials,
    /// No server would ever see it.
    #[error("the URL has a fragment")]
    Fragment,
    /// Everybody on the way could read and change the call.
    #[error(
        "the URL does not begin with https://, and its host is not allowed to be called by http"
    )]
    PlainHttp,
    /// An address within the operator's network, or no one's.
    #[error("the host is not at a public address")]
    Address,
}

impl Reach {
    /// Whether a connection may be made to this address.
    pub(crate) fn check(&self, address: IpAddr, encrypted: bool) -> Result<(), DestinationRefused> {
        let Self::Public { also } = self else {
            return Ok(());
        };
        if also.iter().any(|net| net.contains(&address)) {
            return Ok(());
        }
        if !is_public(address) {
            return Err(DestinationRefused::Address);
        }
        encrypted.then_some(()).ok_or(DestinationRefused::PlainHttp)
    }

    fn check_name(&self, name: &str, encrypted: bool) -> Result<(), DestinationRefused> {
        let Self::Public { also } = self else {
            return Ok(());
        };
        if is_localhost(name) {
            let [v4, v6] = [Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()];
            return self.check(v4, encrypted).or(self.check(v6, encrypted));
        }
        if encrypted || !also.is_empty() {
            return Ok(());
        }
        Err(DestinationRefused::PlainHttp)
    }
}

impl fmt::Debug for Destination {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Destination({}://{}/…)", self.url.scheme(), self.host())
    }
}

impl Destination {
    /// Checks everything that can be checked without asking for addresses.
    pub fn parse(url: &str, reach: &Reach) -> Result<Self, DestinationRefused> {
        if url.len() > LONGEST {
            return Err(DestinationRefused::TooLong);
        }
        let url = read(url)?;
        let encrypted = match url.scheme() {
            "https" => true,
            "http" => false,
            _ => return Err(DestinationRefused::Scheme),
        };
        if !url.username().is_empty() || url.password().is_some() {
            return Err(DestinationRefused::Credentials);
        }
        if url.fragment().is_some() {
            return Err(DestinationRefused::Fragment);
        }
        match url.host().ok_or(DestinationRefused::NotAUrl)? {
            Host::Ipv4(address) => reach.check(address.into(), encrypted)?,
            Host::Ipv6(address) => reach.check(address.into(), encrypted)?,
            // What TLS would not take for a name is none by http either.
            Host::Domain(name) if DnsName::try_from(name).is_err() => {
                return Err(DestinationRefused::NotAUrl);
            }
            Host::Domain(name) => reach.check_name(name, encrypted)?,
        }
        // The client reads the URL once more: both have to find the same host.
        let uri: Uri = url
            .as_str()
            .parse()
            .map_err(|_| DestinationRefused::NotAUrl)?;
        if uri.host() != url.host_str() || uri.port_u16() != url.port() {
            return Err(DestinationRefused::Ambiguous);
        }
        Ok(Self { url, uri })
    }

    /// The URL in its normal form.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.url.as_str()
    }

    /// The name or literal address, an IPv6 address in brackets.
    #[must_use]
    pub fn host(&self) -> &str {
        self.url.host_str().unwrap_or_default()
    }

    pub(crate) fn uri(&self) -> &Uri {
        &self.uri
    }
}

fn read(text: &str) -> Result<Url, DestinationRefused> {
    let refused = Cell::new(None);
    let notice = |violation| {
        let found = match violation {
            // The URL's normal form has them encoded.
            SyntaxViolation::NonUrlCodePoint | SyntaxViolation::PercentDecode => return,
            SyntaxViolation::EmbeddedCredentials | SyntaxViolation::UnencodedAtSign => {
                DestinationRefused::Credentials
            }
            _ => DestinationRefused::Ambiguous,
        };
        refused.set(refused.get().or(Some(found)));
    };
    let url = Url::options()
        .syntax_violation_callback(Some(&notice))
        .parse(text)
        .map_err(|_| DestinationRefused::NotAUrl)?;
    refused.get().map_or(Ok(url), Err)
}

fn is_localhost(name: &str) -> bool {
    let name = name.trim_end_matches('.');
    name == "localhost" || name.ends_with(".localhost")
}
