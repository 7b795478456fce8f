//! A stream of any length passes in constant memory, looked at or not, in both directions.
#![cfg(target_os = "linux")] // where /proc says what a process takes
#![allow(
    clippy::unwrap_used,
    reason = "a test says what went wrong by panicking"
)]

use std::{
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use futures_util::{Stream, StreamExt as _, stream};
use grpc_interceptor::prelude::*;
use grpc_interceptor::tonic::{Request, Response, Status, Streaming};
use testproto::echo::{EchoReply, EchoRequest, echo_client::EchoClient, echo_server};

const MIB: usize = 1024 * 1024;
/// 1 GiB each way.
const MESSAGES: u32 = 1024;

/// Adds up what passes.
#[grpc_interceptor]
#[derive(Debug, Clone, Default)]
struct Weigh(Arc<AtomicU64>);

impl Weigh {
    async fn intercept_call<T: CallType>(
        &self,
        mut call: Call<T>,
        next: impl Next<T>,
    ) -> Result<Reply<T>, Status> {
        let (requests, replies) = (self.0.clone(), self.0.clone());
        call.payload_mut()
            .inspect(move |message| add(&requests, message))?;
        let mut reply = next.run(call).await?;
        reply
            .payload_mut()
            .inspect(move |message| add(&replies, message))?;
        Ok(reply)
    }
}

fn add(sum: &AtomicU64, message: &Message) {
    sum.fetch_add(message.wire_len() as u64, Ordering::Relaxed);
}

/// Pitfall P30.
#[tokio::test]
async fn a_gibibyte_each_way_passes_in_constant_memory() {
    let (first, second, third) = (Weigh::default(), Weigh::default(), Weigh::default());
    for (name, looks) in [("untouched", false), ("looked at by three", true)] {
        let chain = looks.then(|| (first.clone(), second.clone(), third.clone()));
        let before = peak();
        stream_both_ways(chain).await;
        let grown = peak() - before;
        println!("{name}: peak of memory grew by {} MiB", grown / MIB);
        assert!(grown < 48 * MIB, "{name}: {} MiB", grown / MIB);
    }
    for weigh in [first, second, third] {
        // two layers, each of which sees a request of one gibibyte and a response of one
        assert!(weigh.0.load(Ordering::Relaxed) >= 4 * u64::from(MESSAGES) * MIB as u64);
    }
}

async fn stream_both_ways(chain: Option<(Weigh, Weigh, Weigh)>) {
    let methods = Methods::from_file_descriptor_set(testproto::FILE_DESCRIPTOR_SET).unwrap();
    let service = echo_server::EchoServer::new(Bulk).max_decoding_message_size(2 * MIB);
    let server = ServerLayer::new(chain.clone(), &methods).unwrap();
    let client = ClientLayer::new(chain, &methods).unwrap();
    let mut client = EchoClient::new(client.layer(server.layer(service)));

    let requests = stream::repeat_with(bulk).take(MESSAGES as usize);
    let reply = client.client_stream(requests).await.unwrap();
    assert_eq!(reply.into_inner().index, MESSAGES);

    let replies = client.server_stream(bulk()).await.unwrap().into_inner();
    let count = replies.map(Result::unwrap).count().await;
    assert_eq!(count, MESSAGES as usize);
}

fn bulk() -> EchoRequest {
    EchoRequest {
        payload: vec![7; MIB],
        ..EchoRequest::default()
    }
}

/// The most memory that this process ever took, in bytes.
fn peak() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status
        .lines()
        .find(|line| line.starts_with("VmHWM:"))
        .unwrap();
    let kib: usize = line.split_whitespace().nth(1).unwrap().parse().unwrap();
    kib * 1024
}

/// Takes a stream and counts it; gives a stream.
struct Bulk;

type Replies = Pin<Box<dyn Stream<Item = Result<EchoReply, Status>> + Send>>;

#[tonic::async_trait]
impl echo_server::Echo for Bulk {
    type ServerStreamStream = Replies;
    type BidiStreamStream = Replies;

    async fn client_stream(
        &self,
        request: Request<Streaming<EchoRequest>>,
    ) -> Result<Response<EchoReply>, Status> {
        let mut requests = request.into_inner();
        let mut index = 0;
        while let Some(request) = requests.message().await? {
            assert_eq!(request.payload.len(), MIB);
            index += 1;
        }
        Ok(Response::new(EchoReply {
            index,
            ..EchoReply::default()
        }))
    }

    async fn server_stream(
        &self,
        request: Request<EchoRequest>,
    ) -> Result<Response<Replies>, Status> {
        let payload = request.into_inner().payload;
        let reply = move || {
            Ok(EchoReply {
                payload: payload.clone(),
                ..EchoReply::default()
            })
        };
        let replies = stream::repeat_with(reply).take(MESSAGES as usize);
        Ok(Response::new(Box::pin(replies)))
    }

    async fn unary_echo(&self, _: Request<EchoRequest>) -> Result<Response<EchoReply>, Status> {
        Err(Status::unimplemented("not called here"))
    }

    async fn say(&self, _: Request<EchoRequest>) -> Result<Response<EchoReply>, Status> {
        Err(Status::unimplemented("not called here"))
    }

    async fn bidi_stream(
        &self,
        _: Request<Streaming<EchoRequest>>,
    ) -> Result<Response<Replies>, Status> {
        Err(Status::unimplemented("not called here"))
    }
}
