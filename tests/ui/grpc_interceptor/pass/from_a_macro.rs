use grpc_interceptor::prelude::*;

macro_rules! interceptor {
    ($name:ident) => {
        #[grpc_interceptor]
        struct $name;

        impl $name {
            async fn intercept_call<T: CallType>(
                &self,
                call: Call<T>,
                next: impl Next<T>,
            ) -> Result<Reply<T>, Status> {
                next.run(call).await
            }
        }
    };
}

interceptor!(Timing);

fn main() {
    is_interceptor(Timing);
}

fn is_interceptor(_: impl Interceptor) {}
