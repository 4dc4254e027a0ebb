//! Tests of the program itself: started as a person starts it, talked to over its sockets, and
//! killed.

mod backup;
mod bulk;
mod command_line;
mod crash;
mod fulfillment;
mod import;
mod manual;
mod program;
mod quick_start;
mod sockets;
mod tls;
mod workers;

use crate::app::Process;

/// The tests of each file of the folder.
pub(crate) const FILES: &[(&str, &[Process])] = &[
    ("process::backup::recovery", backup::recovery::TESTS),
    ("process::backup::refusals", backup::refusals::TESTS),
    ("process::backup::checks", backup::checks::TESTS),
    ("process::bulk", bulk::TESTS),
    ("process::import", import::TESTS),
    ("process::command_line", command_line::TESTS),
    ("process::quick_start", quick_start::TESTS),
    ("process::sockets", sockets::TESTS),
    ("process::tls", tls::TESTS),
    ("process::workers", workers::TESTS),
    ("process::manual", manual::TESTS),
    ("process::fulfillment", fulfillment::TESTS),
    ("process::crash", crash::TESTS),
];
