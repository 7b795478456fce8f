//! Handlers that read when they are told to, and count what they make; with `async`, as the bare service has them, and
//! without.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use futures_util::{StreamExt as _, stream};
use grpc_interceptor::prelude::*;
use grpc_interceptor::tonic::{Request, Response, Streaming};
use testproto::echo::{EchoReply, EchoRequest, echo_server::Echo};
use tokio::sync::{
    Mutex,
    mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel},
};

/// What a message has on the wire.
pub(super) const MESSAGE: usize = 1024;

/// So that it has that.
pub(super) fn payload() -> Vec<u8> {
    vec![0; MESSAGE - 8]
}

fn reply() -> EchoReply {
    EchoReply {
        payload: payload(),
        ..EchoReply::default()
    }
}

/// With `async`.
#[derive(Debug, Clone)]
pub(super) struct Bare(Told);

/// Without.
#[derive(Debug, Clone)]
pub(super) struct Blocking(Told);

/// How many replies it made, how many requests it is to read next, and that it has read them.
#[derive(Debug, Clone)]
struct Told {
    made: Arc<AtomicUsize>,
    reads: Arc<Mutex<UnboundedReceiver<usize>>>,
    has_read: UnboundedSender<()>,
}

/// The test's end.
#[derive(Debug)]
pub(super) struct Gauge {
    made: Arc<AtomicUsize>,
    reads: UnboundedSender<usize>,
    has_read: UnboundedReceiver<()>,
}

fn told() -> (Told, Gauge) {
    let made = Arc::new(AtomicUsize::new(0));
    let (reads, to_read) = unbounded_channel();
    let (tells, has_read) = unbounded_channel();
    let told = Told {
        made: Arc::clone(&made),
        reads: Arc::new(Mutex::new(to_read)),
        has_read: tells,
    };
    let gauge = Gauge {
        made,
        reads,
        has_read,
    };
    (told, gauge)
}

// === impl Gauge ===

impl Gauge {
    pub(super) fn made(&self) -> usize {
        self.made.load(Ordering::SeqCst)
    }

    /// Has the handler read so many more, and waits until it has.
    pub(super) async fn read(&mut self, count: usize) {
        self.reads.send(count).unwrap();
        self.has_read.recv().await.unwrap();
    }
}

// === impl Told ===

impl Told {
    fn make(&self) -> EchoReply {
        self.made.fetch_add(1, Ordering::SeqCst);
        reply()
    }

    fn tell(&self) {
        let _nobody_looks = self.has_read.send(());
    }
}

// === impl Bare ===

impl Bare {
    pub(super) fn new() -> (Self, Gauge) {
        let (told, gauge) = told();
        (Self(told), gauge)
    }
}

type Replies = stream::BoxStream<'static, Result<EchoReply, Status>>;

#[grpc_interceptor::tonic::async_trait]
impl Echo for Bare {
    type ServerStreamStream = Replies;
    type BidiStreamStream = Replies;

    async fn unary_echo(&self, _: Request<EchoRequest>) -> Result<Response<EchoReply>, Status> {
        Ok(Response::new(reply()))
    }

    async fn server_stream(&self, _: Request<EchoRequest>) -> Result<Response<Replies>, Status> {
        let told = self.0.clone();
        let replies = std::iter::repeat_with(move || Ok(told.make()));
        Ok(Response::new(stream::iter(replies).boxed()))
    }

    async fn client_stream(
        &self,
        r: Request<Streaming<EchoRequest>>,
    ) -> Result<Response<EchoReply>, Status> {
        let mut requests = r.into_inner();
        let mut reads = self.0.reads.lock().await;
        while let Some(count) = reads.recv().await {
            for _ in 0..count {
                requests.message().await?;
            }
            self.0.tell();
        }
        Ok(Response::new(reply()))
    }

    async fn bidi_stream(
        &self,
        r: Request<Streaming<EchoRequest>>,
    ) -> Result<Response<Replies>, Status> {
        let told = self.0.clone();
        let replies = r.into_inner().map(move |it| it.map(|_| told.make()));
        Ok(Response::new(replies.boxed()))
    }

    async fn say(&self, r: Request<EchoRequest>) -> Result<Response<EchoReply>, Status> {
        self.unary_echo(r).await
    }
}

// === impl Blocking ===

impl Blocking {
    pub(super) fn new() -> (Self, Gauge) {
        let (told, gauge) = told();
        (Self(told), gauge)
    }
}

#[blocking_service]
impl Echo for Blocking {
    fn unary_echo(&self, _: Request<EchoRequest>) -> Result<Response<EchoReply>, Status> {
        Ok(Response::new(reply()))
    }

    fn server_stream(
        &self,
        _: Request<EchoRequest>,
    ) -> Result<
        Response<impl IntoIterator<Item = Result<EchoReply, Status>, IntoIter: Send> + use<>>,
        Status,
    > {
        let told = self.0.clone();
        Ok(Response::new(std::iter::repeat_with(move || {
            Ok(told.make())
        })))
    }

    fn client_stream(
        &self,
        r: Request<blocking::Messages<EchoRequest>>,
    ) -> Result<Response<EchoReply>, Status> {
        let mut requests = r.into_inner();
        let mut reads = self.0.reads.blocking_lock();
        while let Some(count) = reads.blocking_recv() {
            for _ in 0..count {
                requests.next().transpose()?;
            }
            self.0.tell();
        }
        Ok(Response::new(reply()))
    }

    fn bidi_stream(
        &self,
        r: Request<blocking::Messages<EchoRequest>>,
    ) -> Result<
        Response<impl IntoIterator<Item = Result<EchoReply, Status>, IntoIter: Send> + use<>>,
        Status,
    > {
        let told = self.0.clone();
        let replies = r.into_inner().map(move |it| it.map(|_| told.make()));
        Ok(Response::new(replies))
    }

    fn say(&self, r: Request<EchoRequest>) -> Result<Response<EchoReply>, Status> {
        self.unary_echo(r)
    }
}
