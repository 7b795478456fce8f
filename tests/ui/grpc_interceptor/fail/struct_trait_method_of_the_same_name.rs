use grpc_interceptor::prelude::*;

trait Other {
    fn intercept_call(&self);
}

#[grpc_interceptor]
struct Timing;

impl Other for Timing {
    fn intercept_call(&self) {}
}

fn main() {}
