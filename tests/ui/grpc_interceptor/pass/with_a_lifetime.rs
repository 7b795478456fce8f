use grpc_interceptor::prelude::*;

struct Named<'a> {
    name: &'a str,
}

#[grpc_interceptor]
impl<'a> Named<'a> {
    async fn intercept_call<T: CallType>(
        &self,
        call: Call<T>,
        next: impl Next<T>,
    ) -> Result<Reply<T>, Status> {
        assert!(!self.name.is_empty());
        next.run(call).await
    }
}

fn main() {
    is_interceptor(Named { name: "named" });
}

fn is_interceptor(_: impl Interceptor) {}
