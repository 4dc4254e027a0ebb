//! Why there is no portal to serve.

/// What is wrong with what the portal is made from. It shows at the start, or not at all.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A document refers to what it does not have.
    #[error("the document refers to {0}, which is not there")]
    Unresolved(String),
    /// A document lacks what each must have.
    #[error("the document has no {0}")]
    Missing(String),
    /// An operation may answer with a code that no page explains.
    #[error("operation {operation} may answer {code}, which has no page")]
    NoPage {
        /// The operation's id.
        operation: String,
        /// The code without a page.
        code: u32,
    },
}
