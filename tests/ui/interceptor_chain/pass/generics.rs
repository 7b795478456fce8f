use grpc_interceptor::prelude::*;

#[grpc_interceptor]
#[derive(Clone)]
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

#[derive(InterceptorChain)]
struct Edge<'a, A, B = Timing, const N: usize = 1>
where
    B: Clone,
{
    first: A,
    second: Option<B>,
    third: (A, Timing),
    #[chain(skip)]
    _names: [&'a str; N],
}

#[grpc_interceptor]
#[derive(Clone)]
struct NotAgain;

impl NotAgain {
    async fn intercept_call<T: CallType>(
        &self,
        call: Call<T>,
        next: impl Next<T>,
    ) -> Result<Reply<T>, Status> {
        next.run(call).await
    }
}

fn main() {
    is_interceptor(Edge::<_, NotAgain, 1> {
        first: Timing,
        second: None,
        third: (Timing, Timing),
        _names: ["edge"],
    });
}

fn is_interceptor(_: impl Interceptor) {}
