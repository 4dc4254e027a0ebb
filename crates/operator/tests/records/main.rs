//! Records: their schemas, and that an export of an import is what was imported.

mod applying;
mod place;
mod round_trip;
mod schemas;
mod world;
