//! Carrying out orders: every way, with failures in between and everything done twice.

mod deeds;
mod failures;
mod fairness;
mod nodes;
mod operator_system;
mod system;

use crate::app::Test;

/// The tests of each file of the folder.
pub(crate) const FILES: &[(&str, &[Test])] = &[
    ("fulfillment::fairness", fairness::TESTS),
    ("fulfillment::failures", failures::TESTS),
    ("fulfillment::deeds", deeds::TESTS),
    ("fulfillment::system", system::TESTS),
    ("fulfillment::nodes", nodes::TESTS),
];
