//! Where a request comes from.

use std::net::IpAddr;

/// The address of whoever sent a request, which the listener puts into the request's extensions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClientAddress(pub IpAddr);
