//! What the server promises, tested from the outside. The files beside this one run in this process,
//! each test once on SQLite and once on PostgreSQL; those in `process` run the program itself.

mod agreements;
mod app;
mod idempotency;
mod oauth;
mod operator;
mod order_lists;
mod orders;
mod seed_examples;

use std::process::ExitCode;

use app::{Process, Test};

const FILES: &[(&str, &[Test])] = &[
    ("agreements", agreements::TESTS),
    ("orders", orders::TESTS),
    ("order_lists", order_lists::TESTS),
    ("idempotency", idempotency::TESTS),
    ("oauth", oauth::TESTS),
    ("seed_examples", seed_examples::TESTS),
];

const PROCESS_FILES: &[(&str, &[Process])] = &[];

fn main() -> ExitCode {
    app::run(FILES, PROCESS_FILES)
}
