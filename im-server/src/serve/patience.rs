//! A connection whose other end has to take what is sent to it.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep};

/// A stream that fails with [`io::ErrorKind::TimedOut`] once its other end has taken nothing for so long although
/// something waits to be sent.
///
/// Every byte taken starts the wait anew: a slow line is no fault, a closed ear is. What has been handed to the operating
/// system counts as taken, so that an idle connection never times out here.
#[derive(Debug)]
pub(super) struct Patient<S> {
    inner: S,
    limit: Duration,
    /// Runs while something waits.
    waiting: Option<Pin<Box<Sleep>>>,
    /// Told when the wait was too long.
    lost: fn(),
}

impl<S> Patient<S> {
    pub(super) fn new(inner: S, limit: Duration, lost: fn()) -> Self {
        Self {
            inner,
            limit,
            waiting: None,
            lost,
        }
    }

    /// What a write came to, or the end of the patience with it.
    fn judge<T>(
        &mut self,
        outcome: Poll<io::Result<T>>,
        context: &mut Context<'_>,
    ) -> Poll<io::Result<T>> {
        if outcome.is_ready() {
            self.waiting = None;
            return outcome;
        }
        let limit = self.limit;
        let waiting = self.waiting.get_or_insert_with(|| Box::pin(sleep(limit)));
        ready!(waiting.as_mut().poll(context));
        // A second look finds the same, not another wait.
        waiting.as_mut().reset(Instant::now());
        (self.lost)();
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Patient<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_read(context, buffer)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Patient<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let outcome = Pin::new(&mut self.inner).poll_write(context, bytes);
        self.judge(outcome, context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let outcome = Pin::new(&mut self.inner).poll_write_vectored(context, slices);
        self.judge(outcome, context)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let outcome = Pin::new(&mut self.inner).poll_flush(context);
        self.judge(outcome, context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let outcome = Pin::new(&mut self.inner).poll_shutdown(context);
        self.judge(outcome, context)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, duplex};

    use super::*;

    const LIMIT: Duration = Duration::from_secs(20);

    #[tokio::test(start_paused = true)]
    async fn who_takes_nothing_is_given_up() {
        let (here, _there) = duplex(10);
        let mut here = Patient::new(here, LIMIT, || {});
        let started = Instant::now();
        let failed = here.write_all(&[0; 11]).await.unwrap_err();
        assert_eq!(failed.kind(), io::ErrorKind::TimedOut);
        assert_eq!(started.elapsed().as_secs(), LIMIT.as_secs());
    }

    #[tokio::test(start_paused = true)]
    async fn who_takes_little_at_a_time_is_waited_for() {
        let (here, mut there) = duplex(10);
        let mut here = Patient::new(here, LIMIT, || {});
        let reader = tokio::spawn(async move {
            let mut one = [0; 1];
            for _ in 0..100 {
                sleep(LIMIT - Duration::from_secs(1)).await;
                there.read_exact(&mut one).await.unwrap();
            }
        });
        here.write_all(&[0; 100]).await.unwrap();
        reader.await.unwrap();
    }

    #[tokio::test(start_paused = true)]
    async fn who_has_taken_everything_may_rest() {
        let (here, mut there) = duplex(10);
        let mut here = Patient::new(here, LIMIT, || {});
        for _ in 0..3 {
            here.write_all(&[0; 10]).await.unwrap();
            here.flush().await.unwrap();
            sleep(LIMIT * 10).await;
            there.read_exact(&mut [0; 10]).await.unwrap();
        }
    }
}
