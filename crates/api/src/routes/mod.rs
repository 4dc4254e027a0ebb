//! One file per noun: the operations' handlers and the shapes that they read and write.

pub(crate) mod accounts;
pub(crate) mod agreements;
pub(crate) mod documents;
pub(crate) mod health;
pub(crate) mod notifications;
pub(crate) mod oauth;
pub(crate) mod orders;
pub(crate) mod organizations;
