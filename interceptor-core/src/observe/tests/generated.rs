//! A generated client and a generated service, observed on both sides.

use std::pin::Pin;

use futures_util::{Stream, StreamExt as _, future::poll_immediate, stream};
use testproto::echo::{
    EchoReply, EchoRequest,
    echo_client::EchoClient,
    echo_server::{self, EchoServer},
};
use tonic::{Code, Request, Response, Status, Streaming};
use tower::{Layer as _, util::BoxCloneService};

use super::*;
use crate::{ClientLayer, Methods, ServerLayer};

/// Answers each text with itself; `fail` fails, and `hang` hangs.
struct Echo;

type Replies = Pin<Box<dyn Stream<Item = Result<EchoReply, Status>> + Send>>;

async fn answer(request: EchoRequest) -> Result<EchoReply, Status> {
    match &*request.text {
        "fail" => return Err(Status::not_found("as asked")),
        "hang" => std::future::pending().await,
        _ => {}
    }
    Ok(EchoReply {
        text: request.text,
        ..EchoReply::default()
    })
}

#[tonic::async_trait]
impl echo_server::Echo for Echo {
    async fn unary_echo(
        &self,
        request: Request<EchoRequest>,
    ) -> Result<Response<EchoReply>, Status> {
        answer(request.into_inner()).await.map(Response::new)
    }

    async fn say(&self, request: Request<EchoRequest>) -> Result<Response<EchoReply>, Status> {
        self.unary_echo(request).await
    }

    type ServerStreamStream = Replies;

    async fn server_stream(
        &self,
        request: Request<EchoRequest>,
    ) -> Result<Response<Replies>, Status> {
        let replies = stream::repeat(request.into_inner()).take(2).then(answer);
        Ok(Response::new(Box::pin(replies)))
    }

    async fn client_stream(
        &self,
        request: Request<Streaming<EchoRequest>>,
    ) -> Result<Response<EchoReply>, Status> {
        let mut requests = request.into_inner();
        let mut last = EchoRequest::default();
        while let Some(request) = requests.message().await? {
            last = request;
        }
        answer(last).await.map(Response::new)
    }

    type BidiStreamStream = Replies;

    async fn bidi_stream(
        &self,
        request: Request<Streaming<EchoRequest>>,
    ) -> Result<Response<Replies>, Status> {
        let replies = request.into_inner().then(answer_to);
        Ok(Response::new(Box::pin(replies)))
    }
}

async fn answer_to(request: Result<EchoRequest, Status>) -> Result<EchoReply, Status> {
    answer(request?).await
}

type Channel =
    BoxCloneService<http::Request<tonic::body::Body>, http::Response<tonic::body::Body>, Status>;

/// A client of [`Echo`], with an observer on each side.
fn client(wants: Wants) -> (EchoClient<Channel>, [Arc<Recorder>; 2]) {
    let methods = Methods::from_file_descriptor_set(testproto::FILE_DESCRIPTOR_SET).unwrap();
    let sides = [(); 2].map(|()| Arc::new(Recorder::wanting(wants)));
    let [on_client, on_server] = [0, 1].map(|side| Observe::from(Arc::clone(&sides[side])));
    let server = ServerLayer::new(on_server, &methods).unwrap();
    let server = server.layer(EchoServer::new(Echo));
    let channel = ClientLayer::new(on_client, &methods).unwrap().layer(server);
    (EchoClient::new(run::boxed(channel)), sides)
}

/// Makes the call of a method with requests of this text, and drops its response after `read` messages.
async fn call(mut client: EchoClient<Channel>, method: usize, text: &str, read: usize) {
    let request = EchoRequest {
        text: text.to_owned(),
        ..EchoRequest::default()
    };
    let requests = stream::iter(vec![request.clone(); 3]);
    let replies = match method {
        0 => return drop(client.unary_echo(request).await),
        1 => return drop(client.client_stream(requests).await),
        2 => client.server_stream(request).await,
        _ => client.bidi_stream(requests).await,
    };
    let mut replies = replies.unwrap().into_inner().take(read);
    while let Some(Ok(_)) = replies.next().await {}
}

#[tokio::test]
async fn both_sides_count_the_same() {
    for wants in [Wants::Lengths, Wants::Messages] {
        for (text, code) in [("hello", Code::Ok), ("fail", Code::NotFound)] {
            for (method, requests, replies) in [(0, 1, 1), (1, 3, 1), (2, 1, 2), (3, 3, 3)] {
                let (client, sides) = client(wants);
                call(client, method, text, usize::MAX).await;
                for recorder in sides {
                    let replies = if code == Code::Ok { replies } else { 0 };
                    let end = format!("end {code:?} {requests} {replies}");
                    assert_eq!(recorder.events().last(), Some(&end), "{method} {wants:?}");
                    assert_eq!(recorder.count("start"), 1);
                    assert_eq!(recorder.in_flight(), 0);
                }
            }
        }
    }
}

/// Pitfall P20.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_becomes_of_many_calls_each_ends_once() {
    const TASKS: usize = 16;
    const CALLS: usize = 96;
    let (client, sides) = client(Wants::Lengths);
    let tasks = (0..TASKS).map(|task| {
        let client = client.clone();
        tokio::spawn(async move {
            for index in 0..CALLS {
                let (client, method) = (client.clone(), (index + task) % 4);
                match index / 4 % 4 {
                    0 => call(client, method, "hello", usize::MAX).await,
                    1 => call(client, method, "hello", 1).await,
                    2 => call(client, method, "fail", usize::MAX).await,
                    _ => drop(poll_immediate(Box::pin(call(client, method, "hang", 9))).await),
                }
            }
        })
    });
    for task in tasks.collect::<Vec<_>>() {
        task.await.unwrap();
    }
    for recorder in sides {
        assert_eq!(recorder.count("start"), TASKS * CALLS);
        assert_eq!(recorder.count("end"), TASKS * CALLS);
        assert_eq!(recorder.in_flight(), 0);
        assert!(recorder.count("end Cancelled") >= TASKS * CALLS / 4);
    }
}
