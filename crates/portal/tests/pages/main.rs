//! The portal made from the committed documents: every page is there, whole, light and well formed.

mod content;
mod html;
mod search;
mod site;
mod sources;
mod weights;
