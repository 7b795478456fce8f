use grpc_interceptor::prelude::*;

#[blocking_service]
#[derive(Clone)]
struct MyEcho;

fn main() {}
