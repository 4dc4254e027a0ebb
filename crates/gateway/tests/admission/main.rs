//! How the gateway behaves over a real database of either engine.

mod grants;
mod guessing;
mod interleaved;
mod order_of_checks;
mod quota;
mod requirements;
mod spike_arrest;
mod tokens;
mod world;
