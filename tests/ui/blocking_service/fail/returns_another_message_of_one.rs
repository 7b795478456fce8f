use grpc_interceptor::prelude::*;
use grpc_interceptor::tonic::{Request, Response};
use testproto::helloworld::{HelloRequest, greeter_server::Greeter};

#[derive(Clone)]
struct MyGreeter;

#[blocking_service]
impl Greeter for MyGreeter {
    fn say_hello(&self, r: Request<HelloRequest>) -> Result<Response<HelloRequest>, Status> {
        Ok(Response::new(r.into_inner()))
    }
}

fn main() {}
