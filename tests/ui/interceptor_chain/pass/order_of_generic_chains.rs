use grpc_interceptor::prelude::*;

#[derive(Clone)]
struct Id<A>(A);

#[grpc_interceptor(provides(Id<A>, A))]
struct Ids<A: Clone>(A);

impl<A: Clone + Send + Sync + 'static> Ids<A> {
    async fn intercept_call<T: CallType>(
        &self,
        call: Call<T>,
        next: impl Next<T>,
    ) -> Result<Reply<T>, Status> {
        next.run(call).await
    }
}

#[grpc_interceptor(requires(Id<u8>, u8))]
struct Needs;

impl Needs {
    async fn intercept_call<T: CallType>(
        &self,
        call: Call<T>,
        next: impl Next<T>,
    ) -> Result<Reply<T>, Status> {
        next.run(call).await
    }
}

#[derive(InterceptorChain)]
struct Edge<A> {
    first: A,
    needs: Needs,
}

#[derive(InterceptorChain)]
struct Plain {
    ids: Ids<u8>,
    needs: Needs,
}

fn main() {
    let methods = Methods::builder().build().unwrap();
    let edge = Edge {
        first: Ids(7_u8),
        needs: Needs,
    };
    ServerLayer::new(edge, &methods).unwrap();
    let plain = Plain {
        ids: Ids(7),
        needs: Needs,
    };
    ClientLayer::new(plain, &methods).unwrap();
}
