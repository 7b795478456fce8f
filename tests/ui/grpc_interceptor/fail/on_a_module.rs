use grpc_interceptor::prelude::*;

#[grpc_interceptor]
mod timing {}

fn main() {}
