//! A server that never answers, and writes down what it sees of its calls.

use std::{
    future::pending,
    pin::Pin,
    sync::{Arc, Mutex},
    time::Duration,
};

use grpc_interceptor::tonic::{Request, Response, Status, Streaming, async_trait};
use testproto::echo::{EchoReply, EchoRequest, echo_server::Echo};
use tokio::time::Instant;
use tokio_stream::{Stream, StreamExt as _, once};

pub(crate) type Replies = Pin<Box<dyn Stream<Item = Result<EchoReply, Status>> + Send>>;

/// Answers nothing to unary calls; one message to streamed ones, and then nothing.
#[derive(Debug, Clone)]
pub(crate) struct Back {
    began: Instant,
    seen: Arc<Mutex<Vec<Seen>>>,
    changed: Arc<tokio::sync::Notify>,
}

/// A call as the server saw it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Seen {
    pub(crate) timeout: Option<String>,
    pub(crate) id: Vec<String>,
    /// When the handler was dropped.
    pub(crate) dropped: Option<Duration>,
}

/// Notes the drop of a handler or of its stream.
struct Alive {
    back: Back,
    index: usize,
}

// === impl Back ===

impl Back {
    pub(crate) fn new() -> Self {
        Self {
            began: Instant::now(),
            seen: Arc::default(),
            changed: Arc::default(),
        }
    }

    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    /// Waits until that many handlers have begun.
    pub(crate) async fn began(&self, count: usize) {
        self.until(|seen| seen.len() >= count).await;
    }

    /// Waits until that many handlers were dropped.
    pub(crate) async fn dropped(&self, count: usize) {
        let dropped = |seen: &[Seen]| seen.iter().filter(|it| it.dropped.is_some()).count();
        self.until(|seen| dropped(seen) >= count).await;
    }

    async fn until(&self, is_so: impl Fn(&[Seen]) -> bool) {
        loop {
            let changed = self.changed.notified();
            if is_so(&self.seen()) {
                return;
            }
            changed.await;
        }
    }

    fn begins<T>(&self, request: &Request<T>) -> Alive {
        let metadata = request.metadata();
        let text = |name| {
            let values = metadata.get_all(name).iter();
            values.map(|value| value.to_str().unwrap().to_owned())
        };
        let mut seen = self.seen.lock().unwrap();
        seen.push(Seen {
            timeout: text("grpc-timeout").next(),
            id: text("x-id").collect(),
            dropped: None,
        });
        let index = seen.len() - 1;
        self.changed.notify_waiters();
        let back = self.clone();
        Alive { back, index }
    }

    fn stream<T>(&self, request: &Request<T>) -> Response<Replies> {
        let alive = self.begins(request);
        let rest = async move {
            let _alive = alive;
            pending().await
        };
        let rest = Box::pin(futures_util::stream::once(rest));
        Response::new(Box::pin(once(Ok(EchoReply::default())).chain(rest)))
    }
}

impl Drop for Alive {
    fn drop(&mut self) {
        let elapsed = self.back.began.elapsed();
        self.back.seen.lock().unwrap()[self.index].dropped = Some(elapsed);
        self.back.changed.notify_waiters();
    }
}

#[async_trait]
impl Echo for Back {
    type ServerStreamStream = Replies;
    type BidiStreamStream = Replies;

    async fn unary_echo(
        &self,
        request: Request<EchoRequest>,
    ) -> Result<Response<EchoReply>, Status> {
        let _alive = self.begins(&request);
        pending().await
    }

    async fn server_stream(
        &self,
        request: Request<EchoRequest>,
    ) -> Result<Response<Replies>, Status> {
        Ok(self.stream(&request))
    }

    async fn client_stream(
        &self,
        request: Request<Streaming<EchoRequest>>,
    ) -> Result<Response<EchoReply>, Status> {
        let _alive = self.begins(&request);
        pending().await
    }

    async fn bidi_stream(
        &self,
        request: Request<Streaming<EchoRequest>>,
    ) -> Result<Response<Replies>, Status> {
        Ok(self.stream(&request))
    }

    async fn say(&self, request: Request<EchoRequest>) -> Result<Response<EchoReply>, Status> {
        self.unary_echo(request).await
    }
}
