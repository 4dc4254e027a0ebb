//! What the gateway is asked, and what it answers to an admitted call.

use std::net::IpAddr;

use domain::access::Caller;

use crate::Requirements;

/// A call of an operation, before anyone knows who makes it.
#[derive(Clone, Copy)]
pub struct Call<'a> {
    /// The operation id, as documented.
    pub operation: &'a str,
    /// The scope that the operation needs.
    pub scope: &'a str,
    /// The values of all `Authorization` headers.
    pub authorization: &'a [&'a [u8]],
    /// What the operation asks beyond the scope.
    pub requirements: Requirements<'a>,
    /// Where the call comes from.
    pub network: IpAddr,
}

/// An admitted call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Admission {
    /// Who calls.
    pub caller: Caller,
    /// How the end user was authenticated, where the operation asks for it.
    pub acr: Option<String>,
    /// What is left of the caller's limits.
    pub limits: Limits,
}

/// What a call found of its limits, as far as it came; nothing where there is no limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Limits {
    /// The smoothed rate of the app, or of the network when the app is unknown.
    pub spike_arrest: Option<Limit>,
    /// The counted rate of the app for the API product.
    pub quota: Option<Limit>,
}

/// One limit, in the terms of the `RateLimit` headers (IETF httpapi draft).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit {
    /// How many calls a window admits (`q`).
    pub calls: u32,
    /// The window's length (`w`).
    pub window_seconds: u32,
    /// How many calls are left at this moment (`r`).
    pub remaining: u32,
    /// Until all calls of the window are left again (`t`), rounded up.
    pub reset_seconds: u32,
}
