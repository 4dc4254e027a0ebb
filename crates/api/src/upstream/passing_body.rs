//! An answer's body on its way through: bounded in size and time, and broken off, never ended, where
//! it exceeds a bound or breaks off itself.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use axum::body::{Bytes, HttpBody};
use hyper::body::{Frame, Incoming, SizeHint};
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::Sleep;
use tracing::Span;

/// The largest body of an answer.
pub(super) const LARGEST: u64 = 32 * 1024 * 1024;

/// Why an answer is not passed on to its end.
#[derive(Debug, thiserror::Error)]
pub(super) enum BrokenOff {
    #[error("larger than {LARGEST} bytes")]
    TooLarge,
    #[error("not at its end in time")]
    TooSlow,
    #[error("the upstream broke off: {0}")]
    ByUpstream(#[from] hyper::Error),
}

/// The body, which keeps its call's place until the end.
pub(super) struct PassingBody {
    body: Incoming,
    left: u64,
    deadline: Pin<Box<Sleep>>,
    _place: OwnedSemaphorePermit,
    /// For the log: which call it is.
    span: Span,
}

impl PassingBody {
    pub(super) fn new(
        body: Incoming,
        deadline: Pin<Box<Sleep>>,
        place: OwnedSemaphorePermit,
        span: Span,
    ) -> Self {
        Self {
            body,
            left: LARGEST,
            deadline,
            _place: place,
            span,
        }
    }

    fn poll_data(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, BrokenOff>>> {
        if self.deadline.as_mut().poll(cx).is_ready() {
            return Poll::Ready(Some(Err(BrokenOff::TooSlow)));
        }
        let Some(frame) = ready!(Pin::new(&mut self.body).poll_frame(cx)) else {
            return Poll::Ready(None);
        };
        // A trailer would be a header that is not on the list.
        let Ok(data) = frame?.into_data() else {
            return Poll::Ready(None);
        };
        let length = u64::try_from(data.len()).unwrap_or(u64::MAX);
        Poll::Ready(Some(match self.left.checked_sub(length) {
            Some(left) => {
                self.left = left;
                Ok(data)
            }
            None => Err(BrokenOff::TooLarge),
        }))
    }
}

impl HttpBody for PassingBody {
    type Data = Bytes;
    type Error = BrokenOff;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BrokenOff>>> {
        let data = ready!(self.poll_data(cx));
        if let Some(Err(error)) = &data {
            tracing::warn!(parent: &self.span, %error, "an upstream's answer was broken off");
        }
        Poll::Ready(data.map(|data| data.map(Frame::data)))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
