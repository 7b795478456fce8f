use grpc_interceptor::prelude::*;

struct Clock;

#[derive(InterceptorChain)]
struct Edge {
    clock: Clock,
}

fn main() {}
