use grpc_interceptor::prelude::*;

#[derive(InterceptorChain)]
struct Edge;

fn main() {}
