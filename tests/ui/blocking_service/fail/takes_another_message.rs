use grpc_interceptor::prelude::*;
use grpc_interceptor::tonic::{Request, Response};
use testproto::helloworld::{HelloReply, greeter_server::Greeter};

#[derive(Clone)]
struct MyGreeter;

#[blocking_service]
impl Greeter for MyGreeter {
    fn say_hello(&self, r: Request<HelloReply>) -> Result<Response<HelloReply>, Status> {
        Ok(Response::new(r.into_inner()))
    }
}

fn main() {}
