use grpc_interceptor::prelude::*;

#[grpc_interceptor]
enum Timing {
    Fine,
    Coarse,
}

impl Timing {
    fn is_fine(&self) -> bool {
        matches!(self, Self::Fine)
    }
}

fn main() {}
