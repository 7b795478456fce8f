use grpc_interceptor::prelude::*;

struct MyEcho;

#[blocking_service]
impl MyEcho {
    fn new() -> Self {
        Self
    }
}

fn main() {
    MyEcho::new();
}
