use grpc_interceptor::prelude::*;

fn main() {
    #[grpc_interceptor]
    struct Timing;

    impl Timing {
        async fn intercept_call<T: CallType>(
            &self,
            call: Call<T>,
            next: impl Next<T>,
        ) -> Result<Reply<T>, Status> {
            next.run(call).await
        }
    }

    is_interceptor(Timing);
}

fn is_interceptor(_: impl Interceptor) {}
