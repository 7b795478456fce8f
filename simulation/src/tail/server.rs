//! A server with a tail.

use std::{
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::Duration,
};

use futures_util::Stream;
use rand::{Rng as _, SeedableRng as _, rngs::StdRng};
use testproto::echo::{EchoReply, EchoRequest, echo_server::Echo};
use tokio::time::sleep;
use tonic::{Request, Response, Status, Streaming};

/// One in so many is slow, and so many times slower.
const SLOW: u64 = 100;

/// Answers unary calls, and counts them.
#[derive(Debug, Clone, Default)]
pub(super) struct Tailed {
    pub(super) calls: Arc<AtomicU64>,
}

/// By the call and not by the order in which they come: each way of calling meets the same server.
fn latency(call: u32, attempt: u64) -> Duration {
    let mut random = StdRng::seed_from_u64(u64::from(call) << 8 | attempt);
    let millis = random.random_range(8..=12);
    let times = if random.random_range(0..SLOW) == 0 {
        SLOW
    } else {
        1
    };
    Duration::from_millis(millis * times)
}

type Replies = Pin<Box<dyn Stream<Item = Result<EchoReply, Status>> + Send>>;

#[tonic::async_trait]
impl Echo for Tailed {
    type ServerStreamStream = Replies;
    type BidiStreamStream = Replies;

    async fn unary_echo(
        &self,
        request: Request<EchoRequest>,
    ) -> Result<Response<EchoReply>, Status> {
        self.calls.fetch_add(1, Relaxed);
        let attempt = request.metadata().get("grpc-previous-rpc-attempts");
        let attempt = attempt.and_then(|number| number.to_str().ok()?.parse().ok());
        let call = request.get_ref().count;
        sleep(latency(call, attempt.unwrap_or_default())).await; // paused time
        Ok(Response::new(EchoReply::default()))
    }

    async fn say(&self, _: Request<EchoRequest>) -> Result<Response<EchoReply>, Status> {
        Err(unary_only())
    }

    async fn server_stream(&self, _: Request<EchoRequest>) -> Result<Response<Replies>, Status> {
        Err(unary_only())
    }

    async fn client_stream(
        &self,
        _: Request<Streaming<EchoRequest>>,
    ) -> Result<Response<EchoReply>, Status> {
        Err(unary_only())
    }

    async fn bidi_stream(
        &self,
        _: Request<Streaming<EchoRequest>>,
    ) -> Result<Response<Replies>, Status> {
        Err(unary_only())
    }
}

fn unary_only() -> Status {
    Status::unimplemented("unary calls only")
}
