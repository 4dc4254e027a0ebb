//! `/oauth/v2`: access tokens for system users, what they stand for, and their end.

mod form;
mod metadata;
mod token;
mod token_end;

pub(crate) use metadata::*;
pub(crate) use token::*;
pub(crate) use token_end::*;
