//! What reviewers would otherwise have to remember, checked in the repository's own files. Each test
//! collects everything that it objects to, so that one run shows all of it.

mod crates;
mod documents;
mod error_pages;
mod licenses;
mod manifests;
mod repository;
mod sources;
