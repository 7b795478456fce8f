use grpc_interceptor::prelude::*;

#[grpc_interceptor]
pub trait Timing {
    fn started(&self);
}

fn main() {}
