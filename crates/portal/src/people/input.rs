//! What pages are asked with: the query of their address, and what their forms send.

pub(super) use entrance::{Fields, Form, Query, read};
