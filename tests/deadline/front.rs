//! A server whose handlers call another one, after ten milliseconds of work.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicI32, Ordering::Relaxed},
};

use futures_util::{StreamExt as _, stream};
use grpc_interceptor::{
    InterceptedClient, InterceptedServer,
    deadline::{Deadline, ParentCall},
    tonic::{Code, Request, Response, Status, Streaming, async_trait},
};
use testproto::echo::{
    EchoReply, EchoRequest, echo_client::EchoClient, echo_server::Echo, echo_server::EchoServer,
};
use tokio::time::{Instant, sleep};

use crate::{
    back::{Back, Replies},
    millis, request,
};

pub(crate) type ToBack =
    EchoClient<InterceptedClient<InterceptedServer<EchoServer<Back>, Deadline>, Deadline>>;

/// Does what the text of the request says.
#[derive(Debug, Clone)]
pub(crate) struct Front {
    pub(crate) client: ToBack,
    /// What became of the calls that it made, and when.
    pub(crate) made: Arc<Mutex<Vec<(Code, u128)>>>,
    /// The code of its failures.
    pub(crate) fails_with: Arc<AtomicI32>,
    pub(crate) began: Instant,
}

// === impl Front ===

impl Front {
    /// Calls the other server, which never answers.
    async fn call(self) -> Result<EchoReply, Status> {
        // in paused time
        sleep(millis(10)).await;
        let reply = self.client.clone().unary_echo(request("")).await;
        self.note(reply.as_ref().err());
        reply.map(Response::into_inner)
    }

    /// Reads a stream of the other server's to its end.
    async fn pump(mut messages: Streaming<EchoReply>, front: Self) {
        let mut end = None;
        while end.is_none() {
            end = messages.message().await.err();
        }
        front.note(end.as_ref());
    }

    fn note(&self, end: Option<&Status>) {
        let code = end.map_or(Code::Ok, Status::code);
        let at = self.began.elapsed().as_millis();
        self.made.lock().unwrap().push((code, at));
    }

    async fn handle(&self, what: String) -> Result<EchoReply, Status> {
        let front = self.clone();
        let done = Ok(EchoReply::default());
        match (what.as_str(), ParentCall::current()) {
            ("call", _) => front.call().await,
            ("spawn", _) => tokio::spawn(front.call()).await.unwrap(),
            ("enter", Some(parent)) => tokio::spawn(parent.scope(front.call())).await.unwrap(),
            ("enter and answer", Some(parent)) => {
                tokio::spawn(parent.scope(front.call()));
                done
            }
            ("enter and fail", Some(parent)) => {
                tokio::spawn(parent.scope(front.call()));
                Err(self.failure())
            }
            ("hand over", _) => {
                let messages = self.client.clone().server_stream(request("")).await?;
                tokio::spawn(Self::pump(messages.into_inner(), front))
                    .await
                    .unwrap();
                done
            }
            ("panic", Some(parent)) => {
                tokio::spawn(parent.scope(front.call()));
                // in paused time
                sleep(millis(20)).await;
                panic!("the handler's own")
            }
            (what, parent) => panic!("{what}: {parent:?}"),
        }
    }

    /// What it answers when it fails.
    fn failure(&self) -> Status {
        let code = Code::from_i32(self.fails_with.load(Relaxed));
        Status::new(code, "the handler's own")
    }

    /// A stream that does it when its second message is asked for; or in the place of its first, if it says so.
    async fn stream(self, what: String) -> Result<Response<Replies>, Status> {
        if let Some(what) = what.strip_prefix("at once: ") {
            self.handle(what.to_owned()).await?;
            return Ok(Response::new(Box::pin(stream::empty())));
        }
        let first = stream::iter([Ok(EchoReply::default())]);
        let second = stream::once(async move { self.handle(what).await });
        Ok(Response::new(Box::pin(first.chain(second))))
    }
}

#[async_trait]
impl Echo for Front {
    type ServerStreamStream = Replies;
    type BidiStreamStream = Replies;

    async fn unary_echo(
        &self,
        request: Request<EchoRequest>,
    ) -> Result<Response<EchoReply>, Status> {
        let reply = self.handle(request.into_inner().text).await;
        reply.map(Response::new)
    }

    async fn server_stream(
        &self,
        request: Request<EchoRequest>,
    ) -> Result<Response<Replies>, Status> {
        self.clone().stream(request.into_inner().text).await
    }

    async fn client_stream(
        &self,
        request: Request<Streaming<EchoRequest>>,
    ) -> Result<Response<EchoReply>, Status> {
        let first = request.into_inner().message().await?;
        let reply = self.handle(first.unwrap_or_default().text).await;
        reply.map(Response::new)
    }

    async fn bidi_stream(
        &self,
        request: Request<Streaming<EchoRequest>>,
    ) -> Result<Response<Replies>, Status> {
        let first = request.into_inner().message().await?;
        self.clone().stream(first.unwrap_or_default().text).await
    }

    async fn say(&self, request: Request<EchoRequest>) -> Result<Response<EchoReply>, Status> {
        self.unary_echo(request).await
    }
}
