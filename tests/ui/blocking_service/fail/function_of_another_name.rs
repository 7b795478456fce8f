use grpc_interceptor::prelude::*;
use grpc_interceptor::tonic::{Request, Response};
use testproto::helloworld::{HelloReply, HelloRequest, greeter_server::Greeter};

#[derive(Clone)]
struct MyGreeter;

#[blocking_service]
impl Greeter for MyGreeter {
    fn greet(&self, r: Request<HelloRequest>) -> Result<Response<HelloReply>, Status> {
        let message = r.into_inner().name;
        Ok(Response::new(HelloReply { message }))
    }
}

fn main() {}
