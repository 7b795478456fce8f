use grpc_interceptor::prelude::*;

struct Timing;

#[grpc_interceptor]
impl Clone for Timing {
    fn clone(&self) -> Self {
        Self
    }
}

fn main() {}
