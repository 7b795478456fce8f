use std::sync::Arc;

use grpc_interceptor::prelude::*;
use grpc_interceptor::tonic::{Request, Response};
use testproto::stubs::{EchoReply, EchoRequest, echo_server};

struct MyEcho;

#[blocking_service]
impl echo_server::Echo for MyEcho {
    fn unary_echo(
        self: Arc<Self>,
        r: Request<EchoRequest>,
    ) -> Result<Response<EchoReply>, Status> {
        let text = r.into_inner().text;
        Ok(Response::new(EchoReply {
            text,
            ..EchoReply::default()
        }))
    }

    fn bidi_stream(
        self: Arc<Self>,
        r: Request<blocking::Messages<EchoRequest>>,
    ) -> Result<
        Response<impl IntoIterator<Item = Result<EchoReply, Status>, IntoIter: Send>>,
        Status,
    > {
        drop(r);
        Ok(Response::new([]))
    }
}

fn main() {
    echo_server::EchoServer::new(MyEcho);
}
