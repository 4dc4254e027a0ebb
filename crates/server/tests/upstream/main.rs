//! Back ends of the operator's own: the program with a second process beside it that answers well,
//! badly, or not at all.

mod answers;
mod circuit;
mod encrypted;
mod requests;
mod world;
