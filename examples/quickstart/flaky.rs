//! An echo service that refuses the first attempt of each method.

use std::{
    collections::HashSet,
    sync::{Mutex, PoisonError},
};

use testproto::echo::{EchoReply, EchoRequest, echo_server::Echo};
use tonic::{Request, Response, Status, Streaming};

use self::echo::EchoService;

#[path = "../shared/echo.rs"]
mod echo;

/// Refuses the first attempt of each method with UNAVAILABLE, then says what it is told.
#[derive(Debug, Default)]
pub(crate) struct Flaky {
    called: Mutex<HashSet<&'static str>>,
}

// === impl Flaky ===

impl Flaky {
    fn refuse_first(&self, method: &'static str) -> Result<(), Status> {
        let mut called = self.called.lock().unwrap_or_else(PoisonError::into_inner);
        if called.insert(method) {
            return Err(Status::unavailable("not yet"));
        }
        Ok(())
    }
}

#[tonic::async_trait]
impl Echo for Flaky {
    type ServerStreamStream = <EchoService as Echo>::ServerStreamStream;
    type BidiStreamStream = <EchoService as Echo>::BidiStreamStream;

    async fn unary_echo(
        &self,
        request: Request<EchoRequest>,
    ) -> Result<Response<EchoReply>, Status> {
        self.refuse_first("UnaryEcho")?;
        EchoService.unary_echo(request).await
    }

    async fn server_stream(
        &self,
        request: Request<EchoRequest>,
    ) -> Result<Response<Self::ServerStreamStream>, Status> {
        self.refuse_first("ServerStream")?;
        EchoService.server_stream(request).await
    }

    async fn client_stream(
        &self,
        request: Request<Streaming<EchoRequest>>,
    ) -> Result<Response<EchoReply>, Status> {
        self.refuse_first("ClientStream")?;
        EchoService.client_stream(request).await
    }

    async fn bidi_stream(
        &self,
        request: Request<Streaming<EchoRequest>>,
    ) -> Result<Response<Self::BidiStreamStream>, Status> {
        self.refuse_first("BidiStream")?;
        EchoService.bidi_stream(request).await
    }

    async fn say(&self, request: Request<EchoRequest>) -> Result<Response<EchoReply>, Status> {
        self.unary_echo(request).await
    }
}
