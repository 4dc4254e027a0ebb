//! What the server promises, tested from the outside. The files beside this one run in this process,
//! each test once on SQLite and once on PostgreSQL; those in `process` run the program itself.

mod account_requests;
mod accounts;
mod agreements;
mod app;
mod bad_input;
mod calls;
mod cancellation;
mod console;
mod coverage;
mod data_reads;
mod errors;
mod faults;
mod forgery;
mod fulfillment;
mod gateway;
mod idempotency;
mod isolation;
mod journal;
mod limits;
mod notifications;
mod oauth;
mod openapi;
mod operator;
mod order_lists;
mod orders;
mod organizations;
mod people;
mod portal;
mod process;
mod seed_examples;
mod token_end;

use std::process::ExitCode;

use app::Test;

const FILES: &[(&str, &[Test])] = &[
    ("agreements", agreements::TESTS),
    ("accounts", accounts::TESTS),
    ("account_requests", account_requests::TESTS),
    ("organizations", organizations::TESTS),
    ("orders", orders::TESTS),
    ("cancellation", cancellation::TESTS),
    ("order_lists", order_lists::TESTS),
    ("idempotency", idempotency::TESTS),
    ("oauth", oauth::TESTS),
    ("token_end", token_end::TESTS),
    ("gateway", gateway::TESTS),
    ("limits", limits::TESTS),
    ("faults", faults::TESTS),
    ("errors", errors::TESTS),
    ("isolation", isolation::TESTS),
    ("journal", journal::TESTS),
    ("forgery", forgery::TESTS),
    ("calls", calls::TESTS),
    ("data_reads", data_reads::TESTS),
    ("coverage", coverage::TESTS),
    ("openapi", openapi::TESTS),
    ("seed_examples", seed_examples::TESTS),
];

fn main() -> ExitCode {
    app::run(
        &[
            FILES,
            notifications::FILES,
            bad_input::FILES,
            fulfillment::FILES,
            operator::FILES,
            people::FILES,
            portal::FILES,
            console::FILES,
        ]
        .concat(),
        process::FILES,
    )
}
