//! The slot: the service that was made ready is used once, whoever comes first, and every other run gets one of its own.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    task::{Context, Poll},
};

use futures_util::future::join_all;
use shuttle_tests::{
    Call, Interceptor, Next, Reply, StreamStream, StreamUnary, UnaryStream, UnaryUnary,
};

use super::*;

const RUNS: usize = 3;

/// Runs the rest of the chain so many times at once. A run is polled by its own thread: `next` is borrowed, so the threads
/// are below it, in the service.
struct AtOnce;

impl AtOnce {
    async fn run<N: Next<StreamStream>>(
        call: Call<StreamStream>,
        next: N,
    ) -> Result<Reply<StreamStream>, Status> {
        let mut replay = call.into_replay(1 << 10);
        let attempts: Vec<_> = (0..RUNS).filter_map(|_| replay.attempt()).collect();
        assert_eq!(attempts.len(), RUNS);
        let mut replies = join_all(
            attempts
                .into_iter()
                .map(|attempt| next.clone().run(attempt)),
        )
        .await;
        assert!(replies.iter().all(Result::is_ok));
        replies.swap_remove(0)
    }
}

impl Interceptor for AtOnce {
    async fn intercept_unary_unary<N: Next<UnaryUnary>>(
        &self,
        call: Call<UnaryUnary>,
        next: N,
    ) -> Result<Reply<UnaryUnary>, Status> {
        next.run(call).await
    }

    async fn intercept_unary_stream<N: Next<UnaryStream>>(
        &self,
        call: Call<UnaryStream>,
        next: N,
    ) -> Result<Reply<UnaryStream>, Status> {
        next.run(call).await
    }

    async fn intercept_stream_unary<N: Next<StreamUnary>>(
        &self,
        call: Call<StreamUnary>,
        next: N,
    ) -> Result<Reply<StreamUnary>, Status> {
        next.run(call).await
    }

    async fn intercept_stream_stream<N: Next<StreamStream>>(
        &self,
        call: Call<StreamStream>,
        next: N,
    ) -> Result<Reply<StreamStream>, Status> {
        Self::run(call, next).await
    }
}

/// Lets one call through at a time, as `Buffer(1)` and `ConcurrencyLimit(1)` do, and answers from another thread.
struct OneAtATime {
    permits: Arc<tokio::sync::Semaphore>,
    permit: Option<tokio::sync::OwnedSemaphorePermit>,
    waits: Option<BoxFuture<tokio::sync::OwnedSemaphorePermit>>,
    calls: Arc<AtomicUsize>,
}

impl Clone for OneAtATime {
    fn clone(&self) -> Self {
        let (permits, calls) = (self.permits.clone(), self.calls.clone());
        Self {
            permits,
            permit: None,
            waits: None,
            calls,
        }
    }
}

impl Service<Request<Body>> for OneAtATime {
    type Response = Response<Body>;
    type Error = BoxError;
    type Future = BoxFuture<Result<Response<Body>, BoxError>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        if self.permit.is_some() {
            return Poll::Ready(Ok(()));
        }
        let permits = self.permits.clone();
        let waits = self
            .waits
            .get_or_insert_with(|| Box::pin(async move { permits.acquire_owned().await.unwrap() }));
        waits.as_mut().poll(cx).map(|permit| {
            self.permit = Some(permit);
            self.waits = None;
            Ok(())
        })
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let permit = self
            .permit
            .take()
            .expect("it is called when it is ready, and not before");
        self.calls.fetch_add(1, SeqCst);
        let (answer, answered) = tokio::sync::oneshot::channel();
        thread::spawn(move || {
            let read =
                block_on(request.into_body().collect()).map(http_body_util::Collected::to_bytes);
            assert_eq!(read.unwrap(), live::all());
            drop(permit);
            let _ = answer.send(fine());
        });
        Box::pin(async move { Ok(answered.await?) })
    }
}

#[test]
fn no_run_waits_for_the_permit_of_another() {
    check(|| {
        let calls = Arc::new(AtomicUsize::new(0));
        let permits = Arc::new(tokio::sync::Semaphore::new(1));
        let service = OneAtATime {
            permits,
            permit: None,
            waits: None,
            calls: calls.clone(),
        };
        assert_eq!(call(AtOnce, service, live::live()), Ok(()));
        assert_eq!(calls.load(SeqCst), RUNS);
    });
}
