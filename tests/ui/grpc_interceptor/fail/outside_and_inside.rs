use grpc_interceptor::{prelude::*, Role};

const RETRYING: Role = Role::new("retrying");

struct Deadline;

#[grpc_interceptor(outside(RETRYING), inside(RETRYING))]
impl Deadline {
    async fn intercept_call<T: CallType>(
        &self,
        call: Call<T>,
        next: impl Next<T>,
    ) -> Result<Reply<T>, Status> {
        next.run(call).await
    }
}

fn main() {}
