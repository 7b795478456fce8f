use grpc_interceptor::prelude::*;

struct Timing;

#[grpc_interceptor]
impl Timing {
    fn new() -> Self {
        Self
    }
}

fn main() {}
