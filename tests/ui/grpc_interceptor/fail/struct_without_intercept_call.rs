use grpc_interceptor::prelude::*;

#[grpc_interceptor]
struct Timing;

fn main() {}
