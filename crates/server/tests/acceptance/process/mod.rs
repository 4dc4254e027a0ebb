//! Tests of the program itself: started as a person starts it, talked to over its sockets, and
//! killed.

mod backup;
mod brand;
mod browser;
mod bulk;
mod command_line;
mod crash;
mod developers;
mod first_customer;
mod fulfillment;
mod import;
mod manual;
mod operators;
mod passwords;
mod portal;
mod program;
mod proxies;
mod quick_start;
mod records;
mod sandbox;
mod sockets;
mod tls;
mod watching;
mod workers;

use crate::app::Process;

/// The tests of each file of the folder.
pub(crate) const FILES: &[(&str, &[Process])] = &[
    ("process::backup::recovery", backup::recovery::TESTS),
    ("process::backup::refusals", backup::refusals::TESTS),
    ("process::backup::checks", backup::checks::TESTS),
    ("process::brand", brand::TESTS),
    ("process::bulk", bulk::TESTS),
    ("process::import", import::TESTS),
    ("process::command_line", command_line::TESTS),
    ("process::portal::guides", portal::guides::TESTS),
    ("process::portal::samples", portal::samples::TESTS),
    ("process::quick_start", quick_start::TESTS),
    ("process::sockets", sockets::TESTS),
    ("process::tls", tls::TESTS),
    ("process::browser::accessibility", browser::ACCESSIBILITY),
    ("process::browser::desk", browser::DESK),
    ("process::browser::keyboard", browser::KEYBOARD),
    ("process::browser::narrow", browser::NARROW),
    ("process::browser::people", browser::PEOPLE),
    ("process::browser::try_it", browser::TRY_IT),
    ("process::browser::portal", browser::PORTAL),
    ("process::browser::records", browser::RECORDS),
    ("process::browser::sandbox", browser::SANDBOX),
    ("process::passwords", passwords::TESTS),
    ("process::workers", workers::TESTS),
    ("process::manual", manual::TESTS),
    ("process::operators", operators::TESTS),
    ("process::proxies", proxies::TESTS),
    ("process::developers", developers::TESTS),
    ("process::records", records::TESTS),
    ("process::sandbox", sandbox::TESTS),
    ("process::first_customer", first_customer::TESTS),
    ("process::fulfillment", fulfillment::TESTS),
    ("process::watching", watching::TESTS),
    ("process::crash", crash::TESTS),
];
