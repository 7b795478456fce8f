//! `helloworld.Greeter`, by a server that takes a moment to come up.

use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use testproto::helloworld::{HelloReply, HelloRequest, greeter_server::Greeter};
use tonic::{Request, Response, Status};

/// Is not there yet when it is called first.
#[derive(Debug, Default)]
pub(crate) struct Hello {
    is_up: AtomicBool,
}

#[tonic::async_trait]
impl Greeter for Hello {
    async fn say_hello(
        &self,
        request: Request<HelloRequest>,
    ) -> Result<Response<HelloReply>, Status> {
        if !self.is_up.swap(true, Relaxed) {
            return Err(Status::unavailable("in a moment"));
        }
        let message = format!("Hello {}", request.into_inner().name);
        Ok(Response::new(HelloReply { message }))
    }
}
