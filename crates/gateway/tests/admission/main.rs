//! How the gateway behaves over a real database of either engine.

mod grants;
mod order_of_checks;
mod tokens;
mod world;
