use grpc_interceptor::prelude::*;

#[grpc_interceptor(blocking)]
#[derive(Clone)]
struct Gate<P: Clone>(P);

impl<P: Clone + Send + Sync + 'static> Gate<P> {
    fn intercept_call<T: CallType>(
        &self,
        call: Call<T>,
        next: BlockingNext<T>,
    ) -> Result<Reply<T>, Status> {
        let _policy = &self.0;
        next.clone().run(call)
    }
}

fn main() {
    is_interceptor(Gate(7));
}

fn is_interceptor(_: impl Interceptor) {}
