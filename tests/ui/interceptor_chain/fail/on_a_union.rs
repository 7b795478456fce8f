use grpc_interceptor::prelude::*;

#[derive(InterceptorChain)]
union Edge {
    clock: u32,
}

fn main() {}
