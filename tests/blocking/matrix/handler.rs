//! One handler, written with `async` and without. It echoes; fails if the first text is `fail`; and holds the call if it is
//! `hold`, until it is let go or sees that the call was cancelled.

use std::sync::{Arc, Mutex, mpsc};

use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use grpc_interceptor::prelude::*;
use grpc_interceptor::tonic::{Request, Response, Streaming, metadata::MetadataMap};
use testproto::echo::{EchoReply, EchoRequest, echo_server::Echo};
use tokio::sync::Notify;

type Replies = stream::BoxStream<'static, Result<EchoReply, Status>>;

/// With `async`.
#[derive(Debug, Clone)]
pub(crate) struct AsyncEcho(pub(crate) Arc<Notify>);

/// Without.
#[derive(Debug, Clone)]
pub(crate) struct SyncEcho {
    pub(crate) holds: Arc<Notify>,
    /// Holds until the other end is gone.
    pub(crate) let_go: Arc<Mutex<mpsc::Receiver<()>>>,
}

pub(crate) fn failure() -> Status {
    let mut status = Status::with_details(
        Code::FailedPrecondition,
        "not now",
        b"\x00details".to_vec().into(),
    );
    status
        .metadata_mut()
        .insert("x-failed", "there".parse().unwrap());
    status
}

fn replies(requests: Vec<EchoRequest>) -> Result<Vec<EchoReply>, Status> {
    if requests.first().is_some_and(|it| it.text == "fail") {
        return Err(failure());
    }
    let reply = |request: EchoRequest| EchoReply {
        text: request.text,
        ..EchoReply::default()
    };
    Ok(requests.into_iter().map(reply).collect())
}

fn joined(requests: Vec<EchoRequest>) -> Result<EchoReply, Status> {
    let texts: Vec<_> = replies(requests)?.into_iter().map(|it| it.text).collect();
    Ok(EchoReply {
        text: texts.join(" "),
        ..EchoReply::default()
    })
}

/// As many requests as `count` says, for the one of a unary call.
fn repeated(request: EchoRequest) -> Vec<EchoRequest> {
    let count = usize::try_from(request.count).unwrap();
    let texts: Vec<_> = request.text.split(' ').map(str::to_owned).collect();
    let texts = texts.into_iter().cycle().take(count.max(1));
    texts
        .map(|text| EchoRequest {
            text,
            ..EchoRequest::default()
        })
        .collect()
}

/// The metadata of a request, given back in the reply's.
fn with_metadata<M>(message: M, request: &MetadataMap) -> Response<M> {
    let mut response = Response::new(message);
    for name in ["x-caller", "x-definition"] {
        if let Some(value) = request.get(name) {
            response.metadata_mut().insert(name, value.clone());
        }
    }
    if let Some(value) = request.get_bin("x-caller-bin") {
        response
            .metadata_mut()
            .insert_bin("x-caller-bin", value.clone());
    }
    response
}

// === impl AsyncEcho ===

impl AsyncEcho {
    async fn hold(&self, first: Option<&EchoRequest>) {
        if first.is_some_and(|it| it.text == "hold") {
            self.0.notify_one();
            std::future::pending::<()>().await;
        }
    }

    async fn all(&self, requests: Streaming<EchoRequest>) -> Result<Vec<EchoRequest>, Status> {
        let look = |request: EchoRequest| async {
            self.hold(Some(&request)).await;
            Ok(request)
        };
        requests.and_then(look).try_collect().await
    }
}

#[grpc_interceptor::tonic::async_trait]
impl Echo for AsyncEcho {
    type ServerStreamStream = Replies;
    type BidiStreamStream = Replies;

    async fn unary_echo(&self, r: Request<EchoRequest>) -> Result<Response<EchoReply>, Status> {
        let (metadata, _, request) = r.into_parts();
        self.hold(Some(&request)).await;
        Ok(with_metadata(joined(vec![request])?, &metadata))
    }

    async fn server_stream(&self, r: Request<EchoRequest>) -> Result<Response<Replies>, Status> {
        let (metadata, _, request) = r.into_parts();
        self.hold(Some(&request)).await;
        let replies = replies(repeated(request))?.into_iter().map(Ok);
        Ok(with_metadata(stream::iter(replies).boxed(), &metadata))
    }

    async fn client_stream(
        &self,
        r: Request<Streaming<EchoRequest>>,
    ) -> Result<Response<EchoReply>, Status> {
        let (metadata, _, requests) = r.into_parts();
        Ok(with_metadata(joined(self.all(requests).await?)?, &metadata))
    }

    async fn bidi_stream(
        &self,
        r: Request<Streaming<EchoRequest>>,
    ) -> Result<Response<Replies>, Status> {
        let (metadata, _, requests) = r.into_parts();
        let replies = replies(self.all(requests).await?)?.into_iter().map(Ok);
        Ok(with_metadata(stream::iter(replies).boxed(), &metadata))
    }

    async fn say(&self, r: Request<EchoRequest>) -> Result<Response<EchoReply>, Status> {
        self.unary_echo(r).await
    }
}

// === impl SyncEcho ===

impl SyncEcho {
    fn hold(&self, first: &EchoRequest) {
        if first.text == "hold" {
            self.holds.notify_one();
            let _let_go = self.let_go.lock().unwrap().recv();
        }
    }

    fn all(&self, requests: blocking::Messages<EchoRequest>) -> Result<Vec<EchoRequest>, Status> {
        let mut all = Vec::new();
        for request in requests {
            let request = request?;
            if request.text == "hold" {
                self.holds.notify_one(); // and holds by reading on
            }
            all.push(request);
        }
        Ok(all)
    }
}

#[blocking_service]
impl Echo for SyncEcho {
    fn unary_echo(&self, r: Request<EchoRequest>) -> Result<Response<EchoReply>, Status> {
        let (metadata, _, request) = r.into_parts();
        self.hold(&request);
        Ok(with_metadata(joined(vec![request])?, &metadata))
    }

    fn server_stream(
        &self,
        r: Request<EchoRequest>,
    ) -> Result<
        Response<impl IntoIterator<Item = Result<EchoReply, Status>, IntoIter: Send> + use<>>,
        Status,
    > {
        let (metadata, _, request) = r.into_parts();
        self.hold(&request);
        let replies = replies(repeated(request))?.into_iter().map(Ok);
        Ok(with_metadata(replies, &metadata))
    }

    fn client_stream(
        &self,
        r: Request<blocking::Messages<EchoRequest>>,
    ) -> Result<Response<EchoReply>, Status> {
        let (metadata, _, requests) = r.into_parts();
        Ok(with_metadata(joined(self.all(requests)?)?, &metadata))
    }

    fn bidi_stream(
        &self,
        r: Request<blocking::Messages<EchoRequest>>,
    ) -> Result<
        Response<impl IntoIterator<Item = Result<EchoReply, Status>, IntoIter: Send> + use<>>,
        Status,
    > {
        let (metadata, _, requests) = r.into_parts();
        let replies = replies(self.all(requests)?)?.into_iter().map(Ok);
        Ok(with_metadata(replies, &metadata))
    }

    fn say(&self, r: Request<EchoRequest>) -> Result<Response<EchoReply>, Status> {
        self.unary_echo(r)
    }
}
