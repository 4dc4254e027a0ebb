//! The only source of randomness, so that tests can replay it.

/// Fills buffers with bytes that nobody can guess.
pub trait Entropy: Send + Sync {
    /// Overwrites the whole buffer.
    fn fill(&self, buffer: &mut [u8]);
}
